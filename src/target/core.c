/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "target/core.h"
#include "target/core_notes.h"
#include "target/root.h"
#include "target/threads.h"

/* A process has some hundred mappings; the kernel allows 65530, and more if it is told. */
#define SEGMENTS_MAX ((size_t)1 << 20)
/* Files that are looked back to, for parts of one that lie apart. */
#define FILES_BACK 256
/* Program headers that are read at once. */
#define BATCH 256

static struct pyinspect_error *refuse(const char *path, const char *why)
{
	return error_create(PYINSPECT_ERROR_BAD_DATA, "%s: %s", path, why);
}

static bool read_at(const struct core *core, uint64_t offset, void *buffer, size_t size)
{
	return offset <= INT64_MAX &&
	       pread(core->fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

static struct pyinspect_error *check_machine(const char *path, const Elf64_Ehdr *header)
{
	if (header->e_ident[EI_DATA] != ELFDATA2LSB)
		return error_create(
			PYINSPECT_ERROR_UNSUPPORTED,
			"%s: it is of a big-endian machine, and pyinspect reads "
			"those of %s",
			path, machine_name);
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "%s: it is of a 32-bit process, and pyinspect reads "
				    "those of 64 bits",
				    path);
	if (header->e_machine != machine_elf)
		return error_create(
			PYINSPECT_ERROR_UNSUPPORTED,
			"%s: it is of another architecture (ELF machine %u), and this "
			"pyinspect reads those of %s",
			path, header->e_machine, machine_name);
	return NULL;
}

static struct pyinspect_error *check_header(const struct core *core,
					    const Elf64_Ehdr *header)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return refuse(core->path, "it is not a core dump, and no process id");
	struct pyinspect_error *error = check_machine(core->path, header);
	if (error)
		return error;
	if (header->e_type != ET_CORE)
		return refuse(core->path,
			      "it is an ELF file, but not a core dump: a program "
			      "or a library");
	return header->e_phentsize == sizeof(Elf64_Phdr)
		       ? NULL
		       : refuse(core->path, "its program headers are of a wrong size");
}

/* Of more than fit into 16 bits, the first section header has the number. */
static struct pyinspect_error *count_segments(const struct core *core,
					      const Elf64_Ehdr *header, size_t *ret)
{
	Elf64_Shdr section;
	*ret = header->e_phnum;
	if (header->e_phnum == PN_XNUM) {
		if (!read_at(core, header->e_shoff, &section, sizeof(section)))
			return refuse(core->path, "it is cut short: the number of its "
						  "segments is missing");
		*ret = section.sh_info;
	}
	return *ret <= SEGMENTS_MAX ? NULL
				    : refuse(core->path, "it says to have millions of "
							 "segments, which is nonsense");
}

static struct pyinspect_error *add_segment(struct core *core, const Elf64_Phdr *header)
{
	if (header->p_vaddr + header->p_memsz < header->p_vaddr || header->p_memsz == 0) {
		if (header->p_memsz)
			core_note_problem(core, "a segment of it has an impossible size");
		return NULL;
	}
	struct core_segment segment = {
		.address = header->p_vaddr,
		.size = header->p_memsz,
		.offset = header->p_offset,
		.file_size = header->p_filesz < header->p_memsz ? header->p_filesz
								: header->p_memsz,
		.readable = header->p_flags & PF_R,
		.writable = header->p_flags & PF_W,
		.executable = header->p_flags & PF_X,
	};
	return array_push(&core->segments, segment) ? NULL : &error_no_memory;
}

static struct pyinspect_error *use_header(struct core *core, const Elf64_Phdr *header)
{
	uint64_t end = header->p_offset + header->p_filesz;
	if (end < header->p_offset) {
		core_note_problem(core, "a segment of it lies beyond all bounds");
		return NULL;
	}
	if (end > core->full_size)
		core->full_size = end;
	if (header->p_type == PT_NOTE)
		return core_read_notes(core, header->p_offset, header->p_filesz);
	return header->p_type == PT_LOAD ? add_segment(core, header) : NULL;
}

