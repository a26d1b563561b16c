/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "snapshot/source.h"
#include "target/root.h"

/* Larger files are no source that a person reads. */
#define SIZE_LIMIT ((off_t)64 << 20)
/* A longer line is cut: nobody reads it in a dump. */
#define LINE_LIMIT ((size_t)512)

struct source_file {
	/** co_filename, by which it is found again; text by its address first. */
	const char *name;
	char *data;
	size_t size;
	bool newer;
	const char *problem;
	/** Why it could not be opened; 0 if it could. */
	int number;
	/** Where the lines begin that were passed so far; the first is number 1. */
	struct line_starts {
		size_t *items;
		size_t count, capacity;
	} starts;
};

void sources_init(struct sources *sources, struct process *process, const char *folder,
		  const char *directory, struct arena *arena)
{
	*sources = (struct sources){.process = process,
				    .folder = folder,
				    .given_directory = directory,
				    .arena = arena,
				    .root_fd = -1};
	if (process)
		sources->started_at = process_started_at(process);
}

void sources_deinit(struct sources *sources)
{
	for (size_t i = 0; i < sources->file_count; i++) {
		free(sources->files[i].data);
		free(sources->files[i].starts.items);
	}
	free(sources->files);
	free(sources->directory);
	if (sources->root_fd >= 0)
		close(sources->root_fd);
}

static bool open_root(struct sources *sources)
{
	if (sources->root_fd >= 0)
		return true;
	if (!sources->process) {
		if (sources->given_directory)
			sources->directory = strdup(sources->given_directory);
		sources->root_fd = open(sources->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
		return sources->root_fd >= 0;
	}
	sources->root_fd = root_open(sources->process);
	cleanup_free char *directory = process_read_link(sources->process, "cwd");
	sources->directory = root_inner_path(sources->process, directory);
	return sources->root_fd >= 0;
}

static int find_path(struct sources *sources, const char *name)
{
	struct text path = {0};
	if (!open_root(sources))
		return -1;
	if (name[0] != '/') {
		if (!sources->directory) {
			errno = ENOENT;
			return -1;
		}
		text_append_string(&path, sources->directory);
		text_append_string(&path, "/");
	}
	text_append_string(&path, name);
	int fd = path.failed ? -1 : root_find(sources->root_fd, path.data);
	int number = errno;
	free(path.data);
	errno = number;
	return fd;
}

/* Is the errno that of a file that simply isn't there? A kernel or container without
 * openat2() shows no source at all. */
static bool is_absent(int number)
{
	return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG ||
	       number == EINVAL || number == ESRCH || number == ENOSYS;
}

/* Into memory of our own: a file that is cut short meanwhile would kill who maps it. */
static bool read_file(struct source_file *file, int fd, size_t size)
{
	file->data = malloc(size);
	if (!file->data)
		return false;
	while (file->size < size) {
		ssize_t got = pread(fd, file->data + file->size, size - file->size,
				    (off_t)file->size);
		if (got <= 0)
			break;
		file->size += (size_t)got;
	}
	return file->size > 0;
}

static const char *refusal(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "source not read: it is not a regular file";
	return status->st_size > SIZE_LIMIT ? "source not read: the file is too large"
					    : NULL;
}

static void load(struct sources *sources, struct source_file *file)
{
	struct stat status;
	cleanup_close int path_fd = find_path(sources, file->name);
	if (path_fd >= 0 && fstat(path_fd, &status) == 0)
		file->problem = refusal(&status);
	if (file->problem)
		return;
	cleanup_close int fd = path_fd < 0 ? -1 : file_reopen(path_fd);
	if (fd < 0) {
		file->number = errno;
		if (!is_absent(errno))
			file->problem = arena_printf(sources->arena, "source not read: %s",
						     strerrordesc_np(errno));
		return;
	}
	if (!read_file(file, fd, (size_t)status.st_size)) {
		free(file->data);
		file->data = NULL;
		return;
	}
	double changed =
		(double)status.st_mtim.tv_sec + (double)status.st_mtim.tv_nsec / 1e9;
	/* The start is known to a clock tick. */
	file->newer = sources->started_at > 0 && changed > sources->started_at + 0.02;
}

static struct source_file *find_file(struct sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->file_count; i++)
		if (sources->files[i].name == name ||
		    strcmp(sources->files[i].name, name) == 0)
			return &sources->files[i];
	if (!array_grow((void **)&sources->files, &sources->file_capacity,
			sources->file_count, sizeof(*sources->files)))
		return NULL;
	struct source_file *file = &sources->files[sources->file_count++];
	*file = (struct source_file){.name = name};
	if (!sources->process) {
		load(sources, file);
		return file;
	}
	/* A file system that doesn't answer keeps its readers for ever. */
	reading_begin_file(&sources->process->reading, name);
	load(sources, file);
	reading_end(&sources->process->reading);
	return file;
}

