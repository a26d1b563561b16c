/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Usage: check_decimals <LINES
 *
 * Compare numbers in decimal with what Python made of them. A line is one of
 *
 *	real SIZE HEX DIGITS POWER	see decimal_shortest()
 *	whole HEX DIGITS		decimal_digits()
 *	leading HEX SHIFT DIGITS TOTAL	the number's first bits, and how many were left
 *					out; the digits, of which all but the last have to
 *be right; - where nobody can tell them
 *
 * The exit code is 1 if anything differs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

static unsigned int lines, wrong;

static void differ(const char *what, const char *of, const char *got, const char *wanted)
{
	if (++wrong <= 20)
		printf("%s of %.60s is %.60s, not %.60s\n", what, of, got, wanted);
}

static void check_real(const char *size, const char *hex, const char *digits,
		       const char *power)
{
	char got[SHORTEST_DIGITS_MAX + 1], got_power[16];
	int point =
		decimal_shortest(strtoull(hex, NULL, 16), (unsigned int)atoi(size), got);
	snprintf(got_power, sizeof(got_power), "%d", point);
	if (strcmp(got, digits) != 0)
		differ("real", hex, got, digits);
	if (strcmp(got_power, power) != 0)
		differ("power", hex, got_power, power);
}

/* Words of a number in hexadecimal. */
static uint64_t *read_words(const char *hex, size_t *count_ret)
{
	size_t length = strlen(hex), count = length / 16 + 1;
	uint64_t *words = calloc(count, sizeof(*words));
	for (size_t i = 0; words && i < length; i++) {
		char digit[2] = {hex[length - 1 - i], '\0'};
		words[i / 16] |= strtoull(digit, NULL, 16) << (i % 16 * 4);
	}
	*count_ret = count;
	return words;
}

static void check_whole(const char *hex, const char *digits)
{
	size_t count;
	uint64_t *words = read_words(hex, &count);
	char *got = decimal_digits(words, count);
	if (!got || strcmp(got, digits) != 0)
		differ("whole", hex, got ? got : "NULL", digits);
	free(got);
	free(words);
}

static void check_leading(const char *hex, const char *shift, const char *digits,
			  const char *total)
{
	size_t count, wanted = strlen(digits);
	struct leading_digits got;
	char got_total[24];
	uint64_t *words = read_words(hex, &count);
	bool good = decimal_leading(words, count, strtoull(shift, NULL, 10), wanted, &got);
	const char *shown = got.digits ? got.digits : "-";
	size_t length = strlen(shown);
	snprintf(got_total, sizeof(got_total), "%" PRIu64, got.total);
	if (!good || length + 1 < wanted || length > wanted + 1 ||
	    strncmp(shown, digits, length < wanted ? length : wanted) != 0)
		differ("leading", hex, shown, digits);
	if (strcmp(got_total, total) != 0)
		differ("total", hex, got_total, total);
	free(got.digits);
	free(words);
}

static void check_line(char *line)
{
	const char *words[6] = {NULL};
	size_t count = 0;
	char *rest = NULL;
	for (char *word = strtok_r(line, " \n", &rest); word && count < 6;
	     word = strtok_r(NULL, " \n", &rest))
		words[count++] = word;
	lines++;
	if (count == 5 && strcmp(words[0], "real") == 0)
		check_real(words[1], words[2], words[3], words[4]);
	else if (count == 3 && strcmp(words[0], "whole") == 0)
		check_whole(words[1], words[2]);
	else if (count == 5 && strcmp(words[0], "leading") == 0)
		check_leading(words[1], words[2], words[3], words[4]);
	else
		differ("line", count ? words[0] : "nothing", "not understood", "a check");
}

int main(void)
{
	char *line = NULL;
	size_t capacity = 0;
	while (getline(&line, &capacity, stdin) > 0)
		check_line(line);
	free(line);
	printf("%u numbers, %u differences\n", lines, wrong);
	return wrong > 0 || lines == 0;
}
