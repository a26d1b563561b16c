/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breakpoints of a Bdb: texts are failures, None is success. */
#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/breakpoint.h"
#include "agent/engine.h"
#include "agent/frame.h"

struct object *breaks_of(struct object *self, struct object *filename)
{
	cleanup_drop struct object *breaks = state_get(self, NAME_breaks);
	if (!breaks)
		return NULL;
	if (type_of(breaks) == py.PyDict_Type) {
		struct object *lines = py.PyDict_GetItem(breaks, filename);
		return hold(lines ? lines : none);
	}
	int known = py.PySequence_Contains(breaks, filename);
	if (known < 0)
		return NULL;
	return known ? py.PyObject_GetItem(breaks, filename) : hold(none);
}

static int forget_file(struct object *self, struct object *filename)
{
	break_table_change();
	cleanup_drop struct object *breaks = state_get(self, NAME_breaks);
	return breaks ? py.PyObject_DelItem(breaks, filename) : -1;
}

/* The list of a file, which is made if there is none. */
static struct object *make_lines(struct object *self, struct object *filename)
{
	struct object *lines = breaks_of(self, filename);
	if (!lines || !is_none(lines))
		return lines;
	drop(lines);
	cleanup_drop struct object *breaks = state_get(self, NAME_breaks);
	struct object *made = breaks ? py.PyList_New(0) : NULL;
	if (made && py.PyObject_SetItem(breaks, filename, made) == 0)
		return made;
	drop(made);
	return NULL;
}

static int add_to_breaks(struct object *self, struct object *filename,
			 struct object *lineno)
{
	break_table_change();
	cleanup_drop struct object *lines = make_lines(self, filename);
	int known = lines ? py.PySequence_Contains(lines, lineno) : -1;
	if (known)
		return known < 0 ? -1 : 0;
	return done(call_method(lines, append, lineno));
}

static int tell_add_to_breaks(struct object *self, struct object *filename,
			      struct object *lineno)
{
	if (bdb_own(self, NAME__add_to_breaks))
		return add_to_breaks(self, filename, lineno);
	return done(call_method(self, _add_to_breaks, filename, lineno));
}

static int line_exists(struct object *filename, struct object *lineno)
{
	cleanup_drop struct object *linecache = import_module("linecache");
	return linecache ? truth_of(call_method(linecache, getline, filename, lineno)) : -1;
}

/* Frames that run already, and were not worth tracing before. */
static int trace_running(struct object *self)
{
	struct object *frame = state_get(self, NAME_enterframe);
	while (frame && !is_none(frame)) {
		int wanted = ask_break_anywhere(self, frame);
		if (wanted > 0)
			wanted = trace_frame(self, frame);
		if (wanted < 0) {
			drop(frame);
			return -1;
		}
		frame = frame_step(frame);
	}
	drop(frame);
	bool outside = frame != NULL;
	return outside ? engine_update(self) : -1;
}

static struct object *set_break(struct object *self, struct object *args,
				struct object *kwargs)
{
	struct object *given, *lineno, *temporary = py.false_object, *cond = none,
				       *funcname = none;

	if (!parse(args, kwargs, "OO|OOO:set_break",
		   PARAMETERS("filename", "lineno", "temporary", "cond", "funcname"),
		   &given, &lineno, &temporary, &cond, &funcname))
		return NULL;
	cleanup_drop struct object *filename = ask_canonic(self, given);
	int exists = filename ? line_exists(filename, lineno) : -1;
	if (exists == 0)
		return format_text("Line %s:%d does not exist", hold(filename),
				   hold(lineno));
	if (exists < 0 || tell_add_to_breaks(self, filename, lineno) < 0 ||
	    done(call(breakpoint_class, filename, lineno, temporary, cond, funcname)) < 0)
		return NULL;
	return none_unless(trace_running(self));
}

static int load_breaks(struct object *self)
{
	cleanup_drop struct object *places = get(breakpoint_class, NAME_bplist);
	cleanup_drop struct object *keys = places ? py.PySequence_List(places) : NULL;
	cleanup_drop struct object *iterator = keys ? py.PyObject_GetIter(keys) : NULL;
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *place = py.PyIter_Next(iterator);
		if (!place)
			return py.PyErr_Occurred() ? -1 : 0;
		struct object *filename = py.PyTuple_GetItem(place, 0);
		struct object *lineno = filename ? py.PyTuple_GetItem(place, 1) : NULL;
		if (!lineno || tell_add_to_breaks(self, filename, lineno) < 0)
			return -1;
	}
}

