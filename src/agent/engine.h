/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The engine: which events a Bdb needs now, and from where they come.
 *
 * While a Bdb steps, its thread is traced by PyEval_SetTrace(). While it only waits for
 * breakpoints, most events would be in vain. What can be done about it depends on the
 * Python:
 *
 * - with sys.monitoring nothing is traced, and lines are listened to in code objects with
 * breakpoints (events_local),
 * - with a function that evaluates frames nothing is traced outside such code objects
 * (events_frames),
 * - else all is traced, and a line without a breakpoint is passed by before anything is
 * asked (events_trace).
 *
 * All of it holds only for a Bdb whose decisions are our own methods'; one that overrides
 * stop_here() or its kind gets all events. user_line() and its kind may be overridden, as
 * they are called as ever.
 */
#ifndef AGENT_ENGINE_H
#define AGENT_ENGINE_H

#include "agent/value.h"

/** Changes that end what was decided about frames; they are only counted. */
extern struct engine_count {
	unsigned long changes;   /**< of anything */
	unsigned long functions; /**< of frames' trace functions */
} engine_count;

/** Something has changed: a command was given, code of a subclass has run. */
static inline void engine_change(void)
{
	engine_count.changes++;
}

/** Frames have got or lost trace functions. */
static inline void engine_change_functions(void)
{
	engine_count.changes++;
	engine_count.functions++;
}

/** Whether all decisions are made by our methods. */
bool engine_is_plain(struct object *self);

/** Whether in this frame only breakpoints can stop. No exception is left. */
bool engine_passes(struct object *self, struct object *frame);

/** Whether a call needs no look: neither the command nor a breakpoint can stop in this
 * frame. No exception is left. */
bool engine_skips(struct object *self, struct object *frame);

/** The command is `continue` now: trace as little as possible. */
int engine_continue(struct object *self);

/** A command has been given, or an event has been told: trace again, if that is needed. */
int engine_update(struct object *self);

/** This thread is traced no more, or for another Bdb. */
int engine_stop(void);

#endif
