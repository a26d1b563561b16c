/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Tracing confined to frames whose code has breakpoints, by a function that evaluates
 * frames (PEP 523; Python 3.9 to 3.11, where it can be set and sys.monitoring is not there
 * yet).
 */
#ifndef AGENT_EVENTS_FRAMES_H
#define AGENT_EVENTS_FRAMES_H

#include "agent/value.h"

/** Whether this Python can do it. */
bool events_frames_exist(void);

/** The Bdb for which it is done; NULL if it isn't. Borrowed. */
struct object *events_frames_owner(void);

/** Whether it is done for this thread. */
bool events_frames_is_here(void);

/** Do it for this thread, which is traced. */
int events_frames_start(struct object *self);

/** Breakpoints may have changed. */
int events_frames_update(void);

/** End it; trace everything again, or nothing. */
int events_frames_end(bool trace);

#endif
