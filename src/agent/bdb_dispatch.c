/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an event leads to, and whether to stop. */
#include "agent/bdb.h"
#include "agent/breakpoint.h"
#include "agent/code_table.h"
#include "agent/engine.h"
#include "agent/frame.h"
#include "agent/line.h"

static const enum name event_names[EVENT_COUNT] = {
	[EVENT_CALL] = NAME_call,         [EVENT_EXCEPTION] = NAME_exception,
	[EVENT_LINE] = NAME_line,         [EVENT_RETURN] = NAME_return,
	[EVENT_C_CALL] = NAME_c_call,     [EVENT_C_EXCEPTION] = NAME_c_exception,
	[EVENT_C_RETURN] = NAME_c_return, [EVENT_OPCODE] = NAME_opcode,
};

enum name event_name(enum event event)
{
	return event_names[event];
}

/* Names like <stdin> stay as they are. -1 is an exception. */
static int is_in_brackets(struct object *filename)
{
	if (py.dialect.bytes_are_text) {
		char *bytes;
		long size;
		if (py.PyString_AsStringAndSize(filename, &bytes, &size) < 0)
			return -1;
		return size >= 2 && bytes[0] == '<' && bytes[size - 1] == '>';
	}
	long length = py.PyUnicode_GetLength(filename);
	if (length < 2)
		return length < 0 ? -1 : 0;
	return py.PyUnicode_ReadChar(filename, 0) == '<' &&
	       py.PyUnicode_ReadChar(filename, length - 1) == '>';
}

static struct object *make_canonic(struct object *filename)
{
	cleanup_drop struct object *path = module_attribute("os", NAME_path);
	cleanup_drop struct object *absolute =
		path ? call_method(path, abspath, filename) : NULL;
	return absolute ? call_method(path, normcase, absolute) : NULL;
}

static struct object *canonic(struct object *self, struct object *filename)
{
	int brackets = is_in_brackets(filename);
	if (brackets)
		return brackets < 0 ? NULL : hold(filename);
	cleanup_drop struct object *cache = state_get(self, NAME_fncache);
	if (!cache)
		return NULL;
	struct object *known = type_of(cache) == py.PyDict_Type
				       ? py.PyDict_GetItem(cache, filename)
				       : NULL;
	if (known)
		return hold(known);
	struct object *made = make_canonic(filename);
	if (made && py.PyObject_SetItem(cache, filename, made) == 0)
		return made;
	drop(made);
	return NULL;
}

struct object *ask_canonic(struct object *self, struct object *filename)
{
	if (bdb_own(self, NAME_canonic))
		return canonic(self, filename);
	return call_method(self, canonic, filename);
}

static struct object *canonic_of(struct object *self, struct object *frame)
{
	cleanup_drop struct object *filename = frame_filename(frame);
	return filename ? ask_canonic(self, filename) : NULL;
}

static int is_skipped_module(struct object *self, struct object *module)
{
	if (is_none(module))
		return 0;
	cleanup_drop struct object *patterns = state_get(self, NAME_skip);
	cleanup_drop struct object *iterator =
		patterns ? py.PyObject_GetIter(patterns) : NULL;
	cleanup_drop struct object *match =
		iterator ? module_attribute("fnmatch", NAME_fnmatch) : NULL;
	if (!match)
		return -1;
	for (;;) {
		cleanup_drop struct object *pattern = py.PyIter_Next(iterator);
		if (!pattern)
			return py.PyErr_Occurred() ? -1 : 0;
		int found = truth_of(call(match, module, pattern));
		if (found)
			return found;
	}
}

static int is_skipped(struct object *self, struct object *frame)
{
	int any = state_truth(self, NAME_skip);
	if (any <= 0)
		return any;
	cleanup_drop struct object *globals = get(frame, NAME_f_globals);
	cleanup_drop struct object *module =
		globals ? call_method(globals, get, names[NAME___name__]) : NULL;
	if (!module)
		return -1;
	if (bdb_own(self, NAME_is_skipped_module))
		return is_skipped_module(self, module);
	return truth_of(call_method(self, is_skipped_module, module));
}

