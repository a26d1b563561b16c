/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <time.h>

#include "place.h"
#include "tap.h"

/* The error of a read; its address must be that of the first byte that is missing. */
static void check_fault(struct place *place, uint64_t address, size_t size, uint64_t wanted)
{
	char *bytes = calloc(1, size);
	struct pyinspect_error *error = memory_read(&place->memory, address, bytes, size);
	if (CHECK(error != NULL)) {
		CHECK_NUMBER(pyinspect_error_address(error), wanted);
		CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_FAULT);
	}
	pyinspect_error_free(error);
	free(bytes);
}

static void test_any_piece(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 64 * IMAGE_PAGE);
	static const size_t sizes[] = {1, 2, 8, 100, 4096, 4097, 65536, 65537, 200000};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t offset = 0; offset < 3 * IMAGE_PAGE; offset += 511)
			CHECK(reads_pattern(&place, BASE + offset, sizes[i]));
	CHECK(reads_pattern(&place, BASE + 64 * IMAGE_PAGE - 1, 1));
	place_deinit(&place);
}

static void test_cached(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 4 * IMAGE_PAGE);
	for (size_t offset = 0; offset + 8 <= 4 * IMAGE_PAGE; offset += 8)
		CHECK(reads_pattern(&place, BASE + offset, 8));
	CHECK(place.image.reads >= 1 &&
	      place.image.reads <= 4 * IMAGE_PAGE / MEMORY_BLOCK_SIZE);
	CHECK_NUMBER(place.memory.read_count, place.image.reads);
	place_deinit(&place);
}

static void test_forget(void)
{
	struct place place;
	uint64_t value;
	place_init(&place);
	image_map(&place.image, BASE, IMAGE_PAGE);
	image_write_u64(&place.image, BASE, 1);
	CHECK(memory_read_u64(&place.memory, BASE, &value) == NULL);
	image_write_u64(&place.image, BASE, 2);
	CHECK(memory_read_u64(&place.memory, BASE, &value) == NULL);
	CHECK_NUMBER(value, 1);
	memory_forget(&place.memory);
	CHECK(memory_read_u64(&place.memory, BASE, &value) == NULL);
	CHECK_NUMBER(value, 2);
	place_deinit(&place);
}

static void test_short_image(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE + 100, 50);
	map_pattern(&place, BASE + IMAGE_PAGE, IMAGE_PAGE + 10);
	CHECK(reads_pattern(&place, BASE + 100, 50));
	CHECK(reads_pattern(&place, BASE + 149, 1));
	CHECK(reads_pattern(&place, BASE + 2 * IMAGE_PAGE - 4, 14));
	check_fault(&place, BASE + 100, 51, BASE + 150);
	check_fault(&place, BASE + 99, 2, BASE + 99);
	check_fault(&place, BASE + 2 * IMAGE_PAGE, 11, BASE + 2 * IMAGE_PAGE + 10);
	place_deinit(&place);
}

static void test_second_page_missing(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, IMAGE_PAGE);
	check_fault(&place, BASE + IMAGE_PAGE - 4, 8, BASE + IMAGE_PAGE);
	check_fault(&place, BASE, 3 * IMAGE_PAGE, BASE + IMAGE_PAGE);
	check_fault(&place, BASE, 100 * IMAGE_PAGE, BASE + IMAGE_PAGE);
	check_fault(&place, BASE + IMAGE_PAGE, 1, BASE + IMAGE_PAGE);
	check_fault(&place, BASE - 1, 8, BASE - 1);
	check_fault(&place, 0, 8, 0);
	place_deinit(&place);
}

static void test_failed_read_changes_nothing(void)
{
	struct place place;
	uint64_t word = 77;
	place_init(&place);
	map_pattern(&place, BASE, IMAGE_PAGE);
	CHECK_NUMBER(error_code_of(memory_read_unsigned(&place.memory,
							BASE + IMAGE_PAGE - 2, 4, &word)),
		     PYINSPECT_ERROR_FAULT);
	CHECK_NUMBER(word, 77);
	place_deinit(&place);
}

