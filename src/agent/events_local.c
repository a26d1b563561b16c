/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/events_local.h"

#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/engine.h"
#include "agent/events_trace.h"
#include "agent/frame.h"
#include "agent/monitoring.h"

#define BIT(name) (1u << MONITORING_##name)

static struct {
	struct object *self;     /* kept by its function */
	struct object *function; /* its bound trace_dispatch */
	void *thread;
	unsigned long generation; /* of the breakpoints that are listened to */
} waiting;

static struct monitoring_tool tool;

bool events_local_exist(void)
{
	return monitoring_exists();
}

struct object *events_local_owner(void)
{
	return waiting.self;
}

bool events_local_is_here(void)
{
	return waiting.self && py.PyThreadState_Get() == waiting.thread;
}

static bool is_mine(void)
{
	return events_local_is_here() && !events_trace_is_telling();
}

/* NULL: exception, which ends all. */
static struct object *fail(void)
{
	struct pending_error error;
	error_save(&error);
	events_local_end(false);
	py.PyErr_Clear();
	error_restore(&error);
	return NULL;
}

/* An event is told as a trace function would be; its frame becomes one that is traced. */
static int dispatch(struct object *frame, enum event event)
{
	unsigned long changes = engine_count.changes;
	cleanup_drop struct object *self = hold(waiting.self);
	cleanup_drop struct object *function = hold(waiting.function);
	cleanup_drop struct object *next = events_trace_call(function, frame, event, none);
	if (!next || (!is_none(next) && frame_trace(frame, next) < 0))
		return -1;
	return changes == engine_count.changes ? 0 : engine_update(self);
}

static int call_user(void)
{
	struct object *frame = py.PyEval_GetFrame();
	if (!frame || bdb_own(waiting.self, NAME_user_call))
		return 0;
	return dispatch(frame, EVENT_CALL);
}

/* Code without breakpoints is not heard of again, until the breakpoints change. */
static struct object *on_call(struct object *unused, struct object *const *arguments,
			      long count)
{
	if (!waiting.self)
		return hold(none);
	const struct break_lines *lines = break_table_lines(waiting.self, arguments[0]);
	if (!lines)
		return fail();
	if (!lines->any)
		return monitoring_disable();
	if (monitoring_listen_in(&tool, arguments[0], BIT(LINE) | BIT(JUMP)) < 0)
		return fail();
	if (!is_mine())
		return hold(none);
	return call_user() < 0 ? fail() : hold(none);
}

static struct object *at_line(struct object *code, long line)
{
	const struct break_lines *lines = break_table_lines(waiting.self, code);
	if (!lines)
		return fail();
	if (!break_lines_have(lines, line))
		return monitoring_disable();
	struct object *frame = is_mine() ? py.PyEval_GetFrame() : NULL;
	if (!frame)
		return hold(none);
	return dispatch(frame, EVENT_LINE) < 0 ? fail() : hold(none);
}

static struct object *on_line(struct object *unused, struct object *const *arguments,
			      long count)
{
	if (!waiting.self)
		return hold(none);
	return at_line(arguments[0], py.PyLong_AsLong(arguments[1]));
}

/* A jump back within a line begins it anew, for trace functions. */
static struct object *on_jump(struct object *unused, struct object *const *arguments,
			      long count)
{
	if (!waiting.self)
		return hold(none);
	int from = (int)py.PyLong_AsLong(arguments[1]),
	    to = (int)py.PyLong_AsLong(arguments[2]);
	int line = py.PyCode_Addr2Line(arguments[0], to);
	if (to > from || line != py.PyCode_Addr2Line(arguments[0], from))
		return monitoring_disable();
	return at_line(arguments[0], line);
}

static struct monitoring_tool tool = {
	.name = "cbdb",
	.callbacks =
		{
			[MONITORING_PY_START] = on_call,
			[MONITORING_PY_RESUME] = on_call,
			[MONITORING_LINE] = on_line,
			[MONITORING_JUMP] = on_jump,
		},
};

/* 1: a number is ours now; 0: none is free. The numbers without a name come first. */
static int take_tool(void)
{
	static const int ids[] = {4, 3, 0, 5, 2, 1};
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		int started = monitoring_start(&tool, ids[i]);
		if (started)
			return started;
	}
	return 0;
}

/* Frames that run already aren't called any more. With functions, those with breakpoints
 * get them, as tracing would do. */
static int visit_stack(int (*visit)(struct object *frame, struct object *code))
{
	struct object *newest = py.PyEval_GetFrame();
	struct object *frame = hold(newest ? newest : none);
	while (frame && !is_none(frame)) {
		cleanup_drop struct object *code = frame_code(frame);
		const struct break_lines *lines =
			code ? break_table_lines(waiting.self, code) : NULL;
		if (!lines || (lines->any && visit(frame, code) < 0)) {
			drop(frame);
			return -1;
		}
		frame = frame_step(frame);
	}
	drop(frame);
	return frame ? 0 : -1;
}

static int listen(struct object *frame, struct object *code)
{
	return monitoring_listen_in(&tool, code, BIT(LINE) | BIT(JUMP));
}

static int give_function(struct object *frame, struct object *code)
{
	int traced = frame_is_traced(frame);
	return traced ? traced < 0 ? -1 : 0 : frame_trace(frame, waiting.function);
}

int events_local_update(void)
{
	if (waiting.generation == break_table_generation)
		return 0;
	waiting.generation = break_table_generation;
	return monitoring_restart() < 0 ? -1 : visit_stack(listen);
}

int events_local_start(struct object *self)
{
	int taken = take_tool();
	if (taken <= 0)
		return taken;
	waiting.function = events_trace_function();
	waiting.self = self;
	waiting.thread = py.PyThreadState_Get();
	waiting.generation = 0;
	if (events_trace_stop() < 0 ||
	    monitoring_listen(&tool, BIT(PY_START) | BIT(PY_RESUME)) < 0 ||
	    events_local_update() < 0) {
		fail();
		return -1;
	}
	return 0;
}

int events_local_end(bool trace)
{
	cleanup_drop struct object *function = waiting.function;
	bool here = events_local_is_here();
	int result = monitoring_stop(&tool);
	if (trace && here && result == 0)
		result = visit_stack(give_function);
	waiting.self = waiting.function = NULL;
	if (trace && here && result == 0)
		result = events_trace_start(function);
	return result;
}
