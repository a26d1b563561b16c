/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Where a function's caller is, by the tables that compilers write for unwinders. They are
 * read in the target's memory: so it needs no file, wherever the target is.
 *
 * Linux Standard Base, Core: 10.6, .eh_frame and .eh_frame_hdr; DWARF 4: 6.4, call frame
 * information.
 */
#ifndef GDB_UNWIND_TABLE_H
#define GDB_UNWIND_TABLE_H

#include "gdb/command.h"

/** Registers by DWARF's numbers for x86_64, as far as GDB tells them to a reader. */
enum {
	REGISTER_RBX = 3,
	REGISTER_RBP = 6,
	REGISTER_SP = 7,
	REGISTER_R12 = 12,
	REGISTER_R15 = 15,
	REGISTER_PC = 16,
	REGISTER_COUNT,
};

struct registers {
	uint64_t values[REGISTER_COUNT];
	/** Bit N: register N is known. */
	uint32_t known;
};

static inline bool register_is_known(const struct registers *registers, unsigned int number)
{
	return registers->known >> number & 1;
}

static inline void register_set(struct registers *registers, unsigned int number,
				uint64_t value)
{
	registers->values[number] = value;
	registers->known |= UINT32_C(1) << number;
}

/** The functions of one file; zero-initialised is none. */
struct unwind_table {
	/** Address of .eh_frame_hdr. */
	uint64_t header;
	struct unwind_table_entry *entries;
	size_t count;
	/** The description that was read last, and its address. */
	uint64_t description_address;
	unsigned char *description;
	size_t description_size;
};

/** Read the table of a file; false if there is none that can be understood. */
bool unwind_table_read(struct unwind_table *table, const struct debugger *debugger,
		       uint64_t header);
void unwind_table_deinit(struct unwind_table *table);

/** What is known of a frame by its registers. */
struct unwound {
	/** Where its function, or that part of it, begins. */
	uint64_t function;
	/** Address above the frame, as the caller's stack pointer is. */
	uint64_t end;
	/** Registers of the caller. */
	struct registers caller;
};

/** Go from a frame to its caller; false if the file has no function there, or it doesn't
 * say. */
bool unwind_table_step(struct unwind_table *table, const struct debugger *debugger,
		       const struct registers *registers, struct unwound *ret);

#endif
