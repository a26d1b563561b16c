/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/integer.h"
#include "tap.h"
#include "versions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int read_int(const struct world *world, uint64_t object, uint64_t *magnitude_ret,
		    bool *negative_ret)
{
	return error_code_of(
		integer_read(&world->view, object, magnitude_ret, negative_ret));
}

static void check_read(const struct world *world, uint64_t object, uint64_t magnitude,
		       bool negative)
{
	uint64_t got = 77;
	bool got_negative = !negative;
	CHECK_NUMBER(read_int(world, object, &got, &got_negative), 0);
	CHECK_NUMBER(got, magnitude);
	CHECK_NUMBER(got_negative, negative);
}

static void check_bad(const struct world *world, uint64_t object, int code)
{
	uint64_t magnitude = 77;
	bool negative;
	CHECK_NUMBER(read_int(world, object, &magnitude, &negative), code);
	CHECK_NUMBER(magnitude, 77);
}

static void test_values(void)
{
	static const int64_t values[] = {1,
					 -1,
					 255,
					 (1 << 30) - 1,
					 1 << 30,
					 -(1 << 30),
					 INT64_C(1) << 60,
					 INT64_MAX,
					 -INT64_MAX};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(values); i++) {
			int64_t value = values[i];
			check_read(&world, make_int(&world, value),
				   (uint64_t)(value < 0 ? -value : value), value < 0);
		}
	}
}

static void test_zero(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_read(&world, make_int(&world, 0), 0, false);
	}
}

static void test_three_digits(void)
{
	/* 2^64 - 1 has its top four bits in the third digit. */
	static const uint32_t largest[] = {0x3fffffff, 0x3fffffff, 0xf};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_read(&world, make_digits(&world, largest, 3, false), UINT64_MAX,
			   false);
		check_read(&world, make_digits(&world, largest, 3, true), UINT64_MAX, true);
	}
}

static void test_too_large(void)
{
	/* 2^64, and all that three digits could hold. */
	static const uint32_t large[] = {0, 0, 0x10}, larger[] = {1, 0, 0x3fffffff};
	static const uint32_t four[] = {1, 1, 1, 1};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_bad(&world, make_digits(&world, large, 3, false),
			  PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_digits(&world, larger, 3, true),
			  PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_digits(&world, four, 4, false),
			  PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_garbage_digits(void)
{
	/* Digits have 30 bits. */
	static const uint32_t digits[] = {0xffffffff, 1};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_bad(&world, make_digits(&world, digits, 2, false),
			  PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_garbage_count(void)
{
	static const uint64_t counts[] = {UINT64_MAX >> 3, UINT64_C(1) << 60, 1000};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; i < COUNT(counts); i++) {
			uint64_t object = make_int(&world, 5);
			put(&world, object, FIELD_VAR_SIZE, counts[i]);
			put(&world, object, FIELD_LONG_TAG, counts[i] << 3);
			check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
		}
	}
}

static void test_smallest_size(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t object = make_int(&world, 5);
		put(&world, object, FIELD_VAR_SIZE, UINT64_C(1) << 63);
		put(&world, object, FIELD_LONG_TAG, UINT64_MAX);
		check_bad(&world, object, PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_other_objects(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		check_bad(&world, make_str(&world, "5"), PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, make_object(&world, world.object_type, 64),
			  PYINSPECT_ERROR_BAD_DATA);
		check_bad(&world, 0, PYINSPECT_ERROR_FAULT);
		check_bad(&world, make_object(&world, 0, 64), PYINSPECT_ERROR_FAULT);
	}
}

static void test_python2(void)
{
	static const int64_t values[] = {0, 1, -1, INT64_MAX, INT64_MIN};
	struct world world;
	world_init(&world, VERSION(2, 7));
	for (size_t i = 0; i < COUNT(values); i++) {
		uint64_t object = make_object(&world, world.int_type, 32);
		put(&world, object, FIELD_INT_VALUE, (uint64_t)values[i]);
		check_read(&world, object,
			   values[i] < 0 ? -(uint64_t)values[i] : (uint64_t)values[i],
			   values[i] < 0);
	}
	world_deinit(&world);
}

/* Tags of small ints as they were seen: with and without bit 2. */
static void test_tags(void)
{
	static const struct {
		uint64_t tag;
		bool negative;
		uint64_t magnitude;
	} rows[] = {{0x08, false, 9}, {0x0c, false, 9}, {0x0a, true, 9},
		    {0x0e, true, 9},  {0x01, false, 0}, {0x05, false, 0}};
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		for (size_t i = 0; world_has(&world, FIELD_LONG_TAG) && i < COUNT(rows);
		     i++) {
			uint64_t object = make_int(&world, 9);
			put(&world, object, FIELD_LONG_TAG, rows[i].tag);
			check_read(&world, object, rows[i].magnitude, rows[i].negative);
		}
	}
}

int main(void)
{
	TEST("ints of one, two and three digits are read", test_values);
	TEST("zero has no digits", test_zero);
	TEST("the largest of 64 bits is read", test_three_digits);
	TEST("one that needs more than 64 bits is an error", test_too_large);
	TEST("a digit of more than 30 bits is an error", test_garbage_digits);
	TEST("an absurd number of digits is an error", test_garbage_count);
	TEST("the most negative size is an error", test_smallest_size);
	TEST("another object is no int", test_other_objects);
	TEST("2.7: int is a C long", test_python2);
	TEST("3.12: the flags of a tag are no digits", test_tags);
	return tap_finish();
}
