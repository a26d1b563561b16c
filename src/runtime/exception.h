/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The exceptions of a thread: on their way, or being handled. */
#ifndef RUNTIME_EXCEPTION_H
#define RUNTIME_EXCEPTION_H

#include "runtime/runtime.h"

struct raw_exception {
	/** The exception; before 3.12 one on its way may be only what it is made of, or 0.
	 */
	uint64_t value, type;
	/** 0 if it has none. */
	uint64_t traceback;
	/** An except or finally clause runs because of it; else nobody has caught it yet.
	 */
	bool is_handled;
};

/** Most of a thread that are listed: clauses within clauses, and one on its way. */
#define EXCEPTIONS_MAX 16

/**
 * List them, the newest first.
 *
 * @return How many there are.
 *
 * CPython: Include/cpython/pystate.h, struct _ts and _PyErr_StackItem.
 */
size_t exceptions_of(const struct view *view, uint64_t tstate,
		     struct raw_exception ret[static EXCEPTIONS_MAX]);

/** An entry of a traceback. */
struct raw_traceback {
	/** Addresses of the frame, its code object and its globals. */
	uint64_t frame, code, globals;
	/** Bytes from the first instruction. */
	int64_t offset;
	/** The entry that is nearer to where it was raised; 0 behind the last. */
	uint64_t next;
};

/** Read the entry at an address. CPython: Include/cpython/traceback.h. */
struct pyinspect_error *traceback_read(const struct view *view, uint64_t address,
				       struct raw_traceback *ret);

#endif
