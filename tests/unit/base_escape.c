/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text on its way out: escaped for terminals, valid for JSON. */
#include <stdlib.h>

#include "base/text.h"
#include "image.h"
#include "tap.h"
#include "utf8.h"

static void check_escaped(const char *raw, const char *wanted)
{
	char *escaped = pyinspect_escape(raw);
	CHECK_TEXT(escaped, wanted);
	free(escaped);
}

static void check_code_point_escaped(uint32_t c)
{
	char raw[CODE_POINT_BYTES + 1] = {0}, wanted[16];
	code_point_encode(c, raw);
	snprintf(wanted, sizeof(wanted),
		 c < 0x100     ? "\\x%02x"
		 : c < 0x10000 ? "\\u%04x"
			       : "\\U%08x",
		 c);
	check_escaped(raw, c == '\n'   ? "\\n"
			   : c == '\t' ? "\\t"
			   : c == '\r' ? "\\r"
				       : wanted);
}

static void test_controls(void)
{
	for (uint32_t c = 0; c < 0x20; c++)
		check_code_point_escaped(c);
	for (uint32_t c = 0x7f; c < 0xa0; c++)
		check_code_point_escaped(c);
}

static void test_backslash(void)
{
	check_escaped("\\", "\\\\");
	check_escaped("a\\n", "a\\\\n");
	check_escaped("\\\\x1b[2J", "\\\\\\\\x1b[2J");
}

