/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What formatters need to know of an object beside the layout: its attributes by name,
 * and members of structs of extension modules, which are in one place in all versions.
 */
#ifndef REPR_LOOKUP_H
#define REPR_LOOKUP_H

#include "repr/repr.h"

/** Longest name of a type, a function or a module that is kept, in characters. */
size_t lookup_name_max(const struct repr *repr);

/**
 * Read a member that stands so many bytes behind PyObject.
 *
 * @param width 1, 2, 4 or 8.
 */
struct pyinspect_error *lookup_member(const struct repr *repr, uint64_t object,
				      unsigned int at, unsigned int width, uint64_t *ret);

/** What an object has under a name in its __dict__ or a slot; 0 if nothing. */
uint64_t lookup_attribute(struct repr *repr, const struct class *class, uint64_t object,
			  const char *name);

/** Between an object's class and class->base somebody else defines a method. */
bool lookup_is_overridden(const struct repr *repr, const struct class *class,
			  const char *name);

/** The class is a type made in C of that tp_name, or inherits from one. */
bool lookup_inherits(struct repr *repr, const struct class *class, const char *name);

/** The object's type is made in C and has that tp_name. */
bool lookup_is(struct repr *repr, uint64_t object, const char *name);

/** None. */
bool lookup_is_none(struct repr *repr, uint64_t object);

/** Value of an int of at most 128 bits. */
struct pyinspect_error *lookup_large_int(const struct repr *repr, uint64_t object,
					 unsigned __int128 *ret);

/** A NUL-ended string of the target's, in the arena; NULL if it isn't to be had. */
const char *lookup_c_string(struct repr *repr, uint64_t address);

/** tp_name of a type; NULL if it isn't to be had. */
const char *lookup_type_name(struct repr *repr, uint64_t type);

/** Write the text of a str as it is. */
struct pyinspect_error *write_str(struct repr *repr, uint64_t object);

/** Write " at 0x..>" of an object. */
void write_address(struct repr *repr, uint64_t object);

/** Write an object whose repr() would run code of the target's. */
struct pyinspect_error *write_opaque(struct repr *repr, uint64_t object,
				     const struct class *class);

/** Write as object.__repr__ has it. */
struct pyinspect_error *write_plain(struct repr *repr, uint64_t object,
				    const struct class *class);

/** repr() of this text can be given by write_quoted(): it is printable ASCII. */
bool text_is_plain(const char *text);

/** Write repr() of a plain text. */
void write_quoted(struct repr *repr, const char *text);

#endif
