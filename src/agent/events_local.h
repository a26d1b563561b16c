/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Events of lines in code objects that have breakpoints, from sys.monitoring (Python 3.12
 * and later), for a thread that is not traced meanwhile. Code objects are found where they
 * are called: those without breakpoints say so once.
 */
#ifndef AGENT_EVENTS_LOCAL_H
#define AGENT_EVENTS_LOCAL_H

#include "agent/value.h"

/** Whether this Python can do it. */
bool events_local_exist(void);

/** The Bdb for which it is done; NULL if it isn't. Borrowed. */
struct object *events_local_owner(void);

/** Whether it is done for this thread. */
bool events_local_is_here(void);

/** Do it instead of tracing this thread; if no tool of sys.monitoring is free, go on
 * tracing. */
int events_local_start(struct object *self);

/** Breakpoints may have changed. */
int events_local_update(void);

/** End it, and trace again, or not. */
int events_local_end(bool trace);

#endif
