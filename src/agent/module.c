/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cbdb: the module that stands in for bdb. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/bdb.h"
#include "agent/breakpoint.h"
#include "agent/condition.h"
#include "agent/engine.h"
#include "agent/events_monitoring.h"
#include "agent/events_trace.h"
#include "agent/frame.h"

#define EXPORTED __attribute__((visibility("default")))

static struct object *set_trace(struct object *unused, struct object *nothing)
{
	cleanup_drop struct object *debugger = call(bdb_class);
	return debugger ? call_method(debugger, set_trace) : NULL;
}

/* At exit modules lose their contents, and what still runs is not worth debugging. */
static struct object *end(struct object *unused, struct object *nothing)
{
	int result = engine_stop();
	if (result == 0)
		result = events_monitoring_stop();
	if (result == 0 && events_trace_owner())
		result = events_trace_stop();
	condition_forget();
	return none_unless(result);
}

static struct method end_function = {"end", end, METHOD_NOARGS, NULL};

static int register_end(void)
{
	static bool registered;
	if (registered)
		return 0;
	cleanup_drop struct object *function =
		py.PyCFunction_NewEx(&end_function, NULL, NULL);
	cleanup_drop struct object *atexit = function ? import_module("atexit") : NULL;
	registered = true;
	return atexit ? done(call_method(atexit, register, function)) : -1;
}

static struct method functions[] = {
	{"set_trace", set_trace, METHOD_NOARGS,
	 "Debug by a plain Bdb from the caller's frame on."},
	{0},
};

static int add_functions(struct object *dictionary, struct method *methods)
{
	for (struct method *method = methods; method->name; method++) {
		cleanup_drop struct object *function =
			py.PyCFunction_NewEx(method, NULL, NULL);
		if (!function ||
		    py.PyDict_SetItemString(dictionary, method->name, function) < 0)
			return -1;
	}
	return 0;
}

static int add_new(struct object *dictionary, const char *name, struct object *value)
{
	int result = value ? py.PyDict_SetItemString(dictionary, name, value) : -1;
	drop(value);
	return result;
}

static struct object *public_names(void)
{
	cleanup_drop struct object *quit = text("BdbQuit");
	cleanup_drop struct object *bdb = text("Bdb");
	cleanup_drop struct object *breakpoint = text("Breakpoint");
	cleanup_drop struct object *tuple =
		quit && bdb && breakpoint ? py.PyTuple_Pack(3, quit, bdb, breakpoint)
					  : NULL;
	return tuple ? py.PySequence_List(tuple) : NULL;
}

static int fill(struct object *dictionary)
{
	if (value_init() < 0 || breakpoint_init() < 0 || bdb_init() < 0)
		return -1;
	if (py.PyDict_SetItemString(dictionary, "BdbQuit", bdb_quit) < 0 ||
	    py.PyDict_SetItemString(dictionary, "Bdb", bdb_class) < 0 ||
	    py.PyDict_SetItemString(dictionary, "Breakpoint", breakpoint_class) < 0)
		return -1;
	if (add_new(dictionary, "__all__", public_names()) < 0 ||
	    add_new(dictionary, "__doc__",
		    text("The debugger framework: bdb, written in C.")) < 0 ||
	    add_new(dictionary, "GENERATOR_AND_COROUTINE_FLAGS",
		    number(GENERATOR_AND_COROUTINE_FLAGS)) < 0)
		return -1;
	if (add_functions(dictionary, breakpoint_functions) < 0)
		return -1;
	return add_functions(dictionary, functions) < 0 ? -1 : register_end();
}

/* PyModuleDef; what stands before `rest` is an object without a type, of another size in
 * each kind of build. */
struct definition {
	struct {
		void *init;
		long index;
		void *copy;
	} base;
	const char *name;
	const char *doc;
	long size;
	void *methods, *slots, *traverse, *clear, *free;
};

enum { OBJECT_MAX = 64 };

static char definition_memory[OBJECT_MAX + sizeof(struct definition)]
	__attribute__((aligned(16)));

/*
 * Nobody counts references to it. A build without a GIL has two counters, of which this is
 * the local one; others have one word. CPython: Include/object.h, PyObject_HEAD_INIT.
 */
static void *make_definition(void)
{
	char *head = definition_memory;
	struct definition *definition = (struct definition *)(head + py.object_size);
	enum { LOCAL_COUNT = 12 };

	if (py.has_gil)
		*(long *)(head + py.type_offset - sizeof(long)) = 1;
	else
		*(uint32_t *)(head + LOCAL_COUNT) = UINT32_MAX;
	definition->name = "cbdb";
	definition->size = -1;
	return definition_memory;
}

static struct object *create_module(void)
{
	enum { API_VERSION = 1013 }; /* CPython: Include/modsupport.h, PYTHON_API_VERSION */
	struct object *(*create)(void *, int) =
		py.PyModule_Create2 ? py.PyModule_Create2 : py.PyModule_Create2TraceRefs;
	return create ? create(make_definition(), API_VERSION) : NULL;
}

/* Without CPython's functions there is no way to say it in an exception. */
static void complain(const char *problem)
{
	static const char begin[] = "cbdb: ";
	(void)!write(STDERR_FILENO, begin, sizeof(begin) - 1);
	(void)!write(STDERR_FILENO, problem, strlen(problem));
	(void)!write(STDERR_FILENO, "\n", 1);
}

static bool load(void)
{
	const char *problem = python_api_load();
	if (!problem)
		return true;
	if (py.PyErr_SetString && py.runtime_error)
		py.PyErr_SetString(py.runtime_error, problem);
	else
		complain(problem);
	return false;
}

/** Called by Python 3 on import. */
EXPORTED struct object *PyInit_cbdb(void);

struct object *PyInit_cbdb(void)
{
	if (!load())
		return NULL;
	struct object *module = create_module();
	if (module && fill(py.PyModule_GetDict(module)) == 0)
		return module;
	drop(module);
	return NULL;
}

/** Called by Python 2 on import. */
EXPORTED void initcbdb(void);

void initcbdb(void)
{
	if (!load())
		return;
	struct object *module = py.PyImport_AddModule("cbdb");
	if (module)
		fill(py.PyModule_GetDict(module));
}
