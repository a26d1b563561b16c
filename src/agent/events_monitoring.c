/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/events_monitoring.h"

#include "agent/events_trace.h"
#include "agent/frame.h"
#include "agent/monitoring.h"

#define BIT(name) (1u << MONITORING_##name)

static const unsigned everywhere =
	BIT(PY_START) | BIT(PY_RESUME) | BIT(PY_THROW) | BIT(PY_UNWIND) | BIT(RAISE);
static const unsigned in_traced_code =
	BIT(LINE) | BIT(JUMP) | BIT(PY_RETURN) | BIT(PY_YIELD) | BIT(STOP_ITERATION);

static struct {
	struct object *function;
	void *thread;
	bool enabled;
	bool disable; /* the event that is being told */
} tracer;

static struct monitoring_tool tool;

/* A function of a frame has been called: it may have changed which frames have one. */
static int after(struct object *frame)
{
	int traced = tracer.enabled ? frame_is_traced(frame) : 0;
	return traced <= 0 ? traced : events_monitoring_update();
}

static struct object *fail(struct object *frame)
{
	struct pending_error error;
	error_save(&error);
	events_monitoring_stop();
	frame_trace(frame, none);
	py.PyErr_Clear();
	error_restore(&error);
	return NULL;
}

/* What a callback answers, after it did (result >= 0) or failed to do what it is for. */
static struct object *answer(struct object *frame, int result, bool can_disable)
{
	if (result == 0)
		result = after(frame);
	bool disable = tracer.disable && can_disable;
	tracer.disable = false;
	if (result < 0)
		return fail(frame);
	return disable ? monitoring_disable() : hold(none);
}

/* The frame of an event that is for us; NULL if it is another thread's. Borrowed. */
static struct object *frame_of_event(void)
{
	if (!tracer.enabled || py.PyThreadState_Get() != tracer.thread)
		return NULL;
	return py.PyEval_GetFrame();
}

/* Tell the frame's function, if it has one. */
static int tell(struct object *frame, enum event event, struct object *argument)
{
	cleanup_drop struct object *function = get(frame, NAME_f_trace);
	if (!function || is_none(function))
		return function ? 0 : -1;
	return done(events_trace_call(function, frame, event, argument));
}

/* If a switch of the frame lets the event through. */
static int tell_if(struct object *frame, enum name name, enum event event)
{
	int wanted = get_truth(frame, name);
	return wanted <= 0 ? wanted : tell(frame, event, none);
}

static int begin(struct object *frame, struct object *code)
{
	cleanup_drop struct object *function = hold(tracer.function);
	cleanup_drop struct object *next =
		events_trace_call(function, frame, EVENT_CALL, none);
	if (!next || is_none(next))
		return next ? 0 : -1;
	if (frame_trace(frame, next) < 0)
		return -1;
	return tracer.enabled ? monitoring_listen_in(&tool, code, in_traced_code) : 0;
}

static struct object *on_call(struct object *unused, struct object *const *arguments,
			      long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, begin(frame, arguments[0]), true) : hold(none);
}

static struct object *on_throw(struct object *unused, struct object *const *arguments,
			       long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, begin(frame, arguments[0]), false) : hold(none);
}

static struct object *on_return(struct object *unused, struct object *const *arguments,
				long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell(frame, EVENT_RETURN, arguments[2]), true)
		     : hold(none);
}

static struct object *on_unwind(struct object *unused, struct object *const *arguments,
				long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell(frame, EVENT_RETURN, none), false) : hold(none);
}

static struct object *on_line(struct object *unused, struct object *const *arguments,
			      long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell_if(frame, NAME_f_trace_lines, EVENT_LINE), true)
		     : hold(none);
}

/* A jump back within a line begins it anew. -1 with an exception, else whether it is one.
 */
static int begins_anew(struct object *const *arguments)
{
	long from = py.PyLong_AsLong(arguments[1]);
	long to = from == -1 ? -1 : py.PyLong_AsLong(arguments[2]);
	if (to == -1)
		return -1;
	return to <= from && py.PyCode_Addr2Line(arguments[0], (int)from) ==
				     py.PyCode_Addr2Line(arguments[0], (int)to);
}

