/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** From an offset in the bytecode to a place in the source. */
#ifndef RUNTIME_LINETABLE_H
#define RUNTIME_LINETABLE_H

#include <stddef.h>
#include <stdint.h>

#include "layout/dialects.h"
#include "pyinspect.h"

/** A place in the source; what is not known is 0. */
struct location {
	int32_t line, end_line;
	/** In UTF-8 bytes from 1; end_column is one past. */
	int32_t column, end_column;
};

/**
 * Decode a line table.
 *
 * @param table Contents of co_lnotab or co_linetable.
 * @param first_line co_firstlineno.
 * @param offset Bytes from the start of the bytecode; a negative one stands for
 * "not yet begun", and gives the first line.
 * @param ret Its line is 0 if the instruction has no line.
 * @return NULL; BAD_DATA if the table does not decode, or ends before the offset.
 *
 * CPython: Objects/lnotab_notes.txt, Objects/locations.md; PyCode_Addr2Line() and
 * PyCode_Addr2Location() in Objects/codeobject.c.
 */
struct pyinspect_error *linetable_decode(enum line_table kind, const uint8_t *table,
					 size_t size, int32_t first_line, int64_t offset,
					 struct location *ret);

#endif