int tell_load_breaks(struct object *self)
{
	if (bdb_own(self, NAME__load_breaks))
		return load_breaks(self);
	return done(call_method(self, _load_breaks));
}

/* A line stays as long as a Breakpoint is there, of whichever Bdb. */
static int prune_breaks(struct object *self, struct object *filename, struct object *lineno)
{
	break_table_change();
	int exists = breakpoints_exist(filename, lineno);
	cleanup_drop struct object *breaks =
		exists < 0 ? NULL : state_get(self, NAME_breaks);
	cleanup_drop struct object *lines =
		breaks ? py.PyObject_GetItem(breaks, filename) : NULL;
	if (!lines || (!exists && done(call_method(lines, remove, lineno)) < 0))
		return -1;
	long left = py.PyObject_Size(lines);
	return left ? left < 0 ? -1 : 0 : forget_file(self, filename);
}

static int tell_prune_breaks(struct object *self, struct object *filename,
			     struct object *lineno)
{
	if (bdb_own(self, NAME__prune_breaks))
		return prune_breaks(self, filename, lineno);
	return done(call_method(self, _prune_breaks, filename, lineno));
}

/* All in a list, or None among them; the list is a copy, as each takes itself out of it. */
static int delete_all(struct object *breakpoints)
{
	cleanup_drop struct object *copy =
		breakpoints ? py.PySequence_List(breakpoints) : NULL;
	cleanup_drop struct object *iterator = copy ? py.PyObject_GetIter(copy) : NULL;
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *breakpoint = py.PyIter_Next(iterator);
		if (!breakpoint)
			return py.PyErr_Occurred() ? -1 : 0;
		if (!is_none(breakpoint) && done(call_method(breakpoint, deleteMe)) < 0)
			return -1;
	}
}

static struct object *no_breakpoints_in(struct object *filename)
{
	return format_text("There are no breakpoints in %s", hold(filename));
}

static struct object *clear_break(struct object *self, struct object *args,
				  struct object *kwargs)
{
	struct object *given, *lineno;
	if (!parse(args, kwargs, "OO:clear_break", PARAMETERS("filename", "lineno"), &given,
		   &lineno))
		return NULL;
	cleanup_drop struct object *filename = ask_canonic(self, given);
	cleanup_drop struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines)
		return NULL;
	if (is_none(lines))
		return no_breakpoints_in(filename);
	int known = py.PySequence_Contains(lines, lineno);
	if (known == 0)
		return format_text("There is no breakpoint at %s:%d", hold(filename),
				   hold(lineno));
	cleanup_drop struct object *breakpoints =
		known < 0 ? NULL : breakpoints_at(filename, lineno);
	if (delete_all(breakpoints) < 0)
		return NULL;
	return none_unless(tell_prune_breaks(self, filename, lineno));
}

/* The wording of Python 2 and 3. */
static const char *wording(const char *two, const char *three)
{
	return py.dialect.brackets_numbers ? two : three;
}

static struct object *number_of(struct object *argument)
{
	cleanup_drop struct object *type = builtin(NAME_int);
	struct object *number = type ? call(type, argument) : NULL;
	if (number ||
	    (!py.PyErr_ExceptionMatches(py.value_error) && !py.dialect.brackets_numbers))
		return number;
	py.PyErr_Clear();
	cleanup_drop struct object *tuple = py.PyTuple_Pack(1, argument);
	cleanup_drop struct object *pattern = text(wording(
		"Non-numeric breakpoint number (%s)", "Non-numeric breakpoint number %s"));
	if (!tuple || !pattern)
		return NULL;
	return raise_text(py.value_error, py.PyNumber_Remainder(pattern, tuple));
}

