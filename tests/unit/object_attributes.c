/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes of an instance, in each of the forms that they have had. */
#include "object/dict.h"
#include "tap.h"
#include "versions.h"

static const struct pair pairs[] = {{0x1000, 0x2000}, {0x1010, 0x2010}, {0x1020, 0x2020}};

#define BASIC_SIZE 48

/* An instance, and what stands before it. */
static uint64_t make_instance(struct world *world, uint64_t flags)
{
	uint64_t type = make_type(world, "Thing", flags);
	image_alloc(&world->image, 64);
	uint64_t object = make_object(world, type, 256);
	put(world, type, FIELD_TYPE_BASICSIZE, BASIC_SIZE);
	put(world, type, FIELD_HEAPTYPE_CACHED_KEYS,
	    make_keys(world, DICT_SPLIT, pairs, 3));
	return object;
}

static uint64_t type_of(struct world *world, uint64_t object)
{
	uint64_t type = 0, flags;
	CHECK(!view_type(&world->view, object, &type, &flags));
	return type;
}

static void put_values(struct world *world, uint64_t address)
{
	for (size_t i = 0; i < 3; i++)
		image_write_u64(&world->image, address + 8 * i, pairs[i].value);
	put_order(world, address, NULL, 3);
}

static void check_attributes(const struct world *world, uint64_t object, size_t count)
{
	struct dict_cursor cursor;
	uint64_t key, value;
	size_t found = 0;
	if (!CHECK_NUMBER(error_code_of(attributes_begin(&world->view, object, &cursor)),
			  0))
		return;
	for (; found <= count && dict_next(&cursor, &key, &value); found++) {
		CHECK_NUMBER(key, pairs[found % 3].key);
		CHECK_NUMBER(value, pairs[found % 3].value);
	}
	CHECK_NUMBER(found, count);
	CHECK_NUMBER(error_code_of(cursor.error), 0);
}

/* A world of each version whose attributes have that form. */
#define FOR_EACH_WITH(form, world)                                                         \
	FOR_EACH_VERSION(world)                                                            \
	if ((world)->layout.dialect->attributes == (form))

static void test_dict_pointer(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t object = make_instance(&world, 0), type = type_of(&world, object);
		put(&world, type, FIELD_TYPE_DICTOFFSET, 40);
		check_attributes(&world, object, 0);
		image_write_u64(&world.image, object + 40,
				make_dict(&world, DICT_TEXT_KEYS, pairs, 3));
		check_attributes(&world, object, 3);
		image_write_u64(&world.image, object + 40,
				make_dict(&world, DICT_SPLIT, pairs, 3));
		check_attributes(&world, object, 3);
	}
}

static void test_negative_offset(void)
{
	struct world world;
	FOR_EACH_WITH(ATTRIBUTES_DICT, &world)
	{
		uint64_t object = make_instance(&world, 0), type = type_of(&world, object);
		uint64_t dict = make_dict(&world, DICT_TEXT_KEYS, pairs, 3);
		/* Three items of 4 bytes end at 60; the dict's pointer is the word behind.
		 */
		put(&world, type, FIELD_TYPE_DICTOFFSET, (uint64_t)-8);
		put(&world, type, FIELD_TYPE_BASICSIZE, BASIC_SIZE + 8);
		put(&world, type, FIELD_TYPE_ITEMSIZE, 4);
		put(&world, object, FIELD_VAR_SIZE, 3);
		image_write_u64(&world.image, object + 64, dict);
		check_attributes(&world, object, 3);
		/* A negative int has a negative size. */
		put(&world, object, FIELD_VAR_SIZE, (uint64_t)-3);
		check_attributes(&world, object, 3);
	}
}

static void test_no_attributes(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_attributes(&world, make_instance(&world, 0), 0);
		check_attributes(&world, make_int(&world, 5), 0);
	}
}

static void test_values_and_dict(void)
{
	struct world world;
	FOR_EACH_WITH(ATTRIBUTES_VALUES_AND_DICT, &world)
	{
		uint64_t object = make_instance(&world, TYPE_FLAG_MANAGED_DICT);
		check_attributes(&world, object, 0);
		uint64_t values = image_alloc(&world.image, 128) + ORDER_ROOM;
		put_values(&world, values);
		image_write_u64(&world.image, object - 0x20, values);
		check_attributes(&world, object, 3);
		image_write_u64(&world.image, object - 0x20, 0);
		image_write_u64(&world.image, object - 0x18,
				make_dict(&world, DICT_TEXT_KEYS, pairs, 3));
		check_attributes(&world, object, 3);
	}
}