static struct pyinspect_error *read_segments(struct core *core, const Elf64_Ehdr *header)
{
	Elf64_Phdr batch[BATCH];
	size_t count, done = 0;
	struct pyinspect_error *error = count_segments(core, header, &count);
	while (!error && done < count) {
		size_t more = count - done < BATCH ? count - done : BATCH;
		if (!read_at(core, header->e_phoff + done * sizeof(batch[0]), batch,
			     more * sizeof(batch[0])))
			return refuse(core->path, "it is cut short: its headers are not "
						  "whole");
		for (size_t i = 0; i < more && !error; i++)
			error = use_header(core, &batch[i]);
		done += more;
	}
	return error;
}

static int compare_segments(const void *a, const void *b)
{
	const struct core_segment *left = a, *right = b;
	return (left->address > right->address) - (left->address < right->address);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct core_range *left = a, *right = b;
	return (left->start > right->start) - (left->start < right->start);
}

static struct pyinspect_error *read_core(struct core *core)
{
	Elf64_Ehdr header;
	if (!read_at(core, 0, &header, sizeof(header)))
		return refuse(core->path, "it is too short for a core dump");
	struct pyinspect_error *error = check_header(core, &header);
	if (!error)
		error = read_segments(core, &header);
	if (error)
		return error;
	if (core->segments.count)
		qsort(core->segments.items, core->segments.count,
		      sizeof(*core->segments.items), compare_segments);
	if (core->ranges.count)
		qsort(core->ranges.items, core->ranges.count, sizeof(*core->ranges.items),
		      compare_ranges);
	if (!core->segments.count)
		return refuse(core->path, "no memory is in it");
	if (core->full_size <= core->size)
		return NULL;
	/* The cause of all else. */
	free(core->problem);
	core->problem = NULL;
	core_note_problem(
		core,
		"the core is cut short: it has %llu of %llu bytes, and what lay in "
		"the rest is missing",
		(unsigned long long)core->size, (unsigned long long)core->full_size);
	return NULL;
}

static struct pyinspect_error *no_file(const char *path, int number)
{
	if (number == EACCES || number == EPERM)
		return error_create(PYINSPECT_ERROR_PERMISSION,
				    "%s: no permission to read this file", path);
	if (number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG)
		return error_create(PYINSPECT_ERROR_NO_TARGET,
				    "%s: there is no such file, and it is no process id",
				    *path ? path : "(nothing)");
	return error_system(number, path, "can't open %s", path);
}

/* Take another descriptor for the core: what was unpacked of the one that it has. */
static struct pyinspect_error *unpack_core(struct core *core, const char *format)
{
	int fd;
	struct stat status;
	lseek(core->fd, 0, SEEK_SET);
	struct pyinspect_error *error =
		unpack(core->fd, core->path, format, core->progress, &fd);
	if (error)
		return error;
	close(core->fd);
	core->fd = fd;
	core->size = fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
	return core->size ? NULL : refuse(core->path, "nothing is in it");
}

/* A core from a pipe is copied: it can't be read here and there. */
static struct pyinspect_error *open_input(struct core *core)
{
	struct stat status;
	core->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (core->fd < 0 || fstat(core->fd, &status) != 0)
		return error_system(errno, core->path, "can't read standard input");
	core->time = (double)time(NULL);
	core->size = (uint64_t)status.st_size;
	return S_ISREG(status.st_mode) ? NULL : unpack_core(core, NULL);
}

static struct pyinspect_error *open_file(struct core *core)
{
	struct stat status;
	/* Opened only if it is a file: a FIFO would wait, and a device notices. */
	cleanup_close int found = open(core->path, O_PATH | O_CLOEXEC);
	if (found < 0 || fstat(found, &status) != 0)
		return no_file(core->path, errno);
	if (S_ISDIR(status.st_mode))
		return refuse(core->path, "it is a folder, not a core dump");
	if (!S_ISREG(status.st_mode))
		return refuse(core->path, "it is not a regular file, so no core dump");
	if (!status.st_size)
		return refuse(core->path,
			      "the file is empty: no room was left for the core "
			      "dump, or ulimit -c was 0");
	core->fd = file_reopen(found);
	if (core->fd < 0)
		return no_file(core->path, errno);
	core->size = (uint64_t)status.st_size;
	core->time = (double)status.st_mtim.tv_sec + (double)status.st_mtim.tv_nsec / 1e9;
	return NULL;
}

