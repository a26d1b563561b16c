/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Everyday handling of objects: references that end with their scope, attributes by name,
 * calls, text.
 *
 * As in CPython: a function that returns an object returns NULL, one that returns an int
 * returns -1, when an exception is set. Returned objects are the caller's, unless
 * `borrowed` is said; arguments stay the caller's.
 */
#ifndef AGENT_VALUE_H
#define AGENT_VALUE_H

#include "agent/python_api.h"

enum name {
#define METHOD(name) NAME_##name,
#define NAME(name)   NAME_##name,
#include "agent/names.def"
#undef METHOD
#undef NAME
	NAME_COUNT,
};

/** The names as interned str. */
extern struct object *names[NAME_COUNT];

/** Make the names. */
int value_init(void);

static inline struct object *hold(struct object *object)
{
	py.Py_IncRef(object);
	return object;
}

static inline void drop(struct object *object)
{
	py.Py_DecRef(object);
}

static inline void cleanup_drop_pointer(struct object **object)
{
	if (*object)
		py.Py_DecRef(*object);
}

/** Give the reference back when the variable's scope ends. */
#define cleanup_drop __attribute__((cleanup(cleanup_drop_pointer)))

#define none (py._Py_NoneStruct)

static inline bool is_none(const struct object *object)
{
	return object == none;
}

/** None for a method that returns nothing; NULL if result is -1. */
static inline struct object *none_unless(int result)
{
	return result < 0 ? NULL : hold(none);
}

static inline struct object *get(struct object *object, enum name name)
{
	return py.PyObject_GetAttr(object, names[name]);
}

static inline int set(struct object *object, enum name name, struct object *value)
{
	return py.PyObject_SetAttr(object, names[name], value);
}

/** set(), and the value's reference goes with it; NULL is a value that could not be made.
 */
int set_new(struct object *object, enum name name, struct object *value);

/** Set to a number. */
int set_number(struct object *object, enum name name, long number);

/** Set to a truth value. */
int set_bool(struct object *object, enum name name, bool value);

/** An attribute's truth. */
int get_truth(struct object *object, enum name name);

/** An attribute's number. */
int get_number(struct object *object, enum name name, long *number_ret);

/** Call without keywords. The list of arguments ends by itself. */
#define call(callable, ...) py.PyObject_CallFunctionObjArgs(callable, ##__VA_ARGS__, NULL)
#define call_method(object, name, ...)                                                     \
	py.PyObject_CallMethodObjArgs(object, names[NAME_##name], ##__VA_ARGS__, NULL)

/** Give an object back, and say whether there was one. */
static inline int done(struct object *result)
{
	if (!result)
		return -1;
	drop(result);
	return 0;
}

/** The truth of an object, which is given back. */
int truth_of(struct object *result);
/** The number that an object is, which is given back; -1 and an exception if it is none. */
int number_from(struct object *result, long *number_ret);

/** True or False. */
static inline struct object *bool_of(int truth)
{
	if (truth < 0)
		return NULL;
	return hold(truth ? py._Py_TrueStruct : py.false_object);
}

/** An int. */
struct object *number(long value);

/** A str. */
struct object *text(const char *text);

/** A str by Python's `%`, of objects that all exist or of which one failed (NULL); it gives
 * them back. */
struct object *format_objects(const char *format, int count, struct object **objects);
#define format_text(pattern, ...)                                                          \
	format_objects(pattern,                                                            \
		       sizeof((struct object *[]){__VA_ARGS__}) / sizeof(struct object *), \
		       (struct object *[]){__VA_ARGS__})

/** Raise an exception with a text; the text is given back. */
struct object *raise_text(struct object *exception, struct object *text);

/** Import a module, which is in no package: not by the `__import__` of the code that is
 * debugged, which may have none. */
struct object *import_module(const char *module);

/** An attribute of a module, which is imported. */
struct object *module_attribute(const char *module, enum name name);

/** A builtin function. */
struct object *builtin(enum name name);

/** Whether two objects are equal. */
static inline int equal(struct object *left, struct object *right)
{
	enum { EQUAL = 2 }; /* CPython: Include/object.h, Py_EQ */
	return left == right ? 1 : py.PyObject_RichCompareBool(left, right, EQUAL);
}

/** As PyArg_ParseTupleAndKeywords(): parse(args, kwargs, "O|O:name", PARAMETERS("a", "b"),
 * &a, &b). */
#define parse(...)      py.PyArg_ParseTupleAndKeywords(__VA_ARGS__)
#define PARAMETERS(...) ((char *[]){__VA_ARGS__, NULL})

/** An exception that waits while other code runs. */
struct pending_error {
	struct object *type, *value, *traceback;
};

static inline void error_save(struct pending_error *error)
{
	py.PyErr_Fetch(&error->type, &error->value, &error->traceback);
}

static inline void error_restore(struct pending_error *error)
{
	py.PyErr_Restore(error->type, error->value, error->traceback);
}

/**
 * A class with methods, made as `class` makes one: it has instance dictionaries and weak
 * references, and can be a base beside others. Ends of methods and of the module's
 * functions are a row without a name.
 */
struct object *class_create(const char *name, struct object *base, const char *doc,
			    struct method *methods);

/** More methods for a class. */
int class_add(struct object *class, struct method *methods);

#endif
