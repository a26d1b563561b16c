/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * pyinspect: what every thread of a CPython process is doing, seen from outside.
 *
 * Three objects: a *target* is a process or a core dump to look at, a *snapshot* is what
 *was seen of it at one moment, an *error* says why something failed. A program opens a
 *target, takes a snapshot, and asks it for interpreters, threads and frames by index:
 *
 *	struct pyinspect_target *target;
 *	struct pyinspect_snapshot *snapshot;
 *	struct pyinspect_error *error;
 *
 *	error = pyinspect_target_open_process(pid, &target);
 *	if (!error)
 *		error = pyinspect_snapshot_take(target, NULL, &snapshot);
 *
 * docs/example.c is a whole program.
 *
 * Rules that hold for every function
 *
 * - Ownership: a snapshot owns all that its accessors return (strings, threads,
 *   frames), until pyinspect_snapshot_free(). It does not need its target any
 *   more. The caller owns targets, snapshots and errors.
 * - Errors: a function that can fail returns NULL for success, else an error
 *   that the caller frees; its out parameters are then untouched. A failure that
 *   costs only a part of the answer is no error: it is a problem of the frame,
 *   the thread or the snapshot, in words, see pyinspect_snapshot_problem().
 * - Threads: different targets may be used from different threads at once; one
 *   target from one thread at a time. A finished snapshot may be read by many.
 * - Strings are UTF-8, ended by a NUL. What Python's strings hold beyond Unicode
 *   text is kept: a lone surrogate is in its three-byte form (0xED 0xA0..0xBF
 *   ..), U+0000 is the two bytes 0xC0 0x80. Nothing is escaped: text of a target
 *   is hostile, see pyinspect_escape().
 * - The library never prints, exits, installs signal handlers, changes the
 *   locale, or runs a program but its own pyinspect-dwarf (see enum
 *   pyinspect_producer), and nothing of the target is executed.
 */
#ifndef PYINSPECT_H
#define PYINSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PYINSPECT_EXPORT __attribute__((visibility("default")))
#else
#define PYINSPECT_EXPORT
#endif

/** Version of the library, such as "0.1.0". */
PYINSPECT_EXPORT const char *pyinspect_version(void);

/* -------------------------------------------------------------------------
 * Errors
 */

/** What kind of failure an error is. */
enum pyinspect_error_code {
	PYINSPECT_ERROR_NO_MEMORY = 1,
	/** The caller asked for something that does not exist. */
	PYINSPECT_ERROR_ARGUMENT,
	/** There is no such process, or it ended. */
	PYINSPECT_ERROR_NO_TARGET,
	/** The process exists, and this user may not look into it. */
	PYINSPECT_ERROR_PERMISSION,
	/** Not a CPython process, or one that has not come up yet. */
	PYINSPECT_ERROR_NOT_PYTHON,
	/** A CPython, but of a version or form that can't be read. */
	PYINSPECT_ERROR_UNSUPPORTED,
	/** An address of the target can't be read. */
	PYINSPECT_ERROR_FAULT,
	/** The target's memory, or one of its files, holds what it can't hold. */
	PYINSPECT_ERROR_BAD_DATA,
	/** A system call failed. */
	PYINSPECT_ERROR_SYSTEM,
	/** The time that the options allow has passed. */
	PYINSPECT_ERROR_TIMEOUT,
};

struct pyinspect_error;

PYINSPECT_EXPORT enum pyinspect_error_code pyinspect_error_code(
	const struct pyinspect_error *error);

/**
 * The error in words: what failed, where, why, and what to do about it.
 * May hold text of the target: escape it before it goes to a terminal.
 */
PYINSPECT_EXPORT const char *pyinspect_error_message(const struct pyinspect_error *error);

/** Address in the target that the error is about; 0 if it is about none. */
PYINSPECT_EXPORT uint64_t pyinspect_error_address(const struct pyinspect_error *error);

/** File that the error is about; NULL if it is about none. */
PYINSPECT_EXPORT const char *pyinspect_error_file(const struct pyinspect_error *error);

/** Free an error; NULL is allowed. */
PYINSPECT_EXPORT void pyinspect_error_free(struct pyinspect_error *error);