struct pyinspect_error *core_open(const char *path, const struct unpack_progress *progress,
				  struct core **ret)
{
	struct core *core = calloc(1, sizeof(*core));
	if (!core)
		return &error_no_memory;
	core->fd = -1;
	core->uid = (uid_t)-1;
	core->path = strdup(path);
	core->progress = progress;
	struct pyinspect_error *error = core->path ? NULL : &error_no_memory;
	if (!error)
		error = strcmp(path, "-") == 0 ? open_input(core) : open_file(core);
	unsigned char magic[UNPACK_MAGIC_SIZE];
	const char *format = !error && read_at(core, 0, magic, sizeof(magic))
				     ? unpack_format(magic, sizeof(magic))
				     : NULL;
	if (format)
		error = unpack_core(core, format);
	if (!error)
		error = read_core(core);
	if (error) {
		core_close(core);
		return error;
	}
	core->progress = NULL;
	*ret = core;
	return NULL;
}

void core_close(struct core *core)
{
	if (!core)
		return;
	for (size_t i = 0; i < core->files.count; i++) {
		struct core_file *file = &core->files.items[i];
		if (file->fd >= 0)
			close(file->fd);
		free(file->path);
		free(file->problem);
	}
	if (core->fd >= 0)
		close(core->fd);
	free(core->segments.items);
	free(core->ranges.items);
	free(core->files.items);
	free(core->threads.items);
	free(core->auxiliary.items);
	free(core->problem);
	free(core->path);
	free(core);
}

size_t core_file_index(struct core *core, const char *path, size_t length)
{
	/* Parts of one file follow one another. */
	size_t count = core->files.count;
	for (size_t i = count; i-- > 0 && count - i < FILES_BACK;)
		if (strncmp(core->files.items[i].path, path, length) == 0 &&
		    !core->files.items[i].path[length])
			return i;
	struct core_file file = {.path = strndup(path, length), .fd = -1};
	if (file.path && array_push(&core->files, file))
		return core->files.count - 1;
	free(file.path);
	return SIZE_MAX;
}

