/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What the user typed, and what GDB knows of the selected thread. */
#ifndef GDB_REQUEST_H
#define GDB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** More arguments than any command has. */
#define REQUEST_ARGUMENTS_MAX 64

/** As they follow one another in CHANNEL_NUMBERS; gdbinit/pyinspect.gdb.in writes them. */
struct request_numbers {
	/** REQUEST_VERSION: macros and plug-in are of one installation. */
	uint64_t version;
	/** What the thread's registers point to: its thread-local storage, its stack. */
	uint64_t thread_pointer, stack_pointer;
	/** Addresses of _r_debug and _PyRuntime; 0 where GDB doesn't know them. */
	uint64_t loader, runtime;
	/** Address of the Python frame that pyup and pydown have selected, and what tells
	 *  the stop then from others, see selection.c; 0 if none is. */
	uint64_t selected_frame, selected_stop;
	/** Which way the macros try, of enum request_route; number of the request. */
	uint64_t route, serial;
};

#define REQUEST_VERSION 3

/** How the plug-in comes into GDB. */
enum request_route {
	/** As a JIT reader, jit_reader.c. */
	REQUEST_ROUTE_READER = 1,
	/** As libthread_db, thread_db.c. */
	REQUEST_ROUTE_THREAD_DB,
};

/**
 * What GDB knows of a thread: as they follow one another in CHANNEL_THREADS behind 8 bytes,
 * for the commands that ask for it.
 */
struct request_thread {
	/** As in request_numbers; GDB's number of it. */
	uint64_t thread_pointer, number;
	/** Number of the system call that it is in and the first argument; -1 if it is in
	 *  none, -2 if that isn't known. */
	int64_t call;
	uint64_t argument;
};

struct request {
	struct request_numbers numbers;
	const char *command;
	const char *arguments[REQUEST_ARGUMENTS_MAX];
	size_t argument_count;
	struct request_thread *threads;
	size_t thread_count;
	/** Where GDB looks for the target's files: its sysroot; "/" for one in the target.
	 */
	const char *sysroot;
	/** The target's working directory; NULL if it wasn't asked or isn't known. */
	char *directory;
	/** What `info auxv` and `info proc cwd` printed; empty if they weren't asked. */
	char *auxv;
	/** Owns the words. */
	char *words;
};

/** Whether there is a request that nobody has taken yet, for this way. */
bool request_waits_for(enum request_route route);

/**
 * Take what the macros have written: it is taken only once.
 *
 * @return False if that isn't a request.
 */
bool request_read(struct request *ret);
void request_deinit(struct request *request);

/**
 * The arguments as a line, with blanks between.
 *
 * @return Freed by the caller with free(); NULL if there is no memory.
 */
char *request_line(const struct request *request);

/** Value of an entry of the auxiliary vector, by what `info auxv` printed; or 0. */
uint64_t request_auxiliary(const struct request *request, uint64_t type);

/** What GDB knows of the thread with that thread pointer; NULL if nothing. */
const struct request_thread *request_thread(const struct request *request,
					    uint64_t thread_pointer);

/** Futex that the thread sleeps on, 0 if none; false if that isn't known. */
bool request_thread_futex(const struct request_thread *thread, uint64_t *address_ret);

#endif