static struct object *by_number(struct object *argument)
{
	int given = py.dialect.brackets_numbers ? 1 : py.PyObject_IsTrue(argument);
	if (given == 0)
		return raise_text(py.value_error, text("Breakpoint number expected"));
	cleanup_drop struct object *number = given < 0 ? NULL : number_of(argument);
	cleanup_drop struct object *numbers =
		number ? get(breakpoint_class, NAME_bpbynumber) : NULL;
	if (!numbers)
		return NULL;
	struct object *found = py.PyObject_GetItem(numbers, number);
	if (!found && py.PyErr_ExceptionMatches(py.index_error)) {
		py.PyErr_Clear();
		return raise_text(py.value_error,
				  format_text(wording("Breakpoint number (%d) out of range",
						      "Breakpoint number %d out of range"),
					      hold(number)));
	}
	if (!found || !is_none(found))
		return found;
	drop(found);
	return raise_text(py.value_error,
			  format_text(wording("Breakpoint (%d) already deleted",
					      "Breakpoint %d already deleted"),
				      hold(number)));
}

static struct object *ask_by_number(struct object *self, struct object *argument)
{
	if (bdb_own(self, NAME_get_bpbynumber))
		return by_number(argument);
	return call_method(self, get_bpbynumber, argument);
}

/* The text of a ValueError; other exceptions go on. */
static struct object *text_of_error(void)
{
	struct pending_error error;
	if (!py.PyErr_ExceptionMatches(py.value_error))
		return NULL;
	error_save(&error);
	py.PyErr_NormalizeException(&error.type, &error.value, &error.traceback);
	struct object *text = py.PyObject_Str(error.value);
	drop(error.type);
	drop(error.value);
	drop(error.traceback);
	return text;
}

static struct object *clear_bpbynumber(struct object *self, struct object *args,
				       struct object *kwargs)
{
	struct object *argument;
	if (!parse(args, kwargs, "O:clear_bpbynumber", PARAMETERS("arg"), &argument))
		return NULL;
	cleanup_drop struct object *breakpoint = ask_by_number(self, argument);
	if (!breakpoint)
		return text_of_error();
	cleanup_drop struct object *file = get(breakpoint, NAME_file);
	cleanup_drop struct object *line = file ? get(breakpoint, NAME_line) : NULL;
	if (!line || done(call_method(breakpoint, deleteMe)) < 0)
		return NULL;
	return none_unless(tell_prune_breaks(self, file, line));
}

static int clear_lines(struct object *filename, struct object *lines)
{
	cleanup_drop struct object *iterator = py.PyObject_GetIter(lines);
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *lineno = py.PyIter_Next(iterator);
		if (!lineno)
			return py.PyErr_Occurred() ? -1 : 0;
		cleanup_drop struct object *breakpoints = breakpoints_at(filename, lineno);
		if (delete_all(breakpoints) < 0)
			return -1;
	}
}

static struct object *clear_all_file_breaks(struct object *self, struct object *args,
					    struct object *kwargs)
{
	struct object *given;
	if (!parse(args, kwargs, "O:clear_all_file_breaks", PARAMETERS("filename"), &given))
		return NULL;
	cleanup_drop struct object *filename = ask_canonic(self, given);
	cleanup_drop struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines)
		return NULL;
	if (is_none(lines))
		return no_breakpoints_in(filename);
	if (clear_lines(filename, lines) < 0)
		return NULL;
	return none_unless(forget_file(self, filename));
}

static struct object *clear_all_breaks(struct object *self, struct object *unused)
{
	break_table_change();
	int any = state_truth(self, NAME_breaks);
	if (any <= 0)
		return any < 0 ? NULL : text("There are no breakpoints");
	cleanup_drop struct object *numbers = get(breakpoint_class, NAME_bpbynumber);
	if (delete_all(numbers) < 0)
		return NULL;
	return none_unless(state_set_new(self, NAME_breaks, py.PyDict_New()));
}

static struct object *get_bpbynumber(struct object *self, struct object *args,
				     struct object *kwargs)
{
	struct object *argument;
	if (!parse(args, kwargs, "O:get_bpbynumber", PARAMETERS("arg"), &argument))
		return NULL;
	return by_number(argument);
}

/* The canonical name, if there is a breakpoint at the line; else None. */
static struct object *broken_file(struct object *self, struct object *given,
				  struct object *lineno)
{
	cleanup_drop struct object *filename = ask_canonic(self, given);
	cleanup_drop struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines || is_none(lines))
		return lines ? hold(none) : NULL;
	int known = py.PySequence_Contains(lines, lineno);
	return known < 0 ? NULL : hold(known ? filename : none);
}

static int get_break(struct object *self, struct object *filename, struct object *lineno)
{
	cleanup_drop struct object *file = broken_file(self, filename, lineno);
	return file ? !is_none(file) : -1;
}

