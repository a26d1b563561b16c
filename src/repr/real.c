/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "repr/real.h"

/* Points further to the left or to the right have an exponent instead. */
#define POINT_MIN (-3)
#define POINT_MAX 16

/* 0.DIGITS times ten to the power of point, as d.ddde+xx. */
static void write_exponent(char *text, const char *digits, int point)
{
	int exponent = point - 1, magnitude = exponent < 0 ? -exponent : exponent;
	snprintf(text, REAL_SIZE - 1, "%c%s%se%c%02d", digits[0], digits[1] ? "." : "",
		 digits + 1, exponent < 0 ? '-' : '+', magnitude);
}

static void write_point(char *text, const char *digits, int point, bool add_zero)
{
	static const char zeros[] = "00000000000000000";
	int length = (int)strlen(digits);
	if (point <= 0)
		snprintf(text, REAL_SIZE - 1, "0.%.*s%s", -point, zeros, digits);
	else if (point < length)
		snprintf(text, REAL_SIZE - 1, "%.*s.%s", point, digits, digits + point);
	else
		snprintf(text, REAL_SIZE - 1, "%s%.*s%s", digits, point - length, zeros,
			 add_zero ? ".0" : "");
}

static void write_finite(char *text, uint64_t bits, unsigned int size, bool is_zero,
			 bool add_zero)
{
	char digits[SHORTEST_DIGITS_MAX + 1] = "0";
	int point = is_zero ? 1 : decimal_shortest(bits, size, digits);
	if (point < POINT_MIN || point > POINT_MAX)
		write_exponent(text, digits, point);
	else
		write_point(text, digits, point, add_zero);
}

static unsigned int exponent_bits(unsigned int size)
{
	return size == 2 ? 5 : size == 4 ? 8 : 11;
}

void real_write(char text[REAL_SIZE], uint64_t bits, unsigned int size, enum real_form form)
{
	uint64_t sign = UINT64_C(1) << (8 * size - 1), magnitude = bits & (sign - 1);
	uint64_t infinite = sign - (sign >> exponent_bits(size));
	bool is_nan = magnitude > infinite;
	/* A nan has no sign in any text. */
	if (bits & sign && !is_nan)
		*text++ = '-';
	else if (form == REAL_PART_SIGNED)
		*text++ = '+';
	if (is_nan)
		strcpy(text, "nan");
	else if (magnitude == infinite)
		strcpy(text, "inf");
	else
		write_finite(text, magnitude, size, !magnitude, form == REAL_FLOAT);
}

void real_write_complex(char text[COMPLEX_SIZE], const uint64_t bits[2], unsigned int size)
{
	char real[REAL_SIZE], imaginary[REAL_SIZE];
	/* No real part is written if it is 0.0, and not -0.0. */
	bool whole = bits[0] != 0;
	real_write(real, bits[0], size, REAL_PART);
	real_write(imaginary, bits[1], size, whole ? REAL_PART_SIGNED : REAL_PART);
	snprintf(text, COMPLEX_SIZE, "%s%s%sj%s", whole ? "(" : "", whole ? real : "",
		 imaginary, whole ? ")" : "");
}

static double widen_half(uint64_t bits)
{
	uint64_t exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
	double value;
	if (!exponent)
		return (double)fraction / (1 << 24);
	/* The exponents' biases are 15 and 1023. */
	exponent = exponent == 0x1f ? 0x7ff : exponent - 15 + 1023;
	bits = exponent << 52 | fraction << 42;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

double real_widen(uint64_t bits, unsigned int size)
{
	double value;
	float single;
	uint32_t word = (uint32_t)bits;
	if (size == sizeof(single)) {
		memcpy(&single, &word, sizeof(single));
		return (double)single;
	}
	if (size == sizeof(value) / 4)
		return bits >> 15 & 1 ? -widen_half(bits) : widen_half(bits);
	memcpy(&value, &bits, sizeof(value));
	return value;
}
