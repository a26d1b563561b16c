/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/error.h"
#include "target/memory.h"

/* Blocks are smaller than pages, because objects that belong together seldom lie on the
 * same block, and a fresh block of ours costs more than anything else about a read. */
#define BLOCK_SIZE ((size_t)1024)
#define BLOCK_MASK (~(uint64_t)(BLOCK_SIZE - 1))
/* Bytes that are read in one go when some of them are missing; within a page. */
#define WINDOW_SIZE ((uint64_t)2048)
/* Blocks of a slab; from some on, when there is much to read, slabs are larger. */
#define SLAB_BLOCKS ((size_t)64)
#define SMALL_SLABS 4
/* Larger pieces are read past the cache: they are read once. */
#define CACHED_LIMIT ((size_t)64 << 10)
/* Larger ranges are not worth fetching in advance. */
#define RANGE_MAX ((size_t)128 << 10)
/* Pieces that are read in one call: the kernel takes 1024. */
#define BATCH 256

static size_t slab_blocks(size_t index)
{
	return index < SMALL_SLABS ? SLAB_BLOCKS : SLAB_BLOCKS * 4;
}

/* Populated at once: one fault for each block costs more than reading into it. */
static char *map_slab(size_t index)
{
	void *slab = mmap(NULL, slab_blocks(index) * BLOCK_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return slab == MAP_FAILED ? NULL : slab;
}

static void unmap_slab(char *slab, size_t index)
{
	if (slab)
		munmap(slab, slab_blocks(index) * BLOCK_SIZE);
}

void memory_init(struct memory *memory, memory_read_fn read, memory_read_many_fn read_many,
		 void *context)
{
	*memory = (struct memory){.read = read, .read_many = read_many, .context = context};
}

void memory_deinit(struct memory *memory)
{
	for (size_t i = 0; i < memory->slabs.count; i++)
		unmap_slab(memory->slabs.items[i], i);
	free(memory->slabs.items);
	free(memory->slots);
	*memory = (struct memory){0};
}

void memory_forget(struct memory *memory)
{
	if (memory->slots)
		memset(memory->slots, 0, memory->slot_count * sizeof(*memory->slots));
	memory->recent = (struct block_slot){0};
	memory->block_count = 0;
	memory->slabs_used = 0;
	memory->slab_blocks_used = 0;
}

static size_t slot_of(const struct memory *memory, uint64_t block)
{
	uint64_t hash = (block / BLOCK_SIZE) * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot = (size_t)(hash >> 32) & (memory->slot_count - 1);
	while (memory->slots[slot].key && memory->slots[slot].key != block + 1)
		slot = (slot + 1) & (memory->slot_count - 1);
	return slot;
}

static char *find_block(const struct memory *memory, uint64_t block)
{
	if (memory->recent.key == block + 1)
		return memory->recent.data;
	return memory->slot_count ? memory->slots[slot_of(memory, block)].data : NULL;
}

static bool grow_slots(struct memory *memory)
{
	size_t old_count = memory->slot_count;
	struct block_slot *old = memory->slots;
	size_t count = old_count ? old_count * 2 : 256;
	struct block_slot *slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	memory->slots = slots;
	memory->slot_count = count;
	for (size_t i = 0; i < old_count; i++)
		if (old[i].key)
			slots[slot_of(memory, old[i].key - 1)] = old[i];
	free(old);
	return true;
}

static bool add_slab(struct memory *memory)
{
	size_t index = memory->slabs.count;
	char *slab = map_slab(index);
	if (slab && array_push(&memory->slabs, slab))
		return true;
	unmap_slab(slab, index);
	return false;
}

static bool use_slab(struct memory *memory)
{
	if (memory->slabs_used == memory->slabs.count && !add_slab(memory))
		return false;
	memory->slabs_used++;
	memory->slab_blocks_used = 0;
	return true;
}

void memory_reserve(struct memory *memory, size_t size)
{
	size_t blocks = size / BLOCK_SIZE, had = 0;
	for (size_t i = 0; i < memory->slabs.count; i++)
		had += slab_blocks(i);
	while (had < blocks && had < MEMORY_BLOCKS_MAX && add_slab(memory))
		had += slab_blocks(memory->slabs.count - 1);
}

/* Space for blocks in one piece; given back only by memory_forget(). */
static char *alloc_blocks(struct memory *memory, size_t count)
{
	while (memory->slabs_used == 0 ||
	       memory->slab_blocks_used + count > slab_blocks(memory->slabs_used - 1))
		if (!use_slab(memory))
			return NULL;
	char *blocks = memory->slabs.items[memory->slabs_used - 1] +
		       memory->slab_blocks_used * BLOCK_SIZE;
	memory->slab_blocks_used += count;
	return blocks;
}

static bool is_late(struct memory *memory)
{
	if (!memory->deadline)
		return false;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec < memory->deadline)
		return false;
	memory->timed_out = true;
	return true;
}

