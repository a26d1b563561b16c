/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Layouts from the words that 3.13 and later tell of themselves. */
#include "layout/debug_offsets.h"
#include "tap.h"
#include "target/machine.h"

#define NONE     UINT64_MAX
#define VERSIONS 3

/* The words of the builds that the tables were made from. */
static const struct {
	const char *section, *member;
	uint64_t values[VERSIONS];
} rows[] = {
#define WORD(section, member, ...) {#section, #member, {__VA_ARGS__}},
#include "debug_offsets_words.def"
#undef WORD
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* debug_offsets.def as it is. */
static const struct {
	unsigned int since;
	const char *section, *member, *use;
} words_def[] = {
#define WORD(since, section, member, use) {since, #section, #member, #use},
#include "layout/debug_offsets.def"
#undef WORD
};

#define WORDS (sizeof(words_def) / sizeof(words_def[0]))

static const uint32_t hexversions[VERSIONS] = {0x030d12f0, 0x030e0af0, 0x030f02f0};

/* Copy the words of a version; returns how many. */
static size_t words_of(size_t version, uint64_t words[DEBUG_OFFSETS_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].values[version] != NONE)
			words[count++] = rows[i].values[version];
	return count;
}

static void begin(size_t version, struct layout *layout)
{
	bool newer;
	const struct dialect *dialect = dialect_find(hexversions[version], &newer);
	layout_from_table(layout, dialect_table(dialect, machine_name));
	layout->dialect = dialect;
}

static int read_words(size_t version, const uint64_t *words, struct layout *layout)
{
	begin(version, layout);
	struct pyinspect_error *error = layout_from_debug_offsets(layout, words);
	int code = error ? (int)pyinspect_error_code(error) : 0;
	pyinspect_error_free(error);
	return code;
}

static void test_counts(void)
{
	static const size_t counts[VERSIONS] = {73, 95, 111};
	for (size_t i = 0; i < VERSIONS; i++) {
		uint64_t words[DEBUG_OFFSETS_MAX];
		CHECK_NUMBER(debug_offsets_count((unsigned int)i + 1), counts[i]);
		CHECK_NUMBER(words_of(i, words), counts[i]);
	}
	CHECK(debug_offsets_count(VERSIONS) <= DEBUG_OFFSETS_MAX);
}

static void test_order(void)
{
	for (unsigned int version = 0; version < VERSIONS; version++) {
		size_t at = 0;
		for (size_t i = 0; i < WORDS; i++) {
			if (words_def[i].since > version + 1)
				continue;
			while (at < ROWS && rows[at].values[version] == NONE)
				at++;
			REQUIRE(at < ROWS);
			CHECK_TEXT(words_def[i].section, rows[at].section);
			CHECK_TEXT(words_def[i].member, rows[at].member);
			at++;
		}
	}
}

/* The table was made from the DWARF of the same build. */
static void test_agrees_with_table(void)
{
	for (size_t version = 0; version < VERSIONS; version++) {
		struct layout table, layout;
		uint64_t words[DEBUG_OFFSETS_MAX];
		size_t told = 0;
		begin(version, &table);
		words_of(version, words);
		CHECK_NUMBER(read_words(version, words, &layout), 0);
		for (enum field i = 0; i < FIELD_COUNT; i++) {
			told += layout.sources[i] == LAYOUT_SOURCE_DEBUG_OFFSETS;
			if (layout.offsets[i] != table.offsets[i]) {
				CHECK_NUMBER(layout.offsets[i], table.offsets[i]);
				printf("# %s of 0x%x\n", field_infos[i].name,
				       hexversions[version]);
			}
		}
		CHECK(told > 40);
	}
}

static void test_values_of_3_15(void)
{
	struct layout layout;
	uint64_t words[DEBUG_OFFSETS_MAX];
	words_of(2, words);
	REQUIRE(read_words(2, words, &layout) == 0);
	CHECK_NUMBER(layout_at(&layout, FIELD_RUNTIME_INTERPRETERS_HEAD), 0x3a8);
	CHECK_NUMBER(layout_at(&layout, FIELD_THREAD_CURRENT_FRAME), 0x48);
	CHECK_NUMBER(layout_at(&layout, FIELD_THREAD_NATIVE_ID), 0xb8);
	CHECK_NUMBER(layout_at(&layout, FIELD_IFRAME_OWNER), 0x4a);
	CHECK_NUMBER(layout_at(&layout, FIELD_GIL_LOCKED), 0x10);
	CHECK_NUMBER(layout_at(&layout, FIELD_GIL_LAST_HOLDER), 0x8);
	CHECK(!layout_has(&layout, FIELD_CODE_TLBC));
}

/* The struct of another patch level: what it doesn't tell may have moved. */
static void test_other_size(void)
{
	struct layout layout;
	uint64_t words[DEBUG_OFFSETS_MAX];
	/* thread_state.size of 3.13. */
	size_t index = 0x98 / 8;
	words_of(0, words);
	CHECK_NUMBER(words[index], 0x138);
	words[index] = 0x130;
	REQUIRE(read_words(0, words, &layout) == 0);
	CHECK_NUMBER(layout_at(&layout, FIELD_THREAD_SIZE), 0x130);
	CHECK(layout_has(&layout, FIELD_THREAD_DATASTACK_CHUNK));
	CHECK(!layout_has(&layout, FIELD_THREAD_DATASTACK_TOP));
	CHECK(layout_has(&layout, FIELD_INTERPRETER_NEXT));
}