static void test_widths(void)
{
	struct place place;
	uint64_t value;
	place_init(&place);
	image_map(&place.image, BASE, IMAGE_PAGE);
	image_write_u64(&place.image, BASE, 0xf1f2f3f4f5f6f7f8);
	static const struct {
		unsigned int width;
		uint64_t value;
	} rows[] = {{1, 0xf8}, {2, 0xf7f8}, {4, 0xf5f6f7f8}, {8, 0xf1f2f3f4f5f6f7f8}};
	for (size_t i = 0; i < 4; i++) {
		CHECK(!memory_read_unsigned(&place.memory, BASE, rows[i].width, &value));
		CHECK_NUMBER(value, rows[i].value);
	}
	place_deinit(&place);
}

static void test_end_of_addresses(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, 0, IMAGE_PAGE);
	map_pattern(&place, LAST, IMAGE_PAGE);
	CHECK(reads_pattern(&place, LAST, IMAGE_PAGE - 8));
	char bytes[64];
	CHECK(!memory_try(&place.memory, UINT64_MAX, bytes, 2));
	CHECK(!memory_try(&place.memory, UINT64_MAX - 7, bytes, 64));
	check_fault(&place, UINT64_MAX - 3, 8, UINT64_MAX - 3);
	place_deinit(&place);
}

static void test_string(void)
{
	struct place place;
	char text[IMAGE_PAGE * 2];
	place_init(&place);
	image_map(&place.image, BASE, 2 * IMAGE_PAGE);
	image_write(&place.image, BASE + IMAGE_PAGE - 3, "abcdef", 7);
	CHECK(!memory_read_string(&place.memory, BASE + IMAGE_PAGE - 3, text, 100));
	CHECK_TEXT(text, "abcdef");
	CHECK(!memory_read_string(&place.memory, BASE + IMAGE_PAGE - 3, text, 6));
	CHECK_TEXT(text, "abcdef");
	CHECK(!memory_read_string(&place.memory, BASE + IMAGE_PAGE - 3, text, 2));
	CHECK_TEXT(text, "ab");
	CHECK(!memory_read_string(&place.memory, BASE, text, 0));
	CHECK_TEXT(text, "");
	place_deinit(&place);
}

static void test_string_without_end(void)
{
	struct place place;
	char text[IMAGE_PAGE * 2];
	place_init(&place);
	struct image_range *range = image_map(&place.image, BASE, IMAGE_PAGE);
	memset(range->bytes, 'x', IMAGE_PAGE);
	struct pyinspect_error *error = memory_read_string(
		&place.memory, BASE + IMAGE_PAGE - 5, text, sizeof(text) - 1);
	if (CHECK(error != NULL))
		CHECK_NUMBER(pyinspect_error_address(error), BASE + IMAGE_PAGE);
	pyinspect_error_free(error);
	CHECK(!memory_read_string(&place.memory, BASE, text, IMAGE_PAGE));
	CHECK_NUMBER(strlen(text), IMAGE_PAGE);
	place_deinit(&place);
}

static void test_string_at_end_of_addresses(void)
{
	struct place place;
	char text[64];
	place_init(&place);
	memset(image_map(&place.image, LAST, IMAGE_PAGE)->bytes, 'x', IMAGE_PAGE);
	memset(image_map(&place.image, 0, IMAGE_PAGE)->bytes, 'y', IMAGE_PAGE);
	CHECK_NUMBER(error_code_of(memory_read_string(&place.memory, UINT64_MAX - 3, text,
						      sizeof(text) - 1)),
		     PYINSPECT_ERROR_FAULT);
	place_deinit(&place);
}

static void test_grudging_reader(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 8 * IMAGE_PAGE);
	place.image.ranges[0].most = 1000;
	CHECK(reads_pattern(&place, BASE + 10, 990));
	check_fault(&place, BASE, 100000, BASE + 1000);
	place.image.ranges[0].most = IMAGE_PAGE + 5;
	memory_prefetch(&place.memory, BASE, 8 * IMAGE_PAGE);
	CHECK(reads_pattern(&place, BASE, 8 * IMAGE_PAGE));
	place_deinit(&place);
}

static size_t boast(void *context, uint64_t address, void *buffer, size_t size)
{
	memset(buffer, (int)(address / IMAGE_PAGE), size);
	return size + IMAGE_PAGE;
}