/* In the frame where to stop: from a line on, or never if that is -1. */
static int stops_at_line(struct object *self, struct object *frame)
{
	enum { GREATER_OR_EQUAL = 5 }; /* CPython: Include/object.h, Py_GE */
	long stoplineno;
	cleanup_drop struct object *limit = state_get(self, NAME_stoplineno);
	if (!limit || state_number(self, NAME_stoplineno, &stoplineno) < 0)
		return -1;
	if (stoplineno == -1)
		return 0;
	cleanup_drop struct object *lineno = frame_lineno(frame);
	return lineno ? py.PyObject_RichCompareBool(lineno, limit, GREATER_OR_EQUAL) : -1;
}

static int stop_here(struct object *self, struct object *frame)
{
	int skipped = is_skipped(self, frame);
	if (skipped)
		return skipped < 0 ? -1 : 0;
	cleanup_drop struct object *stopframe = state_get(self, NAME_stopframe);
	if (!stopframe)
		return -1;
	if (stopframe == frame)
		return stops_at_line(self, frame);
	return is_none(stopframe);
}

static int ask_stop_here(struct object *self, struct object *frame)
{
	if (bdb_own(self, NAME_stop_here))
		return stop_here(self, frame);
	return truth_of(call_method(self, stop_here, frame));
}

/* The line of the breakpoints that may be meant: this one, or the function's first; None if
 * there are none. */
static struct object *line_with_breaks(struct object *frame, struct object *lines)
{
	struct object *lineno = frame_lineno(frame);
	int found = lineno ? py.PySequence_Contains(lines, lineno) : -1;
	if (found > 0)
		return lineno;
	drop(lineno);
	cleanup_drop struct object *code = found < 0 ? NULL : frame_code(frame);
	struct object *first = code ? get(code, NAME_co_firstlineno) : NULL;
	found = first ? py.PySequence_Contains(lines, first) : -1;
	if (found > 0)
		return first;
	drop(first);
	return found < 0 ? NULL : hold(none);
}

static int clear_temporary(struct object *self, struct object *breakpoint,
			   struct object *number)
{
	int temporary = get_truth(breakpoint, NAME_temporary);
	if (temporary <= 0)
		return temporary;
	cleanup_drop struct object *words = py.PyObject_Str(number);
	return words ? done(call_method(self, do_clear, words)) : -1;
}

int bdb_break_at(struct object *self, struct object *filename, struct object *lineno,
		 struct object *frame)
{
	bool may_delete;
	cleanup_drop struct object *found =
		breakpoint_effective(filename, lineno, frame, &may_delete);
	if (!found || is_none(found))
		return found ? 0 : -1;
	cleanup_drop struct object *number = get(found, NAME_number);
	if (!number || state_set(self, NAME_currentbp, number) < 0)
		return -1;
	if (may_delete && clear_temporary(self, found, number) < 0)
		return -1;
	return 1;
}

static int break_here(struct object *self, struct object *frame)
{
	cleanup_drop struct object *filename = canonic_of(self, frame);
	cleanup_drop struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines || is_none(lines))
		return lines ? 0 : -1;
	cleanup_drop struct object *lineno = line_with_breaks(frame, lines);
	if (!lineno || is_none(lineno))
		return lineno ? 0 : -1;
	return bdb_break_at(self, filename, lineno, frame);
}

static int ask_break_here(struct object *self, struct object *frame)
{
	if (bdb_own(self, NAME_break_here))
		return break_here(self, frame);
	return truth_of(call_method(self, break_here, frame));
}

static int lineno_in_frame(struct object *lineno, struct object *frame)
{
	cleanup_drop struct object *code = frame_code(frame);
	cleanup_drop struct object *lines = code ? code_table_lines(code) : NULL;
	return lines ? py.PySequence_Contains(lines, lineno) : -1;
}

static int ask_lineno_in_frame(struct object *self, struct object *lineno,
			       struct object *frame)
{
	if (bdb_own(self, NAME__lineno_in_frame))
		return lineno_in_frame(lineno, frame);
	return truth_of(call_method(self, _lineno_in_frame, lineno, frame));
}

static int break_anywhere(struct object *self, struct object *frame)
{
	cleanup_drop struct object *filename = canonic_of(self, frame);
	cleanup_drop struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines || is_none(lines))
		return lines ? 0 : -1;
	cleanup_drop struct object *iterator = py.PyObject_GetIter(lines);
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *lineno = py.PyIter_Next(iterator);
		if (!lineno)
			return py.PyErr_Occurred() ? -1 : 0;
		int found = ask_lineno_in_frame(self, lineno, frame);
		if (found)
			return found;
	}
}