/* Where a line begins; false if the file has fewer lines. */
static bool find_line(struct source_file *file, int32_t line, size_t *start_ret)
{
	struct line_starts *starts = &file->starts;
	if (!starts->count && !array_push(starts, 0))
		return false;
	while (starts->count < (size_t)line) {
		size_t last = starts->items[starts->count - 1];
		const char *end = memchr(file->data + last, '\n', file->size - last);
		size_t next = end ? (size_t)(end + 1 - file->data) : file->size;
		if (next == file->size || !array_push(starts, next))
			return false;
	}
	*start_ret = starts->items[line - 1];
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\r';
}

/* Where a line ends, without what ends it. */
static const char *line_end(const struct source_file *file, const char *start)
{
	const char *limit = file->data + file->size;
	const char *end = memchr(start, '\n', (size_t)(limit - start)) ?: limit;
	while (end > start && is_blank(end[-1]))
		end--;
	if ((size_t)(end - start) <= LINE_LIMIT)
		return end;
	end = start + LINE_LIMIT;
	/* Not within a character. */
	while (end > start && ((unsigned char)*end & 0xc0) == 0x80)
		end--;
	return end;
}

static const char *copy_line(struct sources *sources, const struct source_file *file,
			     size_t line_start)
{
	const char *start = file->data + line_start;
	const char *limit = file->data + file->size;
	while (start < limit && is_blank(*start))
		start++;
	const char *end = line_end(file, start);
	if (start == end || memchr(start, '\0', (size_t)(end - start)))
		return NULL;
	return arena_copy(sources->arena, start, (size_t)(end - start));
}

/* Names such as <string> are no files. */
static bool names_a_file(const char *name)
{
	return name && *name && *name != '<';
}

static bool may_read(const struct sources *sources)
{
	return sources->process ? !sources->process->care.file : sources->folder != NULL;
}

const char *sources_line(struct sources *sources, const char *name, int32_t line,
			 bool *newer_ret, const char **problem_ret)
{
	size_t start;
	*newer_ret = false;
	*problem_ret = NULL;
	if (!names_a_file(name) || line <= 0 || !may_read(sources))
		return NULL;
	struct source_file *file = find_file(sources, name);
	if (!file)
		return NULL;
	*problem_ret = file->problem;
	if (!file->data || !find_line(file, line, &start))
		return NULL;
	*newer_ret = file->newer;
	return copy_line(sources, file, start);
}

static const char *why_unread(struct sources *sources, const struct source_file *file)
{
	if (file->problem)
		return arena_printf(sources->arena, "%s: %s", file->name, file->problem);
	if (file->name[0] != '/' && !sources->directory)
		return arena_printf(sources->arena,
				    "%s: where this file is isn't known: its name is "
				    "relative, and the working directory of the process "
				    "isn't known",
				    file->name);
	return arena_printf(sources->arena, "%s can't be read: %s", file->name,
			    file->number ? strerrordesc_np(file->number)
					 : "there is nothing in it");
}

const char *sources_whole_line(struct sources *sources, const char *name, uint32_t line,
			       const char **problem_ret)
{
	size_t start;
	if (!names_a_file(name)) {
		*problem_ret = "the code of this frame is of no file";
		return NULL;
	}
	if (!may_read(sources)) {
		*problem_ret = "files of this target are not read";
		return NULL;
	}
	struct source_file *file = find_file(sources, name);
	if (!file)
		return NULL;
	if (!file->data) {
		*problem_ret = why_unread(sources, file);
		return NULL;
	}
	if (line > INT32_MAX || !find_line(file, (int32_t)line, &start)) {
		*problem_ret =
			arena_printf(sources->arena, "%s has no line %u", name, line);
		return NULL;
	}
	const char *text = file->data + start, *end = line_end(file, text);
	const char *nul = memchr(text, '\0', (size_t)(end - text));
	return arena_copy(sources->arena, text, (size_t)((nul ?: end) - text));
}
