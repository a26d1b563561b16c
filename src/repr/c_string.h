/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Text of C: characters that a NUL may end. */
#ifndef REPR_C_STRING_H
#define REPR_C_STRING_H

#include "repr/repr.h"

/**
 * Write so many characters as repr() of bytes or of a str has them.
 *
 * @param width 1 of char, 4 of wchar_t.
 */
struct pyinspect_error *c_string_write_some(struct repr *repr, uint64_t address,
					    unsigned int width, uint64_t count);

/** Write those before the first NUL, at most so many; what is far too long is cut. */
struct pyinspect_error *c_string_write(struct repr *repr, uint64_t address,
				       unsigned int width, uint64_t most);

#endif
