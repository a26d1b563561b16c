/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges that are brought into the cache in advance. */
#include <stdlib.h>
#include <unistd.h>

#include "place.h"
#include "tap.h"

/* A walk that has no end ends the program, and so fails the test. */
#define PATIENCE 5

static void test_prefetch(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 24 * IMAGE_PAGE);
	CHECK(reads_pattern(&place, BASE + 9 * IMAGE_PAGE, 8));
	CHECK_NUMBER(place.image.reads, 1);
	memory_prefetch(&place.memory, BASE + 100, 20 * IMAGE_PAGE);
	/* Around what was there already. */
	CHECK_NUMBER(place.image.reads, 3);
	for (size_t i = 0; i <= 20; i++)
		CHECK(reads_pattern(&place, BASE + i * IMAGE_PAGE, 8));
	CHECK_NUMBER(place.image.reads, 3);
	place_deinit(&place);
}

static void test_prefetch_of_nothing(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 2 * IMAGE_PAGE);
	memory_prefetch(&place.memory, 0x1000, 8 * IMAGE_PAGE);
	memory_prefetch(&place.memory, BASE, 0);
	memory_prefetch(&place.memory, BASE, SIZE_MAX);
	memory_prefetch(&place.memory, UINT64_MAX - 10, 100);
	memory_prefetch(&place.memory, BASE + IMAGE_PAGE, 8 * IMAGE_PAGE);
	CHECK(reads_pattern(&place, BASE, 2 * IMAGE_PAGE));
	place_deinit(&place);
}

static void test_prefetch_at_end_of_addresses(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, LAST, IMAGE_PAGE);
	alarm(PATIENCE);
	memory_prefetch(&place.memory, LAST + 8, 100);
	alarm(0);
	CHECK(reads_pattern(&place, LAST, 100));
	place_deinit(&place);
}

static void test_largest_prefetch(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 64 * IMAGE_PAGE);
	memory_prefetch(&place.memory, BASE + IMAGE_PAGE - 1, 32 * IMAGE_PAGE);
	CHECK(reads_pattern(&place, BASE, 64 * IMAGE_PAGE));
	place_deinit(&place);
}

static void many_init(struct place *place)
{
	*place = (struct place){0};
	memory_init(&place->memory, image_read, image_read_many, &place->image);
}

static void test_many(void)
{
	struct place place;
	struct memory_range ranges[600];
	many_init(&place);
	map_pattern(&place, BASE, 1200 * IMAGE_PAGE);
	for (size_t i = 0; i < 600; i++)
		ranges[i] = (struct memory_range){BASE + 2 * i * IMAGE_PAGE + 100, 200};
	alarm(PATIENCE);
	memory_prefetch_many(&place.memory, ranges, 600);
	alarm(0);
	CHECK(place.image.reads <= 10);
	size_t reads = place.image.reads;
	for (size_t i = 0; i < 600; i++)
		CHECK(reads_pattern(&place, ranges[i].address, ranges[i].size));
	CHECK_NUMBER(place.image.reads, reads);
	CHECK(reads_pattern(&place, BASE + IMAGE_PAGE, 100 * IMAGE_PAGE));
	place_deinit(&place);
}

static void test_many_large(void)
{
	struct place place;
	struct memory_range ranges[64];
	many_init(&place);
	map_pattern(&place, BASE, 64 * 32 * IMAGE_PAGE);
	for (size_t i = 0; i < 64; i++)
		ranges[i] =
			(struct memory_range){BASE + 32 * i * IMAGE_PAGE, 32 * IMAGE_PAGE};
	alarm(PATIENCE);
	memory_prefetch_many(&place.memory, ranges, 64);
	for (size_t i = 0; i < 64; i++)
		CHECK(reads_pattern(&place, ranges[i].address, ranges[i].size));
	CHECK(!memory_is_cached(&place.memory, BASE + 64 * 32 * IMAGE_PAGE, 8));
	alarm(0);
	place_deinit(&place);
}

static void test_many_overlapping(void)
{
	struct place place;
	struct memory_range ranges[300];
	many_init(&place);
	map_pattern(&place, BASE, 16 * IMAGE_PAGE);
	for (size_t i = 0; i < 300; i++)
		ranges[i] = (struct memory_range){BASE + i * 64, 3 * IMAGE_PAGE};
	alarm(PATIENCE);
	memory_prefetch_many(&place.memory, ranges, 300);
	CHECK(reads_pattern(&place, BASE, 16 * IMAGE_PAGE));
	CHECK(place.memory.block_count <= 16 * IMAGE_PAGE / MEMORY_BLOCK_SIZE);
	/* Nothing has a place twice: a slab holds as many blocks as there are here. */
	CHECK_NUMBER(place.memory.slabs_used, 1);
	alarm(0);
	place_deinit(&place);
}

