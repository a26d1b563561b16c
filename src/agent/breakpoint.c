/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/breakpoint.h"

#include "agent/condition.h"
#include "agent/frame.h"

struct object *breakpoint_class;

static struct object *place(struct object *file, struct object *line)
{
	return py.PyTuple_Pack(2, file, line);
}

static struct object *place_of(struct object *self)
{
	cleanup_drop struct object *file = get(self, NAME_file);
	cleanup_drop struct object *line = file ? get(self, NAME_line) : NULL;
	return line ? place(file, line) : NULL;
}

static int take_number(struct object *self)
{
	cleanup_drop struct object *own = get(breakpoint_class, NAME_next);
	cleanup_drop struct object *one = number(1);
	if (!own || !one || set(self, NAME_number, own) < 0)
		return -1;
	return set_new(breakpoint_class, NAME_next, py.PyNumber_Add(own, one));
}

/* The lists are looked up anew each time, and through self: they may be replaced on the
 * class. */
static int enter(struct object *self, struct object *file, struct object *line)
{
	cleanup_drop struct object *numbers = get(self, NAME_bpbynumber);
	if (!numbers || done(call_method(numbers, append, self)) < 0)
		return -1;
	cleanup_drop struct object *places = get(self, NAME_bplist);
	cleanup_drop struct object *key = places ? place(file, line) : NULL;
	int known = key ? py.PySequence_Contains(places, key) : -1;
	if (known < 0)
		return -1;
	cleanup_drop struct object *list =
		known ? py.PyObject_GetItem(places, key) : py.PyList_New(0);
	if (!list || done(call_method(list, append, self)) < 0)
		return -1;
	return known ? 0 : py.PyObject_SetItem(places, key, list);
}

static struct object *init(struct object *self, struct object *args, struct object *kwargs)
{
	struct object *file, *line, *temporary = py.false_object, *cond = none,
				    *funcname = none;

	if (!parse(args, kwargs, "OO|OOO:__init__",
		   PARAMETERS("file", "line", "temporary", "cond", "funcname"), &file,
		   &line, &temporary, &cond, &funcname))
		return NULL;
	if (set(self, NAME_funcname, funcname) < 0 ||
	    set(self, NAME_func_first_executable_line, none) < 0 ||
	    set(self, NAME_file, file) < 0 || set(self, NAME_line, line) < 0 ||
	    set(self, NAME_temporary, temporary) < 0 || set(self, NAME_cond, cond) < 0 ||
	    set_bool(self, NAME_enabled, true) < 0 ||
	    set_number(self, NAME_ignore, 0) < 0 || set_number(self, NAME_hits, 0) < 0 ||
	    take_number(self) < 0)
		return NULL;
	return none_unless(enter(self, file, line));
}

/* Also called as deleteMe() in its own hit: whoever walks the list walks a copy. */
static struct object *delete_me(struct object *self, struct object *unused)
{
	cleanup_drop struct object *key = place_of(self);
	cleanup_drop struct object *numbers = key ? get(self, NAME_bpbynumber) : NULL;
	cleanup_drop struct object *own = numbers ? get(self, NAME_number) : NULL;
	if (!own || py.PyObject_SetItem(numbers, own, none) < 0)
		return NULL;
	cleanup_drop struct object *places = get(self, NAME_bplist);
	cleanup_drop struct object *list = places ? py.PyObject_GetItem(places, key) : NULL;
	if (!list || done(call_method(list, remove, self)) < 0)
		return NULL;
	long left = py.PyObject_Size(list);
	if (left < 0)
		return NULL;
	return left ? hold(none) : none_unless(py.PyObject_DelItem(places, key));
}

static struct object *enable(struct object *self, struct object *unused)
{
	return none_unless(set_bool(self, NAME_enabled, true));
}

static struct object *disable(struct object *self, struct object *unused)
{
	return none_unless(set_bool(self, NAME_enabled, false));
}

static int add_text(struct object **whole, struct object *part)
{
	struct object *longer = part ? py.PyNumber_Add(*whole, part) : NULL;
	drop(part);
	if (!longer)
		return -1;
	drop(*whole);
	*whole = longer;
	return 0;
}

/* A line with a value, if that is true. */
static int add_if(struct object **whole, struct object *self, enum name name,
		  const char *pattern)
{
	int truth = get_truth(self, name);
	if (truth <= 0)
		return truth;
	return add_text(whole, format_text(pattern, get(self, name)));
}

static int add_hits(struct object **whole, struct object *self)
{
	long hits;
	if (get_number(self, NAME_hits, &hits) < 0)
		return -1;
	if (!hits)
		return 0;
	return add_text(whole, format_text("\n\tbreakpoint already hit %d time%s",
					   number(hits), text(hits > 1 ? "s" : "")));
}

