/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Python's frames among those of C: for debuggers, which know the C stack. All that
 * pyinspect.h says holds here, too; pyinspect_options.activations has to be set.
 */
#ifndef PYINSPECT_NATIVE_H
#define PYINSPECT_NATIVE_H

#include "pyinspect.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An activation of the function that runs bytecode: a C frame, and what it runs. */
struct pyinspect_activation {
	/** Number of its innermost kept frame, how many kept ones, how many left out. */
	size_t first, count, omitted;
	/**
	 * Address of something that is in the C frame; 0 if there is no such thing (before
	 * 3.10), or it isn't known: then the C frame has the address of the innermost of
	 * its frames, in itself or in a register that it saves.
	 */
	uint64_t address;
};
/** Activation number index, innermost first; false behind the last. */
PYINSPECT_EXPORT bool pyinspect_thread_activation(const struct pyinspect_thread *thread,
						  size_t index,
						  struct pyinspect_activation *ret);

/** Where the function that runs bytecode is, _PyEval_EvalFrameDefault() and the like. */
struct pyinspect_evaluator {
	/** What has its name, and what may be a part without one; or start == end. */
	uint64_t start, end, part_start, part_end;
	/** Address of .eh_frame_hdr of its file; 0 if there is none. */
	uint64_t unwind_header;
};
/** False if it wasn't found, or pyinspect_options.activations wasn't set. */
PYINSPECT_EXPORT bool pyinspect_snapshot_evaluator(
	const struct pyinspect_snapshot *snapshot, struct pyinspect_evaluator *ret);

#ifdef __cplusplus
}
#endif

#endif
