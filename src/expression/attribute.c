/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "expression/operand.h"
#include "repr/lookup.h"

#define MEMBER_NAME_MAX 256
/* Members of one type that are looked at. */
#define MEMBERS_MAX 1000

/* CPython: Include/descrobject.h, Py_T_*; before 3.12 Include/structmember.h. */
enum member_type {
	MEMBER_SHORT = 0,
	MEMBER_INT = 1,
	MEMBER_LONG = 2,
	MEMBER_OBJECT = 6,
	MEMBER_BYTE = 8,
	MEMBER_UBYTE = 9,
	MEMBER_USHORT = 10,
	MEMBER_UINT = 11,
	MEMBER_ULONG = 12,
	MEMBER_BOOL = 14,
	MEMBER_OBJECT_EX = 16,
	MEMBER_LONGLONG = 17,
	MEMBER_ULONGLONG = 18,
	MEMBER_SSIZE = 19,
};

static const char *type_name(struct repr *repr, uint64_t object)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	return error ? "object" : class_short_name(class);
}

uint64_t python_method(struct repr *repr, const struct class *class, const char *name)
{
	uint64_t found = class_lookup(repr, class, name);
	return lookup_is(repr, found, "function") ? found : 0;
}

static const char *place_of(struct repr *repr, uint64_t function)
{
	uint64_t address;
	if (!function || !view_try(repr->view, function, FIELD_FUNCTION_CODE, &address))
		return "";
	const struct code *code = codes_get(repr->codes, repr->view, repr->arena, address);
	if (!code || code->is_other || !code->file)
		return "";
	return repr_printf(repr, ", %s:%d", code->file, code->first_line);
}

struct pyinspect_error *would_run(struct repr *repr, const struct operand *of,
				  const char *what, uint64_t function)
{
	return error_create(PYINSPECT_ERROR_ARGUMENT,
			    "%s: %s would have to run, and nothing of the process is run%s",
			    of->source, what, place_of(repr, function));
}

/* The attributes of some bases are not to be read: from 3.12 the interpreter has those
 * of built-in types. */
static bool has_hidden_bases(struct repr *repr, uint64_t object)
{
	const struct class *class;
	uint64_t base, dict;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	for (size_t i = 0; !error && (base = class_mro(repr, class, i)); i++)
		if (!view_try(repr->view, base, FIELD_TYPE_DICT, &dict) || !dict)
			return true;
	return false;
}

static struct pyinspect_error *no_attribute(struct repr *repr, const struct operand *of,
					    const char *name)
{
	if (has_hidden_bases(repr, of->object))
		return error_create(
			PYINSPECT_ERROR_ARGUMENT,
			"%s: the %s object has no attribute %s of its own or of "
			"classes in Python; what built-in types have is not read",
			of->source, type_name(repr, of->object), name);
	return error_create(PYINSPECT_ERROR_ARGUMENT,
			    "%s: the %s object has no attribute %s", of->source,
			    type_name(repr, of->object), name);
}

static void set_object(struct operand *ret, uint64_t object)
{
	ret->kind = OPERAND_OBJECT;
	ret->object = object;
}

static void set_text(struct operand *ret, const char *text)
{
	ret->kind = OPERAND_TEXT;
	ret->text = text ? text : "";
	ret->length = strlen(ret->text);
}

static struct pyinspect_error *read_member(struct repr *repr, const struct operand *of,
					   uint64_t type, uint64_t offset,
					   struct operand *ret)
{
	static const struct {
		uint8_t size;
		bool is_signed;
	} numbers[] = {
		[MEMBER_SHORT] = {2, true},      [MEMBER_INT] = {4, true},
		[MEMBER_LONG] = {8, true},       [MEMBER_BYTE] = {1, true},
		[MEMBER_UBYTE] = {1, false},     [MEMBER_USHORT] = {2, false},
		[MEMBER_UINT] = {4, false},      [MEMBER_ULONG] = {8, false},
		[MEMBER_BOOL] = {1, false},      [MEMBER_LONGLONG] = {8, true},
		[MEMBER_ULONGLONG] = {8, false}, [MEMBER_SSIZE] = {8, true},
	};
	uint64_t value = 0;
	struct pyinspect_error *error;
	if (type == MEMBER_OBJECT || type == MEMBER_OBJECT_EX) {
		error = memory_read_u64(repr->view->memory, of->object + offset, &value);
		if (!error && !value)
			return error_create(PYINSPECT_ERROR_ARGUMENT, "%s: it has no value",
					    ret->source);
		if (!error)
			set_object(ret, value);
		return error;
	}
	if (type >= sizeof(numbers) / sizeof(numbers[0]) || !numbers[type].size)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "%s: a member of a type that can't be shown",
				    ret->source);
	error = memory_read_unsigned(repr->view->memory, of->object + offset,
				     numbers[type].size, &value);
	unsigned int unused = 64 - 8 * numbers[type].size;
	ret->kind = OPERAND_NUMBER;
	ret->number = numbers[type].is_signed ? (int64_t)(value << unused) >> unused
					      : (int64_t)value;
	return error;
}

