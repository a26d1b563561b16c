/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Which activation of the evaluation function, that is, which C frame, runs which frames.
 *
 * An activation runs one frame, or, from 3.11 on, a frame and those that it called from
 * bytecode. From 3.10 on it has something in its C frame that the interpreter's lists
 * lead to, and by which a debugger can tell it from all others:
 *
 * - the entry frame, which ends the activation's frames (3.12 and later);
 * - a CFrame, which has the innermost of them (3.11), or is one of as many (3.10).
 *
 * Where counts differ there is no address: a C frame is then known by the address of the
 * frame that it runs, as before 3.10.
 *
 * CPython: Python/ceval.c, _PyEval_EvalFrameDefault(): entry_frame, cframe.
 */
#ifndef STACK_ACTIVATION_H
#define STACK_ACTIVATION_H

#include "runtime/frame.h"
#include "runtime/runtime.h"

struct activation {
	/** Number of the frame behind its outermost one, counted from the innermost. */
	size_t end;
	/** Address of what is in its C frame; 0 if it isn't known. */
	uint64_t address;
};

/** Innermost first, each beginning where the one before it ends. */
struct activations {
	struct activation *items;
	size_t count, capacity;
};

/**
 * Divide the frames of a thread among activations. What the target's lists don't tell is
 * left out: frames at the end may be in none.
 *
 * @param innermost Where the walk that counts the frames began.
 * @param total How many frames it counted, and whether native ones are among them.
 * @return False if there is no memory.
 */
bool activations_read(const struct view *view, const struct raw_thread *thread,
		      uint64_t innermost, size_t total, bool all_frames,
		      struct activations *ret);

void activations_deinit(struct activations *activations);

#endif