/* -------------------------------------------------------------------------
 * Targets
 */

struct pyinspect_target;

/**
 * Open a live process. It is not stopped, and nothing of it is read yet.
 *
 * The process is held by a descriptor: when it ends and its number is used
 * again, the target fails, and never shows another process.
 *
 * @param pid Process id; any thread's id of it serves as well.
 * @return NULL, or NO_TARGET, PERMISSION (the message says whose permission is
 * missing and how to get it), NOT_PYTHON (a kernel thread), SYSTEM.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_process(
	pid_t pid, struct pyinspect_target **target_ret);

/**
 * Open what a word on a command line names: a process id if it is all digits, else
 * a core file.
 *
 * @return As pyinspect_target_open_process() or pyinspect_target_open_core().
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open(
	const char *word, struct pyinspect_target **target_ret);

/**
 * Memory of something else than a live process: an image, a debugger's target.
 *
 * All members are called with the context given to
 * pyinspect_target_open_callbacks(), from the thread that uses the target.
 */
struct pyinspect_callbacks {
	/** sizeof(struct pyinspect_callbacks), so that the struct can grow. */
	size_t size;
	/**
	 * Read up to size bytes at address.
	 *
	 * @return How many of the first bytes were read; 0 if address is unreadable.
	 */
	size_t (*read)(void *context, uint64_t address, void *buffer, size_t size);
	/**
	 * Say where an exported symbol of the target lies: one of CPython's, or _r_debug of
	 * its dynamic loader, which leads to the files that are mapped, and to all the
	 * rest.
	 *
	 * @return Its address, or 0 if the target has no such symbol, or it isn't known.
	 */
	uint64_t (*symbol)(void *context, const char *name);
	/**
	 * Value of an entry of the auxiliary vector, such as AT_PHDR, or 0; serves where
	 * _r_debug isn't known. May be NULL.
	 */
	uint64_t (*auxiliary)(void *context, uint64_t type);
	/**
	 * Futex that the thread of this ident sleeps on, or 0 if it is in none; false if
	 * that isn't known. Tells who waits for the GIL. May be NULL.
	 */
	bool (*futex)(void *context, uint64_t ident, uint64_t *address_ret);
};

/**
 * Open memory that the caller gives, with no threads of the kernel's.
 *
 * @param callbacks Copied.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_callbacks(
	const struct pyinspect_callbacks *callbacks, void *context,
	struct pyinspect_target **target_ret);

/** Close a target; NULL is allowed. Snapshots taken from it stay. */
PYINSPECT_EXPORT void pyinspect_target_close(struct pyinspect_target *target);

/**
 * The process and all that descend from it, each once, parents first.
 *
 * Processes that start or end meanwhile may be in the list or not.
 *
 * @param pids_ret Freed by the caller with free().
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_process_tree(pid_t pid, pid_t **pids_ret,
								size_t *count_ret);

/* -------------------------------------------------------------------------
 * Taking a snapshot
 */

/** When threads of the target are stopped. */
enum pyinspect_stop {
	/**
	 * Only threads that ran while they were read, after two more tries. A hung
	 * process is not touched.
	 */
	PYINSPECT_STOP_AUTO,
	/** All threads, for one instant. */
	PYINSPECT_STOP_ALL,
	/** Never; what could not be verified is marked. */
	PYINSPECT_STOP_NEVER,
};

/** What may say where the members of CPython's structures are. */
enum pyinspect_producer {
	/**
	 * The target's own _Py_DebugOffsets (3.13 and later), else a table; DWARF if these
	 * contradict the target, as for a build with changes that nobody knows.
	 */
	PYINSPECT_PRODUCER_ANY,
	/** Tables alone; these three are for tests and for finding out what is wrong. */
	PYINSPECT_PRODUCER_TABLE,
	/** _Py_DebugOffsets alone, and what it lacks from a table. */
	PYINSPECT_PRODUCER_DEBUG_OFFSETS,
	/**
	 * DWARF alone: of the mapped file, or of one that was detached from it. It is read
	 * by a program of the library's, pyinspect-dwarf, which is a child of the caller's
	 * process meanwhile, and what it says is kept in a cache of the user's
	 * ($XDG_CACHE_HOME/pyinspect/layouts, or below ~/.cache). If DEBUGINFOD_URLS is
	 * set, debuginfod-find(1) is run to fetch what is not there. Half of the timeout
	 * may go into all that, or 30 seconds if there is none.
	 */
	PYINSPECT_PRODUCER_DWARF,
};