static struct object *on_jump(struct object *unused, struct object *const *arguments,
			      long count)
{
	struct object *frame = frame_of_event();
	if (!frame)
		return hold(none);
	int again = begins_anew(arguments);
	if (again <= 0)
		tracer.disable = true;
	else
		again = tell_if(frame, NAME_f_trace_lines, EVENT_LINE);
	return answer(frame, again < 0 ? -1 : 0, true);
}

static int tell_exception(struct object *frame, struct object *exception)
{
	cleanup_drop struct object *traceback = get(exception, NAME___traceback__);
	cleanup_drop struct object *info =
		traceback ? py.PyTuple_Pack(3, type_of(exception), exception, traceback)
			  : NULL;
	return info ? tell(frame, EVENT_EXCEPTION, info) : -1;
}

static struct object *on_raise(struct object *unused, struct object *const *arguments,
			       long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell_exception(frame, arguments[2]), false)
		     : hold(none);
}

static struct object *on_stop_iteration(struct object *unused,
					struct object *const *arguments, long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell_exception(frame, arguments[2]), true)
		     : hold(none);
}

static struct object *on_instruction(struct object *unused, struct object *const *arguments,
				     long count)
{
	struct object *frame = frame_of_event();
	return frame ? answer(frame, tell_if(frame, NAME_f_trace_opcodes, EVENT_OPCODE),
			      true)
		     : hold(none);
}

static struct monitoring_tool tool = {
	.name = "bdbtracer",
	.callbacks =
		{
			[MONITORING_PY_START] = on_call,
			[MONITORING_PY_RESUME] = on_call,
			[MONITORING_PY_THROW] = on_throw,
			[MONITORING_LINE] = on_line,
			[MONITORING_JUMP] = on_jump,
			[MONITORING_PY_RETURN] = on_return,
			[MONITORING_PY_YIELD] = on_return,
			[MONITORING_PY_UNWIND] = on_unwind,
			[MONITORING_RAISE] = on_raise,
			[MONITORING_STOP_ITERATION] = on_stop_iteration,
			[MONITORING_INSTRUCTION] = on_instruction,
		},
};

static int listen_in_frame(struct object *frame)
{
	cleanup_drop struct object *function = get(frame, NAME_f_trace);
	if (!function || is_none(function))
		return function ? 0 : -1;
	int opcodes = get_truth(frame, NAME_f_trace_opcodes);
	cleanup_drop struct object *code = opcodes < 0 ? NULL : frame_code(frame);
	if (!code)
		return -1;
	return monitoring_listen_in(
		&tool, code, opcodes ? in_traced_code | BIT(INSTRUCTION) : in_traced_code);
}

int events_monitoring_update(void)
{
	int current = tool.active ? monitoring_is_current(&tool) : 0;
	if (current <= 0)
		return current;
	struct object *newest = py.PyEval_GetFrame();
	struct object *frame = hold(newest ? newest : none);
	while (frame && !is_none(frame)) {
		if (listen_in_frame(frame) < 0) {
			drop(frame);
			return -1;
		}
		struct object *back = frame_back(frame);
		drop(frame);
		frame = back;
	}
	drop(frame);
	return frame ? 0 : -1;
}

int events_monitoring_start(struct object *function)
{
	enum { DEBUGGER_ID = 0 }; /* CPython: sys.monitoring.DEBUGGER_ID */

	struct object *old = tracer.function;
	tracer.function = hold(function);
	tracer.thread = py.PyThreadState_Get();
	drop(old);
	int started = monitoring_start(&tool, DEBUGGER_ID);
	if (started == 0)
		raise_text(py.value_error,
			   text("Another debugger is using the monitoring tool"));
	if (started <= 0 || events_monitoring_update() < 0 ||
	    monitoring_listen(&tool, everywhere) < 0)
		return -1;
	tracer.enabled = true;
	return 0;
}

int events_monitoring_stop(void)
{
	tracer.enabled = false;
	tracer.thread = NULL;
	return monitoring_stop(&tool);
}

void events_monitoring_disable(void)
{
	tracer.disable = true;
}

int events_monitoring_restart(void)
{
	int current = tool.active ? monitoring_is_current(&tool) : 0;
	return current <= 0 ? current : monitoring_restart();
}
