/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Numbers in decimal: whole ones of any size, and doubles.
 *
 * Whole numbers are words of 64 bits, the least significant first. Nothing here depends
 * on the locale.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * All digits of a number. The time grows with the square of the count: 70 ms for
 * 100,000 digits.
 *
 * @return To be freed with free(); NULL if there is no memory.
 */
char *decimal_digits(const uint64_t *words, size_t count);

/** About how many digits a number of so many bits has: exact, or one too few. */
uint64_t decimal_length(uint64_t bits);

/** The first digits of a number, and how many it has in all. */
struct leading_digits {
	/** To be freed with free(); NULL if the words say too little. */
	char *digits;
	uint64_t total;
};

/** Words of the most significant bits that decimal_leading() needs for so many digits. */
size_t decimal_leading_words(size_t wanted);

/**
 * The first digits of a number of which only the most significant bits are known. What
 * is given is proven: a lower and an upper bound agree on it. The time grows with the
 * square of wanted: 20 ms for 10,000 digits of a number of 1 GB.
 *
 * @param words The number without its last bits. @param shift How many these are; they
 * may be anything.
 * @param wanted Digits that are wanted; fewer than the number has. One more or less may
 * be given.
 * @return False if there is no memory.
 */
bool decimal_leading(const uint64_t *words, size_t count, uint64_t shift, size_t wanted,
		     struct leading_digits *ret);

/** Most digits that a double needs. */
#define SHORTEST_DIGITS_MAX 17

/**
 * The fewest digits that are read back as the same floating-point number; of several such
 * texts the one that is closest to it.
 *
 * @param bits Finite and not zero; the sign is ignored.
 * @param size Bytes of the number: 8 of a double, 4 of a float, 2 of a half.
 * @param digits Ended by a NUL.
 * @return Where the point is: the number is 0.DIGITS times ten to the power of this.
 *
 * Steele and White, "How to print floating-point numbers accurately", in the form of
 * Burger and Dybvig, "Printing floating-point numbers quickly and accurately".
 */
int decimal_shortest(uint64_t bits, unsigned int size,
		     char digits[SHORTEST_DIGITS_MAX + 1]);

#endif