struct pyinspect_options {
	/** sizeof(struct pyinspect_options), so that the struct can grow. */
	size_t size;
	enum pyinspect_stop stop;
	/** Frames kept of a thread, half innermost and half outermost; 0 is all. */
	uint32_t max_frames;
	/** Keep frames of the interpreter's own, which run no Python code. */
	bool all_frames;
	/** Only this thread, by the id that the reader sees; 0 is all. */
	pid_t tid;
	/** Seconds until the snapshot ends with what there is; 0 is never. */
	double timeout;
	enum pyinspect_producer producer;
	/** Folders to look for debugging information in, as /usr/lib/debug is one; ended by
	 *  NULL, or NULL. For a core also for programs and libraries: .build-id/xx/yy. */
	const char *const *debug_directories;
	/** A copy of the target's files, to look for debugging information in; or NULL. Of
	 * a target that is no process, lines of source are read there, too; and of a core,
	 * programs and libraries, if they are those that were mapped. */
	const char *sysroot;
	/** Read the variables of frames; of their modules, too. */
	bool locals, globals;
	/** Levels of attributes that are read of values. */
	uint32_t depth;
	/** Characters of one value, and items of one container within it. */
	uint32_t max_length, max_items;
	/**
	 * Hide the values of variables, attributes and keys whose names look like secrets:
	 * see pyinspect(1).
	 */
	bool redact;
	/** More words that make a name a secret, ended by NULL; or NULL. Implies redact. */
	const char *const *secret_names;
	/**
	 * Evaluate this expression by reading alone, see pyinspect-print(1); or NULL. In
	 * the frame of number frame, the innermost is 0, of the main thread or of tid.
	 */
	const char *expression;
	uint32_t frame;
	/**
	 * More snapshots of this target will follow: keep what makes them faster, until
	 * the target is closed. Where its Python is isn't looked for again, and of threads
	 * that have proven not to have run since the last snapshot the stack, state and
	 * system call are taken over from that (and the kernel's name of the thread, which
	 * others could have changed). Keeps some memory for each frame, and a descriptor
	 * for each thread, up to 256 less than the soft limit.
	 */
	bool repeated;
	/** Which one of several Pythons that run in the process; mostly there is only 0. */
	uint32_t python;
	/** Only this thread, by threading.get_ident(); 0 is all. */
	uint64_t ident;
	/**
	 * Describe the object at this address, or behind this header of the garbage
	 * collector's, a PyGC_Head: see pyinspect_snapshot_result(); 0 is none. With ident,
	 * which then may be no thread of Python's, other threads aren't read.
	 */
	uint64_t object, gc_head;
	/**
	 * In place of its number, the address of frame's struct, see
	 * pyinspect_thread_frame_address(). Where the thread has no such frame (any more),
	 * it is the innermost.
	 */
	uint64_t frame_address;
	/** Read variables of that one frame alone. */
	bool one_frame;
	/** Read these lines of its file, from 1, see pyinspect_snapshot_source(); 0 is
	 * none. */
	uint32_t source_first, source_last;
	/** Working directory of a target that is no process, as it names it: relative names
	 *  of files begin there. NULL: their lines are not read. */
	const char *directory;
	/** Find out which C frame runs which frames, see pyinspect_native.h. */
	bool activations;
	/** The program of a core, if it isn't where the core says; or NULL. */
	const char *executable;
};

