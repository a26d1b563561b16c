/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Files that may hold the debugging information of an image. Whether one is of the image
 * is for the caller to find out, by build-id or checksum.
 *
 * The target chooses most of these files: its own paths are followed in its own root
 * only, and nothing but plain files is opened.
 */
#ifndef MODULES_DEBUG_FILE_H
#define MODULES_DEBUG_FILE_H

#include "modules/image.h"

/** Where else to look. */
struct debug_places {
	/** Folders with .build-id/xx/yy.debug, as /usr/lib/debug is one; NULL at the end,
	 * or instead. */
	const char *const *directories;
	/** A copy of the target's files; NULL if there is none. */
	const char *sysroot;
};

struct debug_file {
	/** Open for reading until the callback returns; -1 if it can't be read. */
	int fd;
	/** For people. */
	const char *name;
	/** Why it can't be read; NULL if it can. */
	const char *problem;
	/** Surely the file that is mapped. */
	bool is_mapped;
};

/** Called for each file that is there; returns true to end the search. */
typedef bool (*debug_file_fn)(void *context, const struct debug_file *file);

/** A folder that paths are looked up in, as if it were the root. */
struct debug_root {
	int fd;
	const char *prefix;
	/** What is /usr/lib/debug of a whole root. */
	const char *debug_folder;
	/** The reader's own: nothing that the target names is looked up there. */
	bool is_own;
};

#define DEBUG_ROOTS_MAX 16

/** What is looked up for one image. */
struct debug_files {
	const struct process *process;
	const struct image *image;
	/** The image's path in the target's root; NULL if there was no memory. */
	char *path;
	struct debug_root roots[DEBUG_ROOTS_MAX];
	size_t root_count;
	debug_file_fn callback;
	void *context;
};

/**
 * Begin; all of it is used until debug_files_deinit().
 *
 * @param process NULL for a core: its paths are looked up in the sysroot, and here.
 */
void debug_files_init(struct debug_files *files, const struct process *process,
		      const struct image *image, const struct debug_places *places);
void debug_files_deinit(struct debug_files *files);

/**
 * The file that is mapped, and its copy in the sysroot.
 *
 * @return Whether the callback has ended the search; so do the others.
 */
bool debug_files_of_image(struct debug_files *files);

/** Detached files by build-id. */
bool debug_files_of_build_id(struct debug_files *files, const char *build_id);

/** Detached files by the name in .gnu_debuglink. */
bool debug_files_of_link(struct debug_files *files, const char *name);

/** What is at a path in the target's or another root, such as .gnu_debugaltlink has. */
bool debug_files_of_path(struct debug_files *files, const char *path);

/** A file of the reader's own, such as debuginfod-find(1) has fetched. */
bool debug_files_of_own(struct debug_files *files, const char *path);

#endif
