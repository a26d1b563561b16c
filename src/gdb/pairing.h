/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * C frames and the Python frames that they run, while GDB walks up a stack:
 *
 *	the evaluation function's frame, as it is
 *	a slot for each Python frame that it runs, innermost first
 *	its caller in C
 *
 * A frame whose C frame isn't found is shown with those of the next one outwards.
 */
#ifndef GDB_PAIRING_H
#define GDB_PAIRING_H

#include "gdb/python_frames.h"
#include "gdb/unwind_table.h"

struct pairing;

/** Take what the last command has left; NULL if there is nothing. */
struct pairing *pairing_create(const struct debugger *debugger);
void pairing_destroy(struct pairing *pairing);

/**
 * Go from a frame to its caller, if one of them is a Python frame.
 *
 * @param registers Of the frame, as GDB has them.
 * @param caller_ret Registers of its caller, which may be a slot.
 */
bool pairing_step(struct pairing *pairing, const struct debugger *debugger,
		  const struct registers *registers, struct registers *caller_ret);

/** What tells a frame for which that was true from others: see struct reader_frame_id. */
bool pairing_identify(struct pairing *pairing, const struct debugger *debugger,
		      const struct registers *registers, uint64_t *function_ret,
		      uint64_t *end_ret);

#endif
