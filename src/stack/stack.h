/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The frames of one thread, copied while it stands still. */
#ifndef STACK_STACK_H
#define STACK_STACK_H

#include "runtime/code.h"
#include "runtime/frame.h"
#include "runtime/runtime.h"
#include "stack/activation.h"

/** Most frames that are walked: deeper is a broken list. */
#define FRAMES_MAX ((size_t)20 * 1000 * 1000)

struct stack_frame {
	/** Addresses of it, its code object and its globals. */
	uint64_t address, code_address, globals;
	/**
	 * Bytes from the first instruction of the bytecode that it runs; while the stack
	 * is walked, the address of the instruction if has_address.
	 */
	int64_t offset;
	/** NULL for a native frame. */
	struct code *code;
	/** __name__ of its globals, or NULL. */
	const char *module;
	/** See struct raw_frame. */
	uint32_t tlbc_index;
	/** An enum pyinspect_frame_owner. */
	uint8_t owner;
	bool has_address;
	/** False if it isn't known where that bytecode begins. */
	bool has_offset;
};

struct stack {
	/** Kept frames, innermost first. */
	struct stack_frame *items;
	size_t count, capacity;
	/** Frames in all, and how many are missing behind how many kept ones. */
	size_t total, omitted_after, omitted;
	/** Address of the frame that the walk began with, native or not. */
	uint64_t innermost;
	/** Of all frames, kept or not; empty if stack_reader.activations isn't set. */
	struct activations activations;
	/** The frame in stack_options.watch is among them. */
	bool has_watched;
	/**
	 * It broke off, or does not end as stacks do. Of a thread that was stopped
	 * anywhere, that may be a moment in which its frames are not linked yet.
	 */
	bool is_doubtful;
	/** Its frames lead nowhere: it isn't true of any moment, even if the thread slept.
	 */
	bool is_lost;
	/** Why the walk broke off; NULL if it came to its end. Freed by stack_deinit(). */
	struct pyinspect_error *error;
};

/** Names of modules by the address of their globals; zero-initialised is empty. */
struct module_names {
	struct module_name {
		uint64_t globals;
		const char *name;
	} * items;
	size_t count, capacity;
};

/** What stacks of one reading share. */
struct stack_reader {
	const struct runtime *runtime;
	struct arena *arena;
	struct codes codes;
	struct module_names modules;
	/** As in struct pyinspect_options. */
	uint32_t max_frames;
	bool all_frames, activations;
	/** Address of a frame to look out for; 0 is none. */
	uint64_t watch;
	/** Frames of the stack before: most have as many as their neighbours. */
	size_t expected;
};

/** Forget what was read; what was handed out stays in the arena. */
void stack_reader_deinit(struct stack_reader *reader);

/**
 * Bring the frames of many threads into the cache, all threads in step: a few
 * calls for all instead of some for each. What can't be had that way is read when
 * the stacks are.
 */
void stacks_prefetch(const struct runtime *runtime, const struct raw_thread *threads,
		     size_t count);

/** Copy the frames of a thread; false if there is no memory. */
bool stack_read(struct stack_reader *reader, const struct raw_thread *thread,
		struct stack *ret);

/** Copy the frames of a traceback, innermost first; 0 has none. False if there is no
 *  memory. */
bool stack_read_traceback(struct stack_reader *reader, uint64_t traceback,
			  struct stack *ret);

/**
 * Look code and modules up again by their addresses, for a stack whose reader has forgotten
 * them and whose thread has not run since; false if there is no memory.
 */
bool stack_resolve(struct stack_reader *reader, struct stack *stack);

void stack_deinit(struct stack *stack);

#endif
