/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The reading itself: copy what is needed while the target stands still, or prove
 * that it stood still. Nothing is named, decoded or printed here.
 */
#ifndef SNAPSHOT_CAPTURE_H
#define SNAPSHOT_CAPTURE_H

#include "repr/value.h"
#include "repr/variables.h"
#include "runtime/evaluator.h"
#include "snapshot/look.h"
#include "snapshot/snapshot.h"
#include "stack/stack.h"

struct captured_exception {
	struct pyinspect_value value;
	struct stack traceback;
	bool is_handled;
};

struct captured_thread {
	struct raw_thread raw;
	/** Index of its interpreter. */
	size_t interpreter;
	struct stack stack;
	/** The variables of each frame of the stack, in the arena; NULL if not read. */
	struct frame_values *values;
	/** Of a core alone, in the arena. */
	struct captured_exception *exceptions;
	size_t exception_count;
	/** The kernel's thread, its own copy; tid 0 if there is none. */
	struct os_thread os;
	bool verified, stopped;
	/** It is what an earlier snapshot has left: see struct past. */
	bool is_old;
};

struct captured_threads {
	struct captured_thread *items;
	size_t count, capacity;
};

struct capture {
	struct target *target;
	struct runtime *runtime;
	const struct pyinspect_options *options;
	/** Where names and problems go. */
	struct pyinspect_snapshot *snapshot;
	struct stack_reader reader;
	struct os_threads os;
	/** What the cache holds was read after these were sampled. */
	bool cache_is_newer;
	/** What runs this; NULL if it is the caller's thread. */
	struct look *look;
	/** What holds threads stopped now; NULL if nothing does. */
	struct stop *stop;
	/** It holds the whole process. */
	bool stop_is_whole;
	struct raw_interpreters interpreters;
	struct captured_threads threads;
	struct thread_names names;
	/** Why lists or names are not complete. */
	struct capture_errors {
		struct pyinspect_error **items;
		size_t count, capacity;
	} errors;
	/** Some interpreter, or some of its threads, may be missing. */
	bool threads_incomplete;
	/** Why threads could not be stopped; NULL if that was not needed. */
	struct pyinspect_error *stop_error;
	/** How often all were stopped for values. */
	int value_tries;
	/** Where the threads have to stand for values to be whole; see boundary.h. */
	struct evaluator evaluator;
	bool has_evaluator;
	/** No thread that could change values ran while these were read. */
	bool values_are_proven;
	uint64_t main_ident;
	double stopped_us;
};

/**
 * Sample the threads. What of the target's memory is read from now on is proven along
 * with what capture_take() reads.
 */
struct pyinspect_error *capture_begin(struct capture *capture);
/** Look; capture_deinit() is needed after an error, too. */
struct pyinspect_error *capture_take(struct capture *capture);
/** What threading knows of a thread; NULL if nothing. */
const struct thread_name *capture_find_name(const struct capture *capture,
					    uint64_t interpreter, uint64_t ident);
/** The options ask for it: for all threads, or for this one. */
bool capture_wants(const struct capture *capture, const struct captured_thread *thread);
/** It is the main thread of the main interpreter. */
bool capture_is_main(const struct capture *capture, const struct captured_thread *thread);
void capture_deinit(struct capture *capture);

void captured_threads_deinit(struct captured_threads *threads);

#endif
