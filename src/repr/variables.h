/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The variables of frames as values. */
#ifndef REPR_VARIABLES_H
#define REPR_VARIABLES_H

#include "repr/repr.h"
#include "runtime/frame.h"
#include "runtime/variable.h"

/** What is read of frames. */
struct variables_reader {
	struct repr *repr;
	/** struct variables by the address of the code object. */
	struct map codes;
	/** struct frame_values by the address of the dict of globals: many frames share it.
	 */
	struct map globals_read;
	bool locals, globals;
};

/** The values of one frame, in the arena. */
struct frame_values {
	struct pyinspect_value *items;
	size_t count, capacity;
	/** Why some are missing; NULL if none are. */
	const char *problem;
	bool was_read;
};

void variables_reader_deinit(struct variables_reader *reader);

/** What variables the code object at an address has; NULL if there is no memory. */
const struct variables *variables_of(struct variables_reader *reader, uint64_t code);

/** Read the variables of a frame; false if there is no memory. */
bool variables_read(struct variables_reader *reader, const struct raw_frame *frame,
		    struct frame_values *ret);

#endif
