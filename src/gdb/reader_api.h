/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What GDB and a JIT reader say to each other: version 1 of the interface, declared anew.
 *
 * GDB loads a reader by `jit-reader-load FILE` and asks it, for each frame that is to be
 * unwound, whether the frame is one of its own. That call lends the reader GDB's view of
 * memory and registers, whatever the target is: a process, a core file, a remote one.
 *
 * GDB: gdb/jit-reader.in; manual, "Custom Debug Info".
 */
#ifndef GDB_READER_API_H
#define GDB_READER_API_H

#include <stdint.h>

#define READER_API_VERSION 1

/** A reader may be loaded only if its licence lets GDB do so: it exports this. */
#define READER_IS_GPL_COMPATIBLE                                                           \
	extern int plugin_is_GPL_compatible;                                               \
	__attribute__((visibility("default"))) int plugin_is_GPL_compatible

enum reader_status { READER_FAIL = 0, READER_SUCCESS = 1 };

/** What tells frames apart: start of the function's code, address of the frame. */
struct reader_frame_id {
	uint64_t code_address, stack_address;
};

struct reader_register {
	/** Bytes of the value. */
	int size;
	/** GDB knows the value. */
	int defined;
	/** Called by who has got it, to free it. */
	void (*free)(struct reader_register *);
	unsigned char value[1];
};

/** GDB's side, while it asks about a frame. */
struct reader_unwind_callbacks {
	/** Value of a register of the frame, by its DWARF number: on x86_64 only 0 to 16,
	 *  others end GDB. */
	struct reader_register *(*reg_get)(struct reader_unwind_callbacks *, int number);
	/** Say what the register was in the caller. */
	void (*reg_set)(struct reader_unwind_callbacks *, int number,
			struct reader_register *);
	/** Read memory; fails without a message. */
	enum reader_status (*target_read)(uint64_t address, void *buffer, int size);
	void *private_data;
};

/** GDB's side while it has symbols read, which no reader of ours does. */
struct reader_symbol_callbacks;

struct reader_functions {
	int version;
	void *private_data;
	/** Read the symbols of code that the target announced. */
	enum reader_status (*read_debug_info)(struct reader_functions *,
					      struct reader_symbol_callbacks *,
					      void *memory, long size);
	/** READER_FAIL: not a frame of the reader's. */
	enum reader_status (*unwind)(struct reader_functions *,
				     struct reader_unwind_callbacks *);
	struct reader_frame_id (*get_frame_id)(struct reader_functions *,
					       struct reader_unwind_callbacks *);
	void (*destroy)(struct reader_functions *);
};

/** The one function that a reader exports; NULL would end GDB. */
__attribute__((visibility("default"))) struct reader_functions *gdb_init_reader(void);

#endif
