/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where to stop next. */
#include "agent/bdb.h"
#include "agent/engine.h"
#include "agent/frame.h"
#include "agent/instance.h"

/* Where to stop, as _set_stopinfo() is told. */
struct stopinfo {
	struct object *stopframe, *returnframe;
	struct object *stoplineno; /* 0 if NULL; from it on in stopframe; never in stopframe
				      if -1 */
	struct object *opcode;     /* a truth value; False if NULL */
	struct object *cmdframe, *cmdlineno; /* where the command was given; None if NULL */
};

/* From the frame of the event to the oldest that is debugged. */
static int switch_opcodes(struct object *self, struct object *value)
{
	struct object *frame = state_get(self, NAME_enterframe);
	cleanup_drop struct object *botframe =
		frame ? state_get(self, NAME_botframe) : NULL;
	while (frame && botframe && !is_none(frame)) {
		if (set(frame, NAME_f_trace_opcodes, value) < 0) {
			drop(frame);
			return -1;
		}
		if (frame == botframe)
			break;
		frame = frame_step(frame);
	}
	bool failed = !frame || !botframe;
	drop(frame);
	return failed ? -1 : 0;
}

static int set_trace_opcodes(struct object *self, struct object *value)
{
	if (!py.dialect.traces_opcodes)
		return 0;
	cleanup_drop struct object *current = state_get(self, NAME_trace_opcodes);
	int same = current ? equal(value, current) : -1;
	if (same)
		return same < 0 ? -1 : 0;
	if (state_set(self, NAME_trace_opcodes, value) < 0)
		return -1;
	return switch_opcodes(self, value) < 0 ? -1 : update_events(self);
}

static int tell_set_trace_opcodes(struct object *self, struct object *value)
{
	if (bdb_own(self, NAME__set_trace_opcodes))
		return set_trace_opcodes(self, value);
	return done(call_method(self, _set_trace_opcodes, value));
}

/* All at once, where they are just entries of the dictionary. */
static int set_directly(struct object *dictionary, enum name name, struct object *value)
{
	if (py.PyDict_GetItem(dictionary, names[name]) == value)
		return 0;
	return py.PyDict_SetItem(dictionary, names[name], value);
}

static int set_all_directly(struct object *given, const struct stopinfo *info,
			    struct object *stoplineno)
{
	cleanup_drop struct object *dictionary = hold(given);
	if (set_directly(dictionary, NAME_stopframe, info->stopframe) < 0 ||
	    set_directly(dictionary, NAME_returnframe, info->returnframe) < 0 ||
	    set_directly(dictionary, NAME_quitting, py.false_object) < 0 ||
	    set_directly(dictionary, NAME_stoplineno, stoplineno) < 0)
		return -1;
	if (set_directly(dictionary, NAME_cmdframe,
			 info->cmdframe ? info->cmdframe : none) < 0)
		return -1;
	return set_directly(dictionary, NAME_cmdlineno,
			    info->cmdlineno ? info->cmdlineno : none);
}

static int set_all(struct object *self, const struct stopinfo *info,
		   struct object *stoplineno)
{
	if (set(self, NAME_stopframe, info->stopframe) < 0 ||
	    set(self, NAME_returnframe, info->returnframe) < 0 ||
	    set_bool(self, NAME_quitting, false) < 0 ||
	    set(self, NAME_stoplineno, stoplineno) < 0)
		return -1;
	if (set(self, NAME_cmdframe, info->cmdframe ? info->cmdframe : none) < 0)
		return -1;
	return set(self, NAME_cmdlineno, info->cmdlineno ? info->cmdlineno : none);
}

static int set_stopinfo(struct object *self, const struct stopinfo *info)
{
	struct instance *instance = instance_known(self);
	cleanup_drop struct object *stoplineno =
		info->stoplineno ? hold(info->stoplineno) : number(0);
	engine_change();
	if (!stoplineno ||
	    (instance && instance->direct
		     ? set_all_directly(instance->dictionary, info, stoplineno)
		     : set_all(self, info, stoplineno)) < 0)
		return -1;
	return tell_set_trace_opcodes(self, info->opcode ? info->opcode : py.false_object);
}

