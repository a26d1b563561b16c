/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What formatters read of objects beyond the layout: members of C structs that have been
 * in one place in all versions, and attributes of instances.
 */
#ifndef REPR_DESCRIBE_H
#define REPR_DESCRIBE_H

#include "repr/repr.h"

/**
 * Read a member of an object.
 *
 * @param at Bytes from the end of PyObject, whose size differs between builds.
 * @param width Bytes of the member: 1, 2, 4 or 8.
 */
struct pyinspect_error *describe_member(const struct repr *repr, uint64_t object,
					unsigned int at, unsigned int width, uint64_t *ret);

/** The same, false for any failure. */
bool describe_try_member(const struct repr *repr, uint64_t object, unsigned int at,
			 unsigned int width, uint64_t *ret);

/** tp_basicsize of the C type that a class is or inherits from, without PyObject: by
 *  this, forms of a struct can be told apart. */
uint64_t describe_space(const struct repr *repr, const struct class *class);

/** The value that an instance has under a name in its __dict__; 0 if none. */
uint64_t describe_attribute(const struct repr *repr, uint64_t object, const char *name);

/** The same by the names that an attribute has had. */
uint64_t describe_attribute_any(const struct repr *repr, uint64_t object, const char *name,
				const char *older);

/** The same of a slot of the object's class, or a base of it. */
uint64_t describe_slot(const struct repr *repr, const struct class *class, uint64_t object,
		       const char *name);

/** The object is a bool, or an int, that isn't 0. */
bool describe_is_true(const struct repr *repr, uint64_t object);

/** The value of an int or bool; false if it is none or too large. */
bool describe_integer(const struct repr *repr, uint64_t object, int64_t *ret);

/** The object is None. */
bool describe_is_none(struct repr *repr, uint64_t object);

/**
 * How many items a container of the standard library has: list, tuple, dict, set, deque,
 * or what inherits from one.
 */
bool describe_count(struct repr *repr, uint64_t object, uint64_t *ret);

/** Write the text of a str without quotes; false if it is none. */
bool describe_string(struct repr *repr, uint64_t object);

/** Write " at 0x7f0012345678". */
void describe_address(struct repr *repr, uint64_t object);

/** Write "<" and the name of the object's class. */
void describe_class(struct repr *repr, const struct class *class);

/** Go on with another object, and a text behind it; with "..." if the object is inside
 *  itself. 0 is none. */
void describe_inner(struct repr *repr, uint64_t object, uint64_t inner, const char *before,
		    const char *after);

/** Write bytes as repr() has them, without the quotes. */
void describe_bytes(struct repr *repr, const unsigned char *bytes, size_t count);

#endif
