/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers, str and bytes that no Python would make, and how much is read of large ones. */
#include <stdlib.h>

#include "repr/repr.h"
#include "tap.h"
#include "versions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct str_form ascii = {1, true, true, true};

/* A world in which types lead to their formatters. */
struct stage {
	struct world world;
	struct arena arena;
	uint64_t type_type, tuple_type, array_type, float_type;
};

static void finish_type(struct stage *stage, uint64_t type, const char *name)
{
	struct world *world = &stage->world;
	uint64_t items = layout_at(&world->layout, FIELD_TUPLE_ITEMS);
	uint64_t mro = make_object(world, stage->tuple_type, items + 8);
	put(world, mro, FIELD_VAR_SIZE, 1);
	image_write_u64(&world->image, mro + items, type);
	put(world, type, FIELD_OBJECT_TYPE, stage->type_type);
	put(world, type, FIELD_TYPE_NAME, make_c_string(world, name));
	put(world, type, FIELD_TYPE_MRO, mro);
	/* Any address, other for each type. */
	put(world, type, FIELD_TYPE_REPR, type + 1);
}

static void stage_init(struct stage *stage, uint32_t hexversion)
{
	struct world *world = &stage->world;
	*stage = (struct stage){0};
	world_init(world, hexversion);
	bool python2 = world->layout.dialect->bytes_are_str;
	stage->type_type = make_type(world, "type", TYPE_FLAG_TYPE);
	stage->tuple_type = make_type(world, "tuple", TYPE_FLAG_TUPLE);
	stage->array_type = make_type(world, "bytearray", 0);
	stage->float_type = make_type(world, "float", 0);
	finish_type(stage, world->text_type, python2 ? "unicode" : "str");
	finish_type(stage, world->bytes_type, python2 ? "str" : "bytes");
	finish_type(stage, world->long_type, python2 ? "long" : "int");
	finish_type(stage, world->int_type, "int");
	finish_type(stage, stage->array_type, "bytearray");
	finish_type(stage, stage->float_type, "float");
}

static void stage_deinit(struct stage *stage)
{
	arena_deinit(&stage->arena);
	world_deinit(&stage->world);
}

#define FOR_EACH_STAGE(stage)                                                              \
	for (size_t row_ = 0; row_ < dialect_count; row_++)                                \
		for (bool once_ = (stage_init(stage, version_at(row_)), true); once_;      \
		     once_ = (stage_deinit(stage), false))

static struct pyinspect_value show(struct stage *stage, uint64_t object, size_t length)
{
	struct repr repr;
	struct pyinspect_value value = {0};
	const struct repr_limits limits = {.max_length = length, .max_items = 50};
	repr_init(&repr, &stage->world.view, &stage->arena, NULL, &limits);
	CHECK(repr_write(&repr, object, &value));
	repr_deinit(&repr);
	return value;
}

/* It is unreadable, and the reason holds a word. */
static void check_broken(struct stage *stage, uint64_t object, const char *word)
{
	struct pyinspect_value value = show(stage, object, 400);
	CHECK_HOLDS(value.text, "<unreadable at 0x");
	CHECK_HOLDS(value.problem, word);
	/* The text has the reason, too. */
	CHECK_HOLDS(value.text, word);
}

static bool is_python2(const struct stage *stage)
{
	return stage->world.layout.dialect->bytes_are_str;
}

static void test_readable(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		const char *digits = is_python2(&stage) ? "-5L" : "-5";
		CHECK_TEXT(show(&stage, make_int(world, -5), 10).text, digits);
		CHECK_TEXT(show(&stage, make_bytes(world, "a\"'\0", 4), 20).text,
			   is_python2(&stage) ? "'a\"\\'\\x00'" : "b'a\"\\'\\x00'");
	}
}

static void test_digits(void)
{
	/* Digits have 30 bits. */
	static const uint32_t wrong[] = {1, 0x40000000, 1};
	uint32_t many[5000] = {[4999] = 0x80000000};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		check_broken(&stage, make_digits(&stage.world, wrong, 3, false), "digit");
		check_broken(&stage, make_digits(&stage.world, many, 5000, false), "digit");
	}
}

