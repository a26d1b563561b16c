/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/cleanup.h"
#include "modules/function.h"

/* Entries that are looked at: CPython's files have some ten thousand. */
#define FUNCTIONS_MAX 1000000

/* CPython and all other files of GNU ld, gold and lld have the table in this form. */
struct unwind_header {
	uint8_t version, frame_encoding, count_encoding, table_encoding;
	int32_t frame;
	uint32_t count;
};

enum {
	ENCODING_FRAME = 0x1b, /* relative to the word, 4 bytes with a sign */
	ENCODING_COUNT = 0x03, /* 4 bytes */
	ENCODING_TABLE = 0x3b, /* relative to the header, 4 bytes with a sign */
};

/* Sorted by start. */
struct unwind_entry {
	int32_t start, description;
};

/* A frame description entry begins so: lengths of 4 bytes, addresses relative, 4 bytes. */
struct description {
	uint32_t length, common;
	int32_t start;
	uint32_t size;
};

/* How long the function is that an entry describes; 0 if that can't be told. */
static uint64_t size_of(struct target *target, uint64_t header,
			const struct unwind_entry *entry)
{
	struct description description;
	uint64_t address = header + (uint64_t)(int64_t)entry->description;
	if (!memory_try(&target->memory, address, &description, sizeof(description)))
		return 0;
	uint64_t start = address + 8 + (uint64_t)(int64_t)description.start;
	return start == header + (uint64_t)(int64_t)entry->start ? description.size : 0;
}

/* Between the starts of two there may be more than the first one: its own size decides. */
static struct extent find_largest(struct target *target, uint64_t header,
				  const struct unwind_entry *entries, size_t count)
{
	struct extent largest = {0};
	for (size_t i = 0; i + 1 < count; i++) {
		uint64_t gap = (uint64_t)((int64_t)entries[i + 1].start - entries[i].start);
		if (entries[i + 1].start < entries[i].start ||
		    gap <= largest.end - largest.start)
			continue;
		uint64_t size = size_of(target, header, &entries[i]);
		uint64_t start = header + (uint64_t)(int64_t)entries[i].start;
		if (size > largest.end - largest.start)
			largest = (struct extent){start, start + size};
	}
	return largest;
}

struct extent function_largest(struct target *target, struct image *image)
{
	struct extent none = {0};
	struct unwind_header header;
	struct symbol unused;
	/* Asking for a symbol reads the headers. */
	cleanup_error struct pyinspect_error *error =
		image_symbol_find(target, image, "", &unused);
	if (error || !image->unwind_header ||
	    !memory_try(&target->memory, image->unwind_header, &header, sizeof(header)) ||
	    header.version != 1 || header.frame_encoding != ENCODING_FRAME ||
	    header.count_encoding != ENCODING_COUNT ||
	    header.table_encoding != ENCODING_TABLE || header.count > FUNCTIONS_MAX)
		return none;
	size_t size = header.count * sizeof(struct unwind_entry);
	cleanup_free struct unwind_entry *entries = malloc(size + 1);
	if (!entries || !memory_try(&target->memory, image->unwind_header + sizeof(header),
				    entries, size))
		return none;
	return find_largest(target, image->unwind_header, entries, header.count);
}
