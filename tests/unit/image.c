/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"

/* The test itself is wrong: nothing that it says counts. */
static void give_up(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(99);
}

struct image_range *image_map(struct memory_image *image, uint64_t address, size_t size)
{
	if (image->count == sizeof(image->ranges) / sizeof(image->ranges[0]))
		give_up("the image has too many ranges");
	struct image_range *range = &image->ranges[image->count++];
	*range = (struct image_range){
		.address = address, .size = size, .bytes = calloc(1, size)};
	if (!range->bytes)
		give_up("no memory for an image");
	return range;
}

static const struct image_range *find_range(const struct memory_image *image,
					    uint64_t address)
{
	for (size_t i = 0; i < image->count; i++)
		if (address - image->ranges[i].address < image->ranges[i].size)
			return &image->ranges[i];
	return NULL;
}

void *image_at(struct memory_image *image, uint64_t address, size_t size)
{
	const struct image_range *range = find_range(image, address);
	if (!range || size > range->size - (size_t)(address - range->address))
		give_up("the image has no bytes at an address");
	if (image->reader && image->reader->block_count)
		memory_forget(image->reader);
	return range->bytes + (address - range->address);
}

void image_write(struct memory_image *image, uint64_t address, const void *data,
		 size_t size)
{
	memcpy(image_at(image, address, size), data, size);
}

void image_write_u64(struct memory_image *image, uint64_t address, uint64_t value)
{
	image_write(image, address, &value, sizeof(value));
}

void image_write_unsigned(struct memory_image *image, uint64_t address, unsigned int width,
			  uint64_t value)
{
	image_write(image, address, &value, width);
}

void image_set_heap(struct memory_image *image, uint64_t address, size_t size)
{
	image_map(image, address, size);
	image->next = address;
	image->end = address + size;
}

uint64_t image_alloc(struct memory_image *image, size_t size)
{
	uint64_t address = image->next;
	size = (size + 15) & ~(size_t)15;
	if (size > image->end - address)
		give_up("the image has no room left");
	image->next += size;
	return address;
}

size_t image_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct memory_image *image = context;
	const struct image_range *range = find_range(image, address);
	image->reads++;
	if (image->delay_us)
		usleep(image->delay_us);
	if (!range)
		return 0;
	size_t offset = (size_t)(address - range->address);
	if (size > range->size - offset)
		size = range->size - offset;
	if (range->most && size > range->most)
		size = range->most;
	memcpy(buffer, range->bytes + offset, size);
	return size;
}

void image_read_many(void *context, struct memory_piece *pieces, size_t count)
{
	struct memory_image *image = context;
	size_t reads = image->reads + 1;
	for (size_t i = 0; i < count; i++)
		pieces[i].size = image_read(context, pieces[i].address, pieces[i].buffer,
					    pieces[i].size);
	image->reads = reads;
}

void image_open(struct memory *memory, memory_read_fn read, void *context)
{
	memory_init(memory, read, NULL, context);
}

void image_deinit(struct memory_image *image)
{
	for (size_t i = 0; i < image->count; i++)
		free(image->ranges[i].bytes);
	*image = (struct memory_image){0};
}

/* xorshift64* of Sebastiano Vigna. */
uint32_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (uint32_t)(random->state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

uint32_t random_below(struct random *random, uint32_t limit)
{
	return random_next(random) % limit;
}

int error_code_of(struct pyinspect_error *error)
{
	int code = error ? (int)pyinspect_error_code(error) : 0;
	pyinspect_error_free(error);
	return code;
}
