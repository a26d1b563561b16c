/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracing on and off, and running what is debugged. */
#include "agent/bdb.h"
#include "agent/engine.h"
#include "agent/events_monitoring.h"
#include "agent/events_trace.h"
#include "agent/frame.h"

/* Whether its backend is 'monitoring'. */
static int monitors(struct object *self)
{
	cleanup_drop struct object *tracer = state_get(self, NAME_monitoring_tracer);
	return tracer ? !is_none(tracer) : -1;
}

static int start_trace(struct object *self)
{
	int monitoring = monitors(self);
	cleanup_drop struct object *function =
		monitoring < 0 ? NULL : get(self, NAME_trace_dispatch);
	if (!function || engine_stop() < 0)
		return -1;
	return monitoring ? events_monitoring_start(function)
			  : events_trace_start(function);
}

static int stop_trace(struct object *self)
{
	int monitoring = monitors(self);
	if (monitoring < 0 || engine_stop() < 0)
		return -1;
	return monitoring ? events_monitoring_stop() : events_trace_stop();
}

static int disable_current_event(struct object *self)
{
	int monitoring = monitors(self);
	if (monitoring > 0)
		events_monitoring_disable();
	return monitoring < 0 ? -1 : 0;
}

static int restart_events(struct object *self)
{
	int monitoring = monitors(self);
	return monitoring <= 0 ? monitoring : events_monitoring_restart();
}

int update_events(struct object *self)
{
	int monitoring = monitors(self);
	return monitoring <= 0 ? monitoring : events_monitoring_update();
}

int tell_start_trace(struct object *self)
{
	if (bdb_own(self, NAME_start_trace))
		return start_trace(self);
	return done(call_method(self, start_trace));
}

int tell_stop_trace(struct object *self)
{
	if (bdb_own(self, NAME_stop_trace))
		return stop_trace(self);
	return done(call_method(self, stop_trace));
}

int tell_disable_current_event(struct object *self)
{
	if (bdb_own(self, NAME_disable_current_event))
		return disable_current_event(self);
	return done(call_method(self, disable_current_event));
}

int tell_restart_events(struct object *self)
{
	if (bdb_own(self, NAME_restart_events))
		return restart_events(self);
	return done(call_method(self, restart_events));
}

/* However it ended, nothing is debugged any more; BdbQuit is an end in order. */
static struct object *finish(struct object *self, struct object *result)
{
	struct pending_error error = {0};
	if (!result) {
		if (py.PyErr_ExceptionMatches(bdb_quit)) {
			py.PyErr_Clear();
			result = hold(none);
		} else {
			error_save(&error);
		}
	}
	int ended = state_set_bool(self, NAME_quitting, true);
	if (ended == 0)
		ended = tell_stop_trace(self);
	if (error.type && ended == 0)
		error_restore(&error);
	if (ended == 0)
		return result;
	drop(error.type);
	drop(error.value);
	drop(error.traceback);
	drop(result);
	return NULL;
}

static struct object *main_globals(void)
{
	return module_attribute("__main__", NAME___dict__);
}

/* As exec() and eval() compile: with the text's own name, and in no other code's dialect.
 */
static struct object *compile_text(struct object *source, const char *mode_text)
{
	cleanup_drop struct object *function = builtin(NAME_compile);
	cleanup_drop struct object *file = text("<string>");
	cleanup_drop struct object *mode = text(mode_text);
	if (!function || !file || !mode)
		return NULL;
	return call(function, source, file, mode);
}

/* Text as Python 2 takes it: it ends a line, and eval() runs statements, too. */
static struct object *as_code(struct object *command, const char *mode)
{
	if (type_of(command) == py.PyCode_Type)
		return hold(command);
	if (!py.dialect.bytes_are_text) {
		if (*mode == 'e' && mode[1] == 'x' && type_of(command) == type_of(names[0]))
			return compile_text(command, mode);
		return hold(command);
	}
	cleanup_drop struct object *end = text("\n");
	cleanup_drop struct object *line = end ? py.PyNumber_Add(command, end) : NULL;
	return line ? compile_text(line, mode) : NULL;
}

/* Debug by `exec` or `eval`. In Python 2 exec is no function, but eval() takes code of any
 * kind. */
