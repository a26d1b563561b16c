/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "layout/dwarf_cache.h"

/* Takes the descriptor of a folder, and keeps it if the folder is the user's alone. */
static int check_folder(int fd)
{
	struct stat status;
	if (fd >= 0 && fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
	    !(status.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_folder(int parent, const char *name)
{
	return check_folder(
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/* Go down a folder, and make it if it isn't there; closes the parent. */
static int enter(int parent, const char *name, bool make)
{
	cleanup_close int closed = parent;
	if (closed < 0)
		return -1;
	if (make)
		mkdirat(closed, name, 0700);
	return open_folder(closed, name);
}

/* Under sudo the variables may still be those of the user who called: theirs is no
 * folder for root. */
static int open_cache(bool make)
{
	int fd = -1;
	const char *cache = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
	if (cache && cache[0] == '/')
		fd = check_folder(open(cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	else if (home && home[0] == '/')
		fd = enter(check_folder(open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
			   ".cache", make);
	return enter(enter(fd, "pyinspect", make), "layouts", make);
}

static bool read_whole(int fd, char *data, size_t size)
{
	size_t done = 0;
	ssize_t got;
	while ((got = read(fd, data + done, size - done)) > 0)
		done += (size_t)got;
	data[done < size ? done : 0] = '\0';
	return got == 0 && done < size && strlen(data) == done;
}

bool dwarf_cache_read(const char *build_id, struct dwarf_report *ret)
{
	struct stat status;
	char data[DWARF_REPORT_MAX];
	cleanup_close int folder = build_id_is_valid(build_id) ? open_cache(false) : -1;
	cleanup_close int fd =
		folder < 0 ? -1
			   : openat(folder, build_id,
				    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_uid == geteuid() && read_whole(fd, data, sizeof(data)) &&
	       dwarf_report_parse(data, ret) && ret->has_layout &&
	       strcmp(ret->build_id, build_id) == 0;
}

/* A reader sees the whole file or none. */
static void replace(int folder, const char *name, const struct text *text)
{
	char temporary[32];
	snprintf(temporary, sizeof(temporary), ".new-%d", getpid());
	unlinkat(folder, temporary, 0);
	cleanup_close int fd =
		openat(folder, temporary,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, text->data, text->length) != (ssize_t)text->length ||
	    renameat(folder, temporary, folder, name) != 0)
		unlinkat(folder, temporary, 0);
}

void dwarf_cache_write(const struct dwarf_report *report)
{
	struct text text = {0};
	cleanup_close int folder =
		build_id_is_valid(report->build_id) ? open_cache(true) : -1;
	if (folder < 0)
		return;
	dwarf_report_write(report, &text);
	if (!text.failed)
		replace(folder, report->build_id, &text);
	free(text.data);
}
