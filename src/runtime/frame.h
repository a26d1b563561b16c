/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Frames of a thread, from the innermost outwards: PyFrameObjects and iframes. */
#ifndef RUNTIME_FRAME_H
#define RUNTIME_FRAME_H

#include "object/view.h"

/** A frame as it stands in memory. */
struct raw_frame {
	uint64_t address;
	/** Frame that called it; 0 if it is the outermost. */
	uint64_t previous;
	/** Its code object; of a native one, whatever stands there. */
	uint64_t code;
	uint64_t globals;
	/** An iframe has the address of an instruction, a PyFrameObject an offset in bytes.
	 */
	bool has_address;
	uint64_t instruction;
	/** Which copy of the bytecode it runs; 0 is the code object's own. */
	uint32_t tlbc_index;
	int64_t offset;
	enum pyinspect_frame_owner owner;
	/** The outermost frame of an activation of the evaluation loop (from 3.11). */
	bool is_entry;
};

/**
 * The innermost frame of a thread state.
 *
 * @param ret 0 if it runs no Python code now.
 */
struct pyinspect_error *frame_innermost(const struct view *view, uint64_t tstate,
					uint64_t *ret);

/**
 * The frame that called the innermost activation of the evaluation loop, see struct
 * raw_thread.
 *
 * @return False if this version has no such thing, or there is but one activation.
 */
bool frame_activation_caller(const struct view *view, uint64_t tstate, uint64_t *ret);

/**
 * What frame_innermost() and frame_activation_caller() read outside the thread state
 * (3.11, 3.12: CFrames on the C stack); false if nothing.
 *
 * @param step 0, and then 1, for what the first one leads to.
 */
bool frame_outside(const struct view *view, uint64_t tstate, unsigned int step,
		   struct memory_range *ret);

/** How many steps there are. */
#define FRAME_OUTSIDE_STEPS 2

/**
 * Read the frame at an address.
 *
 * CPython: Include/internal/pycore_frame.h; before 3.11 Include/frameobject.h.
 */
struct pyinspect_error *frame_read(const struct view *view, uint64_t address,
				   struct raw_frame *ret);

/** Bytes of a frame that are read: all before its locals. */
size_t frame_size(const struct view *view);

/**
 * What to have in the cache before a thread's frames are followed.
 *
 * From 3.11 nearly all frames of a thread are in its data stack, chunk behind chunk.
 *
 * @param chunk The newest one, or 0. @param frame The innermost frame.
 * @return The newest chunk up to the frame; the frame alone if it is elsewhere.
 */
struct memory_range frame_chunk_range(const struct view *view, uint64_t chunk,
				      uint64_t frame);

/**
 * The chunk before one that is cached: what of it to have in the cache. A larger chunk,
 * of larger frames, is read as these are followed.
 *
 * @param chunk Set to the chunk before; 0 if there is none, which returns false.
 */
bool frame_previous_chunk(const struct view *view, uint64_t *chunk,
			  struct memory_range *ret);

#endif