static struct object *bpformat(struct object *self, struct object *unused)
{
	int temporary = get_truth(self, NAME_temporary);
	int enabled = temporary < 0 ? -1 : get_truth(self, NAME_enabled);
	if (enabled < 0)
		return NULL;
	struct object *whole = format_text(
		"%-4dbreakpoint   %s%s at %s:%d", get(self, NAME_number),
		text(temporary ? "del  " : "keep "), text(enabled ? "yes  " : "no   "),
		get(self, NAME_file), get(self, NAME_line));
	if (whole && add_if(&whole, self, NAME_cond, "\n\tstop only if %s") == 0 &&
	    add_if(&whole, self, NAME_ignore, "\n\tignore next %d hits") == 0 &&
	    add_hits(&whole, self) == 0)
		return whole;
	drop(whole);
	return NULL;
}

static struct object *bpprint(struct object *self, struct object *args,
			      struct object *kwargs)
{
	struct object *given = none;
	if (!parse(args, kwargs, "|O:bpprint", PARAMETERS("out"), &given))
		return NULL;
	cleanup_drop struct object *out =
		is_none(given) ? module_attribute("sys", NAME_stdout) : hold(given);
	cleanup_drop struct object *lines = out ? call_method(self, bpformat) : NULL;
	if (!lines || is_none(out))
		return lines ? hold(none) : NULL;
	cleanup_drop struct object *end = text("\n");
	if (!end || done(call_method(out, write, lines)) < 0)
		return NULL;
	return none_unless(done(call_method(out, write, end)));
}

static struct object *string(struct object *self)
{
	return format_text("breakpoint %s at %s:%s", get(self, NAME_number),
			   get(self, NAME_file), get(self, NAME_line));
}

static struct object *string_method(struct object *self, struct object *unused)
{
	return string(self);
}

static int clear_class(struct object *class)
{
	cleanup_drop struct object *numbers = py.PyList_New(0);
	if (!numbers || py.PyList_Append(numbers, none) < 0 ||
	    set_number(class, NAME_next, 1) < 0 ||
	    set_new(class, NAME_bplist, py.PyDict_New()) < 0)
		return -1;
	return set(class, NAME_bpbynumber, numbers);
}

static struct object *clear_breakpoints(struct object *unused, struct object *nothing)
{
	return none_unless(clear_class(breakpoint_class));
}

static struct method methods[] = {
	{"__init__", init, METHOD_VARARGS | METHOD_KEYWORDS,
	 "A breakpoint at a line of a file, whose name is canonical. With funcname, its first line."},
	{"deleteMe", delete_me, METHOD_NOARGS, "Take it out of bpbynumber and bplist."},
	{"enable", enable, METHOD_NOARGS, "It acts from now on."},
	{"disable", disable, METHOD_NOARGS, "It doesn't act until it is enabled."},
	{"bpprint", bpprint, METHOD_VARARGS | METHOD_KEYWORDS,
	 "Print bpformat() to out, or standard output."},
	{"pprint", bpprint, METHOD_VARARGS | METHOD_KEYWORDS, "bpprint()."},
	{"bpformat", bpformat, METHOD_NOARGS,
	 "All about it in some lines: number, place, condition, counts."},
	{"__str__", string_method, METHOD_NOARGS, "Number and place."},
	{0},
};

static struct method clear_function = {"clearBreakpoints", clear_breakpoints, METHOD_NOARGS,
				       "Forget all breakpoints, and begin with number 1."};

static int add_clear(struct object *class)
{
	cleanup_drop struct object *function =
		py.PyCFunction_NewEx(&clear_function, NULL, NULL);
	cleanup_drop struct object *method =
		function ? py.PyStaticMethod_New(function) : NULL;
	cleanup_drop struct object *name = text(clear_function.name);
	return method && name ? py.PyObject_SetAttr(class, name, method) : -1;
}

int breakpoint_init(void)
{
	if (breakpoint_class)
		return 0;
	struct object *class = class_create(
		"Breakpoint", py.PyBaseObject_Type,
		"A breakpoint: temporary, ignored for a while, disabled, conditional.\n\n"
		"bpbynumber has each by its number, bplist those at a (file, line).",
		methods);
	if (class && clear_class(class) == 0 && add_clear(class) == 0) {
		breakpoint_class = class;
		return 0;
	}
	drop(class);
	return -1;
}

struct object *breakpoints_at(struct object *file, struct object *line)
{
	cleanup_drop struct object *places = get(breakpoint_class, NAME_bplist);
	cleanup_drop struct object *key = places ? place(file, line) : NULL;
	return key ? py.PyObject_GetItem(places, key) : NULL;
}

int breakpoints_exist(struct object *file, struct object *line)
{
	cleanup_drop struct object *places = get(breakpoint_class, NAME_bplist);
	cleanup_drop struct object *key = places ? place(file, line) : NULL;
	return key ? py.PySequence_Contains(places, key) : -1;
}

static int is_at_line(struct object *breakpoint, struct object *frame)
{
	cleanup_drop struct object *line = get(breakpoint, NAME_line);
	cleanup_drop struct object *current = line ? frame_lineno(frame) : NULL;
	return current ? equal(line, current) : -1;
}

