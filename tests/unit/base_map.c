/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table from words to pointers. */
#include "base/map.h"
#include "tap.h"

static char values[5000];

static void test_empty(void)
{
	struct map map = {0};
	CHECK(!map_find(&map, 1));
	CHECK(!map_find(&map, UINT64_MAX));
	map_deinit(&map);
}

static void test_many(void)
{
	struct map map = {0};
	/* Addresses of objects are multiples of 16; some are neighbours, some far away. */
	for (uint64_t i = 0; i < sizeof(values); i++)
		REQUIRE(map_add(&map, (i + 1) * 16 << (i % 3 * 12), &values[i]));
	for (uint64_t i = 0; i < sizeof(values); i++)
		CHECK(map_find(&map, (i + 1) * 16 << (i % 3 * 12)));
	CHECK(!map_find(&map, 8));
	map_deinit(&map);
	CHECK(!map_find(&map, 16));
}

static void test_own_value(void)
{
	struct map map = {0};
	for (uint64_t i = 1; i <= 1000; i++)
		REQUIRE(map_add(&map, i, &values[i]));
	for (uint64_t i = 1; i <= 1000; i++)
		CHECK(map_find(&map, i) == &values[i]);
	CHECK(!map_find(&map, 1001));
	map_deinit(&map);
}

int main(void)
{
	TEST("an empty table has nothing", test_empty);
	TEST("many keys are found again, others are not", test_many);
	TEST("each key has its own value", test_own_value);
	return tap_finish();
}
