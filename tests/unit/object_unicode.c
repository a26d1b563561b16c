/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "object/unicode.h"
#include "tap.h"
#include "versions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct str_form ascii = {1, true, true, true}, latin1 = {1, false, true, true},
			     ucs2 = {2, false, true, true}, ucs4 = {4, false, true, true};

static int read_text(const struct world *world, uint64_t object, size_t limit,
		     struct text *text, size_t *total_ret)
{
	*text = (struct text){0};
	return error_code_of(unicode_read(&world->view, object, limit, text, total_ret));
}

static void check_read(const struct world *world, uint64_t object, const char *wanted)
{
	struct text text;
	size_t total = 0;
	CHECK_NUMBER(read_text(world, object, 1000, &text, &total), 0);
	CHECK_TEXT(text.data, wanted);
	free(text.data);
}

static void check_bad(const struct world *world, uint64_t object, int code)
{
	struct text text;
	CHECK_NUMBER(read_text(world, object, 1000, &text, NULL), code);
	CHECK(!unicode_equals(&world->view, object, "x"));
	free(text.data);
}

static void test_kinds(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		check_read(&world, make_text(&world, ascii, "plain", 5), "plain");
		check_read(&world, make_text(&world, ascii, "", 0), "");
		check_read(&world, make_text(&world, latin1, "h\xe4\xff", 3),
			   "h\xc3\xa4\xc3\xbf");
		check_read(&world, make_text(&world, ucs2, u"\u20ac\u00e4x", 3),
			   "\xe2\x82\xac\xc3\xa4x");
		check_read(&world, make_text(&world, ucs4, U"\U0001f40d\u20acx", 3),
			   "\xf0\x9f\x90\x8d\xe2\x82\xacx");
	}
}

static void test_not_compact(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		struct str_form form = {1, true, false, true};
		check_read(&world, make_text(&world, form, "sub", 3), "sub");
		form = (struct str_form){1, false, false, true};
		check_read(&world, make_text(&world, form, "s\xfc", 2), "s\xc3\xbc");
		form = (struct str_form){2, false, false, true};
		check_read(&world, make_text(&world, form, u"\u20ac", 1), "\xe2\x82\xac");
		form = (struct str_form){4, false, false, true};
		check_read(&world, make_text(&world, form, U"\U0001f40d", 1),
			   "\xf0\x9f\x90\x8d");
	}
}

/* A str that the old C API has made, and nobody has looked at. */
static void test_not_ready(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		uint64_t object = make_text(&world, (struct str_form){0}, "", 0);
		uint64_t data = image_alloc(&world.image, 64);
		image_write(&world.image, data, U"old \u20ac", 5 * 4);
		put(&world, object, FIELD_ASCII_WSTR, data);
		put(&world, object, FIELD_COMPACT_WSTR_LENGTH, 5);
		if (world_has(&world, FIELD_ASCII_WSTR))
			check_read(&world, object, "old \xe2\x82\xac");
		else
			check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_special(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		static const uint16_t surrogates[] = {0xd83d, 'x', 0xdc0d, 0};
		check_read(&world, make_text(&world, ascii, "a\0b", 3),
			   "a\xc0\x80"
			   "b");
		check_read(&world, make_text(&world, ucs2, surrogates, 4),
			   "\xed\xa0\xbdx\xed\xb0\x8d\xc0\x80");
	}
}

static void test_limit(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		struct text text;
		size_t total = 0;
		uint64_t object = make_text(&world, ucs2, u"\u20ac\u20ac\u20ac", 3);
		CHECK_NUMBER(read_text(&world, object, 2, &text, &total), 0);
		CHECK_TEXT(text.data, "\xe2\x82\xac\xe2\x82\xac");
		CHECK_NUMBER(total, 3);
		free(text.data);
		CHECK_NUMBER(read_text(&world, object, 0, &text, &total), 0);
		CHECK_TEXT(text.data, "");
		free(text.data);
	}
}

static void test_long(void)
{
	struct world world;
	char raw[5000];
	memset(raw, 'y', sizeof(raw));
	FOR_EACH_VERSION_3(&world)
	{
		struct text text;
		uint64_t object = make_text(&world, ascii, raw, sizeof(raw));
		CHECK_NUMBER(read_text(&world, object, 4999, &text, NULL), 0);
		CHECK_NUMBER(text.length, 4999);
		CHECK(memcmp(text.data, raw, 4999) == 0);
		free(text.data);
	}
}

static void test_lying_length(void)
{
	static const uint64_t lengths[] = {UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 62,
					   (UINT64_C(1) << 46) + 1};
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		uint64_t object = make_text(&world, ascii, "x", 1);
		for (size_t i = 0; i < COUNT(lengths); i++) {
			put(&world, object, FIELD_ASCII_LENGTH, lengths[i]);
			check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
		}
	}
}

static void test_length_behind_memory(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		struct text text;
		uint64_t object = make_text(&world, ascii, "x", 1);
		put(&world, object, FIELD_ASCII_LENGTH, 1 << 23);
		CHECK_NUMBER(read_text(&world, object, 1 << 23, &text, NULL),
			     PYINSPECT_ERROR_FAULT);
		free(text.data);
	}
}

static void test_garbage_kind(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		for (unsigned int kind = 0; kind < 8; kind++) {
			struct str_form form = {
				.kind = kind, .compact = true, .ready = true};
			uint64_t object = make_text(&world, form, "12345678", 1);
			if (kind != 1 && kind != 2 && kind != 4)
				check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
		}
	}
}

