/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Text as pyinspect keeps it: UTF-8 that can hold all of a Python str. Lone
 * surrogates have their three-byte form, U+0000 is 0xC0 0x80, so that a NUL ends
 * the text.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A buffer that grows; zero-initialised is empty; data is freed with free(). */
struct text {
	char *data;
	size_t length, capacity;
	/** Some append had no memory; what is there is not the whole. */
	bool failed;
};

void text_append(struct text *text, const char *data, size_t length);
void text_append_string(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Append one code point, a surrogate or U+0000 too. */
void text_append_code_point(struct text *text, uint32_t code_point);

/** Most bytes that one code point takes. */
#define CODE_POINT_BYTES 4

/** Write one code point; returns the number of bytes, at most CODE_POINT_BYTES. */
size_t code_point_encode(uint32_t code_point, char *bytes);

/** What code_point_decode() returns for a byte that is no part of a character. */
#define CODE_POINT_INVALID UINT32_MAX

/**
 * Read one code point and step behind it; an invalid byte is stepped over alone.
 *
 * @param text Ended by a NUL, and not at it.
 */
uint32_t code_point_decode(const char **text);

/**
 * Append text so that no byte of it can do anything to a terminal or break a
 * line: see pyinspect_escape().
 */
void text_append_escaped(struct text *text, const char *string);

/**
 * The same for text that has escapes of its own, as literals of Python have: backslashes
 * stay as they are.
 */
void text_append_literal(struct text *text, const char *string);

/**
 * Append text as valid UTF-8: lone surrogates and invalid bytes are written as
 * Python's backslashreplace does, U+0000 as a byte 0.
 */
void text_append_unicode(struct text *text, const char *string);

#endif