static void test_boasting_reader(void)
{
	struct memory memory;
	char bytes[100];
	image_open(&memory, boast, NULL);
	memory_prefetch(&memory, BASE, 4 * IMAGE_PAGE);
	CHECK(memory_try(&memory, BASE, bytes, sizeof(bytes)));
	CHECK_NUMBER(bytes[0], 0);
	/* What it claimed to have read beyond. */
	CHECK(memory_try(&memory, BASE + 4 * IMAGE_PAGE, bytes, sizeof(bytes)));
	CHECK_NUMBER(bytes[0], 4);
	memory_deinit(&memory);
}

static void test_deadline(void)
{
	struct place place;
	uint64_t value;
	place_init(&place);
	map_pattern(&place, BASE, IMAGE_PAGE);
	map_pattern(&place, FAR, IMAGE_PAGE);
	CHECK(memory_read_u64(&place.memory, BASE, &value) == NULL);
	place.memory.deadline = 1;
	CHECK(memory_read_u64(&place.memory, BASE, &value) == NULL);
	CHECK_NUMBER(error_code_of(memory_read_u64(&place.memory, FAR, &value)),
		     PYINSPECT_ERROR_TIMEOUT);
	CHECK(place.memory.timed_out);
	CHECK_NUMBER(place.image.reads, 1);
	place_deinit(&place);
}

static void test_future_deadline(void)
{
	struct place place;
	struct timespec now;
	place_init(&place);
	map_pattern(&place, BASE, IMAGE_PAGE);
	clock_gettime(CLOCK_MONOTONIC, &now);
	place.memory.deadline = (uint64_t)(now.tv_sec + 100) * 1000000000;
	CHECK(reads_pattern(&place, BASE, 8));
	CHECK(!place.memory.timed_out);
	place_deinit(&place);
}

static void test_many_pages(void)
{
	struct place place;
	place_init(&place);
	map_pattern(&place, BASE, 3000 * IMAGE_PAGE);
	struct random random = {42};
	for (int i = 0; i < 20000; i++) {
		uint64_t offset = random_below(&random, 3000 * IMAGE_PAGE - 64);
		if (!CHECK(reads_pattern(&place, BASE + offset, 64)))
			break;
	}
	CHECK(place.memory.block_count <= 3000 * IMAGE_PAGE / MEMORY_BLOCK_SIZE);
	place_deinit(&place);
}

/* All that is asked for is there, as in a process that maps a terabyte of zeros. */
static size_t read_zeros(void *context, uint64_t address, void *buffer, size_t size)
{
	memset(buffer, 0, size);
	return size;
}

static void test_cache_is_bounded(void)
{
	struct memory memory;
	uint64_t value = 1;
	image_open(&memory, read_zeros, NULL);
	memory.block_count = MEMORY_BLOCKS_MAX - 2;
	for (uint64_t i = 0; i < 100; i++)
		CHECK(!memory_read_u64(&memory, BASE + i * IMAGE_PAGE, &value));
	CHECK_NUMBER(value, 0);
	CHECK(memory.block_count < MEMORY_BLOCKS_MAX);
	memory_deinit(&memory);
}

int main(void)
{
	TEST("any piece of a range is read as it is", test_any_piece);
	TEST("a block is asked for once", test_cached);
	TEST("what was read stays until it is forgotten", test_forget);
	TEST("an image may begin and end within a page", test_short_image);
	TEST("a fault names the first address that is missing", test_second_page_missing);
	TEST("a failed read leaves its result alone", test_failed_read_changes_nothing);
	TEST("members of 1, 2, 4 and 8 bytes have no sign", test_widths);
	TEST("a read does not go round the end of the addresses", test_end_of_addresses);
	TEST("a string ends at its NUL or at the limit", test_string);
	TEST("a string without a NUL ends where memory does", test_string_without_end);
	TEST("a string does not go round the end of the addresses",
	     test_string_at_end_of_addresses);
	TEST("a reader that gives less than it could is asked again", test_grudging_reader);
	TEST("a reader that claims more than was asked for is not believed",
	     test_boasting_reader);
	TEST("behind the deadline reads fail and say why", test_deadline);
	TEST("before the deadline they don't", test_future_deadline);
	TEST("thousands of pages are kept apart", test_many_pages);
	TEST("the cache does not grow without end", test_cache_is_bounded);
	return tap_finish();
}
