/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What a function's entry in .eh_frame says: a small program that tells, for each
 * instruction of the function, where its caller's registers are.
 */
#ifndef GDB_UNWIND_PROGRAM_H
#define GDB_UNWIND_PROGRAM_H

#include "gdb/unwind_table.h"

/** How pointers are written. GNU ld, gold and lld write no others on x86_64. */
enum {
	ENCODING_ABSOLUTE_64 = 0x00,
	ENCODING_ABSOLUTE_U32 = 0x03,
	ENCODING_RELATIVE_64 = 0x1c,
	ENCODING_RELATIVE_32 = 0x1b,
	ENCODING_HEADER_32 = 0x3b,
	ENCODING_OMITTED = 0xff,
};

enum unwind_rule_kind {
	/** The caller's value is still in the register. */
	UNWIND_SAME,
	/** It is saved at so many bytes from the end of the frame. */
	UNWIND_SAVED,
	/** It is the address at so many bytes from there. */
	UNWIND_VALUE,
	UNWIND_UNKNOWN,
};

struct unwind_rule {
	enum unwind_rule_kind kind;
	int64_t value;
};

struct unwind_program {
	uint64_t function;
	/** The end of the frame is so many bytes from what is in that register. */
	bool has_frame;
	unsigned int frame_register;
	int64_t frame_offset;
	struct unwind_rule rules[REGISTER_COUNT];
};

/** Bytes behind the length of an entry, and their address in the target. */
struct unwind_bytes {
	const unsigned char *data;
	size_t size;
	uint64_t address;
};

/**
 * Find out what holds at an instruction.
 *
 * @param common What the description shares with others. @param description Of the
 * function.
 * @return False if the instruction isn't in the function, or that can't be understood.
 */
bool unwind_program_run(struct unwind_program *program, struct unwind_bytes common,
			struct unwind_bytes description, uint64_t instruction);

#endif
