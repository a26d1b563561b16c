/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool reserve(struct text *text, size_t length)
{
	/* One byte more for the NUL that is always behind the data. */
	if (text->capacity - text->length > length)
		return true;
	size_t capacity = (text->length + length + 1) * 2;
	char *data = realloc(text->data, capacity);
	if (!data) {
		text->failed = true;
		return false;
	}
	text->data = data;
	text->capacity = capacity;
	return true;
}

void text_append(struct text *text, const char *data, size_t length)
{
	if (!reserve(text, length))
		return;
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void text_append_string(struct text *text, const char *string)
{
	text_append(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;
	char *formatted;
	va_start(arguments, format);
	int length = vasprintf(&formatted, format, arguments);
	va_end(arguments);
	if (length < 0) {
		text->failed = true;
		return;
	}
	text_append(text, formatted, (size_t)length);
	free(formatted);
}

size_t code_point_encode(uint32_t c, char *bytes)
{
	if (c && c < 0x80) {
		bytes[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | (c >> 18 & 0x7));
	bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void text_append_code_point(struct text *text, uint32_t code_point)
{
	char bytes[CODE_POINT_BYTES];
	text_append(text, bytes, code_point_encode(code_point, bytes));
}

static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc0 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	if (first >= 0xf0 && first < 0xf5)
		return 4;
	return 0;
}

static bool is_overlong(uint32_t c, size_t length)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	return c < least[length] && !(c == 0 && length == 2);
}

uint32_t code_point_decode(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t length = sequence_length(bytes[0]);
	if (length == 1) {
		(*text)++;
		return bytes[0];
	}
	uint32_t c = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80) {
			length = 0;
			break;
		}
		c = c << 6 | (bytes[i] & 0x3f);
	}
	if (length == 0 || c > 0x10ffff || is_overlong(c, length)) {
		(*text)++;
		return CODE_POINT_INVALID;
	}
	*text += length;
	return c;
}

static bool is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c < 0xe000;
}

/* Controls, what changes the direction or breaks the line, and what can't be seen. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\\' || c == 0xad ||
	       c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || is_surrogate(c) || c == 0xfeff ||
	       (c >= 0xfff0 && c <= 0xfffb) || (c & 0xfffe) == 0xfffe ||
	       (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xe0000 && c < 0xe1000) ||
	       c >= 0xf0000;
}

static void append_escape(struct text *text, uint32_t c)
{
	switch (c) {
	case '\n':
		text_append_string(text, "\\n");
		return;
	case '\t':
		text_append_string(text, "\\t");
		return;
	case '\r':
		text_append_string(text, "\\r");
		return;
	case '\\':
		text_append_string(text, "\\\\");
		return;
	}
	text_printf(text, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

/* kept: an unsafe character that is taken over all the same, or CODE_POINT_INVALID. */
static void append_safely(struct text *text, const char *string, uint32_t kept)
{
	while (*string) {
		const char *start = string;
		uint32_t c = code_point_decode(&string);
		if (c == CODE_POINT_INVALID)
			text_printf(text, "\\x%02x", (unsigned char)*start);
		else if (is_unsafe(c) && c != kept)
			append_escape(text, c);
		else
			text_append(text, start, (size_t)(string - start));
	}
}

void text_append_escaped(struct text *text, const char *string)
{
	append_safely(text, string, CODE_POINT_INVALID);
}

void text_append_literal(struct text *text, const char *string)
{
	append_safely(text, string, '\\');
}

void text_append_unicode(struct text *text, const char *string)
{
	while (*string) {
		const char *start = string;
		uint32_t c = code_point_decode(&string);
		if (c == CODE_POINT_INVALID)
			text_printf(text, "\\x%02x", (unsigned char)*start);
		else if (is_surrogate(c))
			text_printf(text, "\\u%04x", c);
		else if (c == 0)
			text_append(text, "", 1);
		else
			text_append(text, start, (size_t)(string - start));
	}
}
