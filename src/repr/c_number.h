/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Numbers of C as they stand in memory: items of arrays, fields of structs. */
#ifndef REPR_C_NUMBER_H
#define REPR_C_NUMBER_H

#include "repr/repr.h"

enum c_number_kind {
	C_BOOL,
	C_SIGNED,
	C_UNSIGNED,
	C_REAL,
	C_COMPLEX,
};

struct c_number {
	enum c_number_kind kind;
	/** Bytes in all. */
	unsigned int size;
	/** The most significant byte comes first. */
	bool is_swapped;
	/** An int is written as 2.7's long. */
	bool is_long;
	/** A real is written as the Python float that is made of it, not with the fewest
	 *  digits that say which float or half it is. */
	bool is_widened;
	/** Of a bit field; its first bit counts from the least significant one. 0 bits: it
	 *  is none. */
	uint8_t bit_first, bit_count;
};

/** There are such numbers: a size is one of those that C has. */
bool c_number_is_known(const struct c_number *number);

/** Write one that is known. */
struct pyinspect_error *c_number_write(struct repr *repr, const struct c_number *number,
				       uint64_t address);

#endif