int ask_break_anywhere(struct object *self, struct object *frame)
{
	if (bdb_own(self, NAME_break_anywhere))
		return break_anywhere(self, frame);
	return truth_of(call_method(self, break_anywhere, frame));
}

static struct object *trace_on(void)
{
	return hold(TRACE_ON);
}

/* Tell the subclass, and end if it wants to. */
static int stop(struct object *self, enum name name, struct object *frame,
		struct object *argument)
{
	if (bdb_tell(self, name, frame, argument) < 0 || tell_restart_events(self) < 0)
		return -1;
	int quitting = state_truth(self, NAME_quitting);
	if (quitting > 0)
		py.PyErr_SetNone(bdb_quit);
	return quitting ? -1 : 0;
}

/* One command has to leave the line before the next stop in its frame. */
static int is_line_of_command(struct object *self, struct object *frame)
{
	cleanup_drop struct object *cmdframe = state_get(self, NAME_cmdframe);
	int same = cmdframe ? equal(cmdframe, frame) : -1;
	if (same <= 0)
		return same;
	cleanup_drop struct object *cmdlineno = state_get(self, NAME_cmdlineno);
	cleanup_drop struct object *lineno = cmdlineno ? frame_lineno(frame) : NULL;
	return lineno ? equal(cmdlineno, lineno) : -1;
}

static int disable_line(struct object *self, struct object *frame)
{
	if (engine_is_plain(self))
		return 0;
	cleanup_drop struct object *filename = frame_filename(frame);
	cleanup_drop struct object *lineno = filename ? frame_lineno(frame) : NULL;
	int wanted = lineno ? ask_get_break(self, filename, lineno) : -1;
	return wanted ? wanted : tell_disable_current_event(self);
}

static struct object *dispatch_line(struct object *self, struct object *frame)
{
	int stops = ask_stop_here(self, frame);
	if (stops == 0)
		stops = ask_break_here(self, frame);
	int same = stops > 0 ? is_line_of_command(self, frame) : 0;
	if (stops < 0 || same < 0)
		return NULL;
	if (stops && !same)
		return stop(self, NAME_user_line, frame, NULL) < 0 ? NULL : trace_on();
	return disable_line(self, frame) < 0 ? NULL : trace_on();
}

/* The first call since reset() is what is debugged; its caller is the end of the stack. */
static int begin(struct object *self, struct object *frame)
{
	cleanup_drop struct object *botframe = state_get(self, NAME_botframe);
	if (!botframe)
		return -1;
	if (!is_none(botframe))
		return 0;
	return state_set_new(self, NAME_botframe, frame_back(frame)) < 0 ? -1 : 1;
}

/* In generators calls and returns are no stops, unless one steps. */
static int passes_generator(struct object *self, struct object *frame)
{
	int bound = state_truth(self, NAME_stopframe);
	return bound <= 0 ? bound : frame_is_generator(frame);
}

static struct object *dispatch_call(struct object *self, struct object *frame,
				    struct object *argument)
{
	int begun = begin(self, frame);
	if (begun)
		return begun < 0 ? NULL : trace_on();
	int wanted = ask_stop_here(self, frame);
	if (wanted == 0)
		wanted = ask_break_anywhere(self, frame);
	if (wanted <= 0)
		return wanted < 0 || tell_disable_current_event(self) < 0 ? NULL
									  : hold(none);
	int passes = passes_generator(self, frame);
	if (passes)
		return passes < 0 ? NULL : trace_on();
	return stop(self, NAME_user_call, frame, argument) < 0 ? NULL : trace_on();
}

static int stop_at_return(struct object *self, struct object *frame, struct object *value)
{
	int result = state_set(self, NAME_frame_returning, frame);
	if (result == 0)
		result = bdb_tell(self, NAME_user_return, frame, value);
	if (result == 0)
		result = tell_restart_events(self);
	struct pending_error error;
	error_save(&error);
	state_set(self, NAME_frame_returning, none);
	error_restore(&error);
	int quitting = result == 0 ? state_truth(self, NAME_quitting) : -1;
	if (quitting > 0)
		py.PyErr_SetNone(bdb_quit);
	return quitting ? -1 : 0;
}

