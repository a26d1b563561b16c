/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/bdb.h"

#include <stdlib.h>

#include "agent/engine.h"
#include "agent/frame.h"
#include "agent/instance.h"
#include "agent/monitoring.h"

struct object *bdb_class, *bdb_quit;

int bdb_tell(struct object *self, enum name name, struct object *frame,
	     struct object *argument)
{
	/* What a class has to do is mostly its own. */
	if (py._PyType_Lookup(type_of(self), names[name]) == bdb_own_methods[name] &&
	    bdb_own(self, name))
		return 0;
	engine_change();
	py.PyFrame_FastToLocals(frame);
	int result = done(
		py.PyObject_CallMethodObjArgs(self, names[name], frame, argument, NULL));
	struct pending_error error;
	if (result < 0)
		error_save(&error);
	py.PyFrame_LocalsToFast(frame, 1);
	if (result < 0)
		error_restore(&error);
	return result;
}

struct object *frame_step(struct object *frame)
{
	struct object *back = frame_back(frame);
	drop(frame);
	return back;
}

static struct object *set_of(struct object *iterable)
{
	int given = is_none(iterable) ? 0 : py.PyObject_IsTrue(iterable);
	if (given <= 0)
		return given < 0 ? NULL : hold(none);
	return py.PySet_New(iterable);
}

/* The marker of a Bdb whose events come from sys.monitoring. */
static struct object *tracer_class;

static struct method tracer_methods[] = {
	{0},
};

static int init_state(struct object *self, struct object *skip)
{
	if (state_set_new(self, NAME_skip, set_of(skip)) < 0 ||
	    state_set_new(self, NAME_breaks, py.PyDict_New()) < 0 ||
	    state_set_new(self, NAME_fncache, py.PyDict_New()) < 0 ||
	    state_set_new(self, NAME_frame_trace_lines_opcodes, py.PyDict_New()) < 0 ||
	    state_set_new(self, NAME_code_linenos, py.PyDict_New()) < 0 ||
	    state_set(self, NAME_frame_returning, none) < 0 ||
	    state_set_bool(self, NAME_trace_opcodes, false) < 0)
		return -1;
	if (state_set(self, NAME_enterframe, none) < 0 ||
	    state_set(self, NAME_cmdframe, none) < 0 ||
	    state_set(self, NAME_cmdlineno, none) < 0 ||
	    state_set(self, NAME_monitoring_tracer, none) < 0)
		return -1;
	return 0;
}

/* 'settrace', or 'monitoring' where Python has that. */
static int init_backend(struct object *self, struct object *backend)
{
	int monitoring = equal(backend, names[NAME_monitoring]);
	int known = monitoring ? monitoring : equal(backend, names[NAME_settrace]);
	if (known == 0)
		raise_text(py.value_error,
			   format_text("Invalid backend '%s'", hold(backend)));
	if (monitoring > 0 && !monitoring_exists()) {
		py.PyErr_SetString(
			py.value_error,
			"backend 'monitoring' needs sys.monitoring, of Python 3.12");
		return -1;
	}
	if (known <= 0 || state_set(self, NAME_backend, backend) < 0)
		return -1;
	return monitoring ? state_set_new(self, NAME_monitoring_tracer, call(tracer_class))
			  : 0;
}

static struct object *init(struct object *self, struct object *args, struct object *kwargs)
{
	struct object *skip = none;
	struct object *backend = names[NAME_settrace];

	if (!parse(args, kwargs, "|OO:__init__", PARAMETERS("skip", "backend"), &skip,
		   &backend) ||
	    init_state(self, skip) < 0 || init_backend(self, backend) < 0)
		return NULL;
	return none_unless(py.dialect.adopts_breakpoints ? tell_load_breaks(self) : 0);
}

/* What set_enterframe() returns: for the time of a `with`, enterframe is a frame. */
static struct object *enterframe_class;

static struct object *enter(struct object *self, struct object *unused)
{
	cleanup_drop struct object *debugger = get(self, NAME_bdb);
	cleanup_drop struct object *frame = debugger ? get(self, NAME_frame) : NULL;
	return frame ? none_unless(state_set(debugger, NAME_enterframe, frame)) : NULL;
}

static struct object *leave(struct object *self, struct object *unused)
{
	cleanup_drop struct object *debugger = get(self, NAME_bdb);
	return debugger ? none_unless(state_set(debugger, NAME_enterframe, none)) : NULL;
}

static struct method enterframe_methods[] = {
	{"__enter__", enter, METHOD_NOARGS, NULL},
	{"__exit__", leave, METHOD_VARARGS, NULL},
	{0},
};

static struct object *set_enterframe(struct object *self, struct object *args,
				     struct object *kwargs)
{
	struct object *frame;
	if (!parse(args, kwargs, "O:set_enterframe", PARAMETERS("frame"), &frame))
		return NULL;
	struct object *manager = call(enterframe_class);
	if (manager && set(manager, NAME_bdb, self) == 0 &&
	    set(manager, NAME_frame, frame) == 0)
		return manager;
	drop(manager);
	return NULL;
}

static struct method methods[] = {
	{"__init__", init, METHOD_VARARGS | METHOD_KEYWORDS,
	 "skip: names of modules that are not stepped into, with wildcards.\n"
	 "backend: 'settrace', or 'monitoring' from Python 3.12 on."},
	{"set_enterframe", set_enterframe, METHOD_VARARGS | METHOD_KEYWORDS,
	 "For a `with`: enterframe is this frame."},
	{0},
};

static int add_own(struct object *class)
{
	for (int i = 0; i < NAME_COUNT; i++) {
		switch (i) {
#define METHOD(name) case NAME_##name:
#define NAME(name)
#include "agent/names.def"
#undef METHOD
#undef NAME
			bdb_own_methods[i] = py._PyType_Lookup(class, names[i]);
			if (!bdb_own_methods[i]) {
				raise_text(py.runtime_error,
					   format_text("Bdb lacks %s", hold(names[i])));
				return -1;
			}
		}
	}
	return 0;
}

static int make_exception(void)
{
	char name[] = "bdb.BdbQuit";
	bdb_quit = py.PyErr_NewException(name, NULL, NULL);
	return bdb_quit ? 0 : -1;
}

int bdb_init(void)
{
	if (bdb_class)
		return 0;
	enterframe_class = class_create("Enterframe", py.PyBaseObject_Type,
					"For a `with`: enterframe of a Bdb is a frame.",
					enterframe_methods);
	tracer_class = class_create("MonitoringTracer", py.PyBaseObject_Type,
				    "Events of this Bdb come from sys.monitoring.",
				    tracer_methods);
	if (!enterframe_class || !tracer_class)
		return -1;
	struct object *class = class_create(
		"Bdb", py.PyBaseObject_Type,
		"What debuggers have in common: tracing, stepping, breakpoints.\n\n"
		"A subclass overrides the methods user_call(), user_line(), user_return(),\n"
		"user_exception() and do_clear(). pdb.Pdb is one.",
		methods);
	if (class && class_add(class, bdb_dispatch_methods) == 0 &&
	    class_add(class, bdb_stepping_methods) == 0 &&
	    class_add(class, bdb_breaks_methods) == 0 &&
	    class_add(class, bdb_stack_methods) == 0 &&
	    class_add(class, bdb_run_methods) == 0 && add_own(class) == 0 &&
	    make_exception() == 0) {
		bdb_class = class;
		return 0;
	}
	drop(class);
	return -1;
}