static struct object *run_in(struct object *self, struct object *command,
			     struct object *given_globals, struct object *given_locals,
			     enum name name)
{
	cleanup_drop struct object *globals =
		is_none(given_globals) ? main_globals() : hold(given_globals);
	if (!globals)
		return NULL;
	struct object *locals = is_none(given_locals) ? globals : given_locals;
	if (tell_reset(self) < 0)
		return NULL;
	cleanup_drop struct object *function =
		builtin(py.dialect.bytes_are_text ? NAME_eval : name);
	cleanup_drop struct object *code =
		function ? as_code(command, name == NAME_exec ? "exec" : "eval") : NULL;
	if (!code || tell_start_trace(self) < 0)
		return NULL;
	return finish(self, call(function, code, globals, locals));
}

static struct object *run(struct object *self, struct object *args, struct object *kwargs)
{
	struct object *command, *globals = none, *locals = none;
	if (!parse(args, kwargs, "O|OO:run", PARAMETERS("cmd", "globals", "locals"),
		   &command, &globals, &locals))
		return NULL;
	return none_unless(done(run_in(self, command, globals, locals, NAME_exec)));
}

static struct object *runeval(struct object *self, struct object *args,
			      struct object *kwargs)
{
	struct object *expression, *globals = none, *locals = none;
	if (!parse(args, kwargs, "O|OO:runeval", PARAMETERS("expr", "globals", "locals"),
		   &expression, &globals, &locals))
		return NULL;
	return run_in(self, expression, globals, locals, NAME_eval);
}

static struct object *runctx(struct object *self, struct object *args,
			     struct object *kwargs)
{
	struct object *command, *globals, *locals;
	if (!parse(args, kwargs, "OOO:runctx", PARAMETERS("cmd", "globals", "locals"),
		   &command, &globals, &locals))
		return NULL;
	if (!bdb_own(self, NAME_run))
		return none_unless(done(call_method(self, run, command, globals, locals)));
	return none_unless(done(run_in(self, command, globals, locals, NAME_exec)));
}

static struct object *runcall(struct object *self, struct object *args,
			      struct object *kwargs)
{
	long count = py.PyObject_Size(args);
	if (count < 1) {
		py.PyErr_SetString(
			py.type_error,
			"runcall() missing 1 required positional argument: 'func'");
		return NULL;
	}
	cleanup_drop struct object *rest = py.PyTuple_GetSlice(args, 1, count);
	if (!rest || tell_reset(self) < 0 || tell_start_trace(self) < 0)
		return NULL;
	return finish(self, py.PyObject_Call(py.PyTuple_GetItem(args, 0), rest, kwargs));
}

static struct object *start_trace_method(struct object *self, struct object *unused)
{
	return none_unless(start_trace(self));
}

static struct object *stop_trace_method(struct object *self, struct object *unused)
{
	return none_unless(stop_trace(self));
}

static struct object *disable_current_event_method(struct object *self,
						   struct object *unused)
{
	return none_unless(disable_current_event(self));
}

static struct object *restart_events_method(struct object *self, struct object *unused)
{
	return none_unless(restart_events(self));
}

#define WITH_ARGUMENTS METHOD_VARARGS | METHOD_KEYWORDS

struct method bdb_run_methods[] = {
	{"start_trace", start_trace_method, METHOD_NOARGS,
	 "Trace this thread from now on."},
	{"stop_trace", stop_trace_method, METHOD_NOARGS, "Trace it no more."},
	{"disable_current_event", disable_current_event_method, METHOD_NOARGS,
	 "With the backend 'monitoring': this event isn't wanted here again."},
	{"restart_events", restart_events_method, METHOD_NOARGS,
	 "With the backend 'monitoring': all events are wanted again."},
	{"run", run, WITH_ARGUMENTS, "Debug a statement; by default in __main__."},
	{"runeval", runeval, WITH_ARGUMENTS, "Debug an expression, and return its value."},
	{"runctx", runctx, WITH_ARGUMENTS, "run() with globals and locals."},
	{"runcall", runcall, WITH_ARGUMENTS, "Debug one call, and return what it returns."},
	{0},
};