/* Within an event the engine follows when that has been told. */
static int follow(struct object *self)
{
	cleanup_drop struct object *entered = state_get(self, NAME_enterframe);
	if (!entered || !is_none(entered))
		return entered ? 0 : -1;
	return engine_update(self);
}

static int tell_stopinfo(struct object *self, const struct stopinfo *info)
{
	if (bdb_own(self, NAME__set_stopinfo))
		return set_stopinfo(self, info) < 0 ? -1 : follow(self);
	cleanup_drop struct object *zero = number(0);
	if (!zero)
		return -1;
	return done(call_method(self, _set_stopinfo, info->stopframe, info->returnframe,
				info->stoplineno ? info->stoplineno : zero,
				info->opcode ? info->opcode : py.false_object,
				info->cmdframe ? info->cmdframe : none,
				info->cmdlineno ? info->cmdlineno : none));
}

int tell_set_stopinfo(struct object *self, struct object *stopframe,
		      struct object *returnframe)
{
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = stopframe,
						      .returnframe = returnframe});
}

int trace_frame(struct object *self, struct object *frame)
{
	engine_change_functions();
	cleanup_drop struct object *function = get(self, NAME_trace_dispatch);
	return function ? frame_trace(frame, function) : -1;
}

/* The caller may have been left untraced, to be fast. */
static int set_caller_tracefunc(struct object *self, struct object *frame)
{
	cleanup_drop struct object *caller = frame_back(frame);
	if (!caller || is_none(caller))
		return caller ? 0 : -1;
	int traced = frame_is_traced(caller);
	cleanup_drop struct object *botframe =
		traced == 0 ? state_get(self, NAME_botframe) : NULL;
	if (traced || !botframe)
		return traced > 0 ? 0 : -1;
	return caller == botframe ? 0 : trace_frame(self, caller);
}

int tell_set_caller_tracefunc(struct object *self, struct object *frame)
{
	if (bdb_own(self, NAME__set_caller_tracefunc))
		return set_caller_tracefunc(self, frame);
	return done(call_method(self, _set_caller_tracefunc, frame));
}

static int reset(struct object *self)
{
	cleanup_drop struct object *linecache = import_module("linecache");
	if (!linecache || done(call_method(linecache, checkcache)) < 0 ||
	    state_set(self, NAME_botframe, none) < 0)
		return -1;
	return tell_set_stopinfo(self, none, none);
}

int tell_reset(struct object *self)
{
	if (bdb_own(self, NAME_reset))
		return reset(self);
	return done(call_method(self, reset));
}

/*
 * A command within an event, of a Bdb whose methods are all ours: its entries are just set.
 *
 * @return 1 if that was the case; the frame is that of the event if NULL.
 */
static int command_directly(struct object *self, struct object *stopframe,
			    struct object *given)
{
	struct instance *instance = instance_known(self);
	if (!instance || !instance->plain || !instance->direct)
		return 0;
	struct object *entered = instance_attribute(instance, NAME_enterframe);
	struct object *opcodes = instance_attribute(instance, NAME_trace_opcodes);
	struct object *frame = given ? given : entered;
	if (!entered || is_none(entered) || opcodes != py.false_object ||
	    type_of(frame) != py.PyFrame_Type)
		return 0;
	long line = py.PyFrame_GetLineNumber(frame);
	cleanup_drop struct object *zero = number(0);
	cleanup_drop struct object *lineno = line < 0 ? hold(none) : number(line);
	if (!zero || !lineno)
		return -1;
	cleanup_drop struct object *kept = hold(frame);
	struct stopinfo info = {
		.stopframe = stopframe,
		.returnframe = none,
		.cmdframe = kept,
		.cmdlineno = lineno,
	};
	engine_change();
	return set_all_directly(instance->dictionary, &info, zero) < 0 ? -1 : 1;
}

