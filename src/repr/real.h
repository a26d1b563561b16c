/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Doubles as text, as repr() of a float has them. */
#ifndef REPR_REAL_H
#define REPR_REAL_H

#include <stdbool.h>

/** Longest text of a double, with its NUL. */
#define REAL_SIZE 32

enum real_form {
	/** Of a float: 1.0, -0.0. */
	REAL_FLOAT,
	/** Of a part of a complex: 1, -0. */
	REAL_PART,
	/** The same with a sign always: +1. */
	REAL_PART_SIGNED,
};

/** CPython: Python/pystrtod.c, format_float_short() with the format 'r'. */
void real_write(char text[REAL_SIZE], double value, enum real_form form);

#endif
