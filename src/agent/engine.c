/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/engine.h"

#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/events_frames.h"
#include "agent/events_local.h"
#include "agent/events_trace.h"
#include "agent/frame.h"

struct engine_count engine_count = {1, 1};

bool engine_is_plain(struct object *self)
{
	if (!bdb_is_plain(self))
		return false;
	cleanup_drop struct object *tracer = state_get(self, NAME_monitoring_tracer);
	if (!tracer)
		py.PyErr_Clear();
	return tracer && is_none(tracer);
}

/* stopframe is another frame, or this one that isn't meant. */
static int is_passed(struct object *self, struct object *frame)
{
	long stoplineno;
	cleanup_drop struct object *quitting = state_get(self, NAME_quitting);
	if (quitting != py.false_object)
		return quitting ? 0 : -1;
	cleanup_drop struct object *stopframe = state_get(self, NAME_stopframe);
	if (!stopframe || is_none(stopframe))
		return stopframe ? 0 : -1;
	if (stopframe != frame)
		return 1;
	return state_number(self, NAME_stoplineno, &stoplineno) < 0 ? -1 : stoplineno == -1;
}

bool engine_passes(struct object *self, struct object *frame)
{
	int passed = engine_is_plain(self) ? is_passed(self, frame) : 0;
	if (passed < 0)
		py.PyErr_Clear();
	return passed > 0;
}

/* botframe is None before the first call, which is not to be missed. */
static int is_skipped(struct object *self, struct object *frame)
{
	int passed = is_passed(self, frame);
	cleanup_drop struct object *botframe =
		passed > 0 ? state_get(self, NAME_botframe) : NULL;
	if (!botframe || is_none(botframe))
		return botframe ? 0 : passed > 0 ? -1 : passed;
	cleanup_drop struct object *code = frame_code(frame);
	const struct break_lines *lines = code ? break_table_lines(self, code) : NULL;
	return lines ? !lines->any : -1;
}

bool engine_skips(struct object *self, struct object *frame)
{
	int skipped = engine_is_plain(self) ? is_skipped(self, frame) : 0;
	if (skipped < 0)
		py.PyErr_Clear();
	return skipped > 0;
}

/* Only breakpoints can stop, in whichever frame. A generator at the bottom could stop at
 * its end. */
static int only_waits(struct object *self)
{
	long stoplineno;
	cleanup_drop struct object *stopframe = state_get(self, NAME_stopframe);
	cleanup_drop struct object *botframe =
		stopframe ? state_get(self, NAME_botframe) : NULL;
	cleanup_drop struct object *returnframe =
		botframe ? state_get(self, NAME_returnframe) : NULL;
	cleanup_drop struct object *quitting =
		returnframe ? state_get(self, NAME_quitting) : NULL;
	if (!quitting || state_number(self, NAME_stoplineno, &stoplineno) < 0)
		return -1;
	if (is_none(stopframe) || stopframe != botframe || !is_none(returnframe) ||
	    quitting != py.false_object || stoplineno != -1)
		return 0;
	int generator = frame_is_generator(botframe);
	return generator < 0 ? -1 : !generator;
}

static int can_wait(struct object *self)
{
	if (!engine_is_plain(self))
		return 0;
	int waits = only_waits(self);
	return waits <= 0 ? waits : state_truth(self, NAME_breaks);
}

int engine_continue(struct object *self)
{
	if (events_local_owner() || events_frames_owner())
		return engine_update(self);
	if (events_trace_owner() != self)
		return 0;
	int waits = can_wait(self);
	if (waits <= 0)
		return waits;
	if (events_local_exist())
		return events_local_start(self);
	return events_frames_exist() ? events_frames_start(self) : 0;
}

int engine_update(struct object *self)
{
	bool local = events_local_owner() == self;
	if (!local && events_frames_owner() != self)
		return 0;
	int waits = can_wait(self);
	if (waits < 0)
		return -1;
	/* Somebody else may have traced this thread for it, as pdb does after its command
	 * `debug`. */
	if (waits && local && events_trace_owner() == self && events_trace_stop() < 0)
		return -1;
	if (waits)
		return local ? events_local_update() : events_frames_update();
	return local ? events_local_end(true) : events_frames_end(true);
}

int engine_stop(void)
{
	if (events_local_owner() && events_local_is_here())
		return events_local_end(false);
	return events_frames_owner() && events_frames_is_here() ? events_frames_end(false)
								: 0;
}