static int is_first_line(struct object *breakpoint, struct object *frame)
{
	cleanup_drop struct object *current = frame_lineno(frame);
	int known = current ? get_truth(breakpoint, NAME_func_first_executable_line) : -1;
	if (known < 0 ||
	    (!known && set(breakpoint, NAME_func_first_executable_line, current) < 0))
		return -1;
	cleanup_drop struct object *first =
		get(breakpoint, NAME_func_first_executable_line);
	return first ? equal(first, current) : -1;
}

/* Set by line: a `def` line doesn't break when the function is called. Set by function: its
 * first line that runs. */
static int is_meant(struct object *breakpoint, struct object *frame)
{
	cleanup_drop struct object *funcname = get(breakpoint, NAME_funcname);
	int by_name = funcname ? is_none(funcname) ? 0 : py.PyObject_IsTrue(funcname) : -1;
	if (by_name < 0)
		return -1;
	if (!by_name)
		return is_at_line(breakpoint, frame);
	cleanup_drop struct object *code = frame_code(frame);
	cleanup_drop struct object *name = code ? get(code, NAME_co_name) : NULL;
	int same = name ? equal(name, funcname) : -1;
	return same <= 0 ? same : is_first_line(breakpoint, frame);
}

static int add_to(struct object *breakpoint, enum name name, long amount)
{
	long value;
	if (get_number(breakpoint, name, &value) < 0)
		return -1;
	return set_number(breakpoint, name, value + amount);
}

/* Whether it is not ignored this time. */
static int is_due(struct object *breakpoint)
{
	long ignore;
	if (get_number(breakpoint, NAME_ignore, &ignore) < 0)
		return -1;
	if (ignore <= 0)
		return 1;
	return set_number(breakpoint, NAME_ignore, ignore - 1);
}

/* A condition that can't be evaluated stops, and is no reason to delete: the user should
 * see it. */
static int acts(struct object *breakpoint, struct object *frame, bool *may_delete_ret)
{
	*may_delete_ret = true;
	int enabled = get_truth(breakpoint, NAME_enabled);
	int meant = enabled <= 0 ? enabled : is_meant(breakpoint, frame);
	if (meant <= 0)
		return meant;
	if (add_to(breakpoint, NAME_hits, 1) < 0)
		return -1;
	cleanup_drop struct object *cond = get(breakpoint, NAME_cond);
	int conditional = cond ? is_none(cond) ? 0 : py.PyObject_IsTrue(cond) : -1;
	if (conditional < 0)
		return -1;
	int due = conditional ? condition_holds(cond, frame) : 1;
	if (due > 0)
		due = is_due(breakpoint);
	if (due >= 0 || !conditional)
		return due;
	py.PyErr_Clear();
	*may_delete_ret = false;
	return 1;
}

struct object *breakpoint_effective(struct object *file, struct object *line,
				    struct object *frame, bool *may_delete_ret)
{
	cleanup_drop struct object *list = breakpoints_at(file, line);
	cleanup_drop struct object *iterator = list ? py.PyObject_GetIter(list) : NULL;
	if (!iterator)
		return NULL;
	for (;;) {
		struct object *breakpoint = py.PyIter_Next(iterator);
		if (!breakpoint)
			return py.PyErr_Occurred() ? NULL : hold(none);
		int found = acts(breakpoint, frame, may_delete_ret);
		if (found > 0)
			return breakpoint;
		drop(breakpoint);
		if (found < 0)
			return NULL;
	}
}

static struct object *checkfuncname(struct object *unused, struct object *args,
				    struct object *kwargs)
{
	struct object *breakpoint, *frame;
	if (!parse(args, kwargs, "OO:checkfuncname", PARAMETERS("b", "frame"), &breakpoint,
		   &frame))
		return NULL;
	return bool_of(is_meant(breakpoint, frame));
}

static struct object *effective(struct object *unused, struct object *args,
				struct object *kwargs)
{
	struct object *file, *line, *frame;
	bool may_delete;
	if (!parse(args, kwargs, "OOO:effective", PARAMETERS("file", "line", "frame"),
		   &file, &line, &frame))
		return NULL;
	cleanup_drop struct object *found =
		breakpoint_effective(file, line, frame, &may_delete);
	if (!found)
		return NULL;
	struct object *flag = may_delete ? py._Py_TrueStruct : py.false_object;
	return py.PyTuple_Pack(2, found, is_none(found) ? none : flag);
}

struct method breakpoint_functions[] = {
	{"checkfuncname", checkfuncname, METHOD_VARARGS | METHOD_KEYWORDS,
	 "Whether this is the place that the breakpoint means."},
	{"effective", effective, METHOD_VARARGS | METHOD_KEYWORDS,
	 "(breakpoint, may be deleted) for the one that acts here, or (None, None)."},
	{0},
};
