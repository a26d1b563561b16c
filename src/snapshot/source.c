/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "snapshot/source.h"

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
	/** Where the lines begin that were passed so far; the first is number 1. */
	struct line_starts {
		size_t *items;
		size_t count, capacity;
	} starts;
};

void sources_init(struct sources *sources, const struct process *process,
		  struct arena *arena)
{
	*sources = (struct sources){.process = process, .arena = arena, .root_fd = -1};
	if (process)
		sources->started_at = process_started_at(process);
}

void sources_deinit(struct sources *sources)
{
	for (size_t i = 0; i < sources->file_count; i++) {
		if (sources->files[i].data)
			munmap(sources->files[i].data, sources->files[i].size);
		free(sources->files[i].starts.items);
	}
	free(sources->files);
	free(sources->directory);
	if (sources->root_fd >= 0)
		close(sources->root_fd);
}

/* Links of /proc show paths as the reader sees them: a chroot's own path is before. */
static char *without_root(char *path, const char *root)
{
	size_t length = root ? strlen(root) : 0;
	if (path && length > 1 && strncmp(path, root, length) == 0 &&
	    (path[length] == '/' || !path[length])) {
		char *inner = strdup(path[length] ? path + length : "/");
		free(path);
		return inner;
	}
	return path;
}

static bool open_root(struct sources *sources)
{
	if (sources->root_fd >= 0)
		return true;
	sources->root_fd =
		openat(sources->process->proc_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *root = process_read_link(sources->process, "root");
	sources->directory = without_root(process_read_link(sources->process, "cwd"), root);
	return sources->root_fd >= 0;
}

static int open_inside(int root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static int open_file(struct sources *sources, const char *name)
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
	int fd = path.failed ? -1 : open_inside(sources->root_fd, path.data);
	int number = errno;
	free(path.data);
	errno = number;
	return fd;
}

/* Is the errno that of a file that simply isn't there? */
static bool is_absent(int number)
{
	return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG ||
	       number == EINVAL || number == ESRCH;
}

static void load(struct sources *sources, struct source_file *file)
{
	cleanup_close int fd = open_file(sources, file->name);
	struct stat status;
	if (fd < 0) {
		if (!is_absent(errno))
			file->problem = arena_printf(sources->arena, "source not read: %s",
						     strerrordesc_np(errno));
		return;
	}
	if (fstat(fd, &status) < 0)
		return;
	if (!S_ISREG(status.st_mode))
		file->problem = "source not read: it is not a regular file";
	else if (status.st_size > SIZE_LIMIT)
		file->problem = "source not read: the file is too large";
	if (file->problem || !S_ISREG(status.st_mode) || status.st_size == 0)
		return;
	void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return;
	file->data = data;
	file->size = (size_t)status.st_size;
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
	load(sources, file);
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

static const char *copy_line(struct sources *sources, const struct source_file *file,
			     size_t line_start)
{
	const char *start = file->data + line_start;
	const char *limit = file->data + file->size;
	const char *end = memchr(start, '\n', (size_t)(limit - start)) ?: limit;
	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	if ((size_t)(end - start) > LINE_LIMIT) {
		end = start + LINE_LIMIT;
		/* Not within a character. */
		while (end > start && ((unsigned char)*end & 0xc0) == 0x80)
			end--;
	}
	if (start == end || memchr(start, '\0', (size_t)(end - start)))
		return NULL;
	return arena_copy(sources->arena, start, (size_t)(end - start));
}

const char *sources_line(struct sources *sources, const char *name, int32_t line,
			 bool *newer_ret, const char **problem_ret)
{
	size_t start;
	*newer_ret = false;
	*problem_ret = NULL;
	if (!sources->process || !name || !*name || *name == '<' || line <= 0)
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
