/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * An ELF file that gives addresses the names and lines of Python frames, for GDB's
 * `add-symbol-file`: for each slot a symbol, a function in DWARF, and a row of a line
 * table.
 *
 * ELF: Tool Interface Standard 1.2; DWARF 4: 2 and 3 (entries), 6.2 (lines).
 */
#ifndef GDB_SYMBOL_FILE_H
#define GDB_SYMBOL_FILE_H

#include "base/text.h"

struct symbol {
	/** Fit for a terminal. */
	const char *name;
	/** NULL if there is none; not fit for anything yet. */
	const char *file;
	/** From 1; 0 if there is none. */
	int32_t line;
};

/**
 * Write the file.
 *
 * @param base Address of the first symbol; the others follow at SLOT_SIZE.
 * @param ret Freed by the caller; failed without memory.
 */
void symbol_file_write(const struct symbol *symbols, size_t count, uint64_t base,
		       struct text *ret);

#endif
