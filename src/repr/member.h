/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Members of C structs of extension modules, which no layout has: they have stood in one
 * place behind PyObject, whose size differs between builds, in all versions.
 */
#ifndef REPR_MEMBER_H
#define REPR_MEMBER_H

#include "repr/repr.h"

/**
 * Read a member of an object.
 *
 * @param at Bytes from the end of PyObject. @param width 1, 2, 4 or 8.
 */
struct pyinspect_error *member_read(const struct repr *repr, uint64_t object,
				    unsigned int at, unsigned int width, uint64_t *ret);

/** The same; false for any failure. */
bool member_try(const struct repr *repr, uint64_t object, unsigned int at,
		unsigned int width, uint64_t *ret);

/** tp_basicsize of the C type that a class is or inherits from, without PyObject: by
 *  this, forms of a struct can be told apart. */
uint64_t member_space(const struct repr *repr, const struct class *class);

#endif
