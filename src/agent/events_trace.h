/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Events from PyEval_SetTrace(), as sys.settrace() has them, for the thread that asks. All
 * versions have it. */
#ifndef AGENT_EVENTS_TRACE_H
#define AGENT_EVENTS_TRACE_H

#include "agent/value.h"

/**
 * Trace this thread by a function, which is in most cases a Bdb's bound trace_dispatch.
 * That is called from here without a detour over Python; sys.gettrace() gives it.
 */
int events_trace_start(struct object *function);

/** Trace this thread no more. */
int events_trace_stop(void);

/**
 * Call a trace function for an event of a frame.
 *
 * @return The function for its next event, or None.
 */
struct object *events_trace_call(struct object *function, struct object *frame,
				 enum event event, struct object *argument);

#endif
