/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes, aliases of classes with parameters, and 2.7's old kind of class. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/containers.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* CPython: Objects/typeobject.c, type_repr(). */
static struct pyinspect_error *format_type(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	const struct class *shown;
	(void)class;
	struct pyinspect_error *error = class_at(repr, object, &shown);
	if (error)
		return error;
	const char *word =
		shown->is_heap ? "class" : repr->view->layout->dialect->static_type_word;
	printer_printf(&repr->printer, "<%s '", word);
	printer_text(&repr->printer, class_full_name(repr, shown));
	printer_text(&repr->printer, "'>");
	return NULL;
}

/* CPython: Lib/enum.py, EnumMeta.__repr__() and later EnumType.__repr__(). */
static struct pyinspect_error *format_enum_type(struct repr *repr, uint64_t object,
						const struct class *class)
{
	const struct class *shown;
	const char *word = "<enum ";
	uint64_t name, address;
	struct pyinspect_error *error = class_at(repr, object, &shown);
	if (!error)
		error = view_read(repr->view, object, FIELD_HEAPTYPE_NAME, &name);
	if (error)
		return error;
	/* Since 3.11, when the metaclass got its new name, flags have a word of their own.
	 */
	bool tells_flags = strcmp(class->base->short_name, "EnumType") == 0;
	for (size_t i = 0; tells_flags && (address = class_mro(repr, shown, i)); i++) {
		const struct class *base = class_try(repr, address);
		if (base && strcmp(class_full_name(repr, base), "enum.Flag") == 0)
			word = "<flag ";
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, word, name);
	repr_part(repr, level, ">", 0);
	return NULL;
}

/*
 * Write what stands for a parameter without a level: a class, None or ... . False for
 * all else.
 *
 * CPython: Objects/genericaliasobject.c, ga_repr_item(); unionobject.c,
 * union_repr_item(): a class is one that has no __origin__ and a __qualname__.
 */
static bool write_parameter(struct repr *repr, uint64_t object, bool in_union)
{
	const struct class *class, *shown;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	if (error)
		return false;
	if (class->is_c && strcmp(class->name, "ellipsis") == 0) {
		printer_text(&repr->printer, "...");
		return true;
	}
	if (!(class->flags & TYPE_FLAG_TYPE))
		return false;
	error = class_at(repr, object, &shown);
	if (error || !shown->module || !shown->qualname ||
	    class_lookup(repr, shown, "__origin__"))
		return false;
	if (in_union && shown->is_c && strcmp(shown->name, "NoneType") == 0)
		printer_text(&repr->printer, "None");
	else if (strcmp(shown->module, "builtins") == 0)
		printer_text(&repr->printer, shown->qualname);
	else
		printer_text(&repr->printer, class_full_name(repr, shown));
	return true;
}

/* Parameters of an alias or a union: a tuple's items, with something between them. */
static bool parameter_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	const char *between = (const char *)(uintptr_t)level->words[1];
	while (level->given < level->count) {
		uint64_t at = level->words[0] + level->given * sizeof(uint64_t);
		if (level->given)
			printer_text(&repr->printer, between);
		if (level->given >= repr->limits.max_items ||
		    printer_is_full(&repr->printer)) {
			printer_more(&repr->printer, level->count - level->given);
			return false;
		}
		level->given++;
		struct pyinspect_error *error =
			memory_read_u64(repr->view->memory, at, child_ret);
		if (error) {
			level->count = level->given;
			repr_fail(repr, level->object, error);
			return false;
		}
		if (!write_parameter(repr, *child_ret, level->words[2]))
			return true;
	}
	return false;
}

static struct pyinspect_error *open_parameters(struct repr *repr, uint64_t object,
					       uint64_t tuple, const char *between,
					       const char *close)
{
	uint64_t count;
	if (!view_is(repr->view, tuple, TYPE_FLAG_TUPLE))
		return error_at(PYINSPECT_ERROR_BAD_DATA, tuple,
				"its parameters are no tuple");
	struct pyinspect_error *error = container_count(repr, tuple, &count);
	if (error)
		return error;
	if (!count && *close)
		printer_text(&repr->printer, "()");
	struct level *level = repr_open(repr, object, count, parameter_next, close);
	if (level) {
		level->words[0] = tuple + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS);
		level->words[1] = (uintptr_t)between;
		level->words[2] = !*close;
	}
	return NULL;
}

/* A parameter that isn't written as repr() has it, and not as a class is. */
static bool is_odd_parameter(struct repr *repr, uint64_t object)
{
	static const char *const odd[] = {"function", "builtin_function_or_method", "list"};
	const struct class *class;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (lookup_is(repr, object, odd[i]))
			return true;
	if (!view_is(repr->view, object, TYPE_FLAG_TYPE))
		return false;
	/* list[NoneType] is another thing in each version. */
	cleanup_error struct pyinspect_error *error = class_at(repr, object, &class);
	return error || strcmp(class->name, "NoneType") == 0;
}

/* Parameters that are looked at before they are written. */
#define PARAMETERS_MAX 1000

static bool has_odd_parameter(struct repr *repr, uint64_t tuple)
{
	uint64_t count, object;
	uint64_t items = tuple + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS);
	if (!view_is(repr->view, tuple, TYPE_FLAG_TUPLE) ||
	    !view_try(repr->view, tuple, FIELD_VAR_SIZE, &count) || count > PARAMETERS_MAX)
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (memory_try(repr->view->memory, items + 8 * i, &object, 8) &&
		    is_odd_parameter(repr, object))
			return true;
	return false;
}

/* bool starred of 3.11 and later stands behind four pointers, and before another. */
static bool is_starred(struct repr *repr, uint64_t object, const struct class *class)
{
	uint64_t starred, head = layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
	return class->base->basic_size >= head + 48 &&
	       memory_try(repr->view->memory, object + head + 32, &starred, 8) &&
	       (starred & 0xff);
}

