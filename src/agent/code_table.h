/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What is known of code objects, by the object itself. It ends with the code object. */
#ifndef AGENT_CODE_TABLE_H
#define AGENT_CODE_TABLE_H

#include "agent/break_table.h"
#include "agent/value.h"

/** Tools of sys.monitoring. CPython: Include/internal/pycore_instruments.h,
 * PY_MONITORING_TOOL_IDS */
enum { TOOL_COUNT = 8 };

/** All lines of a code object, as a set of int. */
struct object *code_table_lines(struct object *code);

/** The events that a tool listens to in a code object; NULL with an exception. Valid until
 * the next call. */
unsigned *code_table_events(struct object *code, int tool);

/** Where the lines with breakpoints are kept; NULL with an exception. Valid until the next
 * call. */
struct break_lines *code_table_breaks(struct object *code);

/** The same for a code object that is in the table; else NULL without an exception. */
const struct break_lines *code_table_known_breaks(const struct object *code);

/** Do something for each code object, with the events of a tool; ends at an exception. */
int code_table_each(int tool,
		    int (*function)(struct object *code, unsigned events, void *data),
		    void *data);

/** The tool listens to nothing in any code object. */
void code_table_forget_events(int tool);

/** Forget all. */
void code_table_clear(void);

#endif
