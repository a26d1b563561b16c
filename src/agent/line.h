/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The event that comes most often, in its most frequent cases: a line where to stop while
 * stepping, or nothing to stop for. */
#ifndef AGENT_LINE_H
#define AGENT_LINE_H

#include "agent/value.h"

/** An exception is set. */
#define LINE_FAILED names[NAME_exception]

/**
 * Dispatch a line, if all decisions are ours and no breakpoint is at it.
 *
 * @return TRACE_ON, LINE_FAILED (borrowed), or NULL without an exception: it was none of
 * these cases, nothing was done.
 */
struct object *line_dispatch(struct object *self, struct object *frame);

#endif
