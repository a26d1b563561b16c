/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Line tables written by hand, one for each thing that a table can say. */
#include "image.h"
#include "runtime/linetable.h"
#include "tap.h"

struct table {
	enum line_table kind;
	int32_t first_line;
	size_t size;
	const uint8_t *bytes;
};

#define TABLE(kind_, first_line_, ...)                                                     \
	(struct table)                                                                     \
	{                                                                                  \
		.kind = LINE_TABLE_##kind_, .first_line = (first_line_),                   \
		.size = sizeof((const uint8_t[]){__VA_ARGS__}), .bytes = (const uint8_t[]) \
		{                                                                          \
			__VA_ARGS__                                                        \
		}                                                                          \
	}

static int decode(const struct table *table, int64_t offset, struct location *ret)
{
	return error_code_of(linetable_decode(table->kind, table->bytes, table->size,
					      table->first_line, offset, ret));
}

static void check_line(const struct table *table, int64_t offset, int32_t wanted)
{
	struct location found = {-1, -1, -1, -1};
	CHECK_NUMBER(decode(table, offset, &found), 0);
	CHECK_NUMBER(found.line, wanted);
}

static void check_place(const struct table *table, int64_t offset, struct location wanted)
{
	struct location found = {-1, -1, -1, -1};
	CHECK_NUMBER(decode(table, offset, &found), 0);
	CHECK_NUMBER(found.line, wanted.line);
	CHECK_NUMBER(found.end_line, wanted.end_line);
	CHECK_NUMBER(found.column, wanted.column);
	CHECK_NUMBER(found.end_column, wanted.end_column);
}

static void check_bad(const struct table *table, int64_t offset)
{
	struct location found = {-7, -7, -7, -7};
	CHECK_NUMBER(decode(table, offset, &found), PYINSPECT_ERROR_BAD_DATA);
	CHECK_NUMBER(found.line, -7);
}

static void test_lnotab(void)
{
	struct table table = TABLE(LNOTAB_UNSIGNED, 10, 0, 1, 6, 1, 50, 2);
	check_line(&table, 0, 11);
	check_line(&table, 5, 11);
	check_line(&table, 6, 12);
	check_line(&table, 55, 12);
	check_line(&table, 56, 14);
	check_line(&table, 5000, 14);
}

static void test_lnotab_large_deltas(void)
{
	/* CPython writes 300 lines as 255 + 45, and 600 bytes as 255 + 255 + 90. */
	struct table table =
		TABLE(LNOTAB_UNSIGNED, 1, 4, 255, 0, 45, 255, 0, 255, 0, 90, 1);
	check_line(&table, 3, 1);
	check_line(&table, 4, 301);
	check_line(&table, 603, 301);
	check_line(&table, 604, 302);
}

static void test_lnotab_signed(void)
{
	struct table table = TABLE(LNOTAB, 10, 2, 5, 2, 0xfd, 2, 0x80, 0, 0x7f);
	check_line(&table, 1, 10);
	check_line(&table, 2, 15);
	check_line(&table, 4, 12);
	check_line(&table, 6, 12 - 128 + 127);
}

static void test_lnotab_sign_is_of_the_version(void)
{
	struct table table = TABLE(LNOTAB_UNSIGNED, 10, 2, 0xfd);
	check_line(&table, 2, 263);
	table.kind = LINE_TABLE_LNOTAB;
	check_line(&table, 2, 7);
}

static void test_lnotab_odd(void)
{
	struct table table = TABLE(LNOTAB, 10, 2, 5, 4);
	check_line(&table, 100, 15);
	table.size = 0;
	check_line(&table, 100, 10);
}

static void test_lnotab_below_zero(void)
{
	struct table table = TABLE(LNOTAB, 10, 2, 0x80);
	check_line(&table, 0, 10);
	check_bad(&table, 2);
	table.first_line = -5;
	check_bad(&table, 0);
}

static void test_ranges(void)
{
	struct table table = TABLE(RANGES, 10, 4, 1, 6, 2, 2, 0xfd);
	check_line(&table, 0, 11);
	check_line(&table, 3, 11);
	check_line(&table, 4, 13);
	check_line(&table, 10, 10);
	check_bad(&table, 12);
}

