/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/decimal.h"

/* The largest power of ten in a word; its top bit is set, as divide() needs it. */
#define TEN_19 UINT64_C(10000000000000000000)
#define DIGITS 19

/* floor((2^128 - 1) / TEN_19) - 2^64 */
#define TEN_19_INVERSE                                                                     \
	((uint64_t)(((unsigned __int128)~TEN_19 << 64 | UINT64_MAX) / TEN_19))

/* high * 2^64 + low by TEN_19, without a division. Möller and Granlund, "Improved
 * division by invariant integers", algorithm 4. */
static uint64_t divide(uint64_t high, uint64_t low, uint64_t *rest_ret)
{
	unsigned __int128 estimate = (unsigned __int128)TEN_19_INVERSE * high;
	estimate += (unsigned __int128)high << 64 | low;
	uint64_t quotient = (uint64_t)(estimate >> 64) + 1;
	uint64_t rest = low - quotient * TEN_19;
	if (rest > (uint64_t)estimate) {
		quotient--;
		rest += TEN_19;
	}
	if (rest >= TEN_19) {
		quotient++;
		rest -= TEN_19;
	}
	*rest_ret = rest;
	return quotient;
}

/* Append a word to a number of base TEN_19: times 2^64, plus the word. */
static size_t push_word(uint64_t *chunks, size_t count, uint64_t word)
{
	uint64_t carry = word;
	for (size_t i = 0; i < count; i++)
		carry = divide(chunks[i], carry, &chunks[i]);
	/* A word can be larger than the base. */
	for (; carry; carry /= TEN_19)
		chunks[count++] = carry % TEN_19;
	return count;
}

static void write_chunk(char *text, uint64_t chunk)
{
	for (size_t i = DIGITS; i-- > 0; chunk /= 10)
		text[i] = (char)('0' + chunk % 10);
}

static char *write_chunks(const uint64_t *chunks, size_t count)
{
	char *text = malloc(count * DIGITS + 2);
	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++)
		write_chunk(text + i * DIGITS, chunks[count - 1 - i]);
	size_t length = count * DIGITS, zeros = 0;
	while (zeros < length && text[zeros] == '0')
		zeros++;
	memmove(text, text + zeros, length - zeros);
	text[length - zeros] = '\0';
	return zeros == length ? strcpy(text, "0") : text;
}

char *decimal_digits(const uint64_t *words, size_t count)
{
	/* A word of the base holds 0.986 of a word; one more is a carry's. */
	size_t room = count + count / 64 + 2, used = 0;
	cleanup_free uint64_t *chunks = malloc(room * sizeof(*chunks));
	if (!chunks)
		return NULL;
	for (size_t i = count; i-- > 0;)
		used = push_word(chunks, used, words[i]);
	return write_chunks(chunks, used);
}

uint64_t decimal_length(uint64_t bits)
{
	/* The logarithm of two, times 2^64. */
	const uint64_t log10_2 = UINT64_C(5553023288523357132);
	uint64_t whole = bits ? bits - 1 : 0;
	return (uint64_t)((unsigned __int128)whole * log10_2 >> 64) + 1;
}