/* A frame that ends can't be where to stop next: `next` and `until` become `step`. */
static int leave(struct object *self, struct object *frame)
{
	long stoplineno;
	cleanup_drop struct object *stopframe = state_get(self, NAME_stopframe);
	if (!stopframe || state_number(self, NAME_stoplineno, &stoplineno) < 0)
		return -1;
	if (stopframe == frame && stoplineno != -1 &&
	    tell_set_stopinfo(self, none, none) < 0)
		return -1;
	if (state_number(self, NAME_stoplineno, &stoplineno) < 0)
		return -1;
	return stoplineno == -1 ? 0 : tell_set_caller_tracefunc(self, frame);
}

static int returns_here(struct object *self, struct object *frame)
{
	int stops = ask_stop_here(self, frame);
	if (stops)
		return stops;
	cleanup_drop struct object *returnframe = state_get(self, NAME_returnframe);
	return returnframe ? equal(frame, returnframe) : -1;
}

static struct object *dispatch_return(struct object *self, struct object *frame,
				      struct object *value)
{
	int stops = returns_here(self, frame);
	if (stops <= 0)
		return stops < 0 ? NULL : trace_on();
	int passes = passes_generator(self, frame);
	if (passes < 0)
		return NULL;
	if (passes)
		return tell_set_caller_tracefunc(self, frame) < 0 ? NULL : trace_on();
	if (stop_at_return(self, frame, value) < 0 || leave(self, frame) < 0)
		return NULL;
	return trace_on();
}

static struct object *item(struct object *sequence, long index)
{
	cleanup_drop struct object *key = number(index);
	return key ? py.PyObject_GetItem(sequence, key) : NULL;
}

/* `yield from` and `await` end by a StopIteration without a traceback, which nobody raised.
 */
static int is_internal(struct object *frame, struct object *info)
{
	int generator = frame_is_generator(frame);
	if (generator <= 0)
		return generator;
	cleanup_drop struct object *type = item(info, 0);
	cleanup_drop struct object *traceback = type ? item(info, 2) : NULL;
	if (!traceback)
		return -1;
	return type == py.stop_iteration && is_none(traceback);
}

/* Whether the end of a generator, in which to stop, shows itself to another frame. */
static int ends_stopframe(struct object *self, struct object *frame, struct object *info)
{
	cleanup_drop struct object *stopframe = state_get(self, NAME_stopframe);
	if (!stopframe || is_none(stopframe) || stopframe == frame)
		return stopframe ? 0 : -1;
	int generator = frame_is_generator(stopframe);
	if (generator <= 0)
		return generator;
	cleanup_drop struct object *type = item(info, 0);
	return type ? type == py.stop_iteration || type == py.generator_exit : -1;
}

static struct object *dispatch_exception(struct object *self, struct object *frame,
					 struct object *info)
{
	int stops = ask_stop_here(self, frame);
	if (stops > 0) {
		int internal = is_internal(frame, info);
		stops = internal < 0 ? -1 : !internal;
	} else if (stops == 0) {
		stops = ends_stopframe(self, frame, info);
	}
	if (stops <= 0)
		return stops < 0 ? NULL : trace_on();
	return stop(self, NAME_user_exception, frame, info) < 0 ? NULL : trace_on();
}

static struct object *dispatch_opcode(struct object *self, struct object *frame)
{
	return stop(self, NAME_user_opcode, frame, NULL) < 0 ? NULL : trace_on();
}

static int write_line(struct object *line)
{
	cleanup_drop struct object *out = module_attribute("sys", NAME_stdout);
	cleanup_drop struct object *end = text("\n");
	if (!out || !end || !line || is_none(out))
		return out && is_none(out) && line ? 0 : -1;
	if (done(call_method(out, write, line)) < 0)
		return -1;
	return done(call_method(out, write, end));
}

static struct object *dispatch_unknown(struct object *event)
{
	cleanup_drop struct object *line =
		format_text("bdb.Bdb.dispatch: unknown debugging event: %r", hold(event));
	return write_line(line) < 0 ? NULL : trace_on();
}

