/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Pieces of descriptions: "<lock locked at 0x7f0012345678>". */
#ifndef REPR_DESCRIBE_H
#define REPR_DESCRIBE_H

#include "repr/repr.h"

/** Write "<" and the name of the object's class. */
void describe_class(struct repr *repr, const struct class *class);

/** Write " at 0x7f0012345678". */
void describe_address(struct repr *repr, uint64_t object);

/** Write " at 0x7f0012345678>". */
void describe_end(struct repr *repr, uint64_t object);

/** Write the text of a str without quotes. */
struct pyinspect_error *describe_str(struct repr *repr, uint64_t object);

/** The same; false if it is none, or 0. */
bool describe_try_str(struct repr *repr, uint64_t object);

/** Go on with another object, and a text behind it; with "..." if the object is inside
 *  itself. 0 is none. */
void describe_inner(struct repr *repr, uint64_t object, uint64_t inner, const char *before,
		    const char *after);

/** Write bytes as repr() has them, without the quotes. */
void describe_bytes(struct repr *repr, const unsigned char *bytes, size_t count);

#endif