static void test_no_character(void)
{
	static const uint32_t large[] = {'a', 0x110000}, largest[] = {0xffffffff};
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		check_bad(&world, make_text(&world, ucs4, large, 2),
			  PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_text(&world, ucs4, largest, 1),
			  PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_no_str(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		check_bad(&world, make_object(&world, world.object_type, 64),
			  PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_bytes(&world, "x", 1), PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_object(&world, 0x10, 64), PYINSPECT_ERROR_FAULT);
		check_bad(&world, 0, PYINSPECT_ERROR_FAULT);
		check_bad(&world, UINT64_MAX - 4, PYINSPECT_ERROR_FAULT);
	}
}

static void test_data_elsewhere(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		struct str_form form = {1, true, false, true};
		uint64_t object = make_text(&world, form, "x", 1);
		put(&world, object, FIELD_UNICODE_DATA, 0);
		check_bad(&world, object, PYINSPECT_ERROR_FAULT);
		put(&world, object, FIELD_UNICODE_DATA, UINT64_MAX);
		check_bad(&world, object, PYINSPECT_ERROR_FAULT);
	}
}

static void test_equals(void)
{
	struct world world;
	FOR_EACH_VERSION_3(&world)
	{
		uint64_t object = make_str(&world, "_name");
		CHECK(unicode_equals(&world.view, object, "_name"));
		CHECK(!unicode_equals(&world.view, object, "_nam"));
		CHECK(!unicode_equals(&world.view, object, "_names"));
		CHECK(!unicode_equals(&world.view, object, "_namf"));
		CHECK(!unicode_equals(&world.view, object, ""));
		CHECK(unicode_equals(&world.view, make_str(&world, ""), ""));
		struct str_form form = {1, true, false, true};
		CHECK(unicode_equals(&world.view, make_text(&world, form, "sub", 3),
				     "sub"));
		CHECK(!unicode_equals(&world.view, make_text(&world, ucs2, u"ab", 2),
				      "ab"));
	}
}

static void test_python2(void)
{
	struct world world;
	world_init(&world, VERSION(2, 7));
	check_read(&world, make_str(&world, "plain"), "plain");
	check_read(&world, make_bytes(&world, "\xe4\xff", 2), "\xe4\xff");
	check_read(&world, make_bytes(&world, "a\0b", 3),
		   "a\xc0\x80"
		   "b");
	check_read(&world, make_text(&world, ucs4, U"\U0001f40d\u20acx", 3),
		   "\xf0\x9f\x90\x8d\xe2\x82\xacx");
	CHECK(unicode_equals(&world.view, make_str(&world, "key"), "key"));
	CHECK(!unicode_equals(&world.view, make_str(&world, "key"), "kex"));
	uint64_t object = make_str(&world, "x");
	put(&world, object, FIELD_VAR_SIZE, UINT64_MAX);
	check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
	object = make_text(&world, ucs4, U"x", 1);
	put(&world, object, FIELD_UNICODE2_STR, 8);
	check_bad(&world, object, PYINSPECT_ERROR_FAULT);
	put(&world, object, FIELD_UNICODE2_LENGTH, UINT64_MAX);
	check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
	world_deinit(&world);
}

/* As the compiler lays the bits out: an interned "ok", compact and ASCII. */
static void test_state_words(void)
{
	static const struct {
		uint32_t hexversion, state;
		bool has_gil;
	} rows[] = {
		/* interned:2, kind:3, compact:1, ascii:1, ready:1 */
		{VERSION(3, 6), 0xe5, true},
		{VERSION(3, 11), 0xe5, true},
		/* interned:2, kind:3, compact:1, ascii:1, statically_allocated:1 */
		{VERSION(3, 13), 0x65, true},
		{VERSION(3, 13), 0x65, false},
		{VERSION(3, 14), 0x65, true},
		{VERSION(3, 15), 0x65, true},
		/* A byte of interned, then the same. */
		{VERSION(3, 14), 0x1901, false},
		{VERSION(3, 15), 0x1901, false},
		{VERSION(3, 15), 0x3903, false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;
		if (rows[i].has_gil)
			world_init(&world, rows[i].hexversion);
		else
			world_init_unguarded(&world, rows[i].hexversion);
		uint64_t object = make_text(&world, ascii, "ok", 2);
		put(&world, object, FIELD_ASCII_STATE, rows[i].state);
		check_read(&world, object, "ok");
		world_deinit(&world);
	}
}

int main(void)
{
	TEST("ASCII, Latin-1, UCS-2 and UCS-4 are read", test_kinds);
	TEST("characters apart from the object are read", test_not_compact);
	TEST("a str that is not ready is read where there is such a thing", test_not_ready);
	TEST("NUL and lone surrogates are kept", test_special);
	TEST("no more than the limit is taken, and the whole length told", test_limit);
	TEST("a long str is read", test_long);
	TEST("an absurd length is an error", test_lying_length);
	TEST("a length behind the end of memory is a fault", test_length_behind_memory);
	TEST("an unknown kind is an error", test_garbage_kind);
	TEST("what is no character is an error", test_no_character);
	TEST("another object is no str", test_no_str);
	TEST("characters at no address are a fault", test_data_elsewhere);
	TEST("a name is equal to itself alone", test_equals);
	TEST("2.7: str and unicode are read", test_python2);
	TEST("the state is where each build has it", test_state_words);
	return tap_finish();
}
