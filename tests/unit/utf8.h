/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A second opinion on what is UTF-8 and what a terminal would act on. */
#ifndef UNIT_UTF8_H
#define UNIT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Length of the character at the start of valid UTF-8 (RFC 3629), 0 if there is none.
 */
static inline size_t utf8_length(const unsigned char *bytes, size_t size)
{
	/* Table 3-7 of the Unicode Standard: first byte, range of the second, length. */
	static const struct {
		unsigned char first, last, low, high, length;
	} rows[] = {
		{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	for (size_t i = 0; size && i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length = rows[i].length;
		if (bytes[0] < rows[i].first || bytes[0] > rows[i].last || length > size)
			continue;
		if (length > 1 && (bytes[1] < rows[i].low || bytes[1] > rows[i].high))
			return 0;
		for (size_t j = 2; j < length; j++)
			if ((bytes[j] & 0xc0) != 0x80)
				return 0;
		return length;
	}
	return 0;
}

/** Code point of a character that utf8_length() has accepted. */
static inline uint32_t utf8_value(const unsigned char *bytes, size_t length)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = bytes[0] & masks[length];
	for (size_t i = 1; i < length; i++)
		c = c << 6 | (bytes[i] & 0x3f);
	return c;
}

static inline bool utf8_is_valid(const char *text, size_t size)
{
	for (size_t at = 0, length; at < size; at += length) {
		length = utf8_length((const unsigned char *)text + at, size - at);
		if (length == 0)
			return false;
	}
	return true;
}

/** Controls, what turns the direction, ends a line, or is no character. */
static inline bool utf8_is_active(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || (c >= 0xfdd0 && c <= 0xfdef) ||
	       (c & 0xfffe) == 0xfffe;
}

/** Valid UTF-8 of which nothing acts on a terminal; newlines are allowed on demand. */
static inline bool utf8_is_calm(const char *text, size_t size, bool newlines)
{
	const unsigned char *bytes = (const unsigned char *)text;
	for (size_t at = 0, length; at < size; at += length) {
		length = utf8_length(bytes + at, size - at);
		if (length == 0)
			return false;
		uint32_t c = utf8_value(bytes + at, length);
		if (utf8_is_active(c) && !(newlines && c == '\n'))
			return false;
	}
	return true;
}

#endif
