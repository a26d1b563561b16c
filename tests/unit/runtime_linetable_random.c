/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Line tables of random bytes, and real ones cut anywhere: each decodes or is refused. */
#include <stdlib.h>

#include "image.h"
#include "runtime/linetable.h"
#include "tap.h"

#define SEED   UINT64_C(0x5eed0001)
#define ROUNDS 30000
#define LARGE  ((size_t)1 << 20)

/* In a block of its own, so that a sanitizer sees a read behind the end. */
static struct pyinspect_error *decode_copy(enum line_table kind, const uint8_t *bytes,
					   size_t size, int64_t offset,
					   struct location *ret)
{
	uint8_t *copy = malloc(size ? size : 1);
	if (size)
		memcpy(copy, bytes, size);
	struct pyinspect_error *error = linetable_decode(kind, copy, size, 7, offset, ret);
	free(copy);
	return error;
}

static bool is_sane(const struct location *found)
{
	return found->line >= 0 && found->end_line >= 0 && found->column >= 0 &&
	       found->end_column >= 0;
}

/* Bytes that begin entries more often than chance would have it. */
static void fill(struct random *random, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)random_next(random);
		if (random_below(random, 3) == 0)
			bytes[i] |= 0x80;
		if (random_below(random, 8) == 0)
			bytes[i] |= 0xf0;
	}
}

static void check_random(enum line_table kind)
{
	struct random random = {SEED + kind};
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t bytes[64];
		size_t size = random_below(&random, sizeof(bytes) + 1);
		int64_t offset = (int64_t)random_below(&random, 300) - 4;
		struct location found = {0};
		fill(&random, bytes, size);
		struct pyinspect_error *error =
			decode_copy(kind, bytes, size, offset, &found);
		bool good = error ? pyinspect_error_code(error) == PYINSPECT_ERROR_BAD_DATA
				  : is_sane(&found);
		pyinspect_error_free(error);
		if (!CHECK(good)) {
			printf("# seed 0x%" PRIx64 ", kind %d, round %d: line %d to %d, "
			       "column %d to %d\n",
			       SEED, kind, i, found.line, found.end_line, found.column,
			       found.end_column);
			return;
		}
	}
}

static void test_random_lnotab_unsigned(void)
{
	check_random(LINE_TABLE_LNOTAB_UNSIGNED);
}

static void test_random_lnotab(void)
{
	check_random(LINE_TABLE_LNOTAB);
}

static void test_random_ranges(void)
{
	check_random(LINE_TABLE_RANGES);
}

static void test_random_locations(void)
{
	check_random(LINE_TABLE_LOCATIONS);
}

static void test_large(void)
{
	static const enum line_table kinds[] = {LINE_TABLE_LNOTAB_UNSIGNED,
						LINE_TABLE_LNOTAB, LINE_TABLE_RANGES,
						LINE_TABLE_LOCATIONS};
	uint8_t *bytes = malloc(LARGE);
	struct random random = {SEED};
	fill(&random, bytes, LARGE);
	for (size_t i = 0; i < 4; i++) {
		struct location found = {0};
		struct pyinspect_error *error =
			decode_copy(kinds[i], bytes, LARGE, INT64_MAX, &found);
		CHECK(error || is_sane(&found));
		pyinspect_error_free(error);
	}
	/* Lines that only grow: they leave 31 bits before the table ends. */
	memset(bytes, 0xff, LARGE);
	struct location found = {0};
	struct pyinspect_error *error =
		decode_copy(LINE_TABLE_LNOTAB_UNSIGNED, bytes, LARGE, INT64_MAX, &found);
	CHECK(!error && found.line == (int32_t)(7 + LARGE / 2 * 255));
	pyinspect_error_free(error);
	free(bytes);
}

int main(void)
{
	printf("# seed 0x%" PRIx64 "\n", SEED);
	TEST("lnotab of 2.7: random bytes give a place or an error",
	     test_random_lnotab_unsigned);
	TEST("lnotab of 3.6: random bytes give a place or an error", test_random_lnotab);
	TEST("ranges: random bytes give a place or an error", test_random_ranges);
	TEST("locations: random bytes give a place or an error", test_random_locations);
	TEST("a megabyte of random bytes comes to an end", test_large);
	return tap_finish();
}
