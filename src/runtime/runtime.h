/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The CPython in a target: found, recognised, and its lists walked. */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "base/arena.h"
#include "layout/dwarf_layout.h"
#include "object/view.h"
#include "target/target.h"

/** Notes on how things were found, for people; in an arena. */
struct notes {
	struct arena arena;
	char **items;
	size_t count, capacity;
};

/** Add a note; without memory it is lost. */
void notes_add(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct runtime {
	struct view view;
	struct layout layout;
	/** Name of the layout, such as "3.12 x86_64". */
	char layout_name[40];
	/** PY_VERSION_HEX. */
	uint32_t hexversion;
	/** Newer than all dialects. */
	bool is_newer;
	bool is_debug, is_free_threaded;
	/** The JIT compiler is on. */
	enum pyinspect_truth has_jit;
	/** _PyRuntime; 0 before it existed. */
	uint64_t address;
	/** Where the pointer to the first interpreter is. */
	uint64_t head_pointer;
	/** Where the pointer to the tstate that holds the GIL is (2.7, 3.6); or 0. */
	uint64_t holder_pointer;
	/** Where the pointer to the GIL's lock is (2.7); or 0. */
	uint64_t gil_lock_pointer;
	/** Where the collector says that it runs (2.7, 3.6); or 0. */
	uint64_t collecting_pointer;
	/** Where the GIL's static variables may be (3.6); empty elsewhere. */
	uint64_t gil_image_start, gil_image_end;
	/** How many Pythons run in the process, this one among them. */
	size_t of_count;
	/** Why all of it may be wrong, though it proved itself; NULL if nothing says so. */
	char *doubt;
	/** The mapped file that holds the interpreter. */
	char *library;
	struct notes notes;
};

/** How a runtime is looked for. */
struct runtime_search {
	/** Path of the target's executable, or NULL. */
	const char *executable;
	/** What layouts are taken from. */
	enum pyinspect_producer producer;
	/** Which one of several Pythons. */
	size_t wanted;
	/** Nothing else has helped: it is worth the time to look for DWARF. */
	bool is_last;
	/** What DWARF there was so far, and where to look for it. */
	struct dwarf_findings dwarf;
};

/**
 * Find the CPython that runs in a target.
 *
 * @return NULL; NOT_PYTHON (also for one that isn't initialised yet), UNSUPPORTED;
 * ARGUMENT if fewer run than the wanted number.
 */
struct pyinspect_error *runtime_find(struct target *target, struct runtime_search *search,
				     struct runtime *ret);
void runtime_deinit(struct runtime *runtime);

/** Functions of gc.callbacks that are looked at. */
#define CALLBACKS_MAX 16

/** Addresses on which threads sleep. */
struct raw_waiters {
	uint64_t *items;
	size_t count, capacity;
};

/** An interpreter of the target. */
struct raw_interpreter {
	uint64_t address;
	int64_t id;
	bool is_main, is_finalizing, has_own_gil;
	/** A build that can do without has its GIL turned off. */
	bool gil_is_off;
	enum pyinspect_truth collecting;
	/** Frame in which the collection was started, where the version tells; or 0. */
	uint64_t collecting_frame;
	/** Code of the functions in gc.callbacks, while a collection is under way. */
	uint64_t callback_codes[CALLBACKS_MAX];
	size_t callback_count;
	/** sys.modules. */
	uint64_t modules;
	/** The struct of its GIL; 0 if there is none. */
	uint64_t gil;
	/** The GIL is held; UNKNOWN if unreadable. */
	enum pyinspect_truth gil_locked;
	/** tstate that holds it; 0 if none does. */
	uint64_t gil_holder;
	/** Who waits for it, where the C library has a list of them: musl. */
	struct raw_waiters gil_waiters;
};

/** A thread state of an interpreter. */
struct raw_thread {
	uint64_t tstate, ident;
	/** Thread id as the target sees it; 0 if unknown. */
	pid_t inner_tid;
	/** The C library's struct of the thread has no id, or is gone: the kernel clears it
	 *  when the thread ends. Only where the id is taken from there (before 3.11). */
	bool has_no_tid;
	/** Frame to begin with; 0 if it has none. */
	uint64_t frame;
	/**
	 * Where activations of the evaluation loop are linked apart from frames (3.11,
	 * 3.12): the frame that called the innermost activation. 0 elsewhere.
	 *
	 * The loop links an activation before it gives it its frame: a thread that is
	 * stopped just between leads to what an earlier call has left there. All is well
	 * if the first entry frame on the way outwards was called by this frame.
	 */
	uint64_t activation_caller;
	bool has_activation;
	/** It runs Python code now, or may: of builds without a GIL, and of those whose
	 *  layout doesn't tell, all. */
	bool is_attached;
	/** Why there is no frame though there may be one; NULL for none, caller frees. */
	struct pyinspect_error *error;
	/** Where the interpreter keeps the frames; 0 if it doesn't. */
	uint64_t chunk;
};

/** Most interpreters and threads that are listed: more is a broken list. */
#define INTERPRETERS_MAX 4096
#define TSTATES_MAX      ((size_t)1 << 20)

struct raw_interpreters {
	struct raw_interpreter *items;
	size_t count, capacity;
};

struct raw_threads {
	struct raw_thread *items;
	size_t count, capacity;
};

/**
 * List the interpreters, the main one first.
 *
 * @param ret Holds those that were found, also when an error is returned: the list
 * then breaks off.
 */
struct pyinspect_error *interpreters_list(const struct runtime *runtime,
					  struct raw_interpreters *ret);
void raw_interpreters_deinit(struct raw_interpreters *interpreters);

/** List the thread states of an interpreter, oldest first; as above. */
struct pyinspect_error *threads_of(const struct runtime *runtime, uint64_t interpreter,
				   struct raw_threads *ret);

/** Ident of the main thread; 0 if this version doesn't tell. */
uint64_t runtime_main_ident(const struct runtime *runtime);

/**
 * A thread that waits in this futex waits for the interpreter's GIL: the futex is in
 * the GIL's condition, or one that the condition leads to.
 *
 * CPython: Python/ceval_gil.c, take_gil(); Python/ceval_gil.h before 3.12.
 */
bool gil_is_awaited_at(const struct runtime *runtime,
		       const struct raw_interpreter *interpreter, uint64_t futex);

/** What threading knows of a thread. */
struct thread_name {
	/** Interpreter whose threading it is: each has its own. */
	uint64_t interpreter;
	uint64_t ident;
	/** In the caller's arena; NULL if it has none that is text. */
	const char *name;
	enum pyinspect_truth daemon;
	/** Why something is missing; NULL if nothing is. */
	const char *problem;
};

struct thread_names {
	struct thread_name *items;
	size_t count, capacity;
};

/**
 * Read threading._active of an interpreter.
 *
 * @param ret Holds those that were read, also when an error is returned.
 * @return NULL, also if threading was never imported.
 *
 * CPython: Lib/threading.py.
 */
struct pyinspect_error *thread_names_read(const struct runtime *runtime,
					  const struct raw_interpreter *interpreter,
					  struct arena *arena, struct thread_names *ret);

#endif
