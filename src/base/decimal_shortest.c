/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/decimal.h"

/* The largest double, and 2^1074 times ten to the power of 17, have fewer bits. */
#define WORDS 20

/* A whole number; words above count are 0. */
struct whole {
	uint64_t words[WORDS];
	size_t count;
};

/* value is rest / scale; it may be wrong by below / scale and above / scale. */
struct ratio {
	struct whole rest, scale, below, above;
	/** A text that is wrong by just as much is read back right, too. */
	bool inclusive;
};

static void set_shifted(struct whole *ret, uint64_t value, unsigned int shift)
{
	unsigned int word = shift / 64, bits = shift % 64;
	*ret = (struct whole){.count = word + 2};
	ret->words[word] = value << bits;
	ret->words[word + 1] = bits ? value >> (64 - bits) : 0;
}

static void multiply(struct whole *number, uint64_t factor)
{
	uint64_t carry = 0;
	for (size_t i = 0; i < number->count; i++) {
		unsigned __int128 product = (unsigned __int128)number->words[i] * factor;
		product += carry;
		number->words[i] = (uint64_t)product;
		carry = (uint64_t)(product >> 64);
	}
	if (carry && number->count < WORDS)
		number->words[number->count++] = carry;
}

static void multiply_by_power(struct whole *number, unsigned int power)
{
	const uint64_t ten_19 = UINT64_C(10000000000000000000);
	for (; power >= 19; power -= 19)
		multiply(number, ten_19);
	for (; power > 0; power--)
		multiply(number, 10);
}

static size_t larger_count(const struct whole *a, const struct whole *b)
{
	return a->count > b->count ? a->count : b->count;
}

static int compare(const struct whole *a, const struct whole *b)
{
	for (size_t i = larger_count(a, b); i-- > 0;)
		if (a->words[i] != b->words[i])
			return a->words[i] < b->words[i] ? -1 : 1;
	return 0;
}

static void add(struct whole *a, const struct whole *b)
{
	unsigned __int128 carry = 0;
	size_t count = larger_count(a, b);
	for (size_t i = 0; i < count; i++) {
		carry += (unsigned __int128)a->words[i] + b->words[i];
		a->words[i] = (uint64_t)carry;
		carry >>= 64;
	}
	a->count = count;
	if (carry && count < WORDS)
		a->words[a->count++] = (uint64_t)carry;
}

/* a -= b, which is not larger. */
static void subtract(struct whole *a, const struct whole *b)
{
	bool borrow = false;
	for (size_t i = 0; i < a->count; i++) {
		uint64_t before = a->words[i];
		a->words[i] = before - b->words[i] - borrow;
		borrow = borrow ? before <= b->words[i] : before < b->words[i];
	}
}

/* The sign of a + b - c. */
static int compare_sum(const struct whole *a, const struct whole *b, const struct whole *c)
{
	struct whole sum = *a;
	add(&sum, b);
	return compare(&sum, c);
}

static bool reaches_below(const struct ratio *ratio)
{
	return compare(&ratio->rest, &ratio->below) < (ratio->inclusive ? 1 : 0);
}

static bool reaches_above(const struct ratio *ratio)
{
	return compare_sum(&ratio->rest, &ratio->above, &ratio->scale) >
	       (ratio->inclusive ? -1 : 0);
}

/* mantissa * 2^exponent; half of the way to each neighbour may be missed. */
static void set_ratio(struct ratio *ratio, uint64_t mantissa, int exponent, bool narrow)
{
	/* Below a power of two the neighbour is nearer. */
	unsigned int extra = narrow ? 2 : 1;
	unsigned int up = exponent > 0 ? (unsigned int)exponent : 0;
	unsigned int down = exponent < 0 ? (unsigned int)-exponent : 0;
	ratio->inclusive = mantissa % 2 == 0;
	set_shifted(&ratio->rest, mantissa, up + extra);
	set_shifted(&ratio->scale, 1, down + extra);
	set_shifted(&ratio->below, 1, up);
	set_shifted(&ratio->above, 1, up + extra - 1);
}

/* Scale it so that it is below 1, and its first digit isn't 0; return by which power. */
static int normalize(struct ratio *ratio, int log2)
{
	/* The logarithm of two, times 2^32; rounded down it is at most two too small. */
	int power = (int)(log2 * INT64_C(1292913986) >> 32);
	if (power >= 0) {
		multiply_by_power(&ratio->scale, (unsigned int)power);
	} else {
		multiply_by_power(&ratio->rest, (unsigned int)-power);
		multiply_by_power(&ratio->below, (unsigned int)-power);
		multiply_by_power(&ratio->above, (unsigned int)-power);
	}
	for (; reaches_above(ratio); power++)
		multiply(&ratio->scale, 10);
	return power;
}

static char next_digit(struct ratio *ratio)
{
	char digit = '0';
	multiply(&ratio->rest, 10);
	multiply(&ratio->below, 10);
	multiply(&ratio->above, 10);
	for (; compare(&ratio->rest, &ratio->scale) >= 0; digit++)
		subtract(&ratio->rest, &ratio->scale);
	return digit;
}

/* Which of two last digits is closer; of two as close the even one. */
static bool rounds_up(const struct ratio *ratio, char digit)
{
	int side = compare_sum(&ratio->rest, &ratio->rest, &ratio->scale);
	return side > 0 || (side == 0 && digit % 2);
}

static void generate(struct ratio *ratio, char digits[SHORTEST_DIGITS_MAX + 1])
{
	size_t length = 0;
	bool below, above;
	do {
		digits[length] = next_digit(ratio);
		below = reaches_below(ratio);
		above = reaches_above(ratio);
	} while (!below && !above && length < SHORTEST_DIGITS_MAX - 1 && ++length);
	if (above && (!below || rounds_up(ratio, digits[length])))
		digits[length]++;
	digits[length + 1] = '\0';
}

/* IEEE 754: binary16, binary32, binary64. */
static unsigned int fraction_bits(unsigned int size)
{
	return size == 2 ? 10 : size == 4 ? 23 : 52;
}

int decimal_shortest(uint64_t bits, unsigned int size, char digits[SHORTEST_DIGITS_MAX + 1])
{
	struct ratio ratio;
	unsigned int fraction = fraction_bits(size);
	unsigned int exponent_mask = (1u << (8 * size - 1 - fraction)) - 1;
	uint64_t mantissa = bits & ((UINT64_C(1) << fraction) - 1);
	int exponent = (int)(bits >> fraction & exponent_mask);
	bool narrow = mantissa == 0 && exponent > 1;
	if (exponent)
		mantissa |= UINT64_C(1) << fraction;
	else
		exponent = 1;
	/* Of the mantissa as a whole number. */
	exponent -= (int)(exponent_mask / 2 + fraction);
	set_ratio(&ratio, mantissa, exponent, narrow);
	int power = normalize(&ratio, exponent + 63 - __builtin_clzll(mantissa));
	generate(&ratio, digits);
	return power;
}