static void test_direction(void)
{
	static const uint32_t controls[] = {0x61c,  0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
					    0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		check_code_point_escaped(controls[i]);
}

static void test_separators(void)
{
	check_code_point_escaped(0x85);
	check_code_point_escaped(0x2028);
	check_code_point_escaped(0x2029);
}

static void test_surrogates(void)
{
	for (uint32_t c = 0xd800; c < 0xe000; c++)
		check_code_point_escaped(c);
}

static void test_noncharacters(void)
{
	for (uint32_t c = 0xfdd0; c <= 0xfdef; c++)
		check_code_point_escaped(c);
	for (uint32_t plane = 0; plane <= 16; plane++) {
		check_code_point_escaped(plane << 16 | 0xfffe);
		check_code_point_escaped(plane << 16 | 0xffff);
	}
}

static void test_invisible(void)
{
	static const uint32_t unseen[] = {0xad,   0x200b, 0x200d,  0x2060,
					  0xfeff, 0xfff9, 0xe0001, 0xe0041};
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		check_code_point_escaped(unseen[i]);
}

static void test_invalid(void)
{
	check_escaped("\x80", "\\x80");
	check_escaped("\xff\xfe", "\\xff\\xfe");
	check_escaped("\xc3", "\\xc3");
	check_escaped("\xe2\x82", "\\xe2\\x82");
	check_escaped("\xf0\x9f\x90", "\\xf0\\x9f\\x90");
	check_escaped("\xc3(", "\\xc3(");
	/* Overlong forms of ESC and of the newline. */
	check_escaped("\xc0\x9b", "\\xc0\\x9b");
	check_escaped("\xe0\x80\x8a", "\\xe0\\x80\\x8a");
	check_escaped("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void test_untouched(void)
{
	static const char text[] =
		" !\"#$%&'()*+,-./0-9:;<=>?@A-Z[]^_`a-z{|}~\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d";
	check_escaped(text, text);
	check_escaped("", "");
}

static void test_every_code_point_is_calm(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char raw[CODE_POINT_BYTES + 1] = {0};
		struct text text = {0};
		code_point_encode(c, raw);
		text_append_escaped(&text, raw);
		bool calm = utf8_is_calm(text.data, text.length, false);
		free(text.data);
		if (!calm) {
			printf("# U+%04X\n", c);
			CHECK(calm);
			return;
		}
	}
}

/* Bytes of which most begin or continue something, or do something. */
static void fill(struct random *random, char *bytes, size_t size)
{
	static const char likely[] =
		"\xc0\xc3\xe0\xe2\xed\xef\xf0\xf4\xf5\x80\x9f\xa0\xbf\x1b\n\\a";
	for (size_t i = 0; i < size; i++) {
		bytes[i] = random_below(random, 2)
				   ? likely[random_below(random, sizeof(likely) - 1)]
				   : (char)(1 + random_below(random, 255));
	}
	bytes[size] = '\0';
}

#define SEED   UINT64_C(20240611)
#define ROUNDS 20000

static void test_random_escaped(void)
{
	struct random random = {SEED};
	for (int i = 0; i < ROUNDS; i++) {
		char raw[25];
		fill(&random, raw, random_below(&random, sizeof(raw)));
		char *escaped = pyinspect_escape(raw);
		bool calm = utf8_is_calm(escaped, strlen(escaped), false);
		free(escaped);
		if (!CHECK(calm)) {
			printf("# seed %" PRIu64 ", round %d\n", SEED, i);
			return;
		}
	}
}

static void test_random_unicode(void)
{
	struct random random = {SEED};
	for (int i = 0; i < ROUNDS; i++) {
		char raw[25];
		struct text text = {0};
		fill(&random, raw, random_below(&random, sizeof(raw)));
		text_append(&text, "", 0);
		text_append_unicode(&text, raw);
		bool valid = utf8_is_valid(text.data, text.length);
		free(text.data);
		if (!CHECK(valid)) {
			printf("# seed %" PRIu64 ", round %d\n", SEED, i);
			return;
		}
	}
}

static void check_unicode(const char *raw, const char *wanted, size_t wanted_length)
{
	struct text text = {0};
	text_append(&text, "", 0);
	text_append_unicode(&text, raw);
	CHECK_NUMBER(text.length, wanted_length);
	CHECK(memcmp(text.data, wanted, wanted_length) == 0);
	free(text.data);
}

static void test_unicode(void)
{
	check_unicode("", "", 0);
	check_unicode("a\xc0\x80z", "a\0z", 3);
	check_unicode("\xed\xb2\x80", "\\udc80", 6);
	check_unicode("\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80", 6);
	check_unicode("\xff\xc3", "\\xff\\xc3", 8);
	check_unicode("\x1b[0m", "\x1b[0m", 4);
}

static void test_unicode_of_every_code_point(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char raw[CODE_POINT_BYTES + 1] = {0};
		struct text text = {0};
		size_t length = code_point_encode(c, raw);
		text_append_unicode(&text, raw);
		bool surrogate = c >= 0xd800 && c < 0xe000;
		bool good = utf8_is_valid(text.data, text.length) &&
			    text.length == (c == 0      ? 1
					    : surrogate ? 6
							: length);
		free(text.data);
		if (!CHECK(good)) {
			printf("# U+%04X\n", c);
			return;
		}
	}
}

int main(void)
{
	TEST("every C0 control, DEL and every C1 control is escaped", test_controls);
	TEST("a backslash is doubled", test_backslash);
	TEST("what turns the direction of text is escaped", test_direction);
	TEST("separators of lines and paragraphs are escaped", test_separators);
	TEST("lone surrogates are escaped", test_surrogates);
	TEST("noncharacters are escaped", test_noncharacters);
	TEST("what can't be seen is escaped", test_invisible);
	TEST("bytes that are no UTF-8 are escaped one by one", test_invalid);
	TEST("text that does nothing stays as it is", test_untouched);
	TEST("no code point reaches a terminal that could do something there",
	     test_every_code_point_is_calm);
	TEST("random bytes are calm once escaped", test_random_escaped);
	TEST("as Unicode, NUL is a byte and surrogates are written out", test_unicode);
	TEST("as Unicode, every code point gives valid UTF-8",
	     test_unicode_of_every_code_point);
	TEST("as Unicode, random bytes give valid UTF-8", test_random_unicode);
	return tap_finish();
}
