/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/dict.h"
#include "tap.h"
#include "versions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Keys and values that are no objects: the walk does not look into them. */
static const struct pair plain[] = {{0x1000, 0x2000}, {0x1010, 0x2010}, {0x1020, 0x2020}};

static void check_walk(struct dict_cursor *cursor, const struct pair *pairs, size_t count)
{
	uint64_t key, value;
	for (size_t i = 0; i < count; i++) {
		if (!CHECK(dict_next(cursor, &key, &value)))
			return;
		CHECK_NUMBER(key, pairs[i].key);
		CHECK_NUMBER(value, pairs[i].value);
	}
	CHECK(!dict_next(cursor, &key, &value));
	CHECK_NUMBER(error_code_of(cursor->error), 0);
}

static void check_dict(const struct world *world, uint64_t dict, const struct pair *pairs,
		       size_t count)
{
	struct dict_cursor cursor;
	if (CHECK_NUMBER(error_code_of(dict_begin(&world->view, dict, &cursor)), 0))
		check_walk(&cursor, pairs, count);
}

static void test_forms(void)
{
	static const enum dict_form forms[] = {DICT_GENERAL, DICT_TEXT_KEYS, DICT_SPLIT};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(forms); i++) {
			check_dict(&world, make_dict(&world, forms[i], plain, 3), plain, 3);
			check_dict(&world, make_dict(&world, forms[i], plain, 0), plain, 0);
		}
	}
}

static void test_sizes(void)
{
	/* Around the sizes at which an index takes one byte, two, or four. */
	static const size_t counts[] = {5, 6, 85, 86, 170, 171, 300, 22000};
	static struct pair pairs[22000];
	struct world world;
	for (size_t i = 0; i < COUNT(pairs); i++)
		pairs[i] = (struct pair){0x10000 + i, 0x20000 + i};
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(counts); i++)
			check_dict(&world,
				   make_dict(&world, DICT_GENERAL, pairs, counts[i]), pairs,
				   counts[i]);
	}
}

static void test_deleted(void)
{
	static const struct pair holes[] = {
		{0x1000, 0}, {0x1010, 0x2010}, {0, 0}, {0x1030, 0x2030}, {0x1040, 0}};
	static const struct pair left[] = {{0x1010, 0x2010}, {0x1030, 0x2030}};
	static const enum dict_form forms[] = {DICT_GENERAL, DICT_TEXT_KEYS, DICT_SPLIT};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(forms); i++)
			check_dict(&world, make_dict(&world, forms[i], holes, 5), left, 2);
	}
}

static uint64_t values_of(struct world *world, uint64_t dict)
{
	uint64_t values = 0;
	CHECK(!view_read(&world->view, dict, FIELD_DICT_VALUES, &values));
	bool header = world->layout.dialect->attributes == ATTRIBUTES_INLINE_VALUES;
	return values + (header ? 8 : 0);
}

/* Values apart from their keys, set in another order than those of the first instance. */
static void test_order(void)
{
	static const uint8_t order[] = {2, 0, 1};
	static const struct pair ordered[] = {
		{0x1020, 0x2020}, {0x1000, 0x2000}, {0x1010, 0x2010}};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		if (world.layout.dialect->attributes == ATTRIBUTES_DICT)
			continue;
		uint64_t dict = make_dict(&world, DICT_SPLIT, plain, 3);
		put_order(&world, values_of(&world, dict), order, 3);
		check_dict(&world, dict, ordered, 3);
	}
}

/* An order that leads to entries that there aren't. */
static void test_wrong_order(void)
{
	static const uint8_t order[] = {0, 200, 1};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		struct dict_cursor cursor;
		uint64_t key, value;
		if (world.layout.dialect->attributes == ATTRIBUTES_DICT)
			continue;
		uint64_t dict = make_dict(&world, DICT_SPLIT, plain, 3);
		put_order(&world, values_of(&world, dict), order, 3);
		REQUIRE(!dict_begin(&world.view, dict, &cursor));
		CHECK(dict_next(&cursor, &key, &value));
		CHECK(!dict_next(&cursor, &key, &value));
		CHECK_NUMBER(error_code_of(cursor.error), PYINSPECT_ERROR_BAD_DATA);
	}
}