/*
 * CPython: Objects/genericaliasobject.c, gaobject {PyObject_HEAD; PyObject *origin, *args,
 * ...}, ga_repr().
 */
static struct pyinspect_error *format_alias(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t origin, arguments;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &origin);
	if (!error)
		error = member_read(repr, object, 8, 8, &arguments);
	if (error)
		return error;
	if (repr_is_open(repr, object) || has_odd_parameter(repr, arguments) ||
	    !view_is(repr->view, origin, TYPE_FLAG_TYPE))
		return repr_opaque(repr, object, class);
	if (is_starred(repr, object, class))
		printer_text(&repr->printer, "*");
	if (!write_parameter(repr, origin, false))
		printer_text(&repr->printer, "?");
	printer_text(&repr->printer, "[");
	return open_parameters(repr, object, arguments, ", ", "]");
}

/* CPython: Objects/unionobject.c, unionobject {PyObject_HEAD; PyObject *args, ...}. */
static struct pyinspect_error *format_union(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t arguments;
	(void)class;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &arguments);
	return error ? error : open_parameters(repr, object, arguments, " | ", "");
}

/* __module__ of an old class, if that is a str; "?" else. */
static const char *old_module(struct repr *repr, uint64_t class)
{
	uint64_t dict, module = 0;
	const char *name = NULL;
	if (view_try(repr->view, class, FIELD_OLDCLASS_DICT, &dict)) {
		cleanup_error struct pyinspect_error *error =
			dict_find(repr->view, dict, "__module__", &module);
		if (!error && module && view_is(repr->view, module, TYPE_FLAG_BYTES))
			name = repr_string(repr, module, lookup_name_max(repr));
	}
	return name ? name : "?";
}

static struct pyinspect_error *old_name(struct repr *repr, uint64_t class, const char **ret)
{
	uint64_t name;
	struct pyinspect_error *error =
		view_read(repr->view, class, FIELD_OLDCLASS_NAME, &name);
	if (error)
		return error;
	const char *text = repr_string(repr, name, lookup_name_max(repr));
	if (!text)
		return error_at(PYINSPECT_ERROR_BAD_DATA, class,
				"the name of its class can't be read");
	*ret = repr_printf(repr, "%s.%s", old_module(repr, class), text);
	return NULL;
}

/* CPython: 2.7 Objects/classobject.c, class_repr(). */
static struct pyinspect_error *format_old_class(struct repr *repr, uint64_t object,
						const struct class *class)
{
	const char *name;
	(void)class;
	struct pyinspect_error *error = old_name(repr, object, &name);
	if (error)
		return error;
	printer_text(&repr->printer, repr_printf(repr, "<class %s", name));
	describe_end(repr, object);
	return NULL;
}

/* Classes that are asked for a method. */
#define OLD_CLASSES_MAX 64

/* An old class, or one that it is based on, has this: depth first, as class_lookup() of
 * Objects/classobject.c goes, but all that counts here is whether there is one. */
static bool old_class_has(struct repr *repr, uint64_t class, const char *name)
{
	const struct view *view = repr->view;
	uint64_t waiting[OLD_CLASSES_MAX] = {class}, dict, bases, count, value;
	size_t known = 1;
	for (size_t i = 0; i < known; i++) {
		cleanup_error struct pyinspect_error *error = NULL;
		if (!lookup_is(repr, waiting[i], "classobj") ||
		    !view_try(view, waiting[i], FIELD_OLDCLASS_DICT, &dict) ||
		    (error = dict_find(view, dict, name, &value)) || value ||
		    !view_try(view, waiting[i], FIELD_OLDCLASS_BASES, &bases) ||
		    !view_try(view, bases, FIELD_VAR_SIZE, &count))
			return true;
		uint64_t items = bases + layout_at(view->layout, FIELD_TUPLE_ITEMS);
		for (uint64_t j = 0; j < count; j++) {
			if (known == OLD_CLASSES_MAX ||
			    !memory_try(view->memory, items + 8 * j, &waiting[known++], 8))
				return true;
		}
	}
	return false;
}

static bool old_instance_has(struct repr *repr, uint64_t object, const char *name)
{
	uint64_t dict, value;
	if (!view_try(repr->view, object, FIELD_OLDINSTANCE_DICT, &dict))
		return true;
	cleanup_error struct pyinspect_error *error =
		dict_find(repr->view, dict, name, &value);
	return error || value;
}

/* CPython: 2.7 Objects/classobject.c, instance_repr(). */
static struct pyinspect_error *format_old_instance(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	uint64_t own;
	const char *name;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_OLDINSTANCE_CLASS, &own);
	if (!error)
		error = old_name(repr, own, &name);
	if (error)
		return error;
	bool is_custom = old_instance_has(repr, object, "__repr__") ||
			 old_class_has(repr, own, "__repr__") ||
			 old_class_has(repr, own, "__getattr__");
	repr->has_custom_repr |= is_custom;
	printer_text(&repr->printer,
		     repr_printf(repr, is_custom ? "<%s" : "<%s instance", name));
	describe_end(repr, object);
	return NULL;
}

const struct formatter class_formatters[] = {
	{.name = "type", .format = format_type},
	{.name = "types.GenericAlias", .format = format_alias},
	{.name = "types.UnionType", .format = format_union},
	{.name = "typing.Union", .format = format_union},
	{.name = "classobj", .format = format_old_class},
	{.name = "instance", .format = format_old_instance},
	{0},
};

const struct formatter metaclass_formatters[] = {
	{.name = "enum.EnumMeta", .format = format_enum_type},
	{.name = "enum.EnumType", .format = format_enum_type},
	{0},
};
