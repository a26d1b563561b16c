/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Floating-point numbers as text, as repr() of a float or a complex has them. */
#ifndef REPR_REAL_H
#define REPR_REAL_H

#include <stdint.h>

/** Longest text of a number, with its NUL. */
#define REAL_SIZE    32
#define COMPLEX_SIZE 68

enum real_form {
	/** Of a float: 1.0, -0.0. */
	REAL_FLOAT,
	/** Of a part of a complex: 1, -0. */
	REAL_PART,
	/** The same with a sign always: +1. */
	REAL_PART_SIGNED,
};

/**
 * Write a number with the fewest digits that are read back as the same.
 *
 * @param bits As IEEE 754 has them. @param size Bytes of the number: 8, 4 or 2.
 *
 * CPython: Python/pystrtod.c, format_float_short() with the format 'r'.
 */
void real_write(char text[REAL_SIZE], uint64_t bits, unsigned int size,
		enum real_form form);

/** CPython: Objects/complexobject.c, complex_repr(). */
void real_write_complex(char text[COMPLEX_SIZE], const uint64_t bits[2], unsigned int size);

/** The double that a float or a half is. */
double real_widen(uint64_t bits, unsigned int size);

#endif
