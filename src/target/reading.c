/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/mappings.h"
#include "target/process.h"
#include "target/reading.h"

/* Linux: Documentation/admin-guide/mm/pagemap.rst. */
#define PAGE_IS_THERE (UINT64_C(3) << 62)

void reading_begin_file(struct reading *reading, const char *file)
{
	snprintf(reading->file, sizeof(reading->file), "%s", file);
	reading_begin(reading, 0, 0);
}

bool reading_is_stuck(const struct reading *reading, struct reading_watch *watch,
		      uint64_t now, uint64_t patience)
{
	uint64_t count = atomic_load_explicit(&reading->count, memory_order_acquire);
	if (count != watch->count || !watch->since) {
		*watch = (struct reading_watch){.count = count, .since = now};
		return false;
	}
	return count % 2 && now - watch->since >= patience;
}

void care_init(struct care *care)
{
	*care = (struct care){.pagemap_fd = -1};
}

void care_deinit(struct care *care)
{
	for (size_t i = 0; i < care->unreadable.count; i++)
		free(care->unreadable.items[i].name);
	free(care->unreadable.items);
	free(care->file);
	if (care->pagemap_fd >= 0)
		close(care->pagemap_fd);
}

static bool add(struct care *care, struct unreadable unreadable)
{
	if (unreadable.name && array_push(&care->unreadable, unreadable))
		return true;
	free(unreadable.name);
	return false;
}

bool care_copy(const struct care *from, struct care *to)
{
	bool memory = true;
	care_init(to);
	to->is_taken = from->is_taken;
	to->file = from->file ? strdup(from->file) : NULL;
	for (size_t i = 0; i < from->unreadable.count && memory; i++) {
		const struct unreadable *one = &from->unreadable.items[i];
		memory = add(to, (struct unreadable){one->start, one->end,
						     strdup(one->name), one->was_needed});
	}
	return memory && (to->file || !from->file);
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The mapping that an address is in; its page if that can't be told. */
static struct unreadable find_mapping(const struct process *process, uint64_t address)
{
	uint64_t page = address & ~(page_size() - 1);
	struct unreadable found = {.start = page, .end = page + page_size()};
	cleanup_free char *line = NULL;
	size_t size = 0;
	int fd = openat(process->proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct mapping mapping;
	while (file && getline(&line, &size, file) > 0)
		if (mapping_parse(line, &mapping) && mapping.start <= address &&
		    address < mapping.end) {
			found.start = mapping.start;
			found.end = mapping.end;
			found.name = strdup(mapping.path);
			break;
		}
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	if (!found.name)
		found.name = strdup("");
	return found;
}

/* Note what the last reader was left behind in. */
static bool note_stuck(struct process *process, const struct reading *stuck)
{
	struct care *care = &process->care;
	uint64_t address = atomic_load_explicit(&stuck->address, memory_order_relaxed);
	if (!address) {
		free(care->file);
		care->file = strdup(stuck->file);
		return care->file;
	}
	care->is_taken = true;
	/* Of several pieces, it isn't known which: the careful reader will tell. */
	return !atomic_load_explicit(&stuck->is_one_page, memory_order_relaxed) ||
	       add(care, find_mapping(process, address));
}

bool care_take(struct process *process)
{
	struct care *care = &process->care;
	bool was_stuck = care->was_stuck;
	care->was_stuck = false;
	if (was_stuck && !note_stuck(process, &care->stuck))
		return false;
	if (care->is_taken && care->pagemap_fd < 0)
		care->pagemap_fd =
			openat(process->proc_fd, "pagemap", O_RDONLY | O_CLOEXEC);
	return true;
}

static bool is_there(const struct care *care, uint64_t address)
{
	uint64_t entry;
	return care->pagemap_fd >= 0 &&
	       pread(care->pagemap_fd, &entry, sizeof(entry),
		     (off_t)(address / page_size() * sizeof(entry))) == sizeof(entry) &&
	       (entry & PAGE_IS_THERE);
}

bool care_may_read(struct process *process, uint64_t address)
{
	struct care *care = &process->care;
	for (size_t i = 0; i < care->unreadable.count; i++) {
		struct unreadable *one = &care->unreadable.items[i];
		if (one->start <= address && address < one->end &&
		    !is_there(care, address)) {
			one->was_needed = true;
			return false;
		}
	}
	return true;
}