/** What NULL stands for: STOP_AUTO, 200 frames, all threads, 10 seconds, no values. */
#define PYINSPECT_OPTIONS_DEFAULT                                                          \
	{                                                                                  \
		.size = sizeof(struct pyinspect_options), .stop = PYINSPECT_STOP_AUTO,     \
		.max_frames = 200, .all_frames = false, .tid = 0, .timeout = 10,           \
		.producer = PYINSPECT_PRODUCER_ANY, .debug_directories = NULL,             \
		.sysroot = NULL, .locals = false, .globals = false, .depth = 0,            \
		.max_length = 400, .max_items = 50, .redact = false, .secret_names = NULL, \
		.expression = NULL, .frame = 0, .repeated = false, .python = 0,            \
		.ident = 0, .object = 0, .gc_head = 0, .frame_address = 0,                 \
		.one_frame = false, .source_first = 0, .source_last = 0,                   \
		.directory = NULL, .activations = false, .executable = NULL,               \
	}

struct pyinspect_snapshot;

/**
 * Look at a target.
 *
 * A look at a process runs in a thread of its own, which takes no signals and which the
 * caller waits for. If the kernel never ends a read of it (a page of a userfaultfd, a file
 * of a dead file system), that thread is left behind, with the memory that it uses, until
 * the kernel does; another one shows the rest. TIMEOUT if that is in vain.
 *
 * @param options NULL for the defaults.
 * @return NULL, also when parts of the answer are missing (they are problems);
 * NOT_PYTHON, UNSUPPORTED, NO_TARGET, PERMISSION when there is no answer;
 * ARGUMENT when options->tid or ident is no thread of the target, or options->python is
 * none of its Pythons.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_snapshot_take(
	struct pyinspect_target *target, const struct pyinspect_options *options,
	struct pyinspect_snapshot **snapshot_ret);

/** Free a snapshot and all that it owns; NULL is allowed. */
PYINSPECT_EXPORT void pyinspect_snapshot_free(struct pyinspect_snapshot *snapshot);

/* -------------------------------------------------------------------------
 * What a snapshot says of the process
 */

/** Something that may be unknown. */
enum pyinspect_truth {
	PYINSPECT_NO,
	PYINSPECT_YES,
	PYINSPECT_UNKNOWN,
};

/** Where the layout of CPython's structures was taken from. */
enum pyinspect_layout_source {
	/** A table of the library's, made from the DWARF of a build of that version. */
	PYINSPECT_LAYOUT_TABLE,
	/** The target's own _Py_DebugOffsets (3.13 and later). */
	PYINSPECT_LAYOUT_DEBUG_OFFSETS,
	/** The DWARF of the target's own files. */
	PYINSPECT_LAYOUT_DWARF,
};

/** Seconds since the epoch at which the snapshot was begun. */
PYINSPECT_EXPORT double pyinspect_snapshot_time(const struct pyinspect_snapshot *snapshot);
/** Microseconds during which any thread was held stopped; 0 if none was. */
PYINSPECT_EXPORT double pyinspect_snapshot_stopped_us(
	const struct pyinspect_snapshot *snapshot);

/** Process id, of a core the one that was dumped; 0 if the target is neither. The four
 *  below are 0 or NULL then. */
PYINSPECT_EXPORT pid_t pyinspect_snapshot_pid(const struct pyinspect_snapshot *snapshot);
PYINSPECT_EXPORT pid_t
pyinspect_snapshot_parent_pid(const struct pyinspect_snapshot *snapshot);
/** Effective user id as the reader sees it; (uid_t)-1 if unknown. */
PYINSPECT_EXPORT uid_t pyinspect_snapshot_uid(const struct pyinspect_snapshot *snapshot);
/** Its path as the process sees it, inside its own root directory. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_executable(
	const struct pyinspect_snapshot *snapshot);
/** Argument number index of the command line; NULL behind the last one. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_argument(
	const struct pyinspect_snapshot *snapshot, size_t index);
/** Seconds since the process was started; negative if unknown. */
PYINSPECT_EXPORT double pyinspect_snapshot_elapsed_seconds(
	const struct pyinspect_snapshot *snapshot);

/** Python's version, such as "3.13.0" or "3.15.0rc1". */
PYINSPECT_EXPORT const char *pyinspect_snapshot_python_version(
	const struct pyinspect_snapshot *snapshot);
/**
 * How many Pythons run in the process: more than 1 if a program has loaded several
 * shared libraries of Python, which know nothing of each other. This snapshot shows one.
 */
