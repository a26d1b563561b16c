/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The text of one value, as long as it may be. */
#ifndef REPR_PRINTER_H
#define REPR_PRINTER_H

#include "base/text.h"

struct printer {
	/** As base/text.h has it. */
	struct text text;
	/** Characters that may still be written. */
	size_t room;
	/** Something was left out. */
	bool is_cut;
	/** It was full, and that is marked. */
	bool is_marked;
};

/** Begin a text of at most length characters; memory of an earlier one is used again. */
void printer_begin(struct printer *printer, size_t length);

/** No more fits. */
static inline bool printer_is_full(const struct printer *printer)
{
	return printer->room == 0;
}

/**
 * Append text; what doesn't fit is left out, and "..." stands for it. Nothing is
 * written behind that, but by printer_close() and printer_more().
 */
void printer_text(struct printer *printer, const char *text);
void printer_printf(struct printer *printer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Append one character if there is room for it; else return false, and write nothing. */
bool printer_character(struct printer *printer, uint32_t code_point);

/** Append a closing bracket and the like: always. */
void printer_close(struct printer *printer, const char *text);

/** Say how many more items or characters there are than are shown: "... 950 more". */
void printer_more(struct printer *printer, uint64_t count);

/**
 * Cut what was written from a byte of the text on, as Python itself does: if it is more
 * than most characters, keep so many and put end behind them.
 */
void printer_shorten(struct printer *printer, size_t start, size_t most, size_t kept,
		     const char *end);

/** Say that something is left out, without a number. */
void printer_cut(struct printer *printer);

#endif