static void test_ranges_without_line(void)
{
	struct table table = TABLE(RANGES, 10, 4, 1, 2, 0x80, 2, 0, 2, 0x80, 2, 1);
	check_line(&table, 0, 11);
	check_line(&table, 4, 0);
	check_line(&table, 6, 11);
	check_line(&table, 8, 0);
	check_line(&table, 10, 12);
}

static void test_ranges_empty(void)
{
	/* 200 lines are 127 + 73, the first for no bytes. */
	struct table table = TABLE(RANGES, 1, 2, 0, 0, 127, 4, 73, 0, 5, 2, 0);
	check_line(&table, 0, 1);
	check_line(&table, 2, 201);
	check_line(&table, 6, 206);
}

static void test_ranges_largest(void)
{
	struct table table = TABLE(RANGES, 1, 254, 0, 254, 0, 2, 1);
	check_line(&table, 507, 1);
	check_line(&table, 508, 2);
}

static void test_not_begun(void)
{
	struct table table = TABLE(LNOTAB, 42, 0, 9);
	check_line(&table, -1, 42);
	table.kind = LINE_TABLE_RANGES;
	check_line(&table, -1, 42);
	table.kind = LINE_TABLE_LOCATIONS;
	check_line(&table, -2, 42);
	table.kind = LINE_TABLE_LNOTAB_UNSIGNED;
	check_line(&table, INT64_MIN, 42);
}

/* First byte of an entry: its code, and how many code units it covers. */
#define ENTRY(code, units) (0x80 | (code) << 3 | ((units)-1))

static void test_short_forms(void)
{
	struct table table = TABLE(LOCATIONS, 5, ENTRY(0, 1), 0x7f, ENTRY(9, 2), 0x70);
	check_place(&table, 0, (struct location){5, 5, 8, 23});
	check_place(&table, 2, (struct location){5, 5, 80, 80});
	check_place(&table, 5, (struct location){5, 5, 80, 80});
	check_bad(&table, 6);
}

static void test_one_line_forms(void)
{
	struct table table = TABLE(LOCATIONS, 5, ENTRY(10, 1), 4, 9, ENTRY(11, 1), 0, 200,
				   ENTRY(12, 1), 255, 255);
	check_place(&table, 0, (struct location){5, 5, 5, 10});
	check_place(&table, 2, (struct location){6, 6, 1, 201});
	check_place(&table, 4, (struct location){8, 8, 256, 256});
}

static void test_no_columns(void)
{
	/* +3, then -2: signed varints have their sign in bit 0. */
	struct table table = TABLE(LOCATIONS, 5, ENTRY(13, 8), 6, ENTRY(13, 1), 5);
	check_place(&table, 15, (struct location){8, 8, 0, 0});
	check_place(&table, 16, (struct location){6, 6, 0, 0});
}

static void test_long_form(void)
{
	/* +100 lines, 2 lines long, columns 300 to 17, counted from 0 and stored + 1. */
	struct table table = TABLE(LOCATIONS, 5, ENTRY(14, 1), 0x48, 0x03, 2, 0x6d, 0x04,
				   18, ENTRY(14, 1), 0, 0, 0, 0);
	check_place(&table, 0, (struct location){105, 107, 301, 18});
	check_place(&table, 2, (struct location){105, 105, 0, 0});
}

static void test_no_line(void)
{
	struct table table =
		TABLE(LOCATIONS, 5, ENTRY(15, 1), ENTRY(10, 1), 0, 1, ENTRY(15, 8));
	check_place(&table, 0, (struct location){0, 0, 0, 0});
	check_place(&table, 2, (struct location){5, 5, 1, 2});
	check_place(&table, 19, (struct location){0, 0, 0, 0});
}

static void test_locations_cut(void)
{
	struct table table =
		TABLE(LOCATIONS, 5, ENTRY(14, 1), 0x48, 0x03, 2, 0x6d, 0x04, 18);
	for (table.size = 0; table.size < 7; table.size++)
		check_bad(&table, 0);
	check_line(&table, 0, 105);
	table = TABLE(LOCATIONS, 5, ENTRY(10, 1), 4, 9);
	for (table.size = 0; table.size < 3; table.size++)
		check_bad(&table, 0);
	table = TABLE(LOCATIONS, 5, ENTRY(3, 1), 4);
	table.size = 1;
	check_bad(&table, 0);
}