static void test_many_too_late(void)
{
	struct place place;
	struct memory_range ranges[2] = {{BASE, 100}, {BASE + IMAGE_PAGE, 100}};
	many_init(&place);
	map_pattern(&place, BASE, 2 * IMAGE_PAGE);
	place.memory.deadline = 1;
	memory_prefetch_many(&place.memory, ranges, 2);
	CHECK(place.memory.timed_out);
	CHECK_NUMBER(place.image.reads, 0);
	CHECK(!memory_is_cached(&place.memory, BASE, 100));
	place.memory.deadline = 0;
	CHECK(reads_pattern(&place, BASE, 2 * IMAGE_PAGE));
	place_deinit(&place);
}

static void test_many_with_gaps(void)
{
	struct place place;
	struct memory_range ranges[4] = {{BASE - IMAGE_PAGE, 2 * IMAGE_PAGE},
					 {BASE + IMAGE_PAGE, 4 * IMAGE_PAGE},
					 {0, 8},
					 {BASE, SIZE_MAX}};
	many_init(&place);
	map_pattern(&place, BASE, 2 * IMAGE_PAGE + 100);
	memory_prefetch_many(&place.memory, ranges, 4);
	CHECK(reads_pattern(&place, BASE, 2 * IMAGE_PAGE + 100));
	char byte;
	CHECK(!memory_try(&place.memory, BASE + 2 * IMAGE_PAGE + 100, &byte, 1));
	CHECK(!memory_try(&place.memory, BASE - 1, &byte, 1));
	CHECK(!memory_try(&place.memory, 0, &byte, 1));
	place_deinit(&place);
}

static void test_many_at_end_of_addresses(void)
{
	struct place place;
	struct memory_range ranges[2] = {{LAST + 8, 100}, {BASE, 100}};
	many_init(&place);
	map_pattern(&place, LAST, IMAGE_PAGE);
	map_pattern(&place, BASE, IMAGE_PAGE);
	alarm(PATIENCE);
	memory_prefetch_many(&place.memory, ranges, 2);
	alarm(0);
	CHECK(reads_pattern(&place, LAST, 100));
	CHECK(reads_pattern(&place, BASE, 100));
	place_deinit(&place);
}

/* A target of endless zeros. */
static size_t read_zeros(void *context, uint64_t address, void *buffer, size_t size)
{
	(void)context;
	(void)address;
	memset(buffer, 0, size);
	return size;
}

static void read_many_zeros(void *context, struct memory_piece *pieces, size_t count)
{
	(void)context;
	for (size_t i = 0; i < count; i++)
		memset(pieces[i].buffer, 0, pieces[i].size);
}

/* As many as a target can list threads, that all point elsewhere. */
#define ENDLESS (MEMORY_BLOCKS_MAX + 5000)

static void test_many_are_bounded(void)
{
	struct memory memory;
	struct memory_range *ranges = calloc(ENDLESS, sizeof(*ranges));
	memory_init(&memory, read_zeros, read_many_zeros, NULL);
	for (size_t i = 0; i < ENDLESS; i++)
		ranges[i] = (struct memory_range){BASE + 2 * i * IMAGE_PAGE, 8};
	memory_prefetch_many(&memory, ranges, ENDLESS);
	CHECK(memory.block_count <= MEMORY_BLOCKS_MAX);
	memory_deinit(&memory);
	free(ranges);
}

static void test_is_cached(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 2 * IMAGE_PAGE);
	CHECK(!memory_is_cached(&place.memory, BASE, 8));
	memory_prefetch(&place.memory, BASE, 8);
	CHECK(memory_is_cached(&place.memory, BASE + MEMORY_BLOCK_SIZE - 8, 8));
	CHECK(!memory_is_cached(&place.memory, BASE + MEMORY_BLOCK_SIZE - 8, 9));
	CHECK(!memory_is_cached(&place.memory, BASE + MEMORY_BLOCK_SIZE - 8, SIZE_MAX));
	CHECK(memory_peek(&place.memory, BASE + 8, 8) != NULL);
	CHECK(memory_peek(&place.memory, BASE + MEMORY_BLOCK_SIZE - 8, 9) == NULL);
	memory_forget(&place.memory);
	CHECK(!memory_is_cached(&place.memory, BASE, 8));
	CHECK(memory_peek(&place.memory, BASE, 8) == NULL);
	place_deinit(&place);
}

int main(void)
{
	TEST("a prefetch takes as few calls as there are gaps", test_prefetch);
	TEST("a prefetch of what isn't there does no harm", test_prefetch_of_nothing);
	TEST("the largest prefetch fits", test_largest_prefetch);
	TEST("a prefetch ends at the end of the addresses",
	     test_prefetch_at_end_of_addresses);
	TEST("hundreds of ranges take a few calls", test_many);
	TEST("many large ranges fit", test_many_large);
	TEST("many ranges may overlap", test_many_overlapping);
	TEST("what comes too late to be read isn't taken for read", test_many_too_late);
	TEST("many ranges may lack pages", test_many_with_gaps);
	TEST("many ranges don't let the cache grow without end", test_many_are_bounded);
	TEST("what is cached is known", test_is_cached);
	TEST("many ranges end at the end of the addresses", test_many_at_end_of_addresses);
	return tap_finish();
}