/* A slot, or a member that a type in C has declared. */
static bool find_member(const struct repr *repr, uint64_t class, const char *name,
			uint64_t *type_ret, uint64_t *offset_ret)
{
	const struct view *view = repr->view;
	uint64_t member, text;
	if (!view_try(view, class, FIELD_TYPE_MEMBERS, &member) || !member)
		return false;
	for (int i = 0; i < MEMBERS_MAX; i++) {
		char found[MEMBER_NAME_MAX + 1];
		if (!view_try(view, member, FIELD_MEMBERDEF_NAME, &text) || !text)
			return false;
		cleanup_error struct pyinspect_error *error =
			memory_read_string(view->memory, text, found, MEMBER_NAME_MAX);
		if (!error && strcmp(found, name) == 0)
			return view_try(view, member, FIELD_MEMBERDEF_TYPE, type_ret) &&
			       view_try(view, member, FIELD_MEMBERDEF_OFFSET, offset_ret);
		member += layout_at(view->layout, FIELD_MEMBERDEF_SIZE);
	}
	return false;
}

static struct pyinspect_error *find_in_dict(struct repr *repr, uint64_t dict,
					    const char *name, uint64_t *ret)
{
	struct dict_cursor cursor;
	struct operand key = {.kind = OPERAND_TEXT, .text = name};
	struct pyinspect_error *error = dict_begin(repr->view, dict, &cursor);
	return error ? error : dict_get(repr, &cursor, &key, ret);
}

/* What the instance's own __dict__ has; 0 if nothing. */
static uint64_t find_in_instance(struct repr *repr, uint64_t object, const char *name)
{
	struct dict_cursor cursor;
	struct operand key = {.kind = OPERAND_TEXT, .text = name};
	uint64_t value = 0;
	cleanup_error struct pyinspect_error *error =
		attributes_begin(repr->view, object, &cursor);
	if (error)
		return 0;
	pyinspect_error_free(dict_get(repr, &cursor, &key, &value));
	return value;
}

/* What stands in the class decides. */
struct descriptor {
	uint64_t object;
	bool is_member;
	uint64_t type, offset;
};

static bool find_descriptor(struct repr *repr, const struct class *class, const char *name,
			    struct descriptor *ret)
{
	uint64_t base;
	*ret = (struct descriptor){0};
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		ret->is_member = find_member(repr, base, name, &ret->type, &ret->offset);
		ret->object = class_dict_find(repr, base, name);
		if (ret->is_member || ret->object)
			return true;
	}
	return false;
}

/* What all objects have, or what is read where C code would compute it. */
static bool get_special(struct repr *repr, const struct operand *of,
			const struct class *class, const char *name, struct operand *ret)
{
	static const struct {
		uint64_t flag;
		const char *type, *name;
		enum field field;
	} specials[] = {
		{TYPE_FLAG_EXCEPTION, NULL, "args", FIELD_EXCEPTION_ARGS},
		{TYPE_FLAG_EXCEPTION, NULL, "__traceback__", FIELD_EXCEPTION_TRACEBACK},
		{TYPE_FLAG_EXCEPTION, NULL, "__context__", FIELD_EXCEPTION_CONTEXT},
		{TYPE_FLAG_EXCEPTION, NULL, "__cause__", FIELD_EXCEPTION_CAUSE},
		{0, "function", "__code__", FIELD_FUNCTION_CODE},
		{0, "function", "__name__", FIELD_FUNCTION_NAME},
		{0, "function", "__qualname__", FIELD_FUNCTION_QUALNAME},
		{0, "function", "__globals__", FIELD_FUNCTION_GLOBALS},
		{0, "function", "__dict__", FIELD_FUNCTION_DICT},
		{0, "method", "__self__", FIELD_METHOD_SELF},
		{0, "method", "__func__", FIELD_METHOD_FUNCTION},
	};
	uint64_t value;
	if (strcmp(name, "__class__") == 0) {
		set_object(ret, class->address);
		return true;
	}
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (strcmp(specials[i].name, name) == 0 &&
		    (specials[i].type ? strcmp(class->name, specials[i].type) == 0
				      : (class->flags & specials[i].flag) != 0) &&
		    view_try(repr->view, of->object, specials[i].field, &value) && value) {
			set_object(ret, value);
			return true;
		}
	if (strcmp(name, "__dict__") != 0)
		return false;
	ret->kind = OPERAND_ATTRIBUTES;
	ret->object = of->object;
	return true;
}