/* The frame of the event; from a signal handler there may be none. */
static int set_step(struct object *self)
{
	int done_directly = command_directly(self, none, NULL);
	if (done_directly)
		return done_directly < 0 ? -1 : 0;
	cleanup_drop struct object *frame = state_get(self, NAME_enterframe);
	if (!frame)
		return -1;
	cleanup_drop struct object *lineno =
		is_none(frame) ? hold(none) : frame_lineno(frame);
	if (!lineno)
		return -1;
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = none,
						      .returnframe = none,
						      .cmdframe = frame,
						      .cmdlineno = lineno});
}

static int set_stepinstr(struct object *self)
{
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = none,
						      .returnframe = none,
						      .opcode = py._Py_TrueStruct});
}

static int set_next(struct object *self, struct object *frame)
{
	int done_directly = command_directly(self, frame, frame);
	if (done_directly)
		return done_directly < 0 ? -1 : 0;
	cleanup_drop struct object *lineno = frame_lineno(frame);
	if (!lineno)
		return -1;
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = frame,
						      .returnframe = none,
						      .cmdframe = frame,
						      .cmdlineno = lineno});
}

static int set_until(struct object *self, struct object *frame, struct object *given)
{
	cleanup_drop struct object *lineno = frame_lineno(frame);
	cleanup_drop struct object *one = number(1);
	if (!lineno || !one)
		return -1;
	cleanup_drop struct object *limit =
		is_none(given) ? py.PyNumber_Add(lineno, one) : hold(given);
	if (!limit)
		return -1;
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = frame,
						      .returnframe = frame,
						      .stoplineno = limit,
						      .cmdframe = frame,
						      .cmdlineno = lineno});
}

/* A generator's caller is another one each time: stop at its own end. */
static int set_return(struct object *self, struct object *frame)
{
	int generator = frame_is_generator(frame);
	cleanup_drop struct object *never = number(-1);
	cleanup_drop struct object *caller = frame_back(frame);
	if (generator < 0 || !never || !caller)
		return -1;
	if (!generator)
		return tell_set_stopinfo(self, caller, frame);
	return tell_stopinfo(self, &(struct stopinfo){.stopframe = frame,
						      .returnframe = frame,
						      .stoplineno = never});
}

/* Lines have to be told of; what the frame had is kept. */
static int switch_lines(struct object *self, struct object *frame)
{
	if (!py.dialect.frame_switches)
		return 0;
	cleanup_drop struct object *lines = get(frame, NAME_f_trace_lines);
	cleanup_drop struct object *opcodes =
		lines ? get(frame, NAME_f_trace_opcodes) : NULL;
	cleanup_drop struct object *pair =
		opcodes ? py.PyTuple_Pack(2, lines, opcodes) : NULL;
	cleanup_drop struct object *kept =
		pair ? state_get(self, NAME_frame_trace_lines_opcodes) : NULL;
	if (!kept || py.PyObject_SetItem(kept, frame, pair) < 0)
		return -1;
	return set(frame, NAME_f_trace_lines, py._Py_TrueStruct);
}

static int trace_stack(struct object *self, struct object *innermost)
{
	struct object *frame = hold(innermost);
	while (frame && !is_none(frame)) {
		if (trace_frame(self, frame) < 0 ||
		    state_set(self, NAME_botframe, frame) < 0 ||
		    switch_lines(self, frame) < 0) {
			drop(frame);
			return -1;
		}
		frame = frame_step(frame);
	}
	drop(frame);
	return frame ? 0 : -1;
}

static int begin_stepping(struct object *self)
{
	if (!py.dialect.traces_opcodes && !bdb_own(self, NAME_set_step))
		return done(call_method(self, set_step));
	if (bdb_own(self, NAME_set_stepinstr))
		return set_stepinstr(self);
	return done(call_method(self, set_stepinstr));
}

