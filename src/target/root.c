/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "target/root.h"

int root_open(const struct process *process)
{
	return openat(process->proc_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int root_find(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

char *root_inner_path(const struct process *process, const char *path)
{
	cleanup_free char *root = process_read_link(process, "root");
	size_t length = root ? strlen(root) : 0;
	if (path && length > 1 && strncmp(path, root, length) == 0 &&
	    (path[length] == '/' || !path[length]))
		return strdup(path[length] ? path + length : "/");
	return path ? strdup(path) : NULL;
}

int file_reopen(int path_fd)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", path_fd);
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int file_open_plain(int path_fd, off_t limit, struct stat *status_ret)
{
	cleanup_close int found = path_fd;
	if (found < 0 || fstat(found, status_ret) != 0)
		return -1;
	errno = EINVAL;
	if (!S_ISREG(status_ret->st_mode) || status_ret->st_size <= 0)
		return -1;
	errno = EFBIG;
	return status_ret->st_size > limit ? -1 : file_reopen(found);
}