int ask_get_break(struct object *self, struct object *filename, struct object *lineno)
{
	if (bdb_own(self, NAME_get_break))
		return get_break(self, filename, lineno);
	return truth_of(call_method(self, get_break, filename, lineno));
}

static struct object *get_break_method(struct object *self, struct object *args,
				       struct object *kwargs)
{
	struct object *filename, *lineno;
	if (!parse(args, kwargs, "OO:get_break", PARAMETERS("filename", "lineno"),
		   &filename, &lineno))
		return NULL;
	return bool_of(get_break(self, filename, lineno));
}

static struct object *get_breaks(struct object *self, struct object *args,
				 struct object *kwargs)
{
	struct object *filename, *lineno;
	if (!parse(args, kwargs, "OO:get_breaks", PARAMETERS("filename", "lineno"),
		   &filename, &lineno))
		return NULL;
	cleanup_drop struct object *file = broken_file(self, filename, lineno);
	if (!file)
		return NULL;
	return is_none(file) ? py.PyList_New(0) : breakpoints_at(file, lineno);
}

static struct object *get_file_breaks(struct object *self, struct object *args,
				      struct object *kwargs)
{
	struct object *given;
	if (!parse(args, kwargs, "O:get_file_breaks", PARAMETERS("filename"), &given))
		return NULL;
	cleanup_drop struct object *filename = ask_canonic(self, given);
	struct object *lines = filename ? breaks_of(self, filename) : NULL;
	if (!lines || !is_none(lines))
		return lines;
	drop(lines);
	return py.PyList_New(0);
}

static struct object *get_all_breaks(struct object *self, struct object *unused)
{
	return state_get(self, NAME_breaks);
}

static struct object *add_to_breaks_method(struct object *self, struct object *args,
					   struct object *kwargs)
{
	struct object *filename, *lineno;
	if (!parse(args, kwargs, "OO:_add_to_breaks", PARAMETERS("filename", "lineno"),
		   &filename, &lineno))
		return NULL;
	return none_unless(add_to_breaks(self, filename, lineno));
}

static struct object *prune_breaks_method(struct object *self, struct object *args,
					  struct object *kwargs)
{
	struct object *filename, *lineno;
	if (!parse(args, kwargs, "OO:_prune_breaks", PARAMETERS("filename", "lineno"),
		   &filename, &lineno))
		return NULL;
	return none_unless(prune_breaks(self, filename, lineno));
}

static struct object *load_breaks_method(struct object *self, struct object *unused)
{
	return none_unless(load_breaks(self));
}

#define WITH_ARGUMENTS METHOD_VARARGS | METHOD_KEYWORDS

struct method bdb_breaks_methods[] = {
	{"_add_to_breaks", add_to_breaks_method, WITH_ARGUMENTS, "Note a line in breaks."},
	{"set_break", set_break, WITH_ARGUMENTS, "Set a breakpoint at a line of a file."},
	{"_load_breaks", load_breaks_method, METHOD_NOARGS,
	 "Note all breakpoints of others."},
	{"_prune_breaks", prune_breaks_method, WITH_ARGUMENTS,
	 "Forget a line that has no breakpoint any more."},
	{"clear_break", clear_break, WITH_ARGUMENTS, "Delete all breakpoints at a line."},
	{"clear_bpbynumber", clear_bpbynumber, WITH_ARGUMENTS,
	 "Delete the breakpoint of a number."},
	{"clear_all_file_breaks", clear_all_file_breaks, WITH_ARGUMENTS,
	 "Delete all breakpoints of a file."},
	{"clear_all_breaks", clear_all_breaks, METHOD_NOARGS, "Delete all breakpoints."},
	{"get_bpbynumber", get_bpbynumber, WITH_ARGUMENTS,
	 "The breakpoint of a number, or a ValueError."},
	{"get_break", get_break_method, WITH_ARGUMENTS, "Whether a line has a breakpoint."},
	{"get_breaks", get_breaks, WITH_ARGUMENTS, "All breakpoints at a line."},
	{"get_file_breaks", get_file_breaks, WITH_ARGUMENTS,
	 "The lines of a file that have breakpoints."},
	{"get_all_breaks", get_all_breaks, METHOD_NOARGS,
	 "A dict: the lines with breakpoints of each file."},
	{0},
};
