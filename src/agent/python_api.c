/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/glibc.h"
#include "agent/python_api.h"

struct python_api py;

/* One row where something changed. */
static const struct dialect dialects[] = {
	{
		.since = 0x0207,
		.shows_arguments = true,
		.brackets_numbers = true,
		.bytes_are_text = true,
	},
	{
		.since = 0x0306,
		.shows_arguments = true,
	},
	{
		.since = 0x0307,
		.frame_switches = true,
	},
	{
		.since = 0x0309,
		.frame_switches = true,
		.evaluates_frames = true,
	},
	{
		.since = 0x030a,
		.evaluates_frames = true,
		.frame_switches = true,
		.adopts_breakpoints = true,
		.has_co_lines = true,
	},
	{
		.since = 0x030b,
		.manages_dictionaries = true,
		.evaluates_frames = true,
		.bare_frames = true,
		.frame_switches = true,
		.adopts_breakpoints = true,
		.has_co_lines = true,
	},
	{
		.since = 0x030c,
		.manages_dictionaries = true,
		.frame_switches = true,
		.adopts_breakpoints = true,
		.has_co_lines = true,
	},
	{
		.since = 0x030d,
		.manages_dictionaries = true,
		.frame_switches = true,
		.adopts_breakpoints = true,
		.has_co_lines = true,
		.traces_opcodes = true,
	},
};

enum need {
	NEED_FUNCTION,
	NEED_OPTIONAL,
	NEED_OBJECT,
};

static const struct {
	const char *name;
	size_t offset;
	enum need need;
} exports[] = {
#define FUNCTION(result, name, arguments)                                                  \
	{#name, offsetof(struct python_api, name), NEED_FUNCTION},
#define OPTIONAL(result, name, arguments)                                                  \
	{#name, offsetof(struct python_api, name), NEED_OPTIONAL},
#define OBJECT(name) {#name, offsetof(struct python_api, name), NEED_OBJECT},
#include "agent/python_api.def"
#undef FUNCTION
#undef OPTIONAL
#undef OBJECT
};

/* The exported name is that of a pointer. */
static const struct {
	const char *name;
	size_t offset;
} exceptions[] = {
	{"PyExc_AttributeError", offsetof(struct python_api, attribute_error)},
	{"PyExc_ValueError", offsetof(struct python_api, value_error)},
	{"PyExc_TypeError", offsetof(struct python_api, type_error)},
	{"PyExc_IndexError", offsetof(struct python_api, index_error)},
	{"PyExc_RuntimeError", offsetof(struct python_api, runtime_error)},
	{"PyExc_NotImplementedError", offsetof(struct python_api, not_implemented_error)},
	{"PyExc_StopIteration", offsetof(struct python_api, stop_iteration)},
	{"PyExc_GeneratorExit", offsetof(struct python_api, generator_exit)},
	{"PyExc_Exception", offsetof(struct python_api, exception)},
};

static char problem[160];

static void **slot(size_t offset)
{
	return (void **)((char *)&py + offset);
}

/* Stops at the first object that has a CPython in it, and leaves its handle. */
static int find_library(struct dl_phdr_info *info, size_t size, void *ret)
{
	void *library = NULL;

	if (info->dlpi_name && *info->dlpi_name)
		library = dlopen(info->dlpi_name, RTLD_NOLOAD | RTLD_LAZY);
	if (!library)
		return 0;
	if (!dlsym(library, "Py_GetVersion")) {
		dlclose(library);
		return 0;
	}
	*(void **)ret = library;
	return 1;
}

/* The handle stays open: the library is in use by whoever calls us. RTLD_DEFAULT is NULL,
 * so that says nothing. */
static bool find_python(void **library_ret)
{
	*library_ret = RTLD_DEFAULT;
	return dlsym(RTLD_DEFAULT, "Py_GetVersion") ||
	       dl_iterate_phdr(find_library, library_ret);
}

static const char *find_exports(void *library)
{
	for (size_t i = 0; i < sizeof(exports) / sizeof(*exports); i++) {
		*slot(exports[i].offset) = dlsym(library, exports[i].name);
		if (!*slot(exports[i].offset) && exports[i].need != NEED_OPTIONAL)
			return exports[i].name;
	}
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(*exceptions); i++) {
		void **exception = dlsym(library, exceptions[i].name);
		if (!exception)
			return exceptions[i].name;
		*slot(exceptions[i].offset) = *exception;
	}
	return NULL;
}

static const struct dialect *find_dialect(const char *version)
{
	char *rest;
	long major = strtol(version, &rest, 10),
	     minor = *rest ? strtol(rest + 1, NULL, 10) : 0;
	const struct dialect *found = NULL;

	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++)
		if (dialects[i].since <= (major << 8 | minor))
			found = &dialects[i];
	return found;
}

/* The type is the last word of an object() in every build, and the size of one is an
 * attribute of its class. */
static bool measure_object(void)
{
	struct object *name = py.PyString_FromString
				      ? py.PyString_FromString("__basicsize__")
				      : py.PyUnicode_FromString("__basicsize__");
	struct object *size = name ? py.PyObject_GetAttr(py.PyBaseObject_Type, name) : NULL;

	py.object_size = size ? (size_t)py.PyLong_AsLong(size) : 0;
	py.type_offset = py.object_size - sizeof(void *);
	py.Py_DecRef(size);
	py.Py_DecRef(name);
	return py.object_size >= 2 * sizeof(void *) && py.object_size <= 8 * sizeof(void *);
}

/* Builds without a GIL say so by a letter; Python 2 has no such letters. */
static bool is_unguarded(void)
{
	struct object *flags = py.PySys_GetObject("abiflags");
	const char *letters = flags && py.PyUnicode_AsUTF8AndSize
				      ? py.PyUnicode_AsUTF8AndSize(flags, NULL)
				      : NULL;
	return letters && strchr(letters, 't');
}

const char *python_api_load(void)
{
	void *library;
	if (!find_python(&library))
		return "no CPython is loaded in this process";

	const char *(*version)(void) = dlsym(library, "Py_GetVersion");
	const struct dialect *dialect = find_dialect(version());
	if (!dialect) {
		snprintf(problem, sizeof(problem), "Python %.6s is older than 2.7",
			 version());
		return problem;
	}
	const char *missing = find_exports(library);
	if (missing) {
		snprintf(problem, sizeof(problem), "Python %.6s exports no %s", version(),
			 missing);
		return problem;
	}
	py.dialect = *dialect;
	/* The quicker one; for keys that are text they do the same. */
	if (py.PyDict_GetItemWithError)
		py.PyDict_GetItem = py.PyDict_GetItemWithError;
	py.has_gil = !is_unguarded();
	return measure_object() ? NULL : "object.__basicsize__ is not a size";
}
