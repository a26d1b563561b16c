/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * CPython as the agent sees it: functions and objects that it exports, found by name when
 * the agent is loaded.
 *
 * There is no Python.h here, and nothing is linked: one shared object serves all versions,
 * and hosts that loaded libpython for themselves alone (RTLD_LOCAL). Structures are never
 * looked into, but for the type of an object, whose place CPython tells.
 */
#ifndef AGENT_PYTHON_API_H
#define AGENT_PYTHON_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A PyObject. */
struct object;

/** PyMethodDef. */
struct method {
	const char *name;
	void *function;
	int flags;
	const char *doc;
};

enum {
	METHOD_VARARGS = 0x1,
	METHOD_KEYWORDS = 0x2,
	METHOD_NOARGS = 0x4,
	METHOD_ONE = 0x8,
};

/** What happens to a frame: the numbers of PyTrace_CALL and its kind. */
enum event {
	EVENT_CALL,
	EVENT_EXCEPTION,
	EVENT_LINE,
	EVENT_RETURN,
	EVENT_C_CALL,
	EVENT_C_EXCEPTION,
	EVENT_C_RETURN,
	EVENT_OPCODE,
	EVENT_COUNT,
};

/** Py_tracefunc. */
typedef int (*trace_function)(struct object *data, struct object *frame, int event,
			      struct object *argument);

/** _PyFrameEvalFunction: of a thread state, a frame, and whether an exception is thrown
 * into it. */
typedef struct object *(*evaluator)(void *thread, void *frame, int thrown);

/** What differs between versions beyond the functions they have. The last row that is not
 * newer than the Python counts. */
struct dialect {
	int since;               /**< 0x030a is 3.10 */
	bool adopts_breakpoints; /**< a new Bdb knows the breakpoints of others */
	bool has_co_lines;       /**< code objects tell their lines */
	bool traces_opcodes;
	bool evaluates_frames; /**< a function for that can be set, and sys.monitoring isn't
				  there */
	bool manages_dictionaries; /**< an instance has no place for its dictionary */
	bool bare_frames;          /**< what is evaluated is no frame object */
	bool frame_switches;       /**< frames have f_trace_lines and f_trace_opcodes */
	bool shows_arguments;      /**< format_stack_entry() looks for __args__ */
	bool brackets_numbers;     /**< "Breakpoint (1) already deleted" */
	bool bytes_are_text;       /**< str is what was called bytes later */
};

extern struct python_api {
#define FUNCTION(result, name, arguments) result(*name) arguments;
#define OPTIONAL(result, name, arguments) result(*name) arguments;
#define OBJECT(name)                      struct object *name;
#include "agent/python_api.def"
#undef FUNCTION
#undef OPTIONAL
#undef OBJECT
	/** Exceptions, as pointers to them are exported. */
	struct object *attribute_error, *value_error, *type_error, *index_error,
		*runtime_error, *not_implemented_error, *stop_iteration, *generator_exit,
		*exception;
	struct object *false_object;
	struct dialect dialect;
	size_t type_offset; /**< of the type in an object: builds without a GIL have more
			       before it */
	size_t object_size; /**< of object() */
	bool has_gil;
} py;

/**
 * Find everything. Needs the GIL, unless CPython isn't there.
 *
 * @return NULL, or a sentence that says what is missing; it is there until the next call.
 */
const char *python_api_load(void);

/** The type of an object; borrowed. */
static inline struct object *type_of(struct object *object)
{
	return *(struct object **)((char *)object + py.type_offset);
}

#endif