/* A walk that was told to gives up where too much is empty. */
static void test_empty_stretch(void)
{
	static struct pair pairs[200];
	struct world world;
	pairs[0] = (struct pair){0x1000, 0x2000};
	pairs[199] = (struct pair){0x1010, 0x2010};
	FOR_EACH_VERSION(&world)
	{
		uint64_t dict = make_dict(&world, DICT_GENERAL, pairs, 200), key, value;
		struct dict_cursor cursor;
		REQUIRE(!dict_begin(&world.view, dict, &cursor));
		cursor.empty_max = 100;
		CHECK(dict_next(&cursor, &key, &value));
		CHECK(!dict_next(&cursor, &key, &value));
		CHECK(cursor.gave_up);
		REQUIRE(!dict_begin(&world.view, dict, &cursor));
		cursor.empty_max = 1000;
		CHECK(dict_next(&cursor, &key, &value));
		CHECK(dict_next(&cursor, &key, &value));
		CHECK_NUMBER(key, 0x1010);
		CHECK(!dict_next(&cursor, &key, &value) && !cursor.gave_up);
	}
}

static void test_find(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t value = 77;
		uint64_t dict = make_names(&world, "alpha", UINT64_C(1), "beta",
					   UINT64_C(2), "__name__", UINT64_C(3), NULL);
		CHECK(!dict_find(&world.view, dict, "__name__", &value));
		CHECK_NUMBER(value, 3);
		CHECK(!dict_find(&world.view, dict, "alpha", &value));
		CHECK_NUMBER(value, 1);
		CHECK(!dict_find(&world.view, dict, "gamma", &value));
		CHECK_NUMBER(value, 0);
	}
}

/* Keys that are not str, unreadable, or of a str that lies. */
static void test_find_among_odd_keys(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t liar = make_str(&world, "__name__"), value = 77;
		put(&world, liar, FIELD_ASCII_LENGTH, UINT64_MAX);
		put(&world, liar, FIELD_VAR_SIZE, UINT64_MAX);
		struct pair pairs[] = {{make_int(&world, 5), 1},
				       {0x8, 2},
				       {liar, 3},
				       {make_str(&world, "__name__"), 4}};
		uint64_t dict = make_dict(&world, DICT_GENERAL, pairs, 4);
		CHECK(!dict_find(&world.view, dict, "__name__", &value));
		CHECK_NUMBER(value, 4);
	}
}

static void check_refused(const struct world *world, uint64_t dict)
{
	struct dict_cursor cursor;
	uint64_t value;
	int code = error_code_of(dict_begin(&world->view, dict, &cursor));
	CHECK(code == PYINSPECT_ERROR_BAD_DATA || code == PYINSPECT_ERROR_FAULT);
	CHECK(error_code_of(dict_find(&world->view, dict, "x", &value)) != 0);
}

static void test_no_dict(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_refused(&world, make_str(&world, "x"));
		check_refused(&world, make_object(&world, world.object_type, 64));
		check_refused(&world, 0);
		check_refused(&world, UINT64_MAX - 8);
	}
}

static uint64_t keys_of(struct world *world, uint64_t dict)
{
	uint64_t keys = 0;
	CHECK(!view_read(&world->view, dict, FIELD_DICT_KEYS, &keys));
	return keys;
}

static void test_absurd_sizes(void)
{
	static const uint64_t sizes[] = {UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 50,
					 (UINT64_C(1) << 36) + 1};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(sizes); i++) {
			uint64_t dict = make_dict(&world, DICT_GENERAL, plain, 3);
			put(&world, dict, FIELD_DICT_MASK, sizes[i]);
			if (world_has(&world, FIELD_DICT_KEYS))
				put(&world, keys_of(&world, dict),
				    FIELD_DICTKEYS_ENTRY_COUNT, sizes[i]);
			check_refused(&world, dict);
		}
	}
}

