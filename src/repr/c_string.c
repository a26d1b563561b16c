/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/c_string.h"

#include "base/error.h"
#include "repr/quoted.h"

/* Characters among which the NUL is looked for. */
#define CHARACTERS_MAX ((uint64_t)1 << 20)
/* Bytes that are read at once: they are not of two pages. */
#define PIECE_SIZE 256

struct pyinspect_error *c_string_write_some(struct repr *repr, uint64_t address,
					    unsigned int width, uint64_t count)
{
	uint64_t total = repr->total;
	struct characters characters = {
		.address = address, .length = count, .width = width, .is_raw = width == 1};
	struct quoted_style style = width == 1 ? quoted_bytes(repr) : quoted_unicode(repr);
	struct pyinspect_error *error = quoted_write(repr, address, &characters, &style);
	/* It is a piece of the object. */
	repr->total = total;
	return error;
}

/* Characters from an address to the end of what is read at once. */
static uint64_t piece_at(uint64_t address, unsigned int width)
{
	uint64_t bytes = PIECE_SIZE - address % PIECE_SIZE;
	return bytes < width ? 1 : bytes / width;
}

struct pyinspect_error *c_string_write(struct repr *repr, uint64_t address,
				       unsigned int width, uint64_t most)
{
	uint32_t items[PIECE_SIZE];
	uint64_t length = 0;
	struct characters characters = {.width = width, .is_raw = width == 1};
	while (length < most && length < CHARACTERS_MAX) {
		characters.address = address + length * width;
		uint64_t count = piece_at(characters.address, width);
		count = count < most - length ? count : most - length;
		characters.length = count;
		struct pyinspect_error *error =
			characters_read(repr->view, &characters, 0, (size_t)count, items);
		if (error)
			return error;
		for (size_t i = 0; i < count; i++)
			if (!items[i])
				return c_string_write_some(repr, address, width,
							   length + i);
		length += count;
	}
	struct pyinspect_error *error = c_string_write_some(repr, address, width, length);
	if (!error && length < most)
		printer_cut(&repr->printer);
	return error;
}