/* What a staticmethod or classmethod gives, whoever asks for it. */
static bool unwrap(struct repr *repr, uint64_t found, uint64_t class, struct operand *ret)
{
	uint64_t inner;
	if (lookup_is(repr, found, "staticmethod") &&
	    view_try(repr->view, found, FIELD_STATICMETHOD_CALLABLE, &inner)) {
		set_object(ret, inner);
		return true;
	}
	if (!lookup_is(repr, found, "classmethod") ||
	    !view_try(repr->view, found, FIELD_CLASSMETHOD_CALLABLE, &inner) ||
	    !lookup_is(repr, inner, "function"))
		return false;
	ret->kind = OPERAND_METHOD;
	ret->object = class;
	ret->function = inner;
	return true;
}

/* A value that the class has, seen from an instance. */
static struct pyinspect_error *bind(struct repr *repr, const struct operand *of,
				    uint64_t found, const char *name, struct operand *ret)
{
	const struct class *class;
	uint64_t class_address;
	struct pyinspect_error *error = class_of(repr, found, &class);
	if (!error)
		error = view_read(repr->view, of->object, FIELD_OBJECT_TYPE,
				  &class_address);
	if (error)
		return error;
	static const char *const functions[] = {
		"function",
		"method_descriptor",
		"wrapper_descriptor",
	};
	if (unwrap(repr, found, class_address, ret))
		return NULL;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(class->name, functions[i]) == 0) {
			ret->kind = OPERAND_METHOD;
			ret->object = of->object;
			ret->function = found;
			return NULL;
		}
	if (class_lookup(repr, class, "__get__"))
		return would_run(repr, ret,
				 repr_printf(repr, "the descriptor %s of type %s", name,
					     class_full_name(repr, class)),
				 python_method(repr, class, "__get__"));
	set_object(ret, found);
	return NULL;
}

/* A descriptor that comes before the instance's own attributes. */
static bool is_data(struct repr *repr, uint64_t descriptor)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, descriptor, &class);
	return !error && (strcmp(class->name, "property") == 0 ||
			  strcmp(class->name, "getset_descriptor") == 0 ||
			  class_lookup(repr, class, "__set__") ||
			  class_lookup(repr, class, "__delete__"));
}

static struct pyinspect_error *get_data(struct repr *repr, const struct operand *of,
					const struct class *class, uint64_t descriptor,
					const char *name, struct operand *ret)
{
	uint64_t getter = 0;
	if (lookup_is(repr, descriptor, "property")) {
		view_try(repr->view, descriptor, FIELD_PROPERTY_GET, &getter);
		return would_run(repr, ret,
				 repr_printf(repr, "the property %s of %s", name,
					     class_full_name(repr, class)),
				 getter);
	}
	if (get_special(repr, of, class, name, ret))
		return NULL;
	/* What keeps its value under its own name, as those of ORMs do. */
	const char *hint = find_in_instance(repr, of->object, name)
				   ? repr_printf(repr, " (but vars(%s)['%s'] can be read)",
						 of->source, name)
				   : "";
	return would_run(repr, ret, repr_printf(repr, "the descriptor %s%s", name, hint),
			 0);
}