/* Calls self.NAME(frame[, argument]), or what we do for it. */
static struct object *dispatch_by_method(struct object *self, struct object *frame,
					 enum event event, struct object *argument)
{
	switch (event) {
	case EVENT_LINE:
		if (bdb_own(self, NAME_dispatch_line))
			return dispatch_line(self, frame);
		return call_method(self, dispatch_line, frame);
	case EVENT_CALL:
		if (bdb_own(self, NAME_dispatch_call))
			return dispatch_call(self, frame, argument);
		return call_method(self, dispatch_call, frame, argument);
	case EVENT_RETURN:
		if (bdb_own(self, NAME_dispatch_return))
			return dispatch_return(self, frame, argument);
		return call_method(self, dispatch_return, frame, argument);
	case EVENT_EXCEPTION:
		if (bdb_own(self, NAME_dispatch_exception))
			return dispatch_exception(self, frame, argument);
		return call_method(self, dispatch_exception, frame, argument);
	case EVENT_OPCODE:
		/* Somebody asked for them before bdb knew them. */
		if (!py.dialect.traces_opcodes)
			return dispatch_unknown(names[NAME_opcode]);
		if (bdb_own(self, NAME_dispatch_opcode))
			return dispatch_opcode(self, frame);
		return call_method(self, dispatch_opcode, frame, argument);
	default:
		return trace_on();
	}
}

/* word: of an event that has no number. */
static struct object *dispatch(struct object *self, struct object *frame, enum event event,
			       struct object *word, struct object *argument)
{
	if (state_set(self, NAME_enterframe, frame) < 0)
		return NULL;
	struct object *result = NULL;
	int quitting = state_truth(self, NAME_quitting);
	if (quitting > 0)
		result = hold(none);
	else if (quitting == 0 && event == EVENT_COUNT)
		result = dispatch_unknown(word);
	else if (quitting == 0)
		result = dispatch_by_method(self, frame, event, argument);
	struct pending_error error;
	error_save(&error);
	state_set(self, NAME_enterframe, none);
	error_restore(&error);
	return result;
}

struct object *bdb_dispatch(struct object *self, struct object *frame, enum event event,
			    struct object *argument)
{
	if (event == EVENT_LINE) {
		struct object *result = line_dispatch(self, frame);
		if (result)
			return result == LINE_FAILED ? NULL : result;
	}
	return dispatch(self, frame, event, NULL, argument);
}

/* EVENT_COUNT: none. */
static int find_event(struct object *word)
{
	for (int i = 0; i < EVENT_COUNT; i++) {
		int same = equal(word, names[event_names[i]]);
		if (same)
			return same < 0 ? -1 : i;
	}
	return EVENT_COUNT;
}

/* TRACE_ON as what it stands for. */
static struct object *trace_function_of(struct object *self, struct object *result)
{
	if (result != TRACE_ON)
		return result;
	drop(result);
	return get(self, NAME_trace_dispatch);
}

struct object *bdb_trace_dispatch(struct object *self, struct object *args,
				  struct object *kwargs)
{
	struct object *frame, *word, *argument;
	if (!parse(args, kwargs, "OOO:trace_dispatch", PARAMETERS("frame", "event", "arg"),
		   &frame, &word, &argument))
		return NULL;
	int event = find_event(word);
	if (event < 0)
		return NULL;
	return trace_function_of(self, dispatch(self, frame, event, word, argument));
}

static struct object *canonic_method(struct object *self, struct object *args,
				     struct object *kwargs)
{
	struct object *filename;
	if (!parse(args, kwargs, "O:canonic", PARAMETERS("filename"), &filename))
		return NULL;
	return canonic(self, filename);
}

static struct object *is_skipped_module_method(struct object *self, struct object *args,
					       struct object *kwargs)
{
	struct object *module;
	if (!parse(args, kwargs, "O:is_skipped_module", PARAMETERS("module_name"), &module))
		return NULL;
	return bool_of(is_skipped_module(self, module));
}

static struct object *lineno_in_frame_method(struct object *self, struct object *args,
					     struct object *kwargs)
{
	struct object *lineno, *frame;
	if (!parse(args, kwargs, "OO:_lineno_in_frame", PARAMETERS("lineno", "frame"),
		   &lineno, &frame))
		return NULL;
	return bool_of(lineno_in_frame(lineno, frame));
}

