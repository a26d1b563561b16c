/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Code objects, each read once for all frames that run it. */
#ifndef RUNTIME_CODE_H
#define RUNTIME_CODE_H

#include "base/arena.h"
#include "object/view.h"
#include "runtime/linetable.h"

/** Longest text of a name or path that is kept, in characters. */
#define NAME_LIMIT ((size_t)65536)

/** Most bytes of names and tables that are kept for one reading: 256 MiB. */
#define CODES_BUDGET ((size_t)256 << 20)

struct code {
	uint64_t address;
	/** NULL if unreadable, or (qualname) if this version has none. */
	const char *function, *qualname, *file;
	int32_t first_line;
	/** Address of the first instruction; 0 where frames have offsets instead. */
	uint64_t instructions;
	const uint8_t *table;
	size_t table_size;
	/** Why something of the above is missing; NULL if nothing is. */
	const char *problem;
	/** Of a generator, coroutine or asynchronous generator. */
	bool is_generator;
	/** The object is no code object: nothing of the above is there. */
	bool is_other;
	/** The last answer of code_locate(). */
	int64_t located_offset;
	struct location location;
	const char *location_problem;
};

/** Code objects by address. Zero-initialised is empty. */
struct codes {
	struct code **slots;
	size_t slot_count, count;
	/** Type of code objects, once one was seen. */
	uint64_t code_type;
	/** Bytes of names and tables that were kept so far, see CODES_BUDGET. */
	size_t bytes;
};

/** Forget all; the arena that they are in is the caller's. */
void codes_deinit(struct codes *codes);

/**
 * The code object at an address; never fails but for memory: what can't be read is
 * missing, and its problem says why.
 *
 * @return NULL if there is no memory.
 */
struct code *codes_get(struct codes *codes, const struct view *view, struct arena *arena,
		       uint64_t address);

/**
 * Where the bytecode begins that a frame runs: a thread's own copy of it, in builds
 * without a GIL from 3.14.
 *
 * @return 0 if it can't be read, or if there is no such copy.
 *
 * CPython: _PyCode_GetTLBCFast() in Include/internal/pycore_code.h.
 */
uint64_t code_instructions(const struct view *view, const struct code *code,
			   uint32_t tlbc_index);

/**
 * Where an instruction is in the source.
 *
 * @param offset Bytes from the first instruction.
 * @param problem_ret Set if the table does not say, in the arena; else NULL.
 */
struct location code_locate(struct code *code, enum line_table kind, struct arena *arena,
			    int64_t offset, const char **problem_ret);

#endif
