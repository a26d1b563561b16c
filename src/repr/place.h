/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Where in the source an object that runs code is. */
#ifndef REPR_PLACE_H
#define REPR_PLACE_H

#include "repr/repr.h"
#include "runtime/frame.h"

struct place {
	/** The code object; NULL if the frame runs none that can be read. */
	struct code *code;
	/** 0 if it isn't known. */
	int32_t line;
	/** Its first instruction has not been run. */
	bool is_before;
};

/** Read where a frame is: a PyFrameObject to 3.10, an iframe from 3.11. */
struct pyinspect_error *place_of_frame(struct repr *repr, uint64_t frame,
				       struct place *ret);

/** The frame proper of a PyFrameObject: from 3.11 they are apart. */
struct pyinspect_error *place_frame_of(const struct repr *repr, uint64_t object,
				       uint64_t *ret);

/** The line of an instruction, in bytes from the first; 0 if it isn't known. */
int32_t place_line(struct repr *repr, struct code *code, int64_t offset);

/** Qualified name of a function, or its name; "?" if neither can be read. */
const char *place_function(const struct place *place);

/** Write " at app.py:12"; nothing if that isn't known. */
void place_write(struct repr *repr, const struct place *place);

#endif