PYINSPECT_EXPORT size_t
pyinspect_snapshot_python_count(const struct pyinspect_snapshot *snapshot);
/** YES for a version newer than all that the library knows: read by its own offsets. */
PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_newer(
	const struct pyinspect_snapshot *snapshot);
PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_debug(
	const struct pyinspect_snapshot *snapshot);
PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_free_threaded(
	const struct pyinspect_snapshot *snapshot);
/** Its JIT compiler is on; UNKNOWN where its layout doesn't tell. */
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_snapshot_python_has_jit(
	const struct pyinspect_snapshot *snapshot);
PYINSPECT_EXPORT enum pyinspect_layout_source pyinspect_snapshot_layout_source(
	const struct pyinspect_snapshot *snapshot);
/** Name of the layout, such as "3.12 x86_64". */
PYINSPECT_EXPORT const char *pyinspect_snapshot_layout_name(
	const struct pyinspect_snapshot *snapshot);
/** Path of the mapped file that holds the interpreter, as the target names it. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_library(
	const struct pyinspect_snapshot *snapshot);

/** Note number index on how the answer was found, one sentence; NULL behind the last. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_note(
	const struct pyinspect_snapshot *snapshot, size_t index);

/** A part of the answer that is missing, and why. */
struct pyinspect_problem {
	/** What it belongs to, such as "thread 4712 frame 3". */
	const char *where;
	const char *text;
};

/** Problem number index of the process as a whole; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_snapshot_problem(
	const struct pyinspect_snapshot *snapshot, size_t index);
/** How many problems there are in the snapshot, its threads and its frames together. */
PYINSPECT_EXPORT size_t
pyinspect_snapshot_problem_count(const struct pyinspect_snapshot *snapshot);

/* -------------------------------------------------------------------------
 * Interpreters
 */

struct pyinspect_interpreter;

/** Interpreter number index, the main one first; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_interpreter *pyinspect_snapshot_interpreter(
	const struct pyinspect_snapshot *snapshot, size_t index);

PYINSPECT_EXPORT int64_t
pyinspect_interpreter_id(const struct pyinspect_interpreter *interpreter);
PYINSPECT_EXPORT bool pyinspect_interpreter_is_main(
	const struct pyinspect_interpreter *interpreter);
PYINSPECT_EXPORT bool pyinspect_interpreter_is_finalizing(
	const struct pyinspect_interpreter *interpreter);
/** A garbage collection is under way; in which thread may be unknown. */
PYINSPECT_EXPORT bool pyinspect_interpreter_is_collecting(
	const struct pyinspect_interpreter *interpreter);
/** False for a build without a GIL, unless that is turned on. */
PYINSPECT_EXPORT bool pyinspect_interpreter_has_gil(
	const struct pyinspect_interpreter *interpreter);
/** It has a GIL of its own (the main interpreter always, others from 3.12 maybe). */
PYINSPECT_EXPORT bool pyinspect_interpreter_has_own_gil(
	const struct pyinspect_interpreter *interpreter);
/** Some thread holds the GIL; UNKNOWN where that can't be read. */
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_interpreter_gil_locked(
	const struct pyinspect_interpreter *interpreter);
/** Thread id of the GIL's holder; 0 if there is none or it isn't known. */
PYINSPECT_EXPORT pid_t
pyinspect_interpreter_gil_holder(const struct pyinspect_interpreter *interpreter);

/* -------------------------------------------------------------------------
 * Threads
 */

struct pyinspect_thread;

/** Thread state number index of an interpreter, the oldest first; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_interpreter_thread(
	const struct pyinspect_interpreter *interpreter, size_t index);

/**
 * Some list of threads broke off (a problem says why): threads that seem to have no
 * Python state may have one.
 */
PYINSPECT_EXPORT bool pyinspect_snapshot_threads_are_incomplete(
	const struct pyinspect_snapshot *snapshot);

/**
 * Thread number index of the kernel's that has no Python state; NULL behind the
 * last. It has no ident, no name but the kernel's, and no Python frames.
 */
PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_snapshot_native_thread(
	const struct pyinspect_snapshot *snapshot, size_t index);