const struct core_segment *core_find_segment(const struct core *core, uint64_t address)
{
	size_t low = 0, high = core->segments.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (core->segments.items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	const struct core_segment *segment = low ? &core->segments.items[low - 1] : NULL;
	return segment && address - segment->address < segment->size ? segment : NULL;
}

const struct core_range *core_find_range(const struct core *core, uint64_t address)
{
	size_t low = 0, high = core->ranges.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (core->ranges.items[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	const struct core_range *range = low ? &core->ranges.items[low - 1] : NULL;
	return range && address < range->end ? range : NULL;
}

static size_t read_file(int fd, uint64_t offset, void *buffer, size_t size)
{
	ssize_t got =
		offset <= INT64_MAX ? pread(fd, buffer, size, (off_t)offset) : (ssize_t)-1;
	return got > 0 ? (size_t)got : 0;
}

/* Up to the end of the segment. */
static size_t read_segment(const struct core *core, uint64_t address, void *buffer,
			   size_t size)
{
	const struct core_segment *segment = core_find_segment(core, address);
	uint64_t at = segment ? address - segment->address : 0;
	if (!segment || at >= segment->file_size)
		return 0;
	if (size > segment->file_size - at)
		size = (size_t)(segment->file_size - at);
	return read_file(core->fd, segment->offset + at, buffer, size);
}

/* What is in the core is newer: a file gives only what is missing there. */
static uint64_t next_dumped(const struct core *core, uint64_t address)
{
	const struct core_segment *segment = core_find_segment(core, address);
	return segment ? segment->address + segment->size : UINT64_MAX;
}

/* Up to the end of a part that nobody writes into. */
static size_t read_backing(struct core *core, uint64_t address, void *buffer, size_t size)
{
	const struct core_range *range = core_find_range(core, address);
	if (!range || !core->seek)
		return 0;
	struct core_file *file = &core->files.items[range->file];
	if (!file->was_sought) {
		file->was_sought = true;
		core->seek(core->seek_context, core, range->file);
	}
	uint64_t offset = range->offset + (address - range->start);
	uint64_t left = range->end - address;
	if (next_dumped(core, address) - address < left)
		left = next_dumped(core, address) - address;
	for (size_t i = 0; i < file->part_count && file->fd >= 0; i++) {
		const struct core_part *part = &file->parts[i];
		if (offset < part->offset || offset >= part->end)
			continue;
		if (part->end - offset < left)
			left = part->end - offset;
		return read_file(file->fd, offset, buffer, size < left ? size : left);
	}
	return 0;
}

size_t core_read_dumped(void *context, uint64_t address, void *buffer, size_t size)
{
	size_t done = 0, got = 1;
	while (done < size && got) {
		got = read_segment(context, address + done, (char *)buffer + done,
				   size - done);
		done += got;
	}
	return done;
}

static size_t read_core_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	size_t done = 0, got = 1;
	while (done < size && got) {
		char *to = (char *)buffer + done;
		got = read_segment(context, address + done, to, size - done);
		if (!got)
			got = read_backing(context, address + done, to, size - done);
		done += got;
	}
	return done;
}

uint64_t core_auxiliary(void *context, uint64_t type)
{
	const struct core *core = context;
	for (size_t i = 0; i < core->auxiliary.count; i++)
		if (core->auxiliary.items[i].type == type)
			return core->auxiliary.items[i].value;
	return 0;
}

static struct pyinspect_error *list_ranges(void *context, mapping_fn callback,
					   void *callback_context)
{
	const struct core *core = context;
	for (size_t i = 0; i < core->ranges.count; i++) {
		const struct core_range *range = &core->ranges.items[i];
		const struct core_segment *segment = core_find_segment(core, range->start);
		struct mapping mapping = {
			.start = range->start,
			.end = range->end,
			.offset = range->offset,
			.readable = !segment || segment->readable,
			.writable = segment && segment->writable,
			.executable = segment && segment->executable,
			/* The core doesn't tell; it is enough that files differ. */
			.inode = range->file + 1,
			.path = core->files.items[range->file].path,
		};
		if (!callback(callback_context, &mapping))
			break;
	}
	return NULL;
}

static int compare_tids(const void *a, const void *b)
{
	const struct os_thread *left = a, *right = b;
	return (left->tid > right->tid) - (left->tid < right->tid);
}

static struct pyinspect_error *list_threads(void *context, struct os_threads *threads)
{
	const struct core *core = context;
	threads->count = 0;
	for (size_t i = 0; i < core->threads.count; i++) {
		const struct core_thread *from = &core->threads.items[i];
		struct os_thread thread = {
			.tid = from->tid,
			.inner_tid = from->tid,
			.thread_pointer = from->state.thread_pointer,
			.syscall = from->state.syscall,
			.syscall_argument = from->state.syscall_argument,
			.schedstat_fd = -1,
			.settled = true,
		};
		if (!array_push(threads, thread))
			return &error_no_memory;
	}
	if (threads->count)
		qsort(threads->items, threads->count, sizeof(*threads->items),
		      compare_tids);
	threads->is_complete = true;
	return NULL;
}

bool core_has_died(const struct core *core)
{
	int number = core->threads.count ? core->threads.items[0].signal : 0;
	/* A debugger's core has what it has stopped the process with. */
	return number && number != SIGSTOP && number != SIGCONT && number != SIGCHLD;
}

const struct target_ops core_ops = {
	.read = read_core_memory,
	.auxiliary = core_auxiliary,
	.mappings = list_ranges,
	.threads = list_threads,
};

const struct target_ops core_ops_without_files = {
	.read = read_core_memory,
	.auxiliary = core_auxiliary,
	.threads = list_threads,
};