static struct pyinspect_error *get_of_instance(struct repr *repr, const struct operand *of,
					       const struct class *class, const char *name,
					       struct operand *ret)
{
	struct descriptor descriptor;
	uint64_t getter = python_method(repr, class, "__getattribute__");
	if (getter)
		return would_run(repr, ret, "__getattribute__ of its class", getter);
	bool found = find_descriptor(repr, class, name, &descriptor);
	if (descriptor.is_member)
		return read_member(repr, of, descriptor.type, descriptor.offset, ret);
	if (found && is_data(repr, descriptor.object))
		return get_data(repr, of, class, descriptor.object, name, ret);
	uint64_t own = find_in_instance(repr, of->object, name);
	if (own) {
		set_object(ret, own);
		return NULL;
	}
	if (found)
		return bind(repr, of, descriptor.object, name, ret);
	if (get_special(repr, of, class, name, ret))
		return NULL;
	getter = class_lookup(repr, class, "__getattr__");
	if (getter)
		return would_run(repr, ret, "__getattr__ of its class", getter);
	return no_attribute(repr, of, name);
}

static struct pyinspect_error *get_of_module(struct repr *repr, const struct operand *of,
					     const char *name, struct operand *ret)
{
	uint64_t dict, value = 0, getter = 0;
	struct pyinspect_error *error =
		view_read(repr->view, of->object, FIELD_MODULE_DICT, &dict);
	if (!error && strcmp(name, "__dict__") == 0)
		value = dict;
	else if (!error)
		error = find_in_dict(repr, dict, name, &value);
	if (error)
		return error;
	if (value) {
		set_object(ret, value);
		return NULL;
	}
	pyinspect_error_free(find_in_dict(repr, dict, "__getattr__", &getter));
	if (getter)
		return would_run(repr, ret, "__getattr__ of the module", getter);
	return no_attribute(repr, of, name);
}

/* Seen from the class itself, functions and properties are what they are. */
static struct pyinspect_error *get_of_class(struct repr *repr, const struct operand *of,
					    const char *name, struct operand *ret)
{
	const struct class *class;
	uint64_t value;
	struct pyinspect_error *error = class_at(repr, of->object, &class);
	if (error)
		return error;
	if (strcmp(name, "__name__") == 0)
		set_text(ret, class_short_name(class));
	else if (strcmp(name, "__qualname__") == 0)
		set_text(ret, class->qualname);
	else if (strcmp(name, "__module__") == 0)
		set_text(ret, class->module);
	else if (strcmp(name, "__mro__") == 0 &&
		 view_try(repr->view, of->object, FIELD_TYPE_MRO, &value) && value)
		set_object(ret, value);
	else if (strcmp(name, "__dict__") == 0 &&
		 view_try(repr->view, of->object, FIELD_TYPE_DICT, &value) && value)
		set_object(ret, value);
	else if ((value = class_lookup(repr, class, name))) {
		if (!unwrap(repr, value, of->object, ret))
			set_object(ret, value);
	} else
		return no_attribute(repr, of, name);
	return NULL;
}

/* Instances of 2.7's classes that don't inherit from object. */
static struct pyinspect_error *get_of_old_instance(struct repr *repr,
						   const struct operand *of,
						   const char *name, struct operand *ret)
{
	uint64_t dict, value = 0;
	struct pyinspect_error *error =
		view_read(repr->view, of->object, FIELD_OLDINSTANCE_DICT, &dict);
	if (!error)
		error = find_in_dict(repr, dict, name, &value);
	if (!error && value)
		set_object(ret, value);
	if (error || value)
		return error;
	return error_create(PYINSPECT_ERROR_ARGUMENT,
			    "%s: the instance itself has no attribute %s; its class is not "
			    "looked at",
			    of->source, name);
}

struct pyinspect_error *attribute_get(struct repr *repr, const struct operand *of,
				      const char *name, struct operand *ret)
{
	const struct class *class;
	if (of->kind != OPERAND_OBJECT)
		return error_create(
			PYINSPECT_ERROR_ARGUMENT,
			"%s: attributes are looked up in objects of the process "
			"only",
			of->source);
	struct pyinspect_error *error = class_of(repr, of->object, &class);
	if (error)
		return error_context(error, "%s", of->source);
	if (strcmp(class->name, "module") == 0)
		return get_of_module(repr, of, name, ret);
	if (strcmp(class->name, "instance") == 0 &&
	    layout_has(repr->view->layout, FIELD_OLDINSTANCE_DICT))
		return get_of_old_instance(repr, of, name, ret);
	if (class->flags & TYPE_FLAG_TYPE)
		return get_of_class(repr, of, name, ret);
	return get_of_instance(repr, of, class, name, ret);
}