static void put_digit_count(struct stage *stage, uint64_t object, uint64_t count)
{
	put(&stage->world, object, FIELD_VAR_SIZE, count);
	put(&stage->world, object, FIELD_LONG_TAG, count << 3);
}

static void test_digit_count(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		uint64_t object = make_int(&stage.world, 5);
		/* More digits than there is memory, or could be. */
		put_digit_count(&stage, object, UINT64_C(1) << 30);
		check_broken(&stage, object, "0x7f1");
		put_digit_count(&stage, object, UINT64_C(1) << 60);
		check_broken(&stage, object, "digits of 30 bits");
	}
}

/* Zeros in front, which no int has, don't change its value. */
static void test_leading_zeros(void)
{
	static const uint32_t digits[] = {7, 0, 0};
	static const uint32_t zeros[4000];
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		const char *seven = is_python2(&stage) ? "7L" : "7";
		uint64_t object = make_digits(&stage.world, digits, 3, false);
		CHECK_TEXT(show(&stage, object, 400).text, seven);
		object = make_digits(&stage.world, zeros, 4000, false);
		CHECK_TEXT(show(&stage, object, 400).text, is_python2(&stage) ? "0L" : "0");
	}
}

/* The first bits alone say nothing about the digits of a power of ten, but its size. */
static void test_unknown_digits(void)
{
	static const uint32_t top[] = {1};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		size_t count = 20000;
		uint32_t *digits = calloc(count, sizeof(*digits));
		uint64_t object = make_digits(&stage.world, digits, count, false);
		struct pyinspect_value value = show(&stage, object, 400);
		/* All zeros: no first bit. */
		CHECK_TEXT(value.text, "<int of 599970 bits>");
		CHECK(value.has_custom_repr);
		digits[count - 1] = top[0];
		object = make_digits(&stage.world, digits, count, true);
		value = show(&stage, object, 20);
		/* 2^599970 */
		CHECK_HOLDS(value.text, "... 180");
		CHECK_NUMBER(value.total, 180609);
		free(digits);
	}
}

static void test_lengths(void)
{
	static const uint64_t lengths[] = {UINT64_MAX, UINT64_C(1) << 63,
					   UINT64_C(1) << 47};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		for (size_t i = 0; i < COUNT(lengths); i++) {
			uint64_t object = make_bytes(world, "abc", 3);
			put(world, object, FIELD_VAR_SIZE, lengths[i]);
			check_broken(&stage, object, "length");
			object = make_text(world, ascii, "abc\0\0\0\0\0\0\0\0\0", 3);
			put(world, object, FIELD_ASCII_LENGTH, lengths[i]);
			put(world, object, FIELD_UNICODE2_LENGTH, lengths[i]);
			check_broken(&stage, object, "length");
			object = make_object(world, stage.array_type, 64);
			put(world, object, FIELD_VAR_SIZE, lengths[i]);
			check_broken(&stage, object, "length");
		}
	}
}

static void test_kinds(void)
{
	static const unsigned int kinds[] = {3, 5, 6, 7};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		for (size_t i = 0; !is_python2(&stage) && i < COUNT(kinds); i++) {
			uint64_t object = make_text(world, ascii, "abc", 3);
			put(world, object, FIELD_ASCII_STATE, kinds[i] << 2 | 0xe0);
			check_broken(&stage, object, "characters of");
		}
	}
}

static void test_character(void)
{
	static const uint32_t characters[] = {'a', 'b', 0x110000, 'c'};
	struct str_form form = {4, false, true, true};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		uint64_t object = make_text(&stage.world, form, characters, 4);
		check_broken(&stage, object, "0x110000");
		CHECK_HOLDS(show(&stage, object, 400).text, "'ab<unreadable");
	}
}

static void test_nowhere(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t object = make_object(world, stage.array_type, 64);
		put(world, object, FIELD_VAR_SIZE, 5);
		put(world, object, FIELD_BYTEARRAY_START, 0x1000);
		check_broken(&stage, object, "0x1000");
		/* Nothing is read of what is empty. */
		put(world, object, FIELD_VAR_SIZE, 0);
		CHECK_TEXT(show(&stage, object, 400).text, "bytearray(b'')");
		check_broken(&stage, world->image.end - 8, "0x");
		check_broken(&stage, make_object(world, 0x1000, 32), "type");
	}
}

