/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Reads that may never end.
 *
 * The kernel waits for a page of a userfaultfd, or of a file on a dead file system, for as
 * long as its server likes, and no signal but a deadly one ends that (Linux: mm/gup.c asks
 * for FAULT_FLAG_KILLABLE). So a reader says what it reads; who sees that it doesn't get
 * on leaves it behind, and begins anew with another one, which is careful.
 */
#ifndef TARGET_READING_H
#define TARGET_READING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/** The call that a reader is in, written by the reader alone. */
struct reading {
	/** Odd during a call. */
	_Atomic uint64_t count;
	/** What is read: memory at an address, or, if that is 0, a file. */
	_Atomic uint64_t address;
	/** Only the page of that address is read. */
	atomic_bool is_one_page;
	char file[256];
};

/** Two stores each: reads are many. */
static inline void reading_begin(struct reading *reading, uint64_t address, size_t size)
{
	atomic_store_explicit(&reading->address, address, memory_order_relaxed);
	atomic_store_explicit(&reading->is_one_page,
			      size && (address & 4095) + size <= 4096,
			      memory_order_relaxed);
	uint64_t count = atomic_load_explicit(&reading->count, memory_order_relaxed);
	atomic_store_explicit(&reading->count, count + 1, memory_order_release);
}

static inline void reading_end(struct reading *reading)
{
	uint64_t count = atomic_load_explicit(&reading->count, memory_order_relaxed);
	atomic_store_explicit(&reading->count, count + 1, memory_order_release);
}

/** The same for what is done with a file. */
void reading_begin_file(struct reading *reading, const char *file);

/** What one call has been seen in for some time. */
struct reading_watch {
	uint64_t count, since;
};

/**
 * Whether the reader has been in the same call for so many ns, as far as this watch has
 * looked. A watch begins with zeros.
 */
bool reading_is_stuck(const struct reading *reading, struct reading_watch *watch,
		      uint64_t now, uint64_t patience);

/** Memory that a reader was left behind in. */
struct unreadable {
	uint64_t start, end;
	/** The mapped file or what the kernel calls it; may be empty. */
	char *name;
	/** A read was refused because of it. */
	bool was_needed;
};

struct process;

/**
 * How a reader reads after another was left behind: page by page, and without the pages of
 * known bad memory that the target doesn't have. (A page that is there, or swapped, is
 * read at once.)
 */
struct care {
	bool is_taken;
	ARRAY(struct unreadable) unreadable;
	/** /proc/PID/pagemap; -1 if it can't be read. */
	int pagemap_fd;
	/** Files are not read either: this one did not answer. NULL if none. */
	char *file;
	/** Where the last reader was left behind, if that isn't taken care of yet. */
	bool was_stuck;
	struct reading stuck;
};

void care_init(struct care *care);
void care_deinit(struct care *care);

/** Begin with the care of an earlier reader; false if there is no memory. */
bool care_copy(const struct care *from, struct care *to);

struct process;

/** Take care of where the last reader was left behind; false if there is no memory. */
bool care_take(struct process *process);

/** The page of that address can be read, as far as is known. */
bool care_may_read(struct process *process, uint64_t address);

#endif
