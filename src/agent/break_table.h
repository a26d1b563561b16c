/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Which lines of a code object have breakpoints of a Bdb: asked for at each event, so it
 * is kept with the code object. */
#ifndef AGENT_BREAK_TABLE_H
#define AGENT_BREAK_TABLE_H

#include "agent/value.h"

/** Lines of one code object. */
struct break_lines {
	struct object *filename; /**< the canonical one; a reference */
	struct object *owner;    /* the Bdb, as a number only */
	unsigned long generation;
	bool any;        /**< there is one */
	bool every_line; /**< one is at the first line, so it may be meant by the function's
			    name */
	long first;      /**< the line of the first bit */
	long count;      /**< of bits */
	uint64_t *bits;
};

/**
 * The lines of a code object with breakpoints of a Bdb whose methods are ours.
 *
 * @return Valid until the next call; NULL with an exception.
 */
const struct break_lines *break_table_lines(struct object *self, struct object *code);

/** The same if it is known, else NULL; nothing is run, no exception is touched. */
const struct break_lines *break_table_known(struct object *self, struct object *code);

/** Whether an event at a line has to be looked at. */
static inline bool break_lines_have(const struct break_lines *lines, long line)
{
	if (lines->every_line)
		return true;
	if (!lines->any || line < lines->first || line - lines->first >= lines->count)
		return false;
	return lines->bits[(line - lines->first) / 64] >> (line - lines->first) % 64 & 1;
}

/** Give back what is in it. */
void break_lines_clear(struct break_lines *lines);

/** Everything that the table is made of has changed: breakpoints, or where they are noted.
 */
void break_table_change(void);

/** Counts the changes. */
extern unsigned long break_table_generation;

#endif
