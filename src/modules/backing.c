/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/program.h"
#include "base/text.h"
#include "modules/backing.h"
#include "modules/debuginfod.h"
#include "modules/elf_file.h"
#include "target/root.h"

/* No program or library is larger. */
#define FILE_LIMIT  ((off_t)4 << 30)
#define PAGE_SIZE   UINT64_C(4096)
#define DELETED     " (deleted)"
#define REFUSED_MAX 6
/* For each file, if the caller sets no limit. */
#define FETCH_NS ((uint64_t)30 * 1000000000)

/* A search for one file. */
struct search {
	struct backing *backing;
	size_t index;
	struct core_file *file;
	/** Of the file that was mapped; "" if the core doesn't have it. */
	char build_id[BUILD_ID_TEXT_SIZE];
	/** Files that are others, and why. */
	struct text refused;
	size_t refused_count;
	/** What is there is no program or library: nobody misses it. */
	bool is_data;
};

size_t backing_executable(const struct core *core)
{
	uint64_t headers = core_auxiliary((void *)core, AT_PHDR);
	const struct core_range *range = headers ? core_find_range(core, headers) : NULL;
	return range ? range->file : SIZE_MAX;
}

static const struct target_ops dumped_ops = {.read = core_read_dumped};

/* By the headers of the file, as far as the core itself has them. */
static void read_wanted_id(struct search *search)
{
	struct core *core = search->backing->core;
	struct target target = {.ops = &dumped_ops, .context = core};
	struct image image = {.path = search->file->path};
	struct symbol unused;
	for (size_t i = 0; i < core->ranges.count && !image.start; i++)
		if (core->ranges.items[i].file == search->index &&
		    core->ranges.items[i].offset == 0)
			image.start = core->ranges.items[i].start;
	if (!image.start)
		return;
	memory_init(&target.memory, core_read_dumped, NULL, core);
	/* Asking for a symbol reads the headers. */
	pyinspect_error_free(image_symbol_find(&target, &image, "", &unused));
	build_id_read(&target, &image, search->build_id);
	memory_deinit(&target.memory);
}

static bool covers(const Elf64_Phdr *segment, const struct core_range *range)
{
	uint64_t start = segment->p_offset & ~(PAGE_SIZE - 1);
	uint64_t end =
		(segment->p_offset + segment->p_filesz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	return segment->p_type == PT_LOAD && range->offset >= start &&
	       range->offset + (range->end - range->start) <= end;
}

/* All that was mapped of the file lies in a segment of it. */
static bool has_segments(const struct search *search, const struct elf_file *elf)
{
	const struct core *core = search->backing->core;
	for (size_t i = 0; i < core->ranges.count; i++) {
		const struct core_range *range = &core->ranges.items[i];
		bool found = range->file != search->index;
		for (size_t j = 0; j < elf->segment_count && !found; j++)
			found = covers(&elf->segments[j], range);
		if (!found)
			return false;
	}
	return true;
}

/* Why it isn't the file that was mapped; NULL if it is. */
static const char *difference(const struct search *search, const struct elf_file *elf,
			      char text[static 200])
{
	if (elf->is_debug_only)
		return "it has only debugging information";
	if (*search->build_id && strcmp(search->build_id, elf->build_id) != 0) {
		snprintf(text, 200, "it is of another build (its build-id is %.40s)",
			 *elf->build_id ? elf->build_id : "missing");
		return text;
	}
	if (!*search->build_id && !has_segments(search, elf))
		return "its segments are not those that were mapped";
	return NULL;
}

static void use(struct core_file *file, const struct elf_file *elf, int fd)
{
	file->fd = fd;
	for (size_t i = 0; i < elf->segment_count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W) &&
		    file->part_count < CORE_PARTS_MAX)
			file->parts[file->part_count++] =
				(struct core_part){segment->p_offset & ~(PAGE_SIZE - 1),
						   segment->p_offset + segment->p_filesz};
	}
}

static void refuse(struct search *search, const char *prefix, const char *path,
		   const char *why)
{
	if (search->refused_count++ < REFUSED_MAX)
		text_printf(&search->refused, "%s%s%s: %s",
			    search->refused.length ? "; " : "", prefix, path, why);
}

/* Takes the descriptor; true if it is the file. */
static bool try_file(struct search *search, int path_fd, const char *prefix,
		     const char *path)
{
	struct stat status;
	struct elf_file elf;
	char text[200];
	if (path_fd < 0)
		return false;
	cleanup_close int fd = file_open_plain(path_fd, FILE_LIMIT, &status);
	if (fd < 0) {
		refuse(search, prefix, path,
		       errno == EINVAL ? "it is not a regular file"
				       : strerrordesc_np(errno));
		return false;
	}
	bool is_elf = elf_file_read(fd, &elf);
	search->is_data |= !is_elf && !*search->build_id;
	const char *why = is_elf ? difference(search, &elf, text)
				 : "it is no ELF file of this machine";
	if (why) {
		refuse(search, prefix, path, why);
		return false;
	}
	use(search->file, &elf, take_fd(&fd));
	return true;
}

