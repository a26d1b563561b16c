/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What formatters need to know of other objects: attributes by name, what sort of object
 *  it is, and the values of simple ones. Nothing of it runs code. */
#ifndef REPR_LOOKUP_H
#define REPR_LOOKUP_H

#include "repr/repr.h"

/** What an object has under a name in its __dict__, or else in a slot, whatever its class
 *  says; 0 if nothing. */
uint64_t lookup_attribute(struct repr *repr, uint64_t object, const char *name);

/** The same by the names that an attribute has had. */
uint64_t lookup_attribute_any(struct repr *repr, uint64_t object, const char *name,
			      const char *older);

/**
 * What getattr(object, name) gives.
 *
 * @return The value; 0 if there is none, or if it can't be had without running a
 * property, __getattr__() or the like.
 *
 * CPython: Objects/object.c, _PyObject_GenericGetAttrWithDict().
 */
uint64_t lookup_getattr(struct repr *repr, uint64_t object, const char *name);

/**
 * A class before class->base in the method resolution order has one of these names itself.
 *
 * @param names Ended by NULL.
 */
bool lookup_is_overridden(const struct repr *repr, const struct class *class,
			  const char *const *names);

/** The class is a type made in C of that tp_name, or inherits from one. */
bool lookup_inherits(struct repr *repr, const struct class *class, const char *name);

/** The object's type is made in C and has that tp_name. 0 is no object. */
bool lookup_is(struct repr *repr, uint64_t object, const char *name);

/** None. */
bool lookup_is_none(struct repr *repr, uint64_t object);

/** The object is a bool, or an int, that isn't 0. */
bool lookup_is_true(struct repr *repr, uint64_t object);

/** The value of an int or bool; false if it is none or too large. 0 is no object. */
bool lookup_integer(struct repr *repr, uint64_t object, int64_t *ret);

/** Value of an int of at most 128 bits that isn't negative. */
struct pyinspect_error *lookup_large_int(const struct repr *repr, uint64_t object,
					 unsigned __int128 *ret);

/**
 * How many items a container in C has, or what inherits from one: list, tuple, dict, set,
 * deque, bytes, bytearray, array.
 */
bool lookup_count(struct repr *repr, uint64_t object, uint64_t *ret);

/** Item number index of a tuple; 0 if it has none. */
uint64_t tuple_item(const struct repr *repr, uint64_t tuple, uint64_t index);

/** Longest name of a type, a function or a module that is kept, in characters. */
size_t lookup_name_max(const struct repr *repr);

/** A NUL-ended string of the target's, in the arena; NULL if it isn't to be had. */
const char *lookup_c_string(struct repr *repr, uint64_t address);

/** tp_name of a type; NULL if it isn't to be had. */
const char *lookup_type_name(struct repr *repr, uint64_t type);

#endif
