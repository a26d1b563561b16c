/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Python frames that GDB is to show in its backtrace, each at an address of its own that
 * nothing of the target has: its slot. GDB finds names and lines by these addresses, in a
 * symbol file (symbol_file.h), and the way from one to the next by pairing.h.
 *
 * Made by one command, used by the reader that stays loaded until the next: so they are in
 * a file in memory between.
 */
#ifndef GDB_PYTHON_FRAMES_H
#define GDB_PYTHON_FRAMES_H

#include "gdb/command.h"
#include "pyinspect_native.h"

/** Bytes between two slots, and where in its slot a frame's instruction is: GDB looks for
 *  the call right before it. */
#define SLOT_SIZE        16
#define SLOT_INSTRUCTION 8

/** The frames that one C frame runs, see struct pyinspect_activation. */
struct frame_group {
	/** Address of something that is in the C frame; 0 if there is no such thing. */
	uint64_t mark;
	/** Its slots. */
	uint64_t first, count;
	/** Groups of one thread follow one another, the innermost first. */
	uint64_t thread;
	/** Of its innermost frames' memory: when that is another, they are gone. */
	uint64_t fingerprint;
};

struct python_frames {
	struct python_frames_header {
		/** Address of slot 0. */
		uint64_t base;
		uint64_t slot_count, group_count;
		struct pyinspect_evaluator evaluator;
	} header;
	struct frame_group *groups;
	/** Address of the frame of each slot; 0 for one that stands for frames left out. */
	uint64_t *frames;
};

/** Put them where the reader finds them; false if there is no room. */
bool python_frames_save(const struct python_frames *frames);

/** Get them; false if there are none. */
bool python_frames_load(struct python_frames *ret);

void python_frames_deinit(struct python_frames *frames);

/** Compute the fingerprint of a group. */
uint64_t python_frames_fingerprint(const struct python_frames *frames,
				   const struct frame_group *group,
				   const struct debugger *debugger);

#endif