/* Within an event nothing is traced: there it has no effect. */
static int set_trace(struct object *self, struct object *given)
{
	cleanup_drop struct object *entered = state_get(self, NAME_enterframe);
	if (!entered || !is_none(entered))
		return entered ? 0 : -1;
	if (tell_stop_trace(self) < 0)
		return -1;
	struct object *frame = is_none(given) ? py.PyEval_GetFrame() : given;
	if (!frame || tell_reset(self) < 0 || state_set(self, NAME_enterframe, frame) < 0)
		return frame ? -1 : 0;
	int result = trace_stack(self, frame);
	if (result == 0)
		result = begin_stepping(self);
	struct pending_error error;
	error_save(&error);
	state_set(self, NAME_enterframe, none);
	error_restore(&error);
	return result < 0 ? -1 : tell_start_trace(self);
}

static int restore_switches(struct object *self)
{
	cleanup_drop struct object *kept = state_get(self, NAME_frame_trace_lines_opcodes);
	cleanup_drop struct object *items = kept ? call_method(kept, items) : NULL;
	cleanup_drop struct object *iterator = items ? py.PyObject_GetIter(items) : NULL;
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *item = py.PyIter_Next(iterator);
		if (!item)
			break;
		struct object *frame = py.PyTuple_GetItem(item, 0);
		struct object *pair = py.PyTuple_GetItem(item, 1);
		if (!frame || !pair ||
		    set(frame, NAME_f_trace_lines, py.PyTuple_GetItem(pair, 0)) < 0 ||
		    set(frame, NAME_f_trace_opcodes, py.PyTuple_GetItem(pair, 1)) < 0)
			return -1;
	}
	if (py.PyErr_Occurred() || update_events(self) < 0)
		return -1;
	return state_set_new(self, NAME_frame_trace_lines_opcodes, py.PyDict_New());
}

static int untrace_stack(struct object *self)
{
	engine_change_functions();
	cleanup_drop struct object *botframe = state_get(self, NAME_botframe);
	struct object *current = py.PyEval_GetFrame();
	struct object *frame = current ? hold(current) : hold(none);
	while (botframe && frame && !is_none(frame) && frame != botframe) {
		if (frame_untrace(frame) < 0) {
			drop(frame);
			return -1;
		}
		frame = frame_step(frame);
	}
	drop(frame);
	return frame && botframe ? 0 : -1;
}

static int set_continue(struct object *self)
{
	cleanup_drop struct object *botframe = state_get(self, NAME_botframe);
	cleanup_drop struct object *never = number(-1);
	if (!botframe || !never ||
	    tell_stopinfo(self, &(struct stopinfo){.stopframe = botframe,
						   .returnframe = none,
						   .stoplineno = never}) < 0)
		return -1;
	int any = state_truth(self, NAME_breaks);
	if (any)
		return any < 0 ? -1 : engine_continue(self);
	/* No breakpoints: run as without a debugger. */
	if (tell_stop_trace(self) < 0 || untrace_stack(self) < 0)
		return -1;
	return restore_switches(self);
}

static int set_quit(struct object *self)
{
	cleanup_drop struct object *botframe = state_get(self, NAME_botframe);
	if (!botframe || state_set(self, NAME_stopframe, botframe) < 0 ||
	    state_set(self, NAME_returnframe, none) < 0 ||
	    state_set_bool(self, NAME_quitting, true) < 0)
		return -1;
	return tell_stop_trace(self);
}

static struct object *set_trace_opcodes_method(struct object *self, struct object *args,
					       struct object *kwargs)
{
	struct object *value;
	if (!parse(args, kwargs, "O:_set_trace_opcodes", PARAMETERS("trace_opcodes"),
		   &value))
		return NULL;
	return none_unless(set_trace_opcodes(self, value));
}

static struct object *set_stopinfo_method(struct object *self, struct object *args,
					  struct object *kwargs)
{
	struct stopinfo info = {0};
	if (!parse(args, kwargs, "OO|OOOO:_set_stopinfo",
		   PARAMETERS("stopframe", "returnframe", "stoplineno", "opcode",
			      "cmdframe", "cmdlineno"),
		   &info.stopframe, &info.returnframe, &info.stoplineno, &info.opcode,
		   &info.cmdframe, &info.cmdlineno))
		return NULL;
	if (set_stopinfo(self, &info) < 0)
		return NULL;
	return none_unless(follow(self));
}

