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

/** Where the digits of an int are. */
struct integer {
	bool is_negative;
	/** How many there are, of INTEGER_DIGIT_BITS each. */
	uint64_t digit_count;
	/** Of the first, the least significant one; 0 if the value is in word. */
	uint64_t address;
	/** Magnitude of 2.7's int. */
	uint64_t word;
};

#define INTEGER_DIGIT_BITS 30

/** Words of 64 bits that so many digits fill. */
static inline size_t integer_word_count(size_t digits)
{
	return digits * INTEGER_DIGIT_BITS / 64 + 1;
}

/**
 * Look at an int of any size.
 *
 * @return NULL; BAD_DATA if the object is no int or contradicts itself; FAULT.
 */
struct pyinspect_error *integer_locate(const struct view *view, uint64_t object,
				       struct integer *ret);

/**
 * Read some digits as one number, without the sign.
 *
 * @param first Number of the least significant one that is read.
 * @param count How many; first + count is at most digit_count.
 * @param words Room for integer_word_count(count), the least significant first.
 * @return NULL; BAD_DATA if there is a digit that is none; FAULT; NO_MEMORY.
 */
struct pyinspect_error *integer_words(const struct view *view,
				      const struct integer *integer, uint64_t first,
				      size_t count, uint64_t *words);

#endif