/** Thread id as the reader sees it; 0 if unknown or if the thread has ended. */
PYINSPECT_EXPORT pid_t pyinspect_thread_tid(const struct pyinspect_thread *thread);
/** threading.get_ident() of the thread: pthread_self(). */
PYINSPECT_EXPORT uint64_t pyinspect_thread_ident(const struct pyinspect_thread *thread);
/** Name of the threading.Thread; NULL if threading does not know the thread. */
PYINSPECT_EXPORT const char *pyinspect_thread_name(const struct pyinspect_thread *thread);
/** Name that the kernel knows (15 bytes at most); NULL if there is no such thread. */
PYINSPECT_EXPORT const char *pyinspect_thread_os_name(
	const struct pyinspect_thread *thread);
PYINSPECT_EXPORT bool pyinspect_thread_is_main(const struct pyinspect_thread *thread);
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_daemon(
	const struct pyinspect_thread *thread);
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_holds_gil(
	const struct pyinspect_thread *thread);
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_waits_for_gil(
	const struct pyinspect_thread *thread);
/** It runs a garbage collection; UNKNOWN if one is under way in a thread not known. */
PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_collecting(
	const struct pyinspect_thread *thread);
/** State letter of proc(5), as it was before anything was stopped; 0 if unknown. */
PYINSPECT_EXPORT char pyinspect_thread_state(const struct pyinspect_thread *thread);
/** System call that the thread is in; NULL if it is in none or that can't be read. */
PYINSPECT_EXPORT const char *pyinspect_thread_syscall(
	const struct pyinspect_thread *thread);
/** Processor time used; negative if unknown. */
PYINSPECT_EXPORT double pyinspect_thread_cpu_seconds(const struct pyinspect_thread *thread);
/** Proven not to have run, or held stopped, while it was read. */
PYINSPECT_EXPORT bool pyinspect_thread_is_verified(const struct pyinspect_thread *thread);
/** It was stopped to be read. */
PYINSPECT_EXPORT bool pyinspect_thread_was_stopped(const struct pyinspect_thread *thread);
/** Problem number index of the thread; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_thread_problem(
	const struct pyinspect_thread *thread, size_t index);

/* -------------------------------------------------------------------------
 * Frames
 */

struct pyinspect_frame;

/** Who owns the memory of a frame. */
enum pyinspect_frame_owner {
	PYINSPECT_OWNER_THREAD,
	/** A generator, coroutine or asynchronous generator. */
	PYINSPECT_OWNER_GENERATOR,
	/** The interpreter: an entry frame, which runs no Python code. */
	PYINSPECT_OWNER_NATIVE,
};

/** How many frames the thread has, kept or not. */
PYINSPECT_EXPORT size_t pyinspect_thread_frame_count(const struct pyinspect_thread *thread);
/**
 * Frames left out by max_frames.
 *
 * @param after_ret How many kept frames are before the gap; may be NULL.
 * @return How many are missing there; 0 if all are kept.
 */
PYINSPECT_EXPORT size_t
pyinspect_thread_frames_omitted(const struct pyinspect_thread *thread, size_t *after_ret);
/** Kept frame number index, innermost first; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_frame *pyinspect_thread_frame(
	const struct pyinspect_thread *thread, size_t index);
/** Address of that frame's struct: a PyFrameObject, from 3.11 an iframe; 0 behind the last.
 */
PYINSPECT_EXPORT uint64_t
pyinspect_thread_frame_address(const struct pyinspect_thread *thread, size_t index);

/** co_name; NULL if it could not be read. */
PYINSPECT_EXPORT const char *pyinspect_frame_function(const struct pyinspect_frame *frame);
/** co_qualname; NULL if it could not be read, or in versions that have none. */
PYINSPECT_EXPORT const char *pyinspect_frame_qualname(const struct pyinspect_frame *frame);
/** __name__ among the globals of the frame; NULL if there is none. */
PYINSPECT_EXPORT const char *pyinspect_frame_module(const struct pyinspect_frame *frame);
/** co_filename; NULL if it could not be read. */
PYINSPECT_EXPORT const char *pyinspect_frame_file(const struct pyinspect_frame *frame);
/**
 * Line that the frame is executing.
 *
 * @return From 1; 0 if the line table has none for the instruction.
 *
 * CPython: Objects/codeobject.c, PyCode_Addr2Line(); Objects/locations.md from 3.11.
 */