/* Methods that are given a frame, or a frame and something more. */
#define METHOD_OF_FRAME(name, expression)                                                  \
	static struct object *name##_method(struct object *self, struct object *args,      \
					    struct object *kwargs)                         \
	{                                                                                  \
		struct object *frame;                                                      \
		if (!parse(args, kwargs, "O:" #name, PARAMETERS("frame"), &frame))         \
			return NULL;                                                       \
		return expression;                                                         \
	}

#define METHOD_OF_FRAME_AND(name, parameter, expression)                                   \
	static struct object *name##_method(struct object *self, struct object *args,      \
					    struct object *kwargs)                         \
	{                                                                                  \
		struct object *frame, *argument;                                           \
		if (!parse(args, kwargs, "OO:" #name, PARAMETERS("frame", parameter),      \
			   &frame, &argument))                                             \
			return NULL;                                                       \
		return expression;                                                         \
	}

METHOD_OF_FRAME(stop_here, bool_of(stop_here(self, frame)))
METHOD_OF_FRAME(break_here, bool_of(break_here(self, frame)))
METHOD_OF_FRAME(break_anywhere, bool_of(break_anywhere(self, frame)))
METHOD_OF_FRAME(dispatch_line, trace_function_of(self, dispatch_line(self, frame)))
METHOD_OF_FRAME_AND(dispatch_call, "arg",
		    trace_function_of(self, dispatch_call(self, frame, argument)))
METHOD_OF_FRAME_AND(dispatch_return, "arg",
		    trace_function_of(self, dispatch_return(self, frame, argument)))
METHOD_OF_FRAME_AND(dispatch_exception, "arg",
		    trace_function_of(self, dispatch_exception(self, frame, argument)))
METHOD_OF_FRAME_AND(dispatch_opcode, "arg",
		    trace_function_of(self, dispatch_opcode(self, frame)))
METHOD_OF_FRAME(user_line, hold(none))
METHOD_OF_FRAME(user_opcode, hold(none))
METHOD_OF_FRAME_AND(user_call, "argument_list", hold(none))
METHOD_OF_FRAME_AND(user_return, "return_value", hold(none))
METHOD_OF_FRAME_AND(user_exception, "exc_info", hold(none))

static struct object *do_clear_method(struct object *self, struct object *args,
				      struct object *kwargs)
{
	struct object *number;
	if (!parse(args, kwargs, "O:do_clear", PARAMETERS("arg"), &number))
		return NULL;
	return raise_text(py.not_implemented_error,
			  text("subclass of bdb must implement do_clear()"));
}

#define WITH_ARGUMENTS METHOD_VARARGS | METHOD_KEYWORDS

struct method bdb_dispatch_methods[] = {
	{"canonic", canonic_method, WITH_ARGUMENTS,
	 "A file's name in its one form: absolute. <name> stays as it is."},
	{"trace_dispatch", bdb_trace_dispatch, WITH_ARGUMENTS,
	 "The trace function of debugged frames; the answer is the next one."},
	{"dispatch_line", dispatch_line_method, WITH_ARGUMENTS,
	 "A line begins: user_line() if we stop here, or a breakpoint does."},
	{"dispatch_call", dispatch_call_method, WITH_ARGUMENTS,
	 "A block is entered: user_call() if we could stop in it; else it isn't traced."},
	{"dispatch_return", dispatch_return_method, WITH_ARGUMENTS,
	 "A block is left: user_return() if we stop here, or wait for this return."},
	{"dispatch_exception", dispatch_exception_method, WITH_ARGUMENTS,
	 "An exception: user_exception() if we stop here."},
	{"dispatch_opcode", dispatch_opcode_method, WITH_ARGUMENTS,
	 "An instruction begins: user_opcode()."},
	{"is_skipped_module", is_skipped_module_method, WITH_ARGUMENTS,
	 "Whether a module's name matches a pattern of skip."},
	{"stop_here", stop_here_method, WITH_ARGUMENTS,
	 "Whether the stepping command is to stop in this frame, at its line."},
	{"break_here", break_here_method, WITH_ARGUMENTS,
	 "Whether a breakpoint acts at the frame's line. A temporary one is cleared."},
	{"break_anywhere", break_anywhere_method, WITH_ARGUMENTS,
	 "Whether there is a breakpoint in the frame's code."},
	{"_lineno_in_frame", lineno_in_frame_method, WITH_ARGUMENTS,
	 "Whether the frame's code has this line."},
	{"do_clear", do_clear_method, WITH_ARGUMENTS,
	 "Clear a temporary breakpoint: a subclass has to do it."},
	{"user_call", user_call_method, WITH_ARGUMENTS, "We might stop in a function."},
	{"user_line", user_line_method, WITH_ARGUMENTS, "We stop at a line."},
	{"user_return", user_return_method, WITH_ARGUMENTS, "We stop at a return."},
	{"user_exception", user_exception_method, WITH_ARGUMENTS,
	 "We stop at an exception."},
	{"user_opcode", user_opcode_method, WITH_ARGUMENTS,
	 "We stop before an instruction."},
	{0},
};