static void test_values_or_dict(void)
{
	struct world world;
	FOR_EACH_WITH(ATTRIBUTES_VALUES_OR_DICT, &world)
	{
		uint64_t object = make_instance(&world, TYPE_FLAG_MANAGED_DICT);
		check_attributes(&world, object, 0);
		uint64_t values = image_alloc(&world.image, 128) + ORDER_ROOM;
		put_values(&world, values);
		image_write_u64(&world.image, object - 0x18, values - 1);
		check_attributes(&world, object, 3);
		image_write_u64(&world.image, object - 0x18,
				make_dict(&world, DICT_TEXT_KEYS, pairs, 3));
		check_attributes(&world, object, 3);
	}
}

static void test_inline_values(void)
{
	struct world world;
	FOR_EACH_WITH(ATTRIBUTES_INLINE_VALUES, &world)
	{
		uint64_t object = make_instance(&world, TYPE_FLAG_MANAGED_DICT |
								TYPE_FLAG_INLINE_VALUES);
		static const uint8_t invalid[] = {3, 3, 1, 0}, valid[] = {3, 3, 1, 1};
		put_values(&world, object + BASIC_SIZE + 8);
		image_write(&world.image, object + BASIC_SIZE, invalid, 4);
		check_attributes(&world, object, 0);
		image_write(&world.image, object + BASIC_SIZE, valid, 4);
		check_attributes(&world, object, 3);
		/* A dict goes before the values: they may be stale. */
		image_write_u64(&world.image, object + BASIC_SIZE + 8, 0xdead);
		image_write_u64(&world.image, object - 0x18,
				make_dict(&world, DICT_TEXT_KEYS, pairs, 3));
		check_attributes(&world, object, 3);
	}
}

static void test_managed_dict_alone(void)
{
	struct world world;
	FOR_EACH_WITH(ATTRIBUTES_INLINE_VALUES, &world)
	{
		uint64_t object = make_instance(&world, TYPE_FLAG_MANAGED_DICT);
		image_write(&world.image, object + BASIC_SIZE, "\3\3\1\1", 4);
		check_attributes(&world, object, 0);
		image_write_u64(&world.image, object - 0x18,
				make_dict(&world, DICT_SPLIT, pairs, 3));
		check_attributes(&world, object, 3);
	}
}

/* Each word of an instance and of its type turned into each garbage. */
static void test_garbage(void)
{
	static const uint64_t garbage[] = {1,
					   8,
					   UINT64_MAX,
					   UINT64_MAX - 1,
					   UINT64_C(1) << 63,
					   UINT64_C(0x7fffffffffffffff),
					   UINT64_C(0x7f1000000001)};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t object = make_instance(&world, TYPE_FLAG_MANAGED_DICT |
								TYPE_FLAG_INLINE_VALUES);
		uint64_t type = type_of(&world, object);
		enum field fields[] = {FIELD_TYPE_DICTOFFSET, FIELD_TYPE_BASICSIZE,
				       FIELD_TYPE_ITEMSIZE, FIELD_HEAPTYPE_CACHED_KEYS,
				       FIELD_TYPE_FLAGS};
		for (size_t i = 0; i < 7 * 8; i++) {
			struct dict_cursor cursor;
			uint64_t key, value, word = garbage[i % 7];
			if (i / 7 < 5)
				put(&world, type, fields[i / 7], word);
			else
				image_write_u64(&world.image,
						object - 0x28 + 8 * (i / 7 - 3), word);
			struct pyinspect_error *error =
				attributes_begin(&world.view, object, &cursor);
			for (int steps = 0; !error && dict_next(&cursor, &key, &value);
			     steps++)
				REQUIRE(steps < 100000);
			pyinspect_error_free(error ? error : cursor.error);
		}
	}
}

int main(void)
{
	TEST("a dict behind a pointer in the object", test_dict_pointer);
	TEST("a dict behind the items of an object whose size varies",
	     test_negative_offset);
	TEST("an object without attributes has none", test_no_attributes);
	TEST("3.11: values or a dict, each behind its pointer", test_values_and_dict);
	TEST("3.12: values or a dict behind one word", test_values_or_dict);
	TEST("3.13: values in the object, until there is a dict", test_inline_values);
	TEST("3.13: a managed dict without values in the object", test_managed_dict_alone);
	TEST("garbage in an object and its type leads to an end", test_garbage);
	return tap_finish();
}
