/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "agent/value.h"

struct object *names[NAME_COUNT];

static const char *const words[] = {
#define METHOD(name) #name,
#define NAME(name)   #name,
#include "agent/names.def"
#undef METHOD
#undef NAME
};

static struct object *intern(const char *word)
{
	if (py.dialect.bytes_are_text)
		return py.PyString_InternFromString(word);
	return py.PyUnicode_InternFromString(word);
}

int value_init(void)
{
	for (int i = 0; i < NAME_COUNT; i++)
		if (!names[i] && !(names[i] = intern(words[i])))
			return -1;
	py.false_object = py.PyBool_FromLong(0);
	return py.false_object ? 0 : -1;
}

int set_new(struct object *object, enum name name, struct object *value)
{
	int result = value ? set(object, name, value) : -1;
	drop(value);
	return result;
}

int set_number(struct object *object, enum name name, long value)
{
	return set_new(object, name, number(value));
}

int set_bool(struct object *object, enum name name, bool value)
{
	return set(object, name, value ? py._Py_TrueStruct : py.false_object);
}

int truth_of(struct object *result)
{
	if (!result)
		return -1;
	int truth = result == py._Py_TrueStruct ? 1
		    : result == py.false_object ? 0
						: py.PyObject_IsTrue(result);
	drop(result);
	return truth;
}

int get_truth(struct object *object, enum name name)
{
	return truth_of(get(object, name));
}

int number_from(struct object *result, long *number_ret)
{
	cleanup_drop struct object *value = result;
	if (!value)
		return -1;
	long found = py.PyLong_AsLong(value);
	if (found == -1 && py.PyErr_Occurred())
		return -1;
	*number_ret = found;
	return 0;
}

int get_number(struct object *object, enum name name, long *number_ret)
{
	return number_from(get(object, name), number_ret);
}

struct object *number(long value)
{
	return py.PyInt_FromLong ? py.PyInt_FromLong(value) : py.PyLong_FromLong(value);
}

struct object *text(const char *text)
{
	if (py.dialect.bytes_are_text)
		return py.PyString_FromString(text);
	return py.PyUnicode_FromString(text);
}

/* PyTuple_SetItem() keeps the reference; a NULL among them fails the whole. */
static struct object *tuple_take(int count, struct object **objects)
{
	struct object *tuple = py.PyTuple_New(count);
	bool whole = tuple != NULL;

	for (int i = 0; i < count; i++) {
		whole = whole && objects[i];
		if (tuple && objects[i])
			py.PyTuple_SetItem(tuple, i, objects[i]);
		else
			drop(objects[i]);
	}
	if (whole)
		return tuple;
	drop(tuple);
	return NULL;
}

struct object *format_objects(const char *format, int count, struct object **objects)
{
	cleanup_drop struct object *arguments = tuple_take(count, objects);
	cleanup_drop struct object *pattern = arguments ? text(format) : NULL;

	return pattern ? py.PyNumber_Remainder(pattern, arguments) : NULL;
}

struct object *raise_text(struct object *exception, struct object *text)
{
	if (text)
		py.PyErr_SetObject(exception, text);
	drop(text);
	return NULL;
}

struct object *import_module(const char *module)
{
	/* Generators that are closed at the very end still run, without modules. */
	if (!py.Py_IsInitialized()) {
		py.PyErr_SetString(py.runtime_error, "the interpreter is shutting down");
		return NULL;
	}
	return py.PyImport_ImportModuleLevel(module, NULL, NULL, NULL, 0);
}

struct object *module_attribute(const char *module, enum name name)
{
	cleanup_drop struct object *found = import_module(module);
	return found ? get(found, name) : NULL;
}

struct object *builtin(enum name name)
{
	static struct object *module;

	if (!module)
		module = import_module(py.dialect.bytes_are_text ? "__builtin__"
								 : "builtins");
	return module ? get(module, name) : NULL;
}

int class_add(struct object *class, struct method *methods)
{
	for (struct method *method = methods; method->name; method++) {
		cleanup_drop struct object *descriptor =
			py.PyDescr_NewMethod(class, method);
		cleanup_drop struct object *name = descriptor ? intern(method->name) : NULL;
		if (!name || py.PyObject_SetAttr(class, name, descriptor) < 0)
			return -1;
	}
	return 0;
}

/* The module's name is that of the one it stands in for: it is in tracebacks, which tests
 * compare. */
static struct object *class_dictionary(const char *doc)
{
	struct object *dictionary = py.PyDict_New();
	cleanup_drop struct object *module = text("bdb");
	cleanup_drop struct object *documentation = text(doc);

	if (dictionary && module && documentation &&
	    py.PyDict_SetItemString(dictionary, "__module__", module) == 0 &&
	    py.PyDict_SetItemString(dictionary, "__doc__", documentation) == 0)
		return dictionary;
	drop(dictionary);
	return NULL;
}

struct object *class_create(const char *name, struct object *base, const char *doc,
			    struct method *methods)
{
	cleanup_drop struct object *title = text(name);
	cleanup_drop struct object *bases = py.PyTuple_Pack(1, base);
	cleanup_drop struct object *dictionary = class_dictionary(doc);
	if (!title || !bases || !dictionary)
		return NULL;

	struct object *class = call(py.PyType_Type, title, bases, dictionary);
	if (class && class_add(class, methods) == 0)
		return class;
	drop(class);
	return NULL;
}
