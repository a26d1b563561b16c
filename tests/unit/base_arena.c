/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/arena.h"
#include "tap.h"

static bool is_zero(const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i])
			return false;
	return true;
}

static void test_pieces(void)
{
	struct arena arena = {0};
	unsigned char *pieces[500];
	for (size_t i = 0; i < 500; i++) {
		pieces[i] = arena_alloc(&arena, i);
		REQUIRE(pieces[i] != NULL);
		CHECK_NUMBER((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		CHECK(is_zero((char *)pieces[i], i));
		memset(pieces[i], (int)(i % 251) + 1, i);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t j = 0; j < i; j++)
			if (pieces[i][j] != i % 251 + 1) {
				CHECK(!"a piece keeps what was written into it");
				return;
			}
	arena_deinit(&arena);
	CHECK(arena.blocks == NULL);
}

static void test_large(void)
{
	struct arena arena = {0};
	size_t size = (size_t)3 << 20;
	char *large = arena_alloc(&arena, size), *small = arena_alloc(&arena, 8);
	REQUIRE(large && small);
	CHECK(is_zero(large, size));
	memset(large, 1, size);
	CHECK(is_zero(small, 8));
	arena_deinit(&arena);
}

static void test_absurd(void)
{
	struct arena arena = {0};
	CHECK(arena_alloc(&arena, SIZE_MAX) == NULL);
	CHECK(arena_alloc(&arena, SIZE_MAX / 2) == NULL);
	CHECK(arena_alloc(&arena, SIZE_MAX - 15) == NULL);
	CHECK(arena_alloc(&arena, 16) != NULL);
	arena_deinit(&arena);
}

static void test_texts(void)
{
	struct arena arena = {0};
	CHECK_TEXT(arena_copy(&arena, "abcdef", 3), "abc");
	CHECK_TEXT(arena_copy(&arena, "", 0), "");
	CHECK_TEXT(arena_printf(&arena, "%d %s", -7, "x"), "-7 x");
	char *nul = arena_copy(&arena, "a\0b", 3);
	CHECK(memcmp(nul, "a\0b", 4) == 0);
	arena_deinit(&arena);
}

static void test_reuse(void)
{
	struct arena arena = {0};
	arena_deinit(&arena);
	CHECK(arena_alloc(&arena, 1) != NULL);
	arena_deinit(&arena);
	CHECK(arena_alloc(&arena, 1) != NULL);
	arena_deinit(&arena);
}

static void test_array(void)
{
	struct pair {
		uint32_t index;
		char letter;
	};
	ARRAY(struct pair) pairs = {0};
	for (uint32_t i = 0; i < 1000; i++) {
		struct pair pair = {.index = i, .letter = (char)('a' + i % 26)};
		REQUIRE(array_push(&pairs, pair));
	}
	CHECK_NUMBER(pairs.count, 1000);
	CHECK(pairs.capacity >= pairs.count);
	for (uint32_t i = 0; i < 1000; i++)
		if (pairs.items[i].index != i ||
		    pairs.items[i].letter != (char)('a' + i % 26))
			CHECK(!"items keep their order and values");
	free(pairs.items);
}

static void test_array_without_memory(void)
{
	void *items = NULL;
	size_t capacity = SIZE_MAX / 4;
	CHECK(!array_grow(&items, &capacity, SIZE_MAX / 4, 64));
	CHECK(items == NULL);
	CHECK_NUMBER(capacity, SIZE_MAX / 4);
}

int main(void)
{
	TEST("pieces are zeroed, aligned and apart", test_pieces);
	TEST("a piece may be larger than a block", test_large);
	TEST("an absurd size gives nothing, and does no harm", test_absurd);
	TEST("texts are copied and ended", test_texts);
	TEST("an emptied arena can be used again", test_reuse);
	TEST("an array grows and keeps its items", test_array);
	TEST("an array that can't grow stays as it is", test_array_without_memory);
	return tap_finish();
}
