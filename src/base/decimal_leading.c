/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/decimal.h"

#define WORD_BITS 64
/* Words beyond those of the digits: an error grows by 2 or 3 bits in each step of a
 * calculation, and behind the digits may come a row of nines. */
#define GUARD_WORDS 6
/* Above this the bounds are too far apart to agree. */
#define ERROR_MAX ((unsigned __int128)1 << 120)

/* A real number between words * 2^exponent and (words + error) * 2^exponent. The top bit
 * of the last word is set. */
struct bounds {
	uint64_t *words;
	int64_t exponent;
	unsigned __int128 error;
};

size_t decimal_leading_words(size_t wanted)
{
	/* A digit has 3.32 bits: less than 3.5. */
	return wanted * 7 / (2 * WORD_BITS) + GUARD_WORDS;
}

static void multiply_words(const uint64_t *a, const uint64_t *b, size_t count,
			   uint64_t *product)
{
	memset(product, 0, 2 * count * sizeof(*product));
	for (size_t i = 0; i < count; i++) {
		uint64_t carry = 0;
		for (size_t j = 0; j < count; j++) {
			unsigned __int128 sum = (unsigned __int128)a[i] * b[j];
			sum += (unsigned __int128)product[i + j] + carry;
			product[i + j] = (uint64_t)sum;
			carry = (uint64_t)(sum >> WORD_BITS);
		}
		product[i + count] = carry;
	}
}

/* a *= b; product has room for both. What is cut off below is part of the error. */
static void multiply(struct bounds *a, const struct bounds *b, size_t count,
		     uint64_t *product)
{
	multiply_words(a->words, b->words, count, product);
	unsigned int shift = product[2 * count - 1] >> (WORD_BITS - 1) ? 0 : 1;
	for (size_t i = 0; i < count; i++) {
		uint64_t high = product[count + i], low = product[count + i - 1];
		a->words[i] = shift ? high << 1 | low >> (WORD_BITS - 1) : high;
	}
	a->exponent += b->exponent + (int64_t)(count * WORD_BITS) - shift;
	a->error = (a->error + b->error + 2) << shift;
	if (a->error > ERROR_MAX)
		a->error = ERROR_MAX;
}

/* A tenth is 0.1100110011... times 2^-3. */
static void set_tenth(struct bounds *bounds, size_t count)
{
	memset(bounds->words, 0xcc, count * sizeof(*bounds->words));
	bounds->exponent = -(int64_t)(count * WORD_BITS) - 3;
	bounds->error = 1;
}

/* Ten to the power of minus power, which is not 0. */
static void set_power(struct bounds *ret, const struct bounds *tenth, uint64_t power,
		      size_t count, uint64_t *product)
{
	memcpy(ret->words, tenth->words, count * sizeof(*ret->words));
	ret->exponent = tenth->exponent;
	ret->error = tenth->error;
	for (int bit = WORD_BITS - 2 - __builtin_clzll(power); bit >= 0; bit--) {
		multiply(ret, ret, count, product);
		if (power >> bit & 1)
			multiply(ret, tenth, count, product);
	}
}

/* The top words of a number whose last word isn't 0. */
static void set_number(struct bounds *ret, size_t count, const uint64_t *words,
		       size_t words_count, uint64_t shift)
{
	unsigned int zeros = (unsigned int)__builtin_clzll(words[words_count - 1]);
	for (size_t i = 0; i < count; i++) {
		uint64_t high = i < words_count ? words[words_count - 1 - i] : 0;
		uint64_t low = i + 1 < words_count ? words[words_count - 2 - i] : 0;
		ret->words[count - 1 - i] =
			zeros ? high << zeros | low >> (WORD_BITS - zeros) : high;
	}
	ret->exponent = (int64_t)(shift + words_count * WORD_BITS) -
			(int64_t)(count * WORD_BITS) - zeros;
	/* Of one unit of words, and of what is left of it here. */
	ret->error = words_count < count ? ERROR_MAX : (unsigned __int128)1 << zeros;
	ret->error += 1;
}

/* The whole part of words * 2^-shift, which is smaller than 2^(count * 64). */
static void shift_right(const uint64_t *words, size_t count, uint64_t shift, uint64_t *ret)
{
	size_t skip = shift / WORD_BITS;
	unsigned int bits = shift % WORD_BITS;
	for (size_t i = 0; i < count; i++) {
		uint64_t low = i + skip < count ? words[i + skip] : 0;
		uint64_t high = i + skip + 1 < count ? words[i + skip + 1] : 0;
		ret[i] = bits ? low >> bits | high << (WORD_BITS - bits) : low;
	}
}

/* Both bounds have the same whole part: it is in ret. scratch has twice the words. */
static bool whole_part(const struct bounds *bounds, size_t count, uint64_t *ret,
		       uint64_t *scratch)
{
	if (bounds->exponent >= 0 || bounds->error >= ERROR_MAX)
		return false;
	uint64_t shift = (uint64_t)-bounds->exponent;
	unsigned __int128 carry = bounds->error;
	for (size_t i = 0; i < count; i++) {
		carry += bounds->words[i];
		scratch[i] = (uint64_t)carry;
		carry >>= WORD_BITS;
	}
	if (carry)
		return false;
	shift_right(scratch, count, shift, scratch + count);
	shift_right(bounds->words, count, shift, ret);
	return memcmp(scratch + count, ret, count * sizeof(*ret)) == 0;
}

bool decimal_leading(const uint64_t *words, size_t count, uint64_t shift, size_t wanted,
		     struct leading_digits *ret)
{
	*ret = (struct leading_digits){0};
	while (count && !words[count - 1])
		count--;
	if (!count)
		return true;
	uint64_t bits =
		shift + count * WORD_BITS - (uint64_t)__builtin_clzll(words[count - 1]);
	uint64_t total = decimal_length(bits);
	size_t size = decimal_leading_words(wanted) - 1;
	cleanup_free uint64_t *memory = malloc(5 * size * sizeof(*memory));
	if (!memory)
		return false;
	if (total <= wanted)
		return true;
	struct bounds tenth = {.words = memory}, number = {.words = memory + size},
		      power = {.words = memory + 2 * size};
	uint64_t *product = memory + 3 * size;
	set_tenth(&tenth, size);
	set_power(&power, &tenth, total - wanted, size, product);
	set_number(&number, size, words, count, shift);
	multiply(&number, &power, size, product);
	if (!whole_part(&number, size, power.words, product))
		return true;
	ret->digits = decimal_digits(power.words, size);
	if (ret->digits)
		ret->total = strlen(ret->digits) + (total - wanted);
	return ret->digits != NULL;
}
