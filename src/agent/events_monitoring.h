/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Events from sys.monitoring, made into those of trace functions: the backend 'monitoring'
 * of a Bdb. One at a time traces. */
#ifndef AGENT_EVENTS_MONITORING_H
#define AGENT_EVENTS_MONITORING_H

#include "agent/value.h"

/** Trace this thread by a function. */
int events_monitoring_start(struct object *function);

/** Trace no more. */
int events_monitoring_stop(void);

/** The event that is being told is not wanted again at its place. */
void events_monitoring_disable(void);

/** All events are wanted again. */
int events_monitoring_restart(void);

/** Listen in all frames of the stack that have a trace function. */
int events_monitoring_update(void);

#endif
