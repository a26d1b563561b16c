/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What is known of code objects, by the object itself. It ends with the code object. */
#ifndef AGENT_CODE_TABLE_H
#define AGENT_CODE_TABLE_H

#include "agent/value.h"

/** All lines of a code object, as a set of int. */
struct object *code_table_lines(struct object *code);

/** Forget all. */
void code_table_clear(void);

#endif
