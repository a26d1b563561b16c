/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Memory images: what a target's memory would hold, made by a test.
 *
 * An image is a few ranges of bytes at addresses of the test's choice; all else is
 * unreadable. It is the context of image_read(), which is a memory_read_fn and the
 * read of struct pyinspect_callbacks.
 */
#ifndef UNIT_IMAGE_H
#define UNIT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pyinspect.h"
#include "target/memory.h"

#define IMAGE_PAGE 4096

struct image_range {
	uint64_t address;
	size_t size;
	unsigned char *bytes;
	/** Reads give less than was asked for: at most this much; 0 is no limit. */
	size_t most;
};

struct memory_image {
	struct image_range ranges[16];
	size_t count;
	/** Calls of image_read(). */
	size_t reads;
	/** How long each call of image_read() takes. */
	unsigned int delay_us;
	/** A cache that is to forget what is written to; may be NULL. */
	struct memory *reader;
	/** Where image_alloc() takes the next piece from. */
	uint64_t next, end;
};

/** Add a range of zeros. */
struct image_range *image_map(struct memory_image *image, uint64_t address, size_t size);

/** Bytes to write to at an address; the test ends if they aren't there. */
void *image_at(struct memory_image *image, uint64_t address, size_t size);

void image_write(struct memory_image *image, uint64_t address, const void *data,
		 size_t size);
void image_write_u64(struct memory_image *image, uint64_t address, uint64_t value);

/** Write the low bytes of a value. */
void image_write_unsigned(struct memory_image *image, uint64_t address, unsigned int width,
			  uint64_t value);

/** Take size bytes, aligned to 16, from a range set aside by image_set_heap(). */
uint64_t image_alloc(struct memory_image *image, size_t size);
void image_set_heap(struct memory_image *image, uint64_t address, size_t size);

size_t image_read(void *context, uint64_t address, void *buffer, size_t size);
void image_read_many(void *context, struct memory_piece *pieces, size_t count);

/** Start to read through a cache, by whatever function and in one piece at a time. */
void image_open(struct memory *memory, memory_read_fn read, void *context);

void image_deinit(struct memory_image *image);

/** Numbers from a seed: the same ones on every run. */
struct random {
	uint64_t state;
};

uint32_t random_next(struct random *random);

/** A number from 0 to limit - 1. */
uint32_t random_below(struct random *random, uint32_t limit);

/** Free an error and return its code; 0 for none. */
int error_code_of(struct pyinspect_error *error);

#endif
