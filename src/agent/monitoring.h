/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** sys.monitoring (from Python 3.12 on), which has no functions in C for those who listen.
 */
#ifndef AGENT_MONITORING_H
#define AGENT_MONITORING_H

#include "agent/value.h"

/** Events; each is a bit. CPython: Python/instrumentation.c, events are numbers of bits
 * there. */
enum monitoring_event {
#define EVENT(name) MONITORING_##name,
#include "agent/monitoring_events.def"
#undef EVENT
	MONITORING_EVENT_COUNT,
};

/** What a tool does on an event. arguments: as sys.monitoring calls it. Returns what a
 * callback returns. */
typedef struct object *(*monitoring_callback)(struct object *unused,
					      struct object *const *arguments, long count);

/** A tool; zeros are a tool that listens to nothing. */
struct monitoring_tool {
	const char *name;
	monitoring_callback callbacks[MONITORING_EVENT_COUNT];
	struct method methods[MONITORING_EVENT_COUNT];
	/* Kept for ever: Python 3.14 frees those that are replaced while they run. */
	struct object *functions[MONITORING_EVENT_COUNT];
	int id;
	bool active;
};

/** Whether this Python has it. */
bool monitoring_exists(void);

/** Be the tool of this number, with all callbacks. Another tool of the same name ends. 0:
 * another one has it. */
int monitoring_start(struct monitoring_tool *tool, int id);

/** Whether it is still the one of its number; somebody else may have ended it. */
int monitoring_is_current(const struct monitoring_tool *tool);

/** Listen to nothing any more, and give the number back, if it is still ours. */
int monitoring_stop(struct monitoring_tool *tool);

/** Listen to these events everywhere; bits of the numbers above. */
int monitoring_listen(const struct monitoring_tool *tool, unsigned events);

/** Listen to these events in one code object, beside those everywhere. */
int monitoring_listen_in(const struct monitoring_tool *tool, struct object *code,
			 unsigned events);

/** Hear again of all that was answered by DISABLE. */
int monitoring_restart(void);

/** The answer of a callback that wants no more of it at this instruction. */
struct object *monitoring_disable(void);

#endif
