/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A Python process in a memory image: runtime, interpreters, threads, frames. */
#ifndef UNIT_PROCESS_H
#define UNIT_PROCESS_H

#include "objects.h"
#include "pyinspect.h"

struct fake_symbol {
	const char *name;
	uint64_t address;
};

struct fake {
	struct world world;
	struct fake_symbol symbols[8];
	size_t symbol_count;
	/** _PyRuntime; 0 in versions without. */
	uint64_t runtime;
	/** Where the pointer to the first interpreter is, and what it is. */
	uint64_t head_pointer, interpreter;
	/** Globals of every frame: their __name__ is "module". */
	uint64_t globals;
	/** Members of threading._active, by make_active(). */
	uint64_t module_type, thread_type;
};

/** A process of a version with one interpreter and no thread. */
void fake_init(struct fake *fake, uint32_t hexversion);

/** The same of a build without a GIL. */
void fake_init_unguarded(struct fake *fake, uint32_t hexversion);
void fake_deinit(struct fake *fake);

/** Another interpreter, before the ones there are; it needs a thread. */
uint64_t fake_interpreter(struct fake *fake, int64_t id);

/** Another thread of an interpreter, before the ones there are: the newest is first. */
uint64_t fake_thread(struct fake *fake, uint64_t interpreter, uint64_t ident);

/** A code object; its line is first_line + offset / 2, for 100 bytes of instructions. */
uint64_t fake_code(struct fake *fake, const char *function, const char *file,
		   int32_t first_line);

/** A frame that runs the instruction at offset, of whoever called it. */
uint64_t fake_frame(struct fake *fake, uint64_t code, int64_t offset, uint64_t previous);

/** An entry frame of the interpreter's own; previous itself in versions without. */
uint64_t fake_entry_frame(struct fake *fake, uint64_t previous);

/** Let a thread run a frame. */
void fake_run(struct fake *fake, uint64_t thread, uint64_t frame);

/** Change what a frame was called by, or what it runs. */
void fake_set_previous(struct fake *fake, uint64_t frame, uint64_t previous);
void fake_set_code(struct fake *fake, uint64_t frame, uint64_t code);

/** The whole stack of a thread: count frames f0, f1, ... of code from first_line 10 on. */
void fake_stack(struct fake *fake, uint64_t thread, size_t count);

/** threading._active of the interpreter: ident of each thread and its name. */
void fake_names(struct fake *fake, uint64_t interpreter, const uint64_t *idents,
		const char *const *names, size_t count);

/** Open it by callbacks; the test ends if that fails. */
struct pyinspect_target *fake_open(struct fake *fake);

/** Take a snapshot and close the target; NULL, and a word on why, if that fails. */
struct pyinspect_snapshot *fake_take(struct fake *fake,
				     const struct pyinspect_options *options);

/** Thread number index of the first interpreter of a snapshot. */
const struct pyinspect_thread *thread_of(const struct pyinspect_snapshot *snapshot,
					 size_t index);

/** How many kept frames a thread has. */
size_t kept_frames(const struct pyinspect_thread *thread);

#endif