/* What can be read of a str that goes on into nowhere is shown. */
static void test_end_of_memory(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t data = 0x7f2000000000;
		struct image_range *range = image_map(&world->image, data, 8192);
		memset(range->bytes, 'x', 8192);
		uint64_t object = make_object(world, stage.array_type, 64);
		put(world, object, FIELD_VAR_SIZE, UINT64_C(1) << 40);
		put(world, object, FIELD_BYTEARRAY_START, data);
		struct pyinspect_value value = show(&stage, object, 100);
		CHECK_HOLDS(value.text, "bytearray(b'xxxx");
		CHECK_HOLDS(value.text, "xx... 1099511627688 more')");
		CHECK_NUMBER(value.total, INT64_C(1) << 40);
		value = show(&stage, object, SIZE_MAX);
		CHECK_HOLDS(value.text, "xxxx<unreadable at 0x");
		CHECK_HOLDS(value.problem, "0x7f2000002000");
	}
}

static void test_reads(void)
{
	struct stage stage;
	size_t size = (size_t)3 << 20;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t data = 0x7f2000000000;
		struct image_range *range = image_map(&world->image, data, size);
		memset(range->bytes, 'x', size);
		uint64_t object = make_object(world, stage.array_type, 64);
		put(world, object, FIELD_VAR_SIZE, size);
		put(world, object, FIELD_BYTEARRAY_START, data);
		/* The quotes of 1 MiB; what is behind isn't looked at. */
		range->bytes[size - 1] = '\'';
		size_t before = world->image.reads;
		CHECK_HOLDS(show(&stage, object, 100).text, "bytearray(b'xxxx");
		CHECK(world->image.reads - before < 20);
		range->bytes[1 << 19] = '\'';
		memory_forget(&world->memory);
		CHECK_HOLDS(show(&stage, object, 100).text, "bytearray(b\"xxxx");
		/* All that is shown has quotes that fit it. */
		range->bytes[1 << 19] = 'x';
		memory_forget(&world->memory);
		CHECK_HOLDS(show(&stage, object, SIZE_MAX).text, "bytearray(b\"xxxx");
	}
}

static void test_narrow(void)
{
	static const uint16_t units[] = {'a',    0xd83d, 0xdc0d, 'b',
					 0xd83d, 'c',    0xdc0d, 0xd83d};
	struct stage stage;
	stage_init(&stage, version_at(0));
	struct world *world = &stage.world;
	REQUIRE(world_has(world, FIELD_UNICODE2_STR));
	world->layout.is_narrow = true;
	uint64_t object = make_object(world, world->text_type, 64);
	uint64_t data = image_alloc(&world->image, sizeof(units));
	image_write(&world->image, data, units, sizeof(units));
	put(world, object, FIELD_UNICODE2_LENGTH, COUNT(units));
	put(world, object, FIELD_UNICODE2_STR, data);
	CHECK_TEXT(show(&stage, object, 400).text,
		   "u'a\\U0001f40db\\ud83dc\\udc0d\\ud83d'");
	/* An escape is written whole or not at all; len() counts units. */
	struct pyinspect_value value = show(&stage, object, 12);
	CHECK_TEXT(value.text, "u'a... 7 more'");
	CHECK_NUMBER(value.total, 8);
	CHECK_TEXT(show(&stage, object, 13).text, "u'a\\U0001f40d... 5 more'");
	stage_deinit(&stage);
}

int main(void)
{
	TEST("what is right is shown", test_readable);
	TEST("a digit of more than 30 bits is an error", test_digits);
	TEST("an int has no more digits than there is memory", test_digit_count);
	TEST("digits that are 0 at the top don't matter", test_leading_zeros);
	TEST("an int whose digits aren't known is described", test_unknown_digits);
	TEST("an absurd length is an error", test_lengths);
	TEST("an unknown kind of str is an error", test_kinds);
	TEST("a character that is none ends the text", test_character);
	TEST("data that isn't there is an error", test_nowhere);
	TEST("what can be read of a long one is shown", test_end_of_memory);
	TEST("of a large one little is read", test_reads);
	TEST("2.7: narrow builds have pairs", test_narrow);
	return tap_finish();
}
