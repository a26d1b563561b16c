/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What the public header's opaque structs hold. All of it is in one arena. */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include "base/arena.h"
#include "pyinspect_native.h"
#include "target/reading.h"
#include "target/target.h"

/** A list in the arena. */
struct problem_node {
	struct problem_node *next;
	struct pyinspect_problem problem;
};

struct problems {
	struct problem_node *first, **last;
};

struct pyinspect_frame {
	const char *function, *qualname, *module, *file, *source;
	int32_t line, end_line, column, end_column;
	enum pyinspect_frame_owner owner;
	bool folded, source_newer, has_variables;
	struct pyinspect_value *variables;
	size_t variable_count;
	struct problems problems;
};

struct pyinspect_thread {
	pid_t tid;
	uint64_t ident;
	const char *name, *os_name, *syscall;
	char state;
	bool is_main, verified, stopped, has_died;
	enum pyinspect_truth daemon, holds_gil, waits_for_gil, collecting;
	double cpu_seconds;
	struct pyinspect_frame *frames;
	/** Of the kept frames: threads that do the same share all the rest. */
	uint64_t *addresses;
	struct pyinspect_exception *exceptions;
	size_t exception_count;
	/** NULL but for the thread that died. */
	struct pyinspect_register *registers;
	size_t register_count;
	size_t kept, frame_count, omitted_after, omitted;
	struct pyinspect_activation *activations;
	size_t activation_count;
	struct problems problems;
};

struct pyinspect_exception {
	const char *type, *text, *problem;
	bool is_handled;
	/** It has frames alone. */
	struct pyinspect_thread traceback;
};

struct pyinspect_interpreter {
	int64_t id;
	bool is_main, is_finalizing, is_collecting, has_gil, has_own_gil;
	enum pyinspect_truth gil_locked;
	pid_t gil_holder;
	struct pyinspect_thread *threads;
	size_t thread_count;
};

struct pyinspect_snapshot {
	struct arena arena;
	double time, stopped_us, elapsed;
	pid_t pid, parent_pid;
	uid_t uid;
	const char *core, *executable, *library;
	const char **arguments;
	size_t argument_count;
	const struct pyinspect_death *death;
	const char **environment;
	size_t environment_count;
	char python_version[24];
	/** How many Pythons run in the process. */
	size_t python_count;
	bool is_newer, is_debug, is_free_threaded, threads_incomplete;
	enum pyinspect_truth has_jit;
	enum pyinspect_layout_source layout_source;
	const char *layout_name;
	const char **notes;
	size_t note_count;
	struct pyinspect_interpreter *interpreters;
	size_t interpreter_count;
	struct pyinspect_thread *native_threads;
	size_t native_thread_count;
	/** The value of the expression that was asked for; NULL if none was. */
	struct pyinspect_value *result;
	/** The lines that were asked for, as many as there are. */
	const char **source;
	size_t source_count;
	struct pyinspect_evaluator evaluator;
	struct problems problems;
	size_t problem_count;
};

struct pyinspect_target {
	/** On the heap: a look that was left behind keeps it. NULL if there is no other. */
	struct target *target;
	/** What is given to the callbacks, for a target opened by them. */
	struct pyinspect_callbacks callbacks;
	void *context;
};

/** NULL if there is no memory. */
struct target *target_create(const struct target_ops *ops, void *context,
			     struct process *process);
/**
 * The target of another look at the same process, which takes care of where the last
 * one was stuck. NULL if there is no memory or no descriptor left.
 */
struct target *target_again(const struct target *target, const struct reading *stuck);
/** Free a target and close its process; NULL is allowed. */
void target_destroy(struct target *target);

/** Add a problem to one of a snapshot's lists; the words are copied. */
void snapshot_add_problem(struct pyinspect_snapshot *snapshot, struct problems *problems,
			  const char *where, const char *text);

/** The same with an error's words; frees the error. */
void snapshot_add_error(struct pyinspect_snapshot *snapshot, struct problems *problems,
			const char *where, struct pyinspect_error *error);

#endif
