/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stacks as lists and text. */
#include "agent/bdb.h"
#include "agent/frame.h"

static int append_new(struct object *list, struct object *frame, struct object *lineno)
{
	cleanup_drop struct object *pair =
		frame && lineno ? py.PyTuple_Pack(2, frame, lineno) : NULL;
	drop(frame);
	drop(lineno);
	return pair ? py.PyList_Append(list, pair) : -1;
}

/* From the newest frame to botframe; whether that was met, or -1. */
static int append_frames(struct object *self, struct object *list, struct object *newest)
{
	cleanup_drop struct object *botframe = state_get(self, NAME_botframe);
	struct object *frame = hold(newest);
	int met = 0;
	while (botframe && frame && !is_none(frame) && !met) {
		if (append_new(list, hold(frame), frame_lineno(frame)) < 0) {
			drop(frame);
			return -1;
		}
		met = frame == botframe;
		if (!met)
			frame = frame_step(frame);
	}
	bool failed = !botframe || !frame;
	drop(frame);
	return failed ? -1 : met;
}

static int append_tracebacks(struct object *list, struct object *first)
{
	struct object *traceback = hold(first);
	while (traceback && !is_none(traceback)) {
		if (append_new(list, get(traceback, NAME_tb_frame),
			       get(traceback, NAME_tb_lineno)) < 0) {
			drop(traceback);
			return -1;
		}
		struct object *next = get(traceback, NAME_tb_next);
		drop(traceback);
		traceback = next;
	}
	drop(traceback);
	return traceback ? 0 : -1;
}

/* A traceback that begins in the newest frame would show it twice. */
static struct object *rest_of(struct object *traceback, struct object *frame)
{
	int any = is_none(traceback) ? 0 : py.PyObject_IsTrue(traceback);
	if (any <= 0)
		return any < 0 ? NULL : hold(none);
	cleanup_drop struct object *first = get(traceback, NAME_tb_frame);
	if (!first)
		return NULL;
	return first == frame ? get(traceback, NAME_tb_next) : hold(traceback);
}

static struct object *get_stack(struct object *self, struct object *args,
				struct object *kwargs)
{
	struct object *frame, *given;
	if (!parse(args, kwargs, "OO:get_stack", PARAMETERS("f", "t"), &frame, &given))
		return NULL;
	cleanup_drop struct object *traceback = rest_of(given, frame);
	cleanup_drop struct object *stack = traceback ? py.PyList_New(0) : NULL;
	int met = stack ? append_frames(self, stack, frame) : -1;
	if (met < 0 || py.PyList_Reverse(stack) < 0)
		return NULL;
	long count = py.PyObject_Size(stack);
	if (append_tracebacks(stack, traceback) < 0)
		return NULL;
	if (!met)
		count = py.PyObject_Size(stack);
	cleanup_drop struct object *index = number(count > 0 ? count - 1 : 0);
	return index ? py.PyTuple_Pack(2, stack, index) : NULL;
}

/* Text grows by parts; a part that failed (NULL) makes it NULL. */
static void add(struct object **whole, struct object *part)
{
	struct object *longer = *whole && part ? py.PyNumber_Add(*whole, part) : NULL;
	drop(part);
	drop(*whole);
	*whole = longer;
}

static struct object *short_repr(struct object *value)
{
	cleanup_drop struct object *module =
		import_module(py.dialect.bytes_are_text ? "repr" : "reprlib");
	return module ? call_method(module, repr, value) : NULL;
}

/* repr of a local variable, or what it is else; the variable is forgotten by nobody. */
static struct object *local_repr(struct object *locals, enum name name, bool only_true)
{
	int known = py.PySequence_Contains(locals, names[name]);
	if (known <= 0)
		return known < 0 ? NULL : hold(none);
	cleanup_drop struct object *value = py.PyObject_GetItem(locals, names[name]);
	int wanted = !value ? -1 : only_true ? py.PyObject_IsTrue(value) : 1;
	if (wanted <= 0)
		return wanted < 0 ? NULL : hold(none);
	return short_repr(value);
}

static struct object *arguments_text(struct object *locals)
{
	struct object *found = py.dialect.shows_arguments
				       ? local_repr(locals, NAME___args__, true)
				       : hold(none);
	if (!found || !is_none(found))
		return found;
	drop(found);
	return text("()");
}

static struct object *function_text(struct object *frame)
{
	cleanup_drop struct object *code = frame_code(frame);
	struct object *name = code ? get(code, NAME_co_name) : NULL;
	int named = name ? py.PyObject_IsTrue(name) : -1;
	if (named > 0)
		return name;
	drop(name);
	return named < 0 ? NULL : text("<lambda>");
}

static void add_returned(struct object **whole, struct object *locals)
{
	struct object *returned = local_repr(locals, NAME___return__, false);
	if (returned && is_none(returned)) {
		drop(returned);
		return;
	}
	add(whole, text("->"));
	add(whole, returned);
}

static struct object *source_line(struct object *frame, struct object *filename,
				  struct object *lineno)
{
	cleanup_drop struct object *linecache = import_module("linecache");
	cleanup_drop struct object *globals = linecache ? get(frame, NAME_f_globals) : NULL;
	return globals ? call_method(linecache, getline, filename, lineno, globals) : NULL;
}

static void add_source(struct object **whole, struct object *line, struct object *prefix)
{
	int any = line ? py.PyObject_IsTrue(line) : -1;
	if (any == 0)
		return;
	add(whole, any < 0 ? NULL : hold(prefix));
	add(whole, any < 0 ? NULL : call_method(line, strip));
}

static struct object *format_stack_entry(struct object *self, struct object *args,
					 struct object *kwargs)
{
	cleanup_drop struct object *colon = text(": ");
	struct object *pair, *prefix = colon;
	if (!parse(args, kwargs, "O|O:format_stack_entry",
		   PARAMETERS("frame_lineno", "lprefix"), &pair, &prefix))
		return NULL;
	cleanup_drop struct object *tuple = call(py.PyTuple_Type, pair);
	struct object *frame = tuple ? py.PyTuple_GetItem(tuple, 0) : NULL;
	struct object *lineno = frame ? py.PyTuple_GetItem(tuple, 1) : NULL;
	cleanup_drop struct object *file = lineno ? frame_filename(frame) : NULL;
	cleanup_drop struct object *filename = file ? ask_canonic(self, file) : NULL;
	cleanup_drop struct object *locals = filename ? get(frame, NAME_f_locals) : NULL;
	if (!locals)
		return NULL;

	struct object *whole = format_text("%s(%r)", hold(filename), hold(lineno));
	add(&whole, function_text(frame));
	add(&whole, arguments_text(locals));
	add_returned(&whole, locals);
	if (is_none(lineno)) {
		add(&whole, hold(prefix));
		add(&whole, text("Warning: lineno is None"));
		return whole;
	}
	cleanup_drop struct object *line =
		whole ? source_line(frame, filename, lineno) : NULL;
	if (whole)
		add_source(&whole, line, prefix);
	return whole;
}

struct method bdb_stack_methods[] = {
	{"get_stack", get_stack, METHOD_VARARGS | METHOD_KEYWORDS,
	 "([(frame, line), ...], index of f): from botframe to f, then a traceback."},
	{"format_stack_entry", format_stack_entry, METHOD_VARARGS | METHOD_KEYWORDS,
	 "A frame and its line as text."},
	{0},
};
