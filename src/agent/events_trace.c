/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/events_trace.h"

#include "agent/bdb.h"
#include "agent/frame.h"

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
	if (!self)
		return call_function(function, frame, event, argument);
	struct object *result = bdb_dispatch(self, frame, event, argument);
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

/* CPython: Python/sysmodule.c, trace_trampoline(). A call goes to the thread's function,
 * all else to the frame's. */
static int on_event(struct object *data, struct object *frame, int event,
		    struct object *argument)
{
	cleanup_drop struct object *function =
		event == EVENT_CALL ? hold(data) : get(frame, NAME_f_trace);
	if (!function)
		return fail(frame);
	if (is_none(function))
		return 0;
	cleanup_drop struct object *next =
		events_trace_call(function, frame, event, argument ? argument : none);
	if (!next || (!is_none(next) && frame_trace(frame, next) < 0))
		return fail(frame);
	return 0;
}

int events_trace_start(struct object *function)
{
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