static bool try_in_folder(struct search *search, const char *folder, const char *path)
{
	cleanup_close int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root >= 0 && try_file(search, root_find(root, path),
				     strcmp(folder, "/") == 0 ? "" : folder, path);
}

static bool try_build_id(struct search *search)
{
	char path[BUILD_ID_TEXT_SIZE + 32];
	const char *const *folder = search->backing->places.directories;
	if (!build_id_is_valid(search->build_id))
		return false;
	snprintf(path, sizeof(path), "/.build-id/%.2s/%s", search->build_id,
		 search->build_id + 2);
	for (; folder && *folder; folder++)
		if (try_in_folder(search, *folder, path))
			return true;
	return false;
}

static bool try_path(struct search *search, const char *path)
{
	const char *sysroot = search->backing->places.sysroot;
	return (sysroot && try_in_folder(search, sysroot, path)) ||
	       try_in_folder(search, "/", path);
}

/* What was deleted meanwhile may have been put there again. */
static bool try_deleted(struct search *search)
{
	const char *path = search->file->path;
	size_t length = strlen(path), end = strlen(DELETED);
	if (length <= end || strcmp(path + length - end, DELETED) != 0)
		return false;
	cleanup_free char *before = strndup(path, length - end);
	return before && try_path(search, before);
}

static bool try_executable(struct search *search)
{
	const char *path = search->backing->executable;
	return path && backing_executable(search->backing->core) == search->index &&
	       try_file(search, open(path, O_PATH | O_CLOEXEC), "", path);
}

/* What the user's servers have, if there are any. */
static bool try_debuginfod(struct search *search)
{
	cleanup_free char *path = NULL;
	uint64_t deadline = search->backing->deadline;
	if (!debuginfod_is_wanted() || !build_id_is_valid(search->build_id))
		return false;
	struct pyinspect_error *error =
		debuginfod_find("executable", search->build_id,
				deadline ? deadline : program_clock() + FETCH_NS, &path);
	if (!error)
		return try_file(search, open(path, O_PATH | O_CLOEXEC), "", path);
	refuse(search, "", "debuginfod", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return false;
}

static void explain(struct search *search, bool found)
{
	struct text text = {0};
	const char *refused = search->refused.length ? search->refused.data : NULL;
	if (search->is_data || (found && !(refused && search->backing->executable)))
		return;
	text_append_string(&text, search->file->path);
	if (!found)
		text_printf(&text,
			    " is needed%s%s, for the core lacks what was mapped of it, and "
			    "it isn't here",
			    *search->build_id ? " with build-id " : "", search->build_id);
	if (refused)
		text_printf(&text, ": %s", refused);
	if (!found && search->backing->places.sysroot)
		text_append_string(&text, "; it is missing in the --sysroot, too");
	else if (!found)
		text_append_string(&text, "; give a copy of its machine's files with "
					  "--sysroot, or the program with --exe");
	search->file->problem = text.failed ? NULL : text.data;
	if (text.failed)
		free(text.data);
}

static void seek(void *context, struct core *core, size_t index)
{
	struct search search = {
		.backing = context, .index = index, .file = &core->files.items[index]};
	read_wanted_id(&search);
	bool found = try_executable(&search) || try_build_id(&search) ||
		     try_path(&search, search.file->path) || try_deleted(&search) ||
		     try_debuginfod(&search);
	free(search.file->problem);
	search.file->problem = NULL;
	explain(&search, found);
	free(search.refused.data);
}

void backing_begin(struct backing *backing)
{
	struct core *core = backing->core;
	core->seek = seek;
	core->seek_context = backing;
	/* What was missing may be found in another place. */
	for (size_t i = 0; i < core->files.count; i++)
		core->files.items[i].was_sought = core->files.items[i].fd >= 0;
	/* What the user names is looked at in any case: a wrong one is told. */
	size_t executable = backing->executable ? backing_executable(core) : SIZE_MAX;
	if (executable != SIZE_MAX && !core->files.items[executable].was_sought) {
		core->files.items[executable].was_sought = true;
		seek(backing, core, executable);
	}
}

void backing_end(struct backing *backing)
{
	backing->core->seek = NULL;
	backing->core->seek_context = NULL;
}