static struct object *set_caller_tracefunc_method(struct object *self, struct object *args,
						  struct object *kwargs)
{
	struct object *frame;
	if (!parse(args, kwargs, "O:_set_caller_tracefunc", PARAMETERS("current_frame"),
		   &frame))
		return NULL;
	return none_unless(set_caller_tracefunc(self, frame));
}

static struct object *reset_method(struct object *self, struct object *unused)
{
	return none_unless(reset(self));
}

static struct object *set_step_method(struct object *self, struct object *unused)
{
	return none_unless(set_step(self));
}

static struct object *set_stepinstr_method(struct object *self, struct object *unused)
{
	return none_unless(set_stepinstr(self));
}

static struct object *set_continue_method(struct object *self, struct object *unused)
{
	return none_unless(set_continue(self));
}

static struct object *set_quit_method(struct object *self, struct object *unused)
{
	return none_unless(set_quit(self));
}

static struct object *set_next_method(struct object *self, struct object *args,
				      struct object *kwargs)
{
	struct object *frame;
	if (!parse(args, kwargs, "O:set_next", PARAMETERS("frame"), &frame))
		return NULL;
	return none_unless(set_next(self, frame));
}

static struct object *set_return_method(struct object *self, struct object *args,
					struct object *kwargs)
{
	struct object *frame;
	if (!parse(args, kwargs, "O:set_return", PARAMETERS("frame"), &frame))
		return NULL;
	return none_unless(set_return(self, frame));
}

static struct object *set_until_method(struct object *self, struct object *args,
				       struct object *kwargs)
{
	struct object *frame, *lineno = none;
	if (!parse(args, kwargs, "O|O:set_until", PARAMETERS("frame", "lineno"), &frame,
		   &lineno))
		return NULL;
	return none_unless(set_until(self, frame, lineno));
}

static struct object *set_trace_method(struct object *self, struct object *args,
				       struct object *kwargs)
{
	struct object *frame = none;
	if (!parse(args, kwargs, "|O:set_trace", PARAMETERS("frame"), &frame))
		return NULL;
	return none_unless(set_trace(self, frame));
}

#define WITH_ARGUMENTS METHOD_VARARGS | METHOD_KEYWORDS

struct method bdb_stepping_methods[] = {
	{"reset", reset_method, METHOD_NOARGS, "Be ready to start."},
	{"_set_trace_opcodes", set_trace_opcodes_method, WITH_ARGUMENTS,
	 "Whether events of opcodes come."},
	{"_set_stopinfo", set_stopinfo_method, WITH_ARGUMENTS,
	 "In which frame to stop, from which line on; -1 is never."},
	{"_set_caller_tracefunc", set_caller_tracefunc_method, WITH_ARGUMENTS,
	 "Trace the caller of a frame, unless it is the last one."},
	{"set_until", set_until_method, WITH_ARGUMENTS,
	 "Stop at a later line of this frame, or when it returns."},
	{"set_step", set_step_method, METHOD_NOARGS,
	 "Stop at the next line, wherever that is."},
	{"set_stepinstr", set_stepinstr_method, METHOD_NOARGS,
	 "Stop at the next instruction."},
	{"set_next", set_next_method, WITH_ARGUMENTS,
	 "Stop at the next line in this frame, or in an older one."},
	{"set_return", set_return_method, WITH_ARGUMENTS, "Stop when this frame returns."},
	{"set_trace", set_trace_method, WITH_ARGUMENTS,
	 "Debug from this frame on, or from the caller's."},
	{"set_continue", set_continue_method, METHOD_NOARGS,
	 "Stop at breakpoints only. Without any nothing is traced."},
	{"set_quit", set_quit_method, METHOD_NOARGS,
	 "End: BdbQuit is raised where the next event is dispatched."},
	{0},
};
