/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/error.h"
#include "target/memory.h"

#define PAGE_SIZE  ((size_t)4096)
#define PAGE_MASK  (~(uint64_t)(PAGE_SIZE - 1))
#define SLAB_PAGES ((size_t)64)
/* Pages that are read in one go when one of them is missing. */
#define WINDOW_SIZE (4 * (uint64_t)PAGE_SIZE)
/* Larger pieces are read past the cache: they are read once. */
#define CACHED_LIMIT (16 * PAGE_SIZE)
/* Larger ranges are not worth fetching in advance. */
#define RANGE_MAX (32 * PAGE_SIZE)
/* Pieces that are read in one call: the kernel takes 1024. */
#define BATCH 256
/* No cache grows beyond this, whatever the target's pointers say: 256 MiB. */
#define PAGES_MAX ((size_t)65536)

struct page_slot {
	/** Address of the page + 1; 0 is an empty slot. */
	uint64_t key;
	char *data;
};

/* Populated at once: one fault for each page costs more than reading into it. */
static char *map_slab(void)
{
	void *slab = mmap(NULL, SLAB_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return slab == MAP_FAILED ? NULL : slab;
}

static void unmap_slab(char *slab)
{
	if (slab)
		munmap(slab, SLAB_PAGES * PAGE_SIZE);
}

void memory_init(struct memory *memory, memory_read_fn read, memory_read_many_fn read_many,
		 void *context)
{
	*memory = (struct memory){.read = read, .read_many = read_many, .context = context};
}

void memory_deinit(struct memory *memory)
{
	for (size_t i = 0; i < memory->slabs.count; i++)
		unmap_slab(memory->slabs.items[i]);
	free(memory->slabs.items);
	free(memory->slots);
	*memory = (struct memory){0};
}

void memory_forget(struct memory *memory)
{
	if (memory->slots)
		memset(memory->slots, 0, memory->slot_count * sizeof(*memory->slots));
	memory->page_count = 0;
	memory->slabs_used = 0;
	memory->slab_pages_used = 0;
}

static size_t slot_of(const struct memory *memory, uint64_t page)
{
	uint64_t hash = (page >> 12) * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot = (size_t)(hash >> 32) & (memory->slot_count - 1);
	while (memory->slots[slot].key && memory->slots[slot].key != page + 1)
		slot = (slot + 1) & (memory->slot_count - 1);
	return slot;
}

static char *find_page(const struct memory *memory, uint64_t page)
{
	return memory->slot_count ? memory->slots[slot_of(memory, page)].data : NULL;
}

static bool grow_slots(struct memory *memory)
{
	size_t old_count = memory->slot_count;
	struct page_slot *old = memory->slots;
	size_t count = old_count ? old_count * 2 : 256;
	struct page_slot *slots = calloc(count, sizeof(*slots));
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

/* Space for pages in one piece; given back only by memory_forget(). */
static char *alloc_pages(struct memory *memory, size_t count)
{
	if (memory->slabs_used == 0 || memory->slab_pages_used + count > SLAB_PAGES) {
		if (memory->slabs_used == memory->slabs.count) {
			char *slab = map_slab();
			if (!slab || !array_push(&memory->slabs, slab)) {
				unmap_slab(slab);
				return NULL;
			}
		}
		memory->slabs_used++;
		memory->slab_pages_used = 0;
	}
	char *pages = memory->slabs.items[memory->slabs_used - 1] +
		      memory->slab_pages_used * PAGE_SIZE;
	memory->slab_pages_used += count;
	return pages;
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

static void insert(struct memory *memory, uint64_t page, char *data, size_t count)
{
	/* At most half full, so that searches are short and end. */
	while (memory->slot_count < (memory->page_count + count) * 2)
		if (!grow_slots(memory))
			return;
	for (size_t i = 0; i < count; i++) {
		uint64_t address = page + i * PAGE_SIZE;
		struct page_slot *slot = &memory->slots[slot_of(memory, address)];
		memory->page_count += !slot->key;
		*slot = (struct page_slot){.key = address + 1,
					   .data = data + i * PAGE_SIZE};
	}
}

/* Cache up to SLAB_PAGES pages that are not cached yet; returns how many it got. */
static size_t fetch(struct memory *memory, uint64_t page, size_t count)
{
	if (memory->page_count + count > PAGES_MAX)
		memory_forget(memory);
	char *data = alloc_pages(memory, count);
	if (!data)
		return 0;
	size_t got = read_target(memory, page, data, count * PAGE_SIZE) / PAGE_SIZE;
	insert(memory, page, data, got);
	memory->slab_pages_used -= count - got;
	return got;
}

/* Cache a page, and those behind it in its window: small objects lie close together,
 * and a call costs more than a few pages do. */
static bool fetch_window(struct memory *memory, uint64_t page)
{
	uint64_t end = (page / WINDOW_SIZE + 1) * WINDOW_SIZE;
	size_t count = 1;
	while (page + count * PAGE_SIZE < end &&
	       !find_page(memory, page + count * PAGE_SIZE))
		count++;
	return fetch(memory, page, count) > 0;
}

/* Returns how many of the first bytes it got, at most to the end of the page. */
static size_t read_page(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
	uint64_t page = address & PAGE_MASK;
	size_t offset = (size_t)(address - page);
	if (size > PAGE_SIZE - offset)
		size = PAGE_SIZE - offset;
	const char *data = find_page(memory, page);
	if (!data && fetch_window(memory, page))
		data = find_page(memory, page);
	/* A memory image may end within a page. */
	if (!data)
		return read_target(memory, address, buffer, size);
	memcpy(buffer, data + offset, size);
	return size;
}

static size_t read_some(struct memory *memory, uint64_t address, char *buffer, size_t size)
{
	if (size > UINT64_MAX - address)
		return 0;
	if (size > CACHED_LIMIT)
		return read_target(memory, address, buffer, size);
	size_t done = 0;
	while (done < size) {
		size_t got = read_page(memory, address + done, buffer + done, size - done);
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
		size_t got = read_page(memory, address + length, buffer + length,
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

/* The next run of pages of a range that are not cached; false at its end. */
static bool next_run(const struct memory *memory, uint64_t *page, uint64_t end,
		     size_t *count_ret)
{
	while (*page < end && find_page(memory, *page))
		*page += PAGE_SIZE;
	size_t count = 0;
	while (*page + count * PAGE_SIZE < end && count < SLAB_PAGES &&
	       !find_page(memory, *page + count * PAGE_SIZE))
		count++;
	*count_ret = count;
	return count > 0;
}

static bool is_sane(const struct memory_range *range)
{
	/* Not up to the last page: behind it the addresses begin anew. */
	return range->size <= RANGE_MAX &&
	       range->address < UINT64_MAX - RANGE_MAX - PAGE_SIZE;
}

void memory_prefetch(struct memory *memory, uint64_t address, size_t size)
{
	struct memory_range range = {address, size};
	uint64_t page = address & PAGE_MASK;
	size_t count;
	if (!is_sane(&range))
		return;
	while (next_run(memory, &page, address + size, &count)) {
		if (fetch(memory, page, count) < count)
			return;
		page += count * PAGE_SIZE;
	}
}

/* Pieces of whole pages that wait to be read together. */
struct batch {
	struct memory_piece pieces[BATCH];
	size_t count;
};

static void read_batch(struct memory *memory, struct batch *batch)
{
	if (!batch->count || is_late(memory))
		return;
	memory->read_count++;
	memory->read_many(memory->context, batch->pieces, batch->count);
	for (size_t i = 0; i < batch->count; i++)
		insert(memory, batch->pieces[i].address, batch->pieces[i].buffer,
		       batch->pieces[i].size / PAGE_SIZE);
	batch->count = 0;
}

static void add_range(struct memory *memory, struct batch *batch,
		      const struct memory_range *range)
{
	uint64_t page = range->address & PAGE_MASK;
	size_t count;
	while (next_run(memory, &page, range->address + range->size, &count)) {
		if (batch->count == BATCH)
			read_batch(memory, batch);
		char *data = alloc_pages(memory, count);
		if (!data || batch->count == BATCH)
			return;
		batch->pieces[batch->count++] =
			(struct memory_piece){page, count * PAGE_SIZE, data};
		page += count * PAGE_SIZE;
	}
}

void memory_prefetch_many(struct memory *memory, const struct memory_range *ranges,
			  size_t count)
{
	struct batch batch;
	batch.count = 0;
	for (size_t i = 0; i < count && memory->page_count <= PAGES_MAX / 2; i++)
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
	for (uint64_t page = address & PAGE_MASK; page < address + size; page += PAGE_SIZE)
		if (!find_page(memory, page))
			return false;
	return true;
}
