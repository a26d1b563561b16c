/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Bytes at addresses of the target, through a cache of small blocks.
 *
 * What is cached stays until memory_forget(): the reader decides which moment of
 * the target it looks at. Everything above reads small pieces and relies on the
 * cache; big pieces pass it by.
 */
#ifndef TARGET_MEMORY_H
#define TARGET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "pyinspect.h"

/** Read up to size bytes; return how many of the first ones could be read. */
typedef size_t (*memory_read_fn)(void *context, uint64_t address, void *buffer,
				 size_t size);

/** A piece of the target and where it goes. */
struct memory_piece {
	uint64_t address;
	size_t size;
	void *buffer;
};

/**
 * Read several pieces at once; for each, set size to how many of its first bytes
 * could be read.
 */
typedef void (*memory_read_many_fn)(void *context, struct memory_piece *pieces,
				    size_t count);

/** A block of the cache. */
struct block_slot {
	/** Address of the block + 1; 0 is an empty slot. */
	uint64_t key;
	/** NULL if it could not be read. */
	char *data;
};

/**
 * The cache's blocks are smaller than pages: objects that belong together seldom lie on
 * the same page, and a fresh page of ours costs more than anything else about a read.
 */
#define MEMORY_BLOCK_SIZE ((size_t)1024)

/** No cache grows beyond so many, whatever the target's pointers say: 256 MiB. */
#define MEMORY_BLOCKS_MAX ((size_t)256 << 10)

/** A range of addresses. */
struct memory_range {
	uint64_t address;
	size_t size;
};

struct memory {
	memory_read_fn read;
	/** NULL where pieces can only be read one by one. */
	memory_read_many_fn read_many;
	void *context;
	/** CLOCK_MONOTONIC, in ns, after which every read fails; 0 is never. */
	uint64_t deadline;
	/** Some read failed because of the deadline. */
	bool timed_out;
	/** Calls of read since the start. */
	size_t read_count;
	struct block_slot *slots;
	size_t slot_count, block_count;
	/** The one that was looked at last. */
	struct block_slot recent;
	ARRAY(char *) slabs;
	size_t slabs_used, slab_blocks_used;
};

void memory_init(struct memory *memory, memory_read_fn read, memory_read_many_fn read_many,
		 void *context);
void memory_deinit(struct memory *memory);

/**
 * Have room for so many bytes in the cache, so that reading doesn't wait for it. A wish:
 * there is no more than MEMORY_BLOCKS_MAX, and may be less.
 */
void memory_reserve(struct memory *memory, size_t size);

/** Forget what was read: the next reads see the target as it is then. */
void memory_forget(struct memory *memory);

/**
 * Read exactly size bytes.
 *
 * @return NULL; FAULT with the first address that can't be read; TIMEOUT.
 */
struct pyinspect_error *memory_read(struct memory *memory, uint64_t address, void *buffer,
				    size_t size);

/** The same without the reason, for places where a failure is ordinary. */
bool memory_try(struct memory *memory, uint64_t address, void *buffer, size_t size);

/**
 * Bytes as they lie in the cache, without copying them.
 *
 * @return NULL if they are not cached in one piece, which memory_read() can read all
 * the same. Valid until the next call that reads.
 */
const void *memory_peek(struct memory *memory, uint64_t address, size_t size);

/** Read a word of 8 bytes. */
struct pyinspect_error *memory_read_u64(struct memory *memory, uint64_t address,
					uint64_t *ret);

/** Read a member of 1, 2, 4 or 8 bytes, without a sign. */
struct pyinspect_error *memory_read_unsigned(struct memory *memory, uint64_t address,
					     unsigned int width, uint64_t *ret);

/** Read bytes up to a NUL, at most limit of them, into a buffer of limit + 1 bytes. */
struct pyinspect_error *memory_read_string(struct memory *memory, uint64_t address,
					   char *buffer, size_t limit);

/**
 * Bring a range into the cache with as few calls as possible. Says nothing about
 * what can't be read: the reads do.
 */
void memory_prefetch(struct memory *memory, uint64_t address, size_t size);

/** The same for many ranges, in one call for hundreds of them. */
void memory_prefetch_many(struct memory *memory, const struct memory_range *ranges,
			  size_t count);

/** All of the range is in the cache. */
bool memory_is_cached(const struct memory *memory, uint64_t address, size_t size);

#endif
