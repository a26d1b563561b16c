/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "modules/debug_file.h"
#include "target/root.h"

/* Debugging information of a Python has up to some 60 MB. */
#define FILE_LIMIT ((off_t)1 << 30)

#define DEBUG_FOLDER "/usr/lib/debug"

static void add_root(struct debug_files *files, int fd, const char *prefix,
		     const char *debug_folder)
{
	struct stat one, other;
	bool is_known = fd < 0 || fstat(fd, &one) != 0;
	for (size_t i = 0; i < files->root_count && !is_known; i++)
		is_known = fstat(files->roots[i].fd, &other) == 0 &&
			   one.st_dev == other.st_dev && one.st_ino == other.st_ino &&
			   strcmp(files->roots[i].debug_folder, debug_folder) == 0;
	if (!is_known && files->root_count < DEBUG_ROOTS_MAX)
		files->roots[files->root_count++] =
			(struct debug_root){take_fd(&fd), prefix, debug_folder, false};
	if (fd >= 0)
		close(fd);
}

static int open_folder(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* What the user names comes first, then the target's own, then the reader's. */
void debug_files_init(struct debug_files *files, const struct process *process,
		      const struct image *image, const struct debug_places *places)
{
	*files = (struct debug_files){.process = process, .image = image};
	const char *const *folder = places->directories;
	for (; folder && *folder; folder++)
		/* Two are for the roots below. */
		if (files->root_count < DEBUG_ROOTS_MAX - 3)
			add_root(files, open_folder(*folder), *folder, "");
	if (places->sysroot)
		add_root(files, open_folder(places->sysroot), places->sysroot,
			 DEBUG_FOLDER);
	if (process)
		add_root(files, root_open(process), "", DEBUG_FOLDER);
	size_t before = files->root_count;
	add_root(files, open_folder("/"), "", DEBUG_FOLDER);
	/* Of a core it is the best guess where its machine's files are. */
	for (size_t i = before; i < files->root_count && process; i++)
		files->roots[i].is_own = true;
	files->path = process ? root_inner_path(process, image->path) : strdup(image->path);
}

void debug_files_deinit(struct debug_files *files)
{
	for (size_t i = 0; i < files->root_count; i++)
		close(files->roots[i].fd);
	free(files->path);
	*files = (struct debug_files){0};
}

/* The list of mappings has another device than stat() on some file systems: then it is
 * not known. */
static bool is_mapped_file(const struct image *image, const struct stat *status)
{
	uint64_t device = (uint64_t)major(status->st_dev) << 32 | minor(status->st_dev);
	return status->st_ino == image->inode && device == image->device;
}

/* Give what was found to the callback; takes the descriptor. */
static bool give(struct debug_files *files, int path_fd, const char *prefix,
		 const char *path, bool is_mapped)
{
	struct stat status;
	struct text name = {0};
	cleanup_close int fd = file_open_plain(path_fd, FILE_LIMIT, &status);
	int number = errno;
	text_append_string(&name, prefix);
	text_append_string(&name, path);
	struct debug_file file = {.fd = fd, .name = name.data, .is_mapped = is_mapped};
	if (fd >= 0 && !is_mapped)
		file.is_mapped = is_mapped_file(files->image, &status);
	if (fd < 0)
		file.problem = number == EINVAL  ? "it is not a regular file"
			       : number == EFBIG ? "it is too large"
						 : strerrordesc_np(number);
	bool done = !name.failed && files->callback(files->context, &file);
	free(name.data);
	return done;
}

static bool give_in_root(struct debug_files *files, const struct debug_root *root,
			 const char *path)
{
	int fd = root_find(root->fd, path);
	return fd >= 0 && give(files, fd, root->prefix, path, false);
}

/* By the kernel's links to what is mapped, which hold deleted files, too. */
static bool give_mapped(struct debug_files *files, bool *is_given_ret)
{
	char name[64];
	const struct image *image = files->image;
	*is_given_ret = false;
	if (!files->process)
		return false;
	snprintf(name, sizeof(name), "map_files/%" PRIx64 "-%" PRIx64, image->start,
		 image->end);
	int fd = openat(files->process->proc_fd, name, O_PATH | O_CLOEXEC);
	cleanup_free char *executable =
		fd < 0 ? process_read_link(files->process, "exe") : NULL;
	if (executable && strcmp(executable, image->path) == 0)
		fd = openat(files->process->proc_fd, "exe", O_PATH | O_CLOEXEC);
	*is_given_ret = fd >= 0;
	return fd >= 0 && give(files, fd, "", image->path, true);
}

bool debug_files_of_image(struct debug_files *files)
{
	bool is_given = false;
	if (give_mapped(files, &is_given))
		return true;
	for (size_t i = 0; i < files->root_count && files->path; i++) {
		const struct debug_root *root = &files->roots[i];
		/* In the target's own root it is the same file, or one that replaced it. */
		if (root->is_own || (is_given && !*root->prefix))
			continue;
		if (give_in_root(files, root, files->path))
			return true;
	}
	return false;
}

bool debug_files_of_path(struct debug_files *files, const char *path)
{
	for (size_t i = 0; i < files->root_count; i++)
		if (!files->roots[i].is_own && give_in_root(files, &files->roots[i], path))
			return true;
	return false;
}

static bool give_printed(struct debug_files *files, const struct debug_root *root,
			 const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool give_printed(struct debug_files *files, const struct debug_root *root,
			 const char *format, ...)
{
	va_list arguments;
	char *path;
	va_start(arguments, format);
	int length = vasprintf(&path, format, arguments);
	va_end(arguments);
	bool done = length >= 0 && give_in_root(files, root, path);
	if (length >= 0)
		free(path);
	return done;
}

bool debug_files_of_build_id(struct debug_files *files, const char *build_id)
{
	for (size_t i = 0; i < files->root_count; i++)
		if (give_printed(files, &files->roots[i], "%s/.build-id/%.2s/%s.debug",
				 files->roots[i].debug_folder, build_id, build_id + 2))
			return true;
	return false;
}

bool debug_files_of_link(struct debug_files *files, const char *name)
{
	const char *slash = files->path ? strrchr(files->path, '/') : NULL;
	if (!slash || strchr(name, '/') || strcmp(name, "..") == 0)
		return false;
	int length = (int)(slash - files->path);
	for (size_t i = 0; i < files->root_count; i++) {
		const struct debug_root *root = &files->roots[i];
		const char *path = files->path, *folder = root->debug_folder;
		if (root->is_own)
			continue;
		if (give_printed(files, root, "%.*s/%s", length, path, name) ||
		    give_printed(files, root, "%.*s/.debug/%s", length, path, name) ||
		    give_printed(files, root, "%s%.*s/%s", folder, length, path, name) ||
		    (!*folder && give_printed(files, root, "/%s", name)))
			return true;
	}
	return false;
}

bool debug_files_of_own(struct debug_files *files, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	return fd >= 0 && give(files, fd, "", path, false);
}
