/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runtime/linetable.h"
#include "base/error.h"

static struct pyinspect_error *bad_table(const char *what)
{
	return error_create(PYINSPECT_ERROR_BAD_DATA, "line table does not decode: %s",
			    what);
}

static struct pyinspect_error *check_line(int64_t line, struct location *ret)
{
	if (line < 0 || line > INT32_MAX)
		return bad_table("a line is out of range");
	*ret = (struct location){.line = (int32_t)line};
	return NULL;
}

/* Pairs of (address delta, line delta); the line in force is the last one that
 * begins at or before the offset. */
static struct pyinspect_error *decode_lnotab(const uint8_t *table, size_t size,
					     bool is_signed, int32_t first_line,
					     int64_t offset, struct location *ret)
{
	int64_t line = first_line, address = 0;
	for (size_t i = 0; i + 1 < size; i += 2) {
		address += table[i];
		if (address > offset)
			break;
		line += is_signed ? (int8_t)table[i + 1] : table[i + 1];
	}
	return check_line(line, ret);
}

#define RANGE_NO_LINE (-128)

/* Pairs of (bytes covered, line delta): the delta applies first. */
static struct pyinspect_error *decode_ranges(const uint8_t *table, size_t size,
					     int32_t first_line, int64_t offset,
					     struct location *ret)
{
	int64_t line = first_line, address = 0;
	for (size_t i = 0; i + 1 < size; i += 2) {
		int8_t delta = (int8_t)table[i + 1];
		if (delta != RANGE_NO_LINE)
			line += delta;
		address += table[i];
		if (address > offset)
			return check_line(delta == RANGE_NO_LINE ? 0 : line, ret);
	}
	return bad_table("it ends before the instruction");
}

/* Bytes of a location table, read one after the other. */
struct reader {
	const uint8_t *at, *end;
	/** A read went past the end, or a number past its type. */
	bool failed;
};

static uint8_t read_byte(struct reader *reader)
{
	if (reader->at == reader->end) {
		reader->failed = true;
		return 0;
	}
	return *reader->at++;
}

/* 6 bits a byte, the low ones first; bit 6 says that there are more. */
static uint32_t read_varint(struct reader *reader)
{
	uint32_t value = 0;
	for (unsigned int shift = 0; shift < 32; shift += 6) {
		uint8_t byte = read_byte(reader);
		value |= (uint32_t)(byte & 0x3f) << shift;
		if (!(byte & 0x40))
			return value;
	}
	reader->failed = true;
	return 0;
}

static int32_t read_positive(struct reader *reader)
{
	uint32_t value = read_varint(reader);
	if (value > INT32_MAX)
		reader->failed = true;
	return (int32_t)value;
}

static int64_t read_signed_varint(struct reader *reader)
{
	uint32_t value = read_varint(reader);
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Entry codes. CPython: enum _PyCodeLocationInfoKind. */
#define CODE_SHORT_LAST    9
#define CODE_ONE_LINE      10
#define CODE_ONE_LINE_LAST 12
#define CODE_NO_COLUMNS    13
#define CODE_LONG          14

/* What follows an entry's first byte; line is carried from entry to entry. */
static struct location read_entry(struct reader *reader, unsigned int code, int64_t *line)
{
	struct location found = {0};
	if (code <= CODE_SHORT_LAST) {
		uint8_t byte = read_byte(reader);
		found.column = (int32_t)(code << 3 | byte >> 4) + 1;
		found.end_column = found.column + (byte & 15);
	} else if (code <= CODE_ONE_LINE_LAST) {
		*line += code - CODE_ONE_LINE;
		found.column = read_byte(reader) + 1;
		found.end_column = read_byte(reader) + 1;
	} else if (code == CODE_NO_COLUMNS) {
		*line += read_signed_varint(reader);
	} else if (code == CODE_LONG) {
		*line += read_signed_varint(reader);
		found.end_line = read_positive(reader);
		/* Stored from 1, with 0 for none: as we want them. */
		found.column = read_positive(reader);
		found.end_column = read_positive(reader);
	} else {
		return found;
	}
	if (*line < 0 || *line + found.end_line > INT32_MAX)
		reader->failed = true;
	found.line = (int32_t)*line;
	found.end_line = (int32_t)(*line + found.end_line);
	return found;
}

static struct pyinspect_error *decode_locations(const uint8_t *table, size_t size,
						int32_t first_line, int64_t offset,
						struct location *ret)
{
	struct reader reader = {.at = table, .end = table + size};
	int64_t line = first_line, address = 0;
	while (reader.at < reader.end) {
		uint8_t first = read_byte(&reader);
		if (!(first & 0x80))
			return bad_table("an entry does not begin as one");
		struct location found = read_entry(&reader, first >> 3 & 15, &line);
		if (reader.failed)
			return bad_table("an entry is cut short, or out of range");
		address += ((first & 7) + 1) * 2;
		if (address > offset) {
			*ret = found;
			return NULL;
		}
	}
	return bad_table("it ends before the instruction");
}

struct pyinspect_error *linetable_decode(enum line_table kind, const uint8_t *table,
					 size_t size, int32_t first_line, int64_t offset,
					 struct location *ret)
{
	if (offset < 0)
		return check_line(first_line, ret);
	switch (kind) {
	case LINE_TABLE_LNOTAB_UNSIGNED:
		return decode_lnotab(table, size, false, first_line, offset, ret);
	case LINE_TABLE_LNOTAB:
		return decode_lnotab(table, size, true, first_line, offset, ret);
	case LINE_TABLE_RANGES:
		return decode_ranges(table, size, first_line, offset, ret);
	default:
		return decode_locations(table, size, first_line, offset, ret);
	}
}