static void test_absurd_index(void)
{
	static const uint64_t sizes[] = {UINT64_MAX, UINT64_C(1) << 62, 41, 64, 255};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; world_has(&world, FIELD_DICT_KEYS) && i < COUNT(sizes);
		     i++) {
			uint64_t dict = make_dict(&world, DICT_GENERAL, plain, 3);
			uint64_t keys = keys_of(&world, dict), key, value;
			struct dict_cursor cursor;
			put(&world, keys, FIELD_DICTKEYS_TABLE_SIZE, sizes[i]);
			put(&world, keys, FIELD_DICTKEYS_LOG2_INDEX_BYTES, sizes[i] & 0xff);
			int code = error_code_of(dict_begin(&world.view, dict, &cursor));
			/* What is not refused leads out of memory, or to garbage. */
			for (int steps = 0; !code && dict_next(&cursor, &key, &value);
			     steps++)
				REQUIRE(steps < 10);
			if (!code)
				pyinspect_error_free(cursor.error);
			bool small = sizes[i] < 256 ||
				     world_has(&world, FIELD_DICTKEYS_LOG2_INDEX_BYTES);
			CHECK(code || small);
		}
	}
}

/* A walk that leaves memory gives what it had, and then says why it ends. */
static void test_entries_behind_memory(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t dict = make_dict(&world, DICT_GENERAL, plain, 3), key, value;
		struct dict_cursor cursor;
		size_t steps = 0;
		put(&world, dict, FIELD_DICT_MASK, (1 << 30) - 1);
		if (world_has(&world, FIELD_DICT_KEYS))
			put(&world, keys_of(&world, dict), FIELD_DICTKEYS_ENTRY_COUNT,
			    1 << 30);
		REQUIRE(!dict_begin(&world.view, dict, &cursor));
		while (dict_next(&cursor, &key, &value))
			steps++;
		CHECK(steps >= 3);
		CHECK_NUMBER(error_code_of(cursor.error), PYINSPECT_ERROR_FAULT);
	}
}

static void test_pointers_to_nowhere(void)
{
	static const enum field fields[] = {FIELD_DICT_KEYS, FIELD_DICT_VALUES,
					    FIELD_DICT_TABLE};
	static const uint64_t addresses[] = {8, UINT64_MAX, UINT64_MAX - 64,
					     UINT64_C(0x8000000000000000)};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(fields) * COUNT(addresses); i++) {
			enum field field = fields[i % COUNT(fields)];
			uint64_t dict = make_dict(&world, DICT_SPLIT, plain, 3), value;
			put(&world, dict, field, addresses[i / COUNT(fields)]);
			if (world_has(&world, field))
				CHECK(error_code_of(dict_find(&world.view, dict, "x",
							      &value)) != 0);
		}
	}
}

int main(void)
{
	TEST("entries come in order, in whatever form", test_forms);
	TEST("dicts of any size are walked", test_sizes);
	TEST("deleted entries are left out", test_deleted);
	TEST("values apart from keys come in the order in which they were set", test_order);
	TEST("an order that leads elsewhere is refused", test_wrong_order);
	TEST("a walk gives up where too much is empty, if it is told to",
	     test_empty_stretch);
	TEST("a key is found by its text", test_find);
	TEST("keys of any other kind are passed by", test_find_among_odd_keys);
	TEST("another object is no dict", test_no_dict);
	TEST("an absurd number of entries is refused", test_absurd_sizes);
	TEST("an absurd index table leads nowhere", test_absurd_index);
	TEST("a walk that leaves memory ends with a fault", test_entries_behind_memory);
	TEST("keys, values and tables at no address are faults", test_pointers_to_nowhere);
	return tap_finish();
}
