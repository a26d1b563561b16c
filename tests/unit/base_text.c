/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text as it is kept: encoding and decoding of single code points. */
#include <stdlib.h>

#include "base/text.h"
#include "tap.h"

static uint32_t decode(const char *bytes, size_t *length_ret)
{
	const char *at = bytes;
	uint32_t c = code_point_decode(&at);
	*length_ret = (size_t)(at - bytes);
	return c;
}

static void check_decoded(const char *bytes, uint32_t wanted, size_t wanted_length)
{
	size_t length;
	CHECK_NUMBER(decode(bytes, &length), wanted);
	CHECK_NUMBER(length, wanted_length);
}

static size_t encoded_length(uint32_t c)
{
	return c == 0 ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static void test_round_trip(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char bytes[CODE_POINT_BYTES + 1] = {0};
		size_t length, wrote = code_point_encode(c, bytes);
		if (wrote == encoded_length(c) && !memchr(bytes, 0, wrote) &&
		    decode(bytes, &length) == c && length == wrote)
			continue;
		CHECK_NUMBER(wrote, encoded_length(c));
		CHECK_NUMBER(decode(bytes, &length), c);
		return;
	}
}

static void test_known_bytes(void)
{
	char bytes[CODE_POINT_BYTES];
	CHECK_NUMBER(code_point_encode(0, bytes), 2);
	CHECK(memcmp(bytes, "\xc0\x80", 2) == 0);
	CHECK_NUMBER(code_point_encode(0xe4, bytes), 2);
	CHECK(memcmp(bytes, "\xc3\xa4", 2) == 0);
	CHECK_NUMBER(code_point_encode(0x20ac, bytes), 3);
	CHECK(memcmp(bytes, "\xe2\x82\xac", 3) == 0);
	CHECK_NUMBER(code_point_encode(0xd800, bytes), 3);
	CHECK(memcmp(bytes, "\xed\xa0\x80", 3) == 0);
	CHECK_NUMBER(code_point_encode(0x1f40d, bytes), 4);
	CHECK(memcmp(bytes, "\xf0\x9f\x90\x8d", 4) == 0);
}

static void test_overlong(void)
{
	check_decoded("\xc0\xaf", CODE_POINT_INVALID, 1);
	check_decoded("\xc1\xbf", CODE_POINT_INVALID, 1);
	check_decoded("\xe0\x80\x80", CODE_POINT_INVALID, 1);
	check_decoded("\xe0\x9f\xbf", CODE_POINT_INVALID, 1);
	check_decoded("\xf0\x80\x80\x80", CODE_POINT_INVALID, 1);
	check_decoded("\xf0\x8f\xbf\xbf", CODE_POINT_INVALID, 1);
	/* The one overlong form that stands for something. */
	check_decoded("\xc0\x80", 0, 2);
}

static void test_too_large(void)
{
	check_decoded("\xf4\x8f\xbf\xbf", 0x10ffff, 4);
	check_decoded("\xf4\x90\x80\x80", CODE_POINT_INVALID, 1);
	check_decoded("\xf5\x80\x80\x80", CODE_POINT_INVALID, 1);
	check_decoded("\xff", CODE_POINT_INVALID, 1);
	check_decoded("\xfc\x80\x80\x80\x80\x80", CODE_POINT_INVALID, 1);
}

static void test_stray_bytes(void)
{
	for (int byte = 0x80; byte < 0x100; byte++) {
		char bytes[3] = {(char)byte, 'x', 0};
		check_decoded(bytes, CODE_POINT_INVALID, 1);
	}
}

static void test_truncated(void)
{
	static const char *const sequences[] = {"\xc3\xa4", "\xe2\x82\xac",
						"\xf0\x9f\x90\x8d"};
	for (size_t i = 0; i < 3; i++)
		for (size_t length = 1; length < strlen(sequences[i]); length++) {
			/* In a piece of memory that ends with the text's NUL. */
			char *cut = strndup(sequences[i], length);
			check_decoded(cut, CODE_POINT_INVALID, 1);
			free(cut);
		}
}

static void test_append(void)
{
	struct text text = {0};
	text_append(&text, "", 0);
	CHECK_TEXT(text.data, "");
	text_append(&text, "ab", 2);
	text_append_string(&text, "cd");
	text_printf(&text, "-%d-%s", 7, "x");
	text_append_code_point(&text, 0x20ac);
	CHECK_TEXT(text.data, "abcd-7-x\xe2\x82\xac");
	CHECK_NUMBER(text.length, 11);
	CHECK(!text.failed);
	free(text.data);
}

static void test_growth(void)
{
	struct text text = {0};
	for (int i = 0; i < 10000; i++) {
		text_append(&text, "0123456789", (size_t)(i % 11));
		if (text.data[text.length] != '\0' || text.capacity <= text.length)
			CHECK(!"there is a NUL behind the data");
	}
	CHECK_NUMBER(text.length, 10000 / 11 * 55);
	free(text.data);
}

static void test_embedded_nul(void)
{
	struct text text = {0};
	text_append(&text, "a\0b", 3);
	CHECK_NUMBER(text.length, 3);
	CHECK(memcmp(text.data, "a\0b", 4) == 0);
	free(text.data);
}

int main(void)
{
	TEST("every code point comes back as it went", test_round_trip);
	TEST("known code points have their known bytes", test_known_bytes);
	TEST("overlong forms are invalid, but for that of NUL", test_overlong);
	TEST("what is above U+10FFFF is invalid", test_too_large);
	TEST("a byte that begins or continues nothing is stepped over alone",
	     test_stray_bytes);
	TEST("a character cut by the end of the text is invalid", test_truncated);
	TEST("appended pieces follow each other", test_append);
	TEST("a growing text always ends with a NUL", test_growth);
	TEST("a NUL among the data is kept", test_embedded_nul);
	return tap_finish();
}
