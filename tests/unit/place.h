/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** An image that is read through a cache. */
#ifndef UNIT_PLACE_H
#define UNIT_PLACE_H

#include <stdlib.h>

#include "image.h"

#define BASE UINT64_C(0x7f0000000000)
#define FAR  (BASE + 1000 * IMAGE_PAGE)
#define LAST UINT64_C(0xfffffffffffff000)

struct place {
	struct memory_image image;
	struct memory memory;
};

static inline void place_init(struct place *place)
{
	*place = (struct place){0};
	image_open(&place->memory, image_read, &place->image);
}

static inline void place_deinit(struct place *place)
{
	memory_deinit(&place->memory);
	image_deinit(&place->image);
}

/* A range in which each byte tells where it stands. */
static inline void map_pattern(struct place *place, uint64_t address, size_t size)
{
	struct image_range *range = image_map(&place->image, address, size);
	for (size_t i = 0; i < size; i++)
		range->bytes[i] = (unsigned char)((address + i) * 31 >> 3);
}

static inline bool reads_pattern(struct place *place, uint64_t address, size_t size)
{
	unsigned char *bytes = malloc(size);
	bool good = memory_try(&place->memory, address, bytes, size);
	for (size_t i = 0; good && i < size; i++)
		good = bytes[i] == (unsigned char)((address + i) * 31 >> 3);
	free(bytes);
	return good;
}

#endif
