/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What is looked at, whatever it is: bytes at addresses, mapped files, threads.
 *
 * A live process fills the table, a memory image or a debugger does so through
 * callbacks. The rooms above know only this.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "pyinspect.h"
#include "target/memory.h"

/** A part of a file that is mapped into the target. */
struct mapping {
	uint64_t start, end, offset;
	bool readable, writable, executable;
	/** Device and inode in one, to tell files apart. */
	uint64_t device, inode;
	/** As the kernel names it; only valid during the callback. */
	const char *path;
};

/** Called for each mapping; returns false to end the listing. */
typedef bool (*mapping_fn)(void *context, const struct mapping *mapping);

/** A thread of the kernel's. Zero is "not known". */
struct os_thread {
	/** As the reader sees it. */
	pid_t tid;
	/** As the target's innermost pid namespace sees it. */
	pid_t inner_tid;
	char name[17];
	/** pthread_self() of it, where its registers are known. */
	uint64_t thread_pointer;
	/** State letter of proc(5). */
	char state;
	/** Time on a processor in ns, and how often it got one. */
	uint64_t cpu_ns, run_count;
	/** The run count could be read. */
	bool has_run_count;
	/** It is how often a processor was taken from it or given back, and its time is
	 *  not known: a kernel without schedstat tells no more. */
	bool counts_switches;
	/** Number of the system call, negative if it is in none or not known. */
	int syscall;
	uint64_t syscall_argument;
	/** Descriptor of its schedstat, kept for the second look; -1 if none. */
	int schedstat_fd;
	/** The reader needs no newer sample of it. */
	bool settled;
};

struct os_threads {
	struct os_thread *items;
	size_t count, capacity;
	/** All threads that lived when the sampling was over are in the list. */
	bool is_complete;
};

struct target_ops {
	/** See memory_read_fn. */
	memory_read_fn read;
	/** See memory_read_many_fn; NULL where pieces can only be read one by one. */
	memory_read_many_fn read_many;
	/** Address of an exported symbol, or 0; NULL where images are to be searched. */
	uint64_t (*symbol)(void *context, const char *name);
	/** Value of an entry of the auxiliary vector, or 0; NULL where images are to be
	 *  searched. */
	uint64_t (*auxiliary)(void *context, uint64_t type);
	/** Futex that a thread sleeps on, or 0, by its ident; false if that isn't known.
	 *  NULL where threads are listed. */
	bool (*futex)(void *context, uint64_t ident, uint64_t *address_ret);
	/** List the mapped files; NULL where there are none to list. */
	struct pyinspect_error *(*mappings)(void *context, mapping_fn callback,
					    void *callback_context);
	/**
	 * List and sample the threads, sorted by tid; NULL where there are none. Of
	 * those in the list already, the settled ones are left as they are.
	 */
	struct pyinspect_error *(*threads)(void *context, struct os_threads *threads);
};

struct core;
struct past;
struct process;

struct target {
	const struct target_ops *ops;
	void *context;
	struct memory memory;
	/** The context, if the target is a live process; else NULL. */
	struct process *process;
	/** The context, if the target is a core dump; else NULL. */
	struct core *core;
	/** What snapshot/ keeps from one snapshot to the next; NULL if nothing. */
	struct past *past;
};

#endif