static size_t read_target(struct memory *memory, uint64_t address, void *buffer,
			  size_t size)
{
	if (is_late(memory))
		return 0;
	memory->read_count++;
	size_t got = memory->read(memory->context, address, buffer, size);
	return got < size ? got : size;
}

static bool insert(struct memory *memory, uint64_t block, char *data, size_t count)
{
	/* At most half full, so that searches are short and end. */
	while (memory->slot_count < (memory->block_count + count) * 2)
		if (!grow_slots(memory))
			return false;
	for (size_t i = 0; i < count; i++) {
		uint64_t address = block + i * BLOCK_SIZE;
		struct block_slot *slot = &memory->slots[slot_of(memory, address)];
		memory->block_count += !slot->key;
		*slot = (struct block_slot){.key = address + 1,
					    .data = data + i * BLOCK_SIZE};
	}
	return true;
}

/* Cache up to SLAB_BLOCKS blocks that are not cached yet; returns how many it got. */
static size_t fetch(struct memory *memory, uint64_t block, size_t count)
{
	if (memory->block_count + count > MEMORY_BLOCKS_MAX)
		memory_forget(memory);
	char *data = alloc_blocks(memory, count);
	if (!data)
		return 0;
	size_t got = read_target(memory, block, data, count * BLOCK_SIZE) / BLOCK_SIZE;
	memory->slab_blocks_used -= count - got;
	return insert(memory, block, data, got) ? got : 0;
}

/* Cache a block, and those behind it in its window: small objects lie close together,
 * and a call costs more than a few blocks do. */
static bool fetch_window(struct memory *memory, uint64_t block)
{
	uint64_t end = (block / WINDOW_SIZE + 1) * WINDOW_SIZE;
	size_t count = 1;
	while (block + count * BLOCK_SIZE < end &&
	       !find_block(memory, block + count * BLOCK_SIZE))
		count++;
	return fetch(memory, block, count) > 0;
}

/* Returns how many of the first bytes it got, at most to the end of the block. */
static size_t read_block(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
	uint64_t block = address & BLOCK_MASK;
	size_t offset = (size_t)(address - block);
	if (size > BLOCK_SIZE - offset)
		size = BLOCK_SIZE - offset;
	const char *data = find_block(memory, block);
	if (!data && fetch_window(memory, block))
		data = find_block(memory, block);
	/* A memory image may end within a block. */
	if (!data)
		return read_target(memory, address, buffer, size);
	memcpy(buffer, data + offset, size);
	return size;
}

const void *memory_peek(struct memory *memory, uint64_t address, size_t size)
{
	size_t offset = (size_t)(address & ~BLOCK_MASK);
	if (size > BLOCK_SIZE - offset)
		return NULL;
	char *data = find_block(memory, address & BLOCK_MASK);
	if (!data)
		return NULL;
	memory->recent = (struct block_slot){(address & BLOCK_MASK) + 1, data};
	return data + offset;
}

static size_t read_some(struct memory *memory, uint64_t address, char *buffer, size_t size)
{
	if (size > UINT64_MAX - address)
		return 0;
	if (size > CACHED_LIMIT)
		return read_target(memory, address, buffer, size);
	const void *cached = memory_peek(memory, address, size);
	if (cached) {
		memcpy(buffer, cached, size);
		return size;
	}
	size_t done = 0;
	while (done < size) {
		size_t got = read_block(memory, address + done, buffer + done, size - done);
		if (got == 0)
			break;
		done += got;
	}
	return done;
}

bool memory_try(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
	return read_some(memory, address, buffer, size) == size;
}

static struct pyinspect_error *fault(struct memory *memory, uint64_t address)
{
	if (memory->timed_out)
		return error_at(PYINSPECT_ERROR_TIMEOUT, address,
				"not read, because the time limit was reached");
	return error_at(PYINSPECT_ERROR_FAULT, address, "can't read memory at 0x%llx",
			(unsigned long long)address);
}

struct pyinspect_error *memory_read(struct memory *memory, uint64_t address, void *buffer,
				    size_t size)
{
	size_t got = read_some(memory, address, buffer, size);
	return got == size ? NULL : fault(memory, address + got);
}

struct pyinspect_error *memory_read_u64(struct memory *memory, uint64_t address,
					uint64_t *ret)
{
	return memory_read(memory, address, ret, sizeof(*ret));
}