static void test_locations_out_of_step(void)
{
	struct table table = TABLE(LOCATIONS, 5, 0x05, 0x00);
	check_bad(&table, 0);
	table = TABLE(LOCATIONS, 5, ENTRY(0, 1), 0x11, 0x41);
	check_line(&table, 0, 5);
	check_bad(&table, 2);
}

static void test_varint_without_end(void)
{
	/* Eleven bytes that say 0 and that there is more. */
	struct table table = TABLE(LOCATIONS, 5, ENTRY(13, 1), 0x40, 0x40, 0x40, 0x40, 0x40,
				   0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0);
	check_bad(&table, 0);
	table = TABLE(LOCATIONS, 5, ENTRY(13, 1), 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0);
	check_bad(&table, 0);
}

static void test_lines_out_of_range(void)
{
	/* -11 lines from line 5. */
	struct table table = TABLE(LOCATIONS, 5, ENTRY(13, 1), 23);
	check_bad(&table, 0);
	/* +2^30 twice, and once more. */
	table = TABLE(LOCATIONS, 5, ENTRY(13, 1), 0x40, 0x40, 0x40, 0x40, 0x40, 2,
		      ENTRY(13, 1), 0x40, 0x40, 0x40, 0x40, 0x40, 2);
	check_line(&table, 0, 5 + (1 << 30));
	check_bad(&table, 2);
}

static void test_end_line_out_of_range(void)
{
	/* A frame that ends 2^31 - 1 lines behind line 5, then 2^32 - 1. */
	struct table table =
		TABLE(LOCATIONS, 5, ENTRY(14, 1), 0, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 1, 1, 1);
	check_bad(&table, 0);
	table = TABLE(LOCATIONS, 5, ENTRY(14, 1), 0, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 3, 1, 1);
	check_bad(&table, 0);
}

static void test_columns_out_of_range(void)
{
	/* Column 2^32 - 1. */
	struct table table =
		TABLE(LOCATIONS, 5, ENTRY(14, 1), 0, 0, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 3, 1);
	struct location found = {0};
	int code = decode(&table, 0, &found);
	CHECK(code == PYINSPECT_ERROR_BAD_DATA || found.column >= 0);
}

int main(void)
{
	TEST("lnotab: a line is in force from its address on", test_lnotab);
	TEST("lnotab: large deltas are written in pieces", test_lnotab_large_deltas);
	TEST("lnotab: lines go back from 3.6 on", test_lnotab_signed);
	TEST("lnotab: the same bytes mean less or more by version",
	     test_lnotab_sign_is_of_the_version);
	TEST("lnotab: half a pair at the end is ignored", test_lnotab_odd);
	TEST("lnotab: a line below zero is an error", test_lnotab_below_zero);
	TEST("ranges: a delta applies to its own range", test_ranges);
	TEST("ranges: -128 is no line and moves nothing", test_ranges_without_line);
	TEST("ranges: one of no bytes moves the line alone", test_ranges_empty);
	TEST("ranges: the longest go on in the next", test_ranges_largest);
	TEST("a frame that has not begun is at the first line", test_not_begun);
	TEST("locations: short forms hold columns in one byte", test_short_forms);
	TEST("locations: one-line forms go on by 0, 1 or 2 lines", test_one_line_forms);
	TEST("locations: there is a form without columns", test_no_columns);
	TEST("locations: the long form has all", test_long_form);
	TEST("locations: there is a form without a line", test_no_line);
	TEST("locations: an entry that is cut short is an error", test_locations_cut);
	TEST("locations: an entry must begin as one", test_locations_out_of_step);
	TEST("locations: a number without an end is an error", test_varint_without_end);
	TEST("locations: a line out of range is an error", test_lines_out_of_range);
	TEST("locations: an end line out of range is an error", test_end_line_out_of_range);
	TEST("locations: no column is negative", test_columns_out_of_range);
	return tap_finish();
}
