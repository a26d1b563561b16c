/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <link.h>
#include <string.h>

#include "base/error.h"
#include "modules/link_map.h"

/* A process has some hundred files mapped, and one namespace of them (dlmopen). */
#define FILES_MAX      ((size_t)1 << 16)
#define NAMESPACES_MAX 64
#define SEGMENTS_MAX   128
#define DYNAMIC_MAX    512
#define PATH_LIMIT     4096
#define PAGE_SIZE      UINT64_C(4096)
/* Where linkers put executables that can't be moved. */
#define FIXED_START UINT64_C(0x400000)
/* Since glibc 2.35: the list of the next namespace follows. */
#define VERSION_WITH_NEXT 2

struct listing {
	struct target *target;
	mapping_fn callback;
	void *context;
	/** Where the executable's headers are; 0 if its auxiliary vector isn't known. */
	uint64_t program_headers;
};

static bool is_elf(struct target *target, uint64_t address)
{
	char magic[SELFMAG];
	return memory_try(&target->memory, address, magic, sizeof(magic)) &&
	       memcmp(magic, ELFMAG, SELFMAG) == 0;
}

/* Where the file lies whose addresses are moved by so much; 0 if that isn't found. */
static uint64_t find_start(const struct listing *listing, uint64_t moved)
{
	uint64_t candidates[] = {moved, listing->program_headers & ~(PAGE_SIZE - 1),
				 FIXED_START};
	size_t count = moved ? 1 : sizeof(candidates) / sizeof(candidates[0]);
	for (size_t i = 0; i < count; i++)
		if (candidates[i] && is_elf(listing->target, candidates[i]))
			return candidates[i];
	return 0;
}

static bool tell(const struct listing *listing, const struct link_map *map, bool is_first)
{
	char path[PATH_LIMIT + 1] = "";
	uint64_t start = find_start(listing, map->l_addr);
	pyinspect_error_free(memory_read_string(&listing->target->memory,
						(uint64_t)(uintptr_t)map->l_name, path,
						PATH_LIMIT));
	if (!start)
		return true;
	/* No device and inode tell whether two are one file: none is. */
	struct mapping mapping = {.start = start,
				  .end = start + PAGE_SIZE,
				  .readable = true,
				  .inode = start,
				  .path = is_first && !*path ? "executable" : path};
	return listing->callback(listing->context, &mapping);
}

static struct pyinspect_error *list_namespace(const struct listing *listing,
					      uint64_t address, bool *goes_on)
{
	uint64_t marker = 0;
	for (size_t i = 0; address && i < FILES_MAX && *goes_on; i++) {
		struct link_map map;
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if (address == marker)
			return error_at(PYINSPECT_ERROR_BAD_DATA, address,
					"the loader's list of mapped files has no end");
		if ((i & (i + 1)) == 0)
			marker = address;
		struct pyinspect_error *error =
			memory_read(&listing->target->memory, address, &map, sizeof(map));
		if (error)
			return error_context(error, "the loader's list of mapped files");
		*goes_on = tell(listing, &map, i == 0);
		address = (uint64_t)(uintptr_t)map.l_next;
	}
	return NULL;
}

static struct pyinspect_error *list_namespaces(const struct listing *listing,
					       uint64_t address)
{
	bool goes_on = true;
	for (size_t i = 0; address && i < NAMESPACES_MAX && goes_on; i++) {
		struct {
			struct r_debug first;
			uint64_t next;
		} debug = {0};
		struct pyinspect_error *error =
			memory_read(&listing->target->memory, address, &debug.first,
				    sizeof(debug.first));
		if (!error)
			error = list_namespace(
				listing, (uint64_t)(uintptr_t)debug.first.r_map, &goes_on);
		if (error)
			return error;
		if (debug.first.r_version < VERSION_WITH_NEXT ||
		    !memory_try(&listing->target->memory, address + sizeof(debug.first),
				&debug.next, sizeof(debug.next)))
			break;
		address = debug.next;
	}
	return NULL;
}

/* The loader leaves the address in the executable's dynamic section, for debuggers. */
static uint64_t read_debug_entry(struct target *target, uint64_t dynamic)
{
	for (int i = 0; i < DYNAMIC_MAX; i++) {
		Elf64_Dyn entry;
		if (!memory_try(&target->memory, dynamic + (uint64_t)i * sizeof(entry),
				&entry, sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_DEBUG)
			return entry.d_un.d_ptr;
	}
	return 0;
}

static uint64_t find_by_headers(struct target *target, uint64_t headers)
{
	uint64_t moved = 0, dynamic = 0;
	for (int i = 0; headers && i < SEGMENTS_MAX; i++) {
		Elf64_Phdr segment;
		if (!memory_try(&target->memory, headers + (uint64_t)i * sizeof(segment),
				&segment, sizeof(segment)))
			break;
		/* It comes first, and says where the headers would lie unmoved. */
		if (segment.p_type == PT_PHDR)
			moved = headers - segment.p_vaddr;
		if (segment.p_type == PT_DYNAMIC) {
			dynamic = moved + segment.p_vaddr;
			break;
		}
	}
	return dynamic ? read_debug_entry(target, dynamic) : 0;
}

struct pyinspect_error *link_map_list(struct target *target, mapping_fn callback,
				      void *context)
{
	const struct target_ops *ops = target->ops;
	struct listing listing = {
		.target = target,
		.callback = callback,
		.context = context,
		.program_headers =
			ops->auxiliary ? ops->auxiliary(target->context, AT_PHDR) : 0,
	};
	uint64_t debug = ops->symbol ? ops->symbol(target->context, "_r_debug") : 0;
	if (!debug)
		debug = find_by_headers(target, listing.program_headers);
	if (!debug)
		return error_create(
			PYINSPECT_ERROR_BAD_DATA,
			"nothing tells which files the dynamic loader has mapped: neither "
			"the symbol _r_debug nor the auxiliary vector");
	return list_namespaces(&listing, debug);
}
