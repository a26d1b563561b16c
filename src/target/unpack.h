/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Cores that can't be read in place: compressed ones, and those from a pipe. */
#ifndef TARGET_UNPACK_H
#define TARGET_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "pyinspect.h"

/** The bytes are the beginning of a zstd, lz4, xz or gzip file: its name, else NULL. */
const char *unpack_format(const void *bytes, size_t size);

/** Bytes that are enough to tell. */
#define UNPACK_MAGIC_SIZE 6

/** Told from time to time how many bytes there are so far; false gives up. */
struct unpack_progress {
	bool (*tell)(void *context, uint64_t bytes);
	void *context;
};

/**
 * Copy what comes from a descriptor, decompressed if format is given, into a file without
 * a name, with holes for its zeros. It lies in $TMPDIR, or /var/tmp, and goes with the
 * descriptor.
 *
 * Decompression is done by pyinspect-unpack, a process of its own. All has a budget: time,
 * size, and what is free on the disk.
 *
 * @param fd Stands at the beginning; it is read to the end.
 * @param progress May be NULL.
 */
struct pyinspect_error *unpack(int fd, const char *path, const char *format,
			       const struct unpack_progress *progress, int *fd_ret);

#endif
