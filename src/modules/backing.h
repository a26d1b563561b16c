/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Files that a core dump needs: code and constants of the programs and libraries that were
 * mapped are mostly not in it.
 *
 * A file is taken only if it is the one that was mapped: by its build-id where the core
 * has that (it is on the first page, which the kernel dumps), else by the places of its
 * segments. The core names the files, so it may have been made to name any: nothing but
 * plain files is opened, and only ELF files are read.
 */
#ifndef MODULES_BACKING_H
#define MODULES_BACKING_H

#include "modules/debug_file.h"
#include "target/core.h"

/** Where files are looked for. */
struct backing {
	struct core *core;
	/** The program itself; or NULL. */
	const char *executable;
	/** Folders with .build-id/xx/yy, and a copy of the machine's files. */
	struct debug_places places;
	/** CLOCK_MONOTONIC in ns, at which fetching files from servers ends; 0 is never. */
	uint64_t deadline;
};

/** Look for files when memory of them is needed, until backing_end(). */
void backing_begin(struct backing *backing);
void backing_end(struct backing *backing);

/** Index of the file that was started; SIZE_MAX if it isn't known. */
size_t backing_executable(const struct core *core);

#endif
