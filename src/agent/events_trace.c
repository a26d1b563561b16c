/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/events_trace.h"

#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/engine.h"
#include "agent/frame.h"

/*
 * Frames in which events were found to be in vain, by what was decided at
 * that time. An entry ends when anything changes, when its frame is entered or left, and
 * after a while: attributes may be assigned by anybody.
 */
struct watch {
	struct object *frame; /* as a number only */
	unsigned long generation, break_generation;
	const struct break_lines *lines; /* NULL: the frame has no trace function */
	int trust;
};

enum { WATCHES = 64, TRUST = 256 };

static struct watch watches[WATCHES];
/* In the part of thread-local memory that needs no call to be found; so small a part there
 * is always. */
static __thread int telling __attribute__((tls_model("initial-exec")));
static __thread int muted __attribute__((tls_model("initial-exec")));

bool events_trace_is_telling(void)
{
	return telling > 0 || muted > 0;
}

void events_trace_mute(void)
{
	muted++;
}

void events_trace_unmute(void)
{
	muted--;
}

static struct watch *watch_of(const struct object *frame)
{
	return &watches[((uintptr_t)frame >> 4) % WATCHES];
}

static void watch_set(struct object *frame, const struct break_lines *lines)
{
	*watch_of(frame) = (struct watch){
		.frame = frame,
		.generation = engine_count.changes,
		.break_generation = break_table_generation,
		.lines = lines,
		.trust = TRUST,
	};
}

/* Whether an event is in vain. */
static bool is_watched(struct object *frame, int event)
{
	struct watch *watch = watch_of(frame);
	if (watch->frame != frame)
		return false;
	if (event == EVENT_CALL || watch->generation != engine_count.changes ||
	    watch->break_generation != break_table_generation || --watch->trust < 0) {
		watch->frame = NULL;
		return false;
	}
	if (event == EVENT_RETURN)
		watch->frame = NULL;
	if (!watch->lines)
		return true;
	if (event != EVENT_LINE)
		return false;
	return !watch->lines->every_line &&
	       (!watch->lines->any ||
		!break_lines_have(watch->lines, py.PyFrame_GetLineNumber(frame)));
}

/* A line was not stopped at: maybe the next ones needn't be looked at. */
static void watch_lines(struct object *self, struct object *frame)
{
	if (!engine_passes(self, frame))
		return;
	cleanup_drop struct object *code = frame_code(frame);
	const struct break_lines *lines = code ? break_table_lines(self, code) : NULL;
	if (lines)
		watch_set(frame, lines);
	else
		py.PyErr_Clear();
}

/* The Bdb of a bound trace_dispatch of ours; NULL for other functions. Borrowed. */
static struct object *bdb_of(struct object *function)
{
	if (type_of(function) != py.PyCFunction_Type ||
	    py.PyCFunction_GetFunction(function) != (void *)bdb_trace_dispatch)
		return NULL;
	return py.PyCFunction_GetSelf(function);
}

/* Changes of local variables that were made in f_locals get to the frame. */
static struct object *call_function(struct object *function, struct object *frame,
				    int event, struct object *argument)
{
	py.PyFrame_FastToLocals(frame);
	struct object *result = call(function, frame, names[event_name(event)], argument);
	struct pending_error error;
	error_save(&error);
	py.PyFrame_LocalsToFast(frame, 1);
	error_restore(&error);
	return result;
}

struct object *events_trace_call(struct object *function, struct object *frame,
				 enum event event, struct object *argument)
{
	struct object *self = bdb_of(function);
	telling++;
	struct object *result = self ? bdb_dispatch(self, frame, event, argument)
				     : call_function(function, frame, event, argument);
	telling--;
	if (result != TRACE_ON)
		return result;
	drop(result);
	return hold(function);
}

static int fail(struct object *frame)
{
	struct pending_error error;
	error_save(&error);
	py.PyEval_SetTrace(NULL, NULL);
	if (frame_untrace(frame) < 0)
		py.PyErr_Clear();
	error_restore(&error);
	return -1;
}

/* What follows from an event that was told, since when the counts may have changed. */
static int follow(struct object *function, struct object *frame, int event,
		  struct object *next, const struct engine_count *before)
{
	bool known = next == function && event != EVENT_CALL &&
		     before->functions == engine_count.functions;
	if (!known && !is_none(next) && frame_trace(frame, next) < 0)
		return -1;
	struct object *self = bdb_of(function);
	if (!self)
		return 0;
	if (before->changes != engine_count.changes)
		return engine_update(self);
	if (event == EVENT_LINE)
		watch_lines(self, frame);
	return 0;
}

/* A call of code in which nothing can stop. */
static bool is_skipped(struct object *function, struct object *frame)
{
	struct object *self = bdb_of(function);
	if (!self || !engine_skips(self, frame))
		return false;
	/* A generator may have been traced before, and is so again. */
	if (frame_is_traced(frame) == 0)
		watch_set(frame, NULL);
	return true;
}

/* CPython: Python/sysmodule.c, trace_trampoline(). A call goes to the thread's function,
 * all else to the frame's. */
static int on_event(struct object *data, struct object *frame, int event,
		    struct object *argument)
{
	if (is_watched(frame, event) || muted ||
	    (event == EVENT_CALL && is_skipped(data, frame)))
		return 0;
	struct engine_count before = engine_count;
	cleanup_drop struct object *function =
		event == EVENT_CALL ? hold(data) : get(frame, NAME_f_trace);
	if (!function)
		return fail(frame);
	if (is_none(function)) {
		watch_set(frame, NULL);
		return 0;
	}
	cleanup_drop struct object *next =
		events_trace_call(function, frame, event, argument ? argument : none);
	if (!next || follow(function, frame, event, next, &before) < 0)
		return fail(frame);
	return 0;
}

int events_trace_start(struct object *function)
{
	engine_change();
	bdb_look_again();
	if (!bdb_of(function)) {
		cleanup_drop struct object *settrace =
			module_attribute("sys", NAME_settrace);
		return settrace ? done(call(settrace, function)) : -1;
	}
	py.PyEval_SetTrace(on_event, function);
	return py.PyErr_Occurred() ? -1 : 0;
}

int events_trace_stop(void)
{
	py.PyEval_SetTrace(NULL, NULL);
	return py.PyErr_Occurred() ? -1 : 0;
}

struct object *events_trace_function(void)
{
	cleanup_drop struct object *gettrace = module_attribute("sys", NAME_gettrace);
	return gettrace ? call(gettrace) : NULL;
}

struct object *events_trace_owner(void)
{
	cleanup_drop struct object *function = events_trace_function();
	if (function)
		return bdb_of(function);
	py.PyErr_Clear();
	return NULL;
}
