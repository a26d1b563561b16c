/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Files that the target names, or that it can change: looked up inside its own root
 * directory, and opened only if they are plain files.
 */
#ifndef TARGET_ROOT_H
#define TARGET_ROOT_H

#include <sys/stat.h>

#include "target/process.h"

/** Its root directory, as a place to look from; -1 and errno. */
int root_open(const struct process *process);

/**
 * Find a path below a directory that is taken for the root: no "..", absolute link or
 * link of /proc leads out of it.
 *
 * @return A descriptor with O_PATH: what it leads to is not opened. A device notices
 * that, and a FIFO may wait. -1 and errno; ENOSYS where there is no openat2(2).
 */
int root_find(int root, const char *path);

/**
 * Path in the target's own root of a path that a link of /proc or the list of mappings
 * has: these are as the reader sees them, a chroot's own path before.
 *
 * @param path NULL gives NULL.
 * @return Freed by the caller.
 */
char *root_inner_path(const struct process *process, const char *path);

/** Open for reading what was found as a path and is known to be a file; -1 and errno. */
int file_reopen(int path_fd);

/**
 * The same if it is a plain file of 1 to limit bytes.
 *
 * @param path_fd It is closed; a negative one gives -1.
 */
int file_open_plain(int path_fd, off_t limit, struct stat *status_ret);

#endif
