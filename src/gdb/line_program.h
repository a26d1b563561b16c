/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The line table of a symbol file, and numbers as DWARF has them. */
#ifndef GDB_LINE_PROGRAM_H
#define GDB_LINE_PROGRAM_H

#include "gdb/symbol_file.h"

/** Append a number in so many bytes, the lowest first. */
void append_fixed(struct text *text, uint64_t value, size_t size);
/** Append a number in as many bytes as it needs: LEB128. */
void append_unsigned(struct text *text, uint64_t value);
void append_signed(struct text *text, int64_t value);
/** Append what is in another, and free that. */
void append_moved(struct text *text, struct text *from);

/** Append a table with a row for each symbol that has a file and a line. */
void line_program_write(const struct symbol *symbols, size_t count, uint64_t base,
			struct text *ret);

#endif
