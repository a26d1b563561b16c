/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Lines of source files, read as the target sees its files. */
#ifndef SNAPSHOT_SOURCE_H
#define SNAPSHOT_SOURCE_H

#include "base/arena.h"
#include "target/process.h"

struct source_file;

struct sources {
	/** Whose files are read; NULL: those below the folder, if there is one. */
	struct process *process;
	const char *folder;
	struct arena *arena;
	/** Root directory of the target; -1 until it is needed. */
	int root_fd;
	/** Its working directory, as it names it; NULL if unknown. */
	char *directory;
	const char *given_directory;
	/** Start of the process, in seconds since the epoch. */
	double started_at;
	struct source_file *files;
	size_t file_count, file_capacity;
};

/**
 * @param folder For a target without a process: where its files lie here, or NULL.
 * @param directory For such a target: its working directory, or NULL.
 */
void sources_init(struct sources *sources, struct process *process, const char *folder,
		  const char *directory, struct arena *arena);
void sources_deinit(struct sources *sources);

/**
 * A line of a file.
 *
 * Only regular files inside the target's own root are opened; what lies outside,
 * a FIFO or a device never is.
 *
 * @param file co_filename; names like <string> are no files.
 * @param line From 1.
 * @param newer_ret Set to whether the file was changed after the process's start.
 * @param problem_ret Set to why a file that is there is not shown, else NULL.
 * @return The line without leading blanks, in the arena; NULL if there is none.
 */
const char *sources_line(struct sources *sources, const char *file, int32_t line,
			 bool *newer_ret, const char **problem_ret);

/**
 * A line of a file as it is, without what ends it. No line of a file for which
 * sources_line() gives none.
 *
 * @param problem_ret Set to why there is none, if a reason is known.
 */
const char *sources_whole_line(struct sources *sources, const char *file, uint32_t line,
			       const char **problem_ret);

#endif