struct pyinspect_error *memory_read_unsigned(struct memory *memory, uint64_t address,
					     unsigned int width, uint64_t *ret)
{
	/* Little-endian: the low bytes come first. */
	uint64_t value = 0;
	struct pyinspect_error *error = memory_read(memory, address, &value, width);
	if (!error)
		*ret = value;
	return error;
}

struct pyinspect_error *memory_read_string(struct memory *memory, uint64_t address,
					   char *buffer, size_t limit)
{
	size_t length = 0;
	while (length < limit) {
		if (address + length < address)
			return fault(memory, UINT64_MAX);
		size_t got = read_block(memory, address + length, buffer + length,
					limit - length);
		if (got == 0)
			return fault(memory, address + length);
		const char *end = memchr(buffer + length, '\0', got);
		if (end)
			return NULL;
		length += got;
	}
	buffer[length] = '\0';
	return NULL;
}

/* The next run of blocks of a range that are not cached; false at its end. */
static bool next_run(const struct memory *memory, uint64_t *block, uint64_t end,
		     size_t *count_ret)
{
	while (*block < end && find_block(memory, *block))
		*block += BLOCK_SIZE;
	size_t count = 0;
	while (*block + count * BLOCK_SIZE < end && count < SLAB_BLOCKS &&
	       !find_block(memory, *block + count * BLOCK_SIZE))
		count++;
	*count_ret = count;
	return count > 0;
}

static bool is_sane(const struct memory_range *range)
{
	/* Not up to the last block: behind it the addresses begin anew. */
	return range->size <= RANGE_MAX &&
	       range->address < UINT64_MAX - RANGE_MAX - BLOCK_SIZE;
}

void memory_prefetch(struct memory *memory, uint64_t address, size_t size)
{
	struct memory_range range = {address, size};
	uint64_t block = address & BLOCK_MASK;
	size_t count;
	if (!is_sane(&range))
		return;
	while (next_run(memory, &block, address + size, &count)) {
		if (fetch(memory, block, count) < count)
			return;
		block += count * BLOCK_SIZE;
	}
}

/* Pieces of whole blocks that wait to be read together. They are in the table already,
 * so that none is read twice. */
struct batch {
	struct memory_piece pieces[BATCH];
	/** How many blocks of each are wanted. */
	uint8_t blocks[BATCH];
	size_t count;
};

/* Blocks that could not be read are not cached: their slots stay, without data. */
static void drop_unread(struct memory *memory, uint64_t block, size_t got, size_t count)
{
	for (size_t i = got; i < count; i++) {
		struct block_slot *slot =
			&memory->slots[slot_of(memory, block + i * BLOCK_SIZE)];
		slot->data = NULL;
	}
}

static void read_batch(struct memory *memory, struct batch *batch)
{
	bool late = batch->count && is_late(memory);
	if (batch->count && !late) {
		memory->read_count++;
		memory->read_many(memory->context, batch->pieces, batch->count);
	}
	for (size_t i = 0; i < batch->count; i++)
		drop_unread(memory, batch->pieces[i].address,
			    late ? 0 : batch->pieces[i].size / BLOCK_SIZE,
			    batch->blocks[i]);
	batch->count = 0;
}

static void add_range(struct memory *memory, struct batch *batch,
		      const struct memory_range *range)
{
	uint64_t block = range->address & BLOCK_MASK;
	size_t count;
	while (next_run(memory, &block, range->address + range->size, &count)) {
		if (batch->count == BATCH)
			read_batch(memory, batch);
		char *data = alloc_blocks(memory, count);
		if (!data || !insert(memory, block, data, count))
			return;
		batch->blocks[batch->count] = (uint8_t)count;
		batch->pieces[batch->count++] =
			(struct memory_piece){block, count * BLOCK_SIZE, data};
		block += count * BLOCK_SIZE;
	}
}

void memory_prefetch_many(struct memory *memory, const struct memory_range *ranges,
			  size_t count)
{
	struct batch batch;
	batch.count = 0;
	for (size_t i = 0; i < count && memory->block_count <= MEMORY_BLOCKS_MAX / 2; i++)
		if (!memory->read_many)
			memory_prefetch(memory, ranges[i].address, ranges[i].size);
		else if (is_sane(&ranges[i]))
			add_range(memory, &batch, &ranges[i]);
	if (memory->read_many)
		read_batch(memory, &batch);
}

bool memory_is_cached(const struct memory *memory, uint64_t address, size_t size)
{
	if (!is_sane(&(struct memory_range){address, size}))
		return false;
	for (uint64_t block = address & BLOCK_MASK; block < address + size;
	     block += BLOCK_SIZE)
		if (!find_block(memory, block))
			return false;
	return true;
}
