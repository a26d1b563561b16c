/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The function that runs bytecode, and whether a thread is in it.
 *
 * While a thread's instruction is in that function itself, no function of CPython's is
 * under way in it that could have changed half of an object: memory is as Python code
 * itself could see it.
 */
#ifndef RUNTIME_EVALUATOR_H
#define RUNTIME_EVALUATOR_H

#include "modules/function.h"
#include "runtime/runtime.h"

/** The function under its name, and its largest part if that is elsewhere. */
struct evaluator {
	struct extent named, largest;
	/** The table for unwinders of its image, .eh_frame_hdr; 0 if there is none. */
	uint64_t unwind_header;
};

/**
 * Find the function in the image that holds the runtime.
 *
 * @return Empty if it can't be found.
 *
 * CPython: Python/ceval.c, _PyEval_EvalFrameDefault(), 2.7 PyEval_EvalFrameEx().
 */
struct evaluator evaluator_find(struct target *target, const struct runtime *runtime);

/** The address of an instruction is in it. */
bool evaluator_has(const struct evaluator *evaluator, uint64_t instruction);

#endif
