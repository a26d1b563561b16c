/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
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

static void write_finite(char *text, double value, bool add_zero)
{
	char digits[SHORTEST_DIGITS_MAX + 1];
	int point = value == 0 ? 1 : decimal_shortest(value, digits);
	if (value == 0)
		strcpy(digits, "0");
	if (point < POINT_MIN || point > POINT_MAX)
		write_exponent(text, digits, point);
	else
		write_point(text, digits, point, add_zero);
}

void real_write(char text[REAL_SIZE], double value, enum real_form form)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	bool is_nan = value != value;
	/* A nan has no sign in any text. */
	if (bits >> 63 && !is_nan)
		*text++ = '-';
	else if (form == REAL_PART_SIGNED)
		*text++ = '+';
	if (is_nan)
		strcpy(text, "nan");
	else if ((bits >> 52 & 0x7ff) == 0x7ff)
		strcpy(text, "inf");
	else
		write_finite(text, value, form == REAL_FLOAT);
}