PYINSPECT_EXPORT int32_t pyinspect_frame_line(const struct pyinspect_frame *frame);
/** Last line of the expression; 0 if not known (always before 3.11). */
PYINSPECT_EXPORT int32_t pyinspect_frame_end_line(const struct pyinspect_frame *frame);
/** First column of the expression, in UTF-8 bytes from 1; 0 if not known. */
PYINSPECT_EXPORT int32_t pyinspect_frame_column(const struct pyinspect_frame *frame);
/** The column one past the expression; 0 if not known. */
PYINSPECT_EXPORT int32_t pyinspect_frame_end_column(const struct pyinspect_frame *frame);
PYINSPECT_EXPORT enum pyinspect_frame_owner pyinspect_frame_owner(
	const struct pyinspect_frame *frame);
/** The text form folds it: import machinery, bootstrap of a thread, entry frame. */
PYINSPECT_EXPORT bool pyinspect_frame_is_folded(const struct pyinspect_frame *frame);
/** Line number pyinspect_options.source_first + index, as it is in the file; NULL behind
 * the last. If there is none at all, a problem of the snapshot says why. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_source(
	const struct pyinspect_snapshot *snapshot, size_t index);
/** Text of the line without leading blanks; NULL if there is no such file or line. */
PYINSPECT_EXPORT const char *pyinspect_frame_source(const struct pyinspect_frame *frame);
/** The file was changed after the process had started: source may not be what runs. */
PYINSPECT_EXPORT bool pyinspect_frame_source_is_newer(const struct pyinspect_frame *frame);
/** Problem number index of the frame; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_frame_problem(
	const struct pyinspect_frame *frame, size_t index);

/* Values: of variables, attributes, items and expressions. */
#include "pyinspect_values.h"

/* -------------------------------------------------------------------------
 * Writing
 */

/** Where text goes; data is not ended by a NUL. Returns false to end the writing. */
typedef bool (*pyinspect_write_fn)(void *context, const char *data, size_t size);

enum pyinspect_format {
	/** For people: equal stacks grouped, folded frames in one line. */
	PYINSPECT_FORMAT_TEXT,
	/** One JSON object in one line, see docs/json.md. */
	PYINSPECT_FORMAT_JSON,
};

struct pyinspect_write_options {
	/** sizeof(struct pyinspect_write_options), so that the struct can grow. */
	size_t size;
	enum pyinspect_format format;
	/** Escape sequences for colour (text only). */
	bool color;
	/** Show folded frames, too (text only). */
	bool all_frames;
	/** Say how the answer was found (text only). */
	bool verbose;
};

/**
 * Write a snapshot.
 *
 * @return NULL, also when write returned false; SYSTEM if the JSON writer can't be
 * loaded; NO_MEMORY.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_snapshot_write(
	const struct pyinspect_snapshot *snapshot,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context);

/**
 * Write the variables of a frame, a line each, as the text form has them.
 *
 * @param indent Columns before each.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_variables_write(
	const struct pyinspect_frame *frame, unsigned int indent,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context);

/**
 * Write the value of pyinspect_options.expression, and what is below it, alone.
 *
 * @param snapshot One with a result.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_result_write(
	const struct pyinspect_snapshot *snapshot,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context);

/**
 * Write, as JSON, that a process could not be looked at.
 *
 * @param word What was asked for, as for pyinspect_target_open().
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_error_write_json(
	const struct pyinspect_error *error, const char *word, pyinspect_write_fn write,
	void *context);

/**
 * Make text of a target fit for a terminal, in one line: control characters,
 * backslashes, bidirectional controls, separators of lines, lone surrogates and
 * invalid UTF-8 as \\n, \\xNN, \\uNNNN or \\UNNNNNNNN.
 *
 * @return Freed by the caller with free(); NULL if there is no memory.
 */
PYINSPECT_EXPORT char *pyinspect_escape(const char *text);

#ifdef __cplusplus
}
#endif

#include "pyinspect_core.h" /* IWYU pragma: export */

#endif
