/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * ELF images in the target's memory, and their exported symbols.
 *
 * All is read from memory, never from a file: what was deleted, replaced or lies
 * in another mount namespace is found all the same, and it is surely what runs.
 */
#ifndef MODULES_IMAGE_H
#define MODULES_IMAGE_H

#include "target/target.h"

/** Most segments of notes that are looked at: real files have up to 3. */
#define NOTE_SEGMENTS_MAX 4

/** A segment of notes, in memory. */
struct note_segment {
	uint64_t address, size, alignment;
};

struct image {
	/** As the kernel names it, in the reader's or the target's view of files. */
	char *path;
	uint64_t device, inode;
	/** Address of the mapping of the file's start, and where that mapping ends. */
	uint64_t start, end;
	/** Added to addresses in the file to give addresses in memory. */
	uint64_t bias;
	/** What the writable segment spans in memory; start == end if there is none. */
	uint64_t data_start, data_end;
	/** From the dynamic section; 0 if absent. */
	uint64_t symbols, strings, strings_size, gnu_hash, hash, soname;
	/** The table of functions for unwinders, .eh_frame_hdr; 0 if there is none. */
	uint64_t unwind_header;
	struct note_segment notes[NOTE_SEGMENTS_MAX];
	size_t note_count;
	/** The headers were read and make sense. */
	bool loaded;
};

/** Zero if there is none. */
struct symbol {
	uint64_t address, size;
};

struct images {
	struct image *items;
	size_t count, capacity;
};

/**
 * List the images, the executable's and those that are named after Python first.
 *
 * @param executable Path of the executable, or NULL.
 */
struct pyinspect_error *images_list(struct target *target, const char *executable,
				    struct images *ret);
void images_deinit(struct images *images);

/** The last part of the path. */
const char *image_name(const struct image *image);

/**
 * Find an exported symbol.
 *
 * @return NULL, with *address_ret 0 if the image has none of that name; BAD_DATA
 * or FAULT if its tables can't be followed.
 */
struct pyinspect_error *image_symbol(struct target *target, struct image *image,
				     const char *name, uint64_t *address_ret);

/** The same, with the symbol's size. */
struct pyinspect_error *image_symbol_find(struct target *target, struct image *image,
					  const char *name, struct symbol *ret);

#endif
