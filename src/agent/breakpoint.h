/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The class Breakpoint, and which breakpoint is effective. */
#ifndef AGENT_BREAKPOINT_H
#define AGENT_BREAKPOINT_H

#include "agent/value.h"

/** The class; NULL before breakpoint_init(). */
extern struct object *breakpoint_class;

/** checkfuncname() and effective() as functions of a module; a row without a name ends
 * them. */
extern struct method breakpoint_functions[];

/** Make the class. */
int breakpoint_init(void);

/** bplist[file, line]; may be missing, then a KeyError. */
struct object *breakpoints_at(struct object *file, struct object *line);

/** Whether bplist has (file, line). */
int breakpoints_exist(struct object *file, struct object *line);

/**
 * The breakpoint at this place that acts now. Hits are counted, ignore counts lowered,
 * conditions evaluated.
 *
 * @param may_delete_ret Whether a temporary one is to go: not if its condition raised.
 * @return It, or None.
 */
struct object *breakpoint_effective(struct object *file, struct object *line,
				    struct object *frame, bool *may_delete_ret);

#endif
