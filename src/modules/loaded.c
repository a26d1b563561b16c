/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "modules/link_map.h"
#include "modules/loaded.h"

#define PAGE_SIZE    UINT64_C(4096)
#define SEGMENTS_MAX 128
#define PATH_LIMIT   4096

static const struct target_ops dumped_ops = {.read = core_read_dumped,
					     .auxiliary = core_auxiliary};

struct listing {
	struct core *core;
	struct memory *memory;
	bool is_first, failed;
};

static bool add_segment(struct core *core, const Elf64_Phdr *segment, uint64_t bias,
			size_t file)
{
	uint64_t start = (bias + segment->p_vaddr) & ~(PAGE_SIZE - 1);
	struct core_range range = {
		.start = start,
		.end = (bias + segment->p_vaddr + segment->p_filesz + PAGE_SIZE - 1) &
		       ~(PAGE_SIZE - 1),
		.offset = segment->p_offset & ~(PAGE_SIZE - 1),
		.file = file,
	};
	return range.end <= range.start || array_push(&core->ranges, range);
}

/* All that is mapped of the file, by its headers. */
static bool add_file(struct listing *listing, uint64_t start, const char *path)
{
	Elf64_Ehdr header;
	Elf64_Phdr segments[SEGMENTS_MAX];
	size_t first = 0;
	struct core *core = listing->core;
	if (!memory_try(listing->memory, start, &header, sizeof(header)) ||
	    header.e_phnum > SEGMENTS_MAX ||
	    !memory_try(listing->memory, start + header.e_phoff, segments,
			header.e_phnum * sizeof(segments[0])))
		return true;
	while (first < header.e_phnum && segments[first].p_type != PT_LOAD)
		first++;
	if (first == header.e_phnum)
		return true;
	uint64_t bias = start - (segments[first].p_vaddr - segments[first].p_offset);
	size_t file = core_file_index(core, path, strlen(path));
	if (file == SIZE_MAX)
		return false;
	for (size_t i = first; i < header.e_phnum; i++)
		if (segments[i].p_type == PT_LOAD &&
		    !add_segment(core, &segments[i], bias, file))
			return false;
	return true;
}

static bool add_mapping(void *context, const struct mapping *mapping)
{
	struct listing *listing = context;
	char path[PATH_LIMIT + 1];
	const char *used = mapping->path;
	uint64_t name = core_auxiliary(listing->core, AT_EXECFN);
	/* The loader's list has no name of the executable. */
	if (listing->is_first && name) {
		struct pyinspect_error *error =
			memory_read_string(listing->memory, name, path, PATH_LIMIT);
		used = error ? used : path;
		pyinspect_error_free(error);
	}
	listing->is_first = false;
	listing->failed = !add_file(listing, mapping->start, used);
	return !listing->failed;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct core_range *left = a, *right = b;
	return (left->start > right->start) - (left->start < right->start);
}

struct pyinspect_error *loaded_find(struct core *core)
{
	struct target target = {.ops = &dumped_ops, .context = core};
	struct listing listing = {.core = core, .memory = &target.memory, .is_first = true};
	memory_init(&target.memory, core_read_dumped, NULL, core);
	pyinspect_error_free(link_map_list(&target, add_mapping, &listing));
	memory_deinit(&target.memory);
	if (core->ranges.count)
		qsort(core->ranges.items, core->ranges.count, sizeof(*core->ranges.items),
		      compare_ranges);
	return listing.failed ? &error_no_memory : NULL;
}
