/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** bytes and bytearray of all versions. */
#ifndef OBJECT_BYTES_H
#define OBJECT_BYTES_H

#include "object/characters.h"

/**
 * Where the bytes of a bytes object (2.7: str) are.
 *
 * @return NULL; BAD_DATA if it is none or contradicts itself; FAULT.
 *
 * CPython: Include/cpython/bytesobject.h, 2.7 Include/stringobject.h.
 */
struct pyinspect_error *bytes_locate(const struct view *view, uint64_t object,
				     struct characters *ret);

/**
 * The same for an object that is known to be a bytearray.
 *
 * CPython: Include/cpython/bytearrayobject.h.
 */
struct pyinspect_error *bytearray_locate(const struct view *view, uint64_t object,
					 struct characters *ret);

#endif
