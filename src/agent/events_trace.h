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

/** The function by which this thread is traced, or None. */
struct object *events_trace_function(void);

/** The Bdb by whose trace_dispatch this thread is traced; NULL if it isn't. Borrowed; no
 * exception is left. */
struct object *events_trace_owner(void);

/** What runs in this thread between mute and unmute is ours: no events of it are told. They
 * nest. */
void events_trace_mute(void);
void events_trace_unmute(void);

/** Whether an event is being told in this thread: then what happens is the debugger's
 * doing. */
bool events_trace_is_telling(void);

/**
 * Call a trace function for an event of a frame.
 *
 * @return The function for its next event, or None.
 */
struct object *events_trace_call(struct object *function, struct object *frame,
				 enum event event, struct object *argument);

#endif
