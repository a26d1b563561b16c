/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** int of all versions; 2.7's int and long. */
#ifndef OBJECT_INTEGER_H
#define OBJECT_INTEGER_H

#include "object/view.h"

/**
 * Value of an int (a bool is one) that fits in 64 bits.
 *
 * @param magnitude_ret The absolute value.
 * @return NULL; BAD_DATA if the object is no int or is too large; FAULT.
 *
 * CPython: Include/cpython/longintrepr.h.
 */
struct pyinspect_error *integer_read(const struct view *view, uint64_t object,
				     uint64_t *magnitude_ret, bool *negative_ret);

#endif