static int32_t size_of(const struct layout *layout, enum field field)
{
	for (enum field i = 0; i < FIELD_COUNT; i++)
		if (!field_infos[i].members[0] && layout_has(layout, i) &&
		    strcmp(field_infos[i].structs, field_infos[field].structs) == 0)
			return layout->offsets[i];
	return INT32_MAX;
}

/* Every offset that the words gave lies within its struct. */
static bool is_sane(const struct layout *layout)
{
	for (enum field i = 0; i < FIELD_COUNT; i++) {
		int64_t offset = layout->offsets[i];
		if (layout->sources[i] != LAYOUT_SOURCE_DEBUG_OFFSETS)
			continue;
		if (offset >= 0 && offset + field_infos[i].width <= size_of(layout, i))
			continue;
		printf("# %s is at %" PRId64 "\n", field_infos[i].name, offset);
		return false;
	}
	return true;
}

static void test_each_word_spoilt(void)
{
	static const uint64_t spoilt[] = {0,
					  1,
					  0x7fffffff,
					  0x80000000,
					  0xffffffff,
					  UINT64_C(1) << 32,
					  UINT64_C(1) << 40,
					  UINT64_C(1) << 63,
					  UINT64_MAX - 7,
					  UINT64_MAX};
	for (size_t version = 0; version < VERSIONS; version++) {
		uint64_t good[DEBUG_OFFSETS_MAX], words[DEBUG_OFFSETS_MAX];
		size_t count = words_of(version, good);
		for (size_t i = 3; i < count; i++)
			for (size_t j = 0; j < sizeof(spoilt) / sizeof(spoilt[0]); j++) {
				struct layout layout;
				memcpy(words, good, sizeof(words));
				words[i] = spoilt[j];
				int code = read_words(version, words, &layout);
				if (CHECK(code == PYINSPECT_ERROR_BAD_DATA ||
					  (code == 0 && is_sane(&layout))))
					continue;
				printf("# word %zu of 0x%x as 0x%" PRIx64 ": code %d\n", i,
				       hexversions[version], spoilt[j], code);
			}
	}
}

/* Each offset turned into the last byte of its struct, and into what is behind it. */
static void test_edges(void)
{
	for (size_t version = 0; version < VERSIONS; version++) {
		uint64_t words[DEBUG_OFFSETS_MAX], size = 0;
		words_of(version, words);
		size_t at = 0;
		for (size_t i = 0; i < ROWS; i++) {
			if (rows[i].values[version] == NONE)
				continue;
			uint64_t good = words[at];
			if (strcmp(rows[i].member, "size") == 0)
				size = good;
			for (uint64_t j = 0; size && good != size && j < 10; j++) {
				struct layout layout;
				words[at] = size + 2 - j;
				int code = read_words(version, words, &layout);
				CHECK(code == PYINSPECT_ERROR_BAD_DATA || is_sane(&layout));
			}
			words[at++] = good;
		}
	}
}

/* A struct whose size is in no layout bounds its members all the same. */
static void test_edge_of_dict(void)
{
	for (size_t version = 0; version < VERSIONS; version++) {
		uint64_t words[DEBUG_OFFSETS_MAX];
		struct layout layout;
		size_t at = 0;
		words_of(version, words);
		for (size_t i = 0; strcmp(rows[i].member, "ma_keys") != 0; i++)
			at += rows[i].values[version] != NONE;
		CHECK_NUMBER(words[at], 0x20);
		words[at] = words[at - 1] - 8;
		CHECK_NUMBER(read_words(version, words, &layout), 0);
		words[at]++;
		CHECK_NUMBER(read_words(version, words, &layout), PYINSPECT_ERROR_BAD_DATA);
	}
}

static void test_all_words_spoilt(void)
{
	for (size_t version = 0; version < VERSIONS; version++) {
		uint64_t words[DEBUG_OFFSETS_MAX] = {0};
		struct layout layout;
		CHECK_NUMBER(read_words(version, words, &layout), PYINSPECT_ERROR_BAD_DATA);
		memset(words, 0xff, sizeof(words));
		CHECK_NUMBER(read_words(version, words, &layout), PYINSPECT_ERROR_BAD_DATA);
	}
}

int main(void)
{
	TEST("revisions have 73, 95 and 111 words", test_counts);
	TEST("the words are in the order of the target's struct", test_order);
	TEST("they say what the table of the same build says", test_agrees_with_table);
	TEST("they are put where they belong", test_values_of_3_15);
	TEST("in a struct of another size, what isn't told is absent", test_other_size);
	TEST("a spoilt word is refused, or leaves offsets within their structs",
	     test_each_word_spoilt);
	TEST("an offset at the end of its struct is refused, or fits", test_edges);
	TEST("a member must fit in a struct that is of no other use", test_edge_of_dict);
	TEST("words that are all wrong are refused", test_all_words_spoilt);
	return tap_finish();
}
