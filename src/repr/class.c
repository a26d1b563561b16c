/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/dict.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/repr.h"

/* Longest name of a type that is kept. */
#define CLASS_NAME_MAX 1000

/* Where a type's members are copied to, in the arena. */
static struct pyinspect_error *read_name(struct repr *repr, struct class *class)
{
	char name[CLASS_NAME_MAX + 1];
	struct pyinspect_error *error =
		view_type_name(repr->view, class->address, name, sizeof(name));
	if (error)
		return error;
	class->name = repr_printf(repr, "%s", name);
	return NULL;
}

/*
 * type() in Python takes one name for tp_name and ht_name, as long and with as many dots
 * as it may be; what C makes has "module.name" as its tp_name and the last part of it as
 * ht_name. CPython: Objects/typeobject.c, type_new() and PyType_FromSpec().
 */
static bool is_same_name(const char *tp_name, const char *ht_name)
{
	size_t length = strlen(tp_name);
	return strncmp(tp_name, ht_name, length) == 0 &&
	       (ht_name[length] == '\0' || length == CLASS_NAME_MAX);
}

static const char *read_str(struct repr *repr, uint64_t object)
{
	/* 2.7: a name that is unicode is none. */
	if (repr->view->layout->dialect->bytes_are_str &&
	    !view_is(repr->view, object, TYPE_FLAG_BYTES))
		return NULL;
	return repr_string(repr, object, lookup_name_max(repr));
}

/* CPython: Objects/typeobject.c, type_name(), type_module() and type_qualname(). */
static void read_heap_names(struct repr *repr, struct class *class)
{
	const struct view *view = repr->view;
	uint64_t object;
	if (view_try(view, class->address, FIELD_HEAPTYPE_NAME, &object))
		class->short_name = read_str(repr, object);
	class->is_c = class->short_name && !is_same_name(class->name, class->short_name);
	if (class->short_name && !class->is_c)
		class->name = class->short_name;
	if (!class->short_name)
		class->short_name = class_last_name(class);
	if (!layout_has(view->layout, FIELD_HEAPTYPE_QUALNAME))
		class->qualname = class->short_name;
	else if (view_try(view, class->address, FIELD_HEAPTYPE_QUALNAME, &object))
		class->qualname = read_str(repr, object);
	object = class_dict_find(repr, class->address, "__module__");
	if (object)
		class->module = read_str(repr, object);
}

static const char *builtins_name(const struct repr *repr)
{
	return repr->view->layout->dialect->bytes_are_str ? "__builtin__" : "builtins";
}

static void split_name(struct repr *repr, struct class *class)
{
	const char *dot = strrchr(class->name, '.');
	class->qualname = dot ? dot + 1 : class->name;
	class->module =
		dot ? arena_copy(repr->arena, class->name, (size_t)(dot - class->name))
		    : builtins_name(repr);
	class->short_name = class->qualname;
	class->is_c = true;
}

const char *class_short_name(const struct class *class)
{
	return class->short_name;
}

const char *class_repr_name(const struct repr *repr, const struct class *class)
{
	bool names_subclass = repr->view->layout->dialect->repr_names_subclass;
	return class_short_name(names_subclass ? class : class->base);
}

const char *class_last_name(const struct class *class)
{
	const char *dot = strrchr(class->name, '.');
	return dot ? dot + 1 : class->name;
}

const char *class_full_name(struct repr *repr, const struct class *class)
{
	if (!class->module || !class->qualname ||
	    strcmp(class->module, builtins_name(repr)) == 0)
		return class->name;
	return repr_printf(repr, "%s.%s", class->module, class->qualname);
}

uint64_t class_mro(const struct repr *repr, const struct class *class, size_t index)
{
	const struct view *view = repr->view;
	uint64_t mro, count, item;
	if (!view_try(view, class->address, FIELD_TYPE_MRO, &mro))
		return 0;
	/* 2.7 has types in C that nobody made ready yet, such as that of list.append. */
	if (!mro)
		return index == 0 && class->is_c ? class->address : 0;
	if (!view_is(view, mro, TYPE_FLAG_TUPLE) ||
	    !view_try(view, mro, FIELD_VAR_SIZE, &count) || index >= count ||
	    index >= MRO_MAX)
		return 0;
	uint64_t at = mro + layout_at(view->layout, FIELD_TUPLE_ITEMS) + index * 8;
	return memory_try(view->memory, at, &item, sizeof(item)) ? item : 0;
}

static uint64_t search_dict(const struct repr *repr, uint64_t class, const char *name)
{
	uint64_t dict, value = 0;
	if (!view_try(repr->view, class, FIELD_TYPE_DICT, &dict) || !dict)
		return 0;
	cleanup_error struct pyinspect_error *error =
		dict_find(repr->view, dict, name, &value);
	return error ? 0 : value;
}

uint64_t class_dict_find(const struct repr *repr, uint64_t class, const char *name)
{
	struct class *known = map_find(&repr->classes, class);
	for (size_t i = 0; known && i < known->kept_count; i++)
		if (strcmp(known->kept[i].name, name) == 0)
			return known->kept[i].value;
	uint64_t value = search_dict(repr, class, name);
	if (known && known->kept_count < CLASS_NAMES_KEPT) {
		known->kept[known->kept_count].name = name;
		known->kept[known->kept_count++].value = value;
	}
	return value;
}

uint64_t class_lookup(const struct repr *repr, const struct class *class, const char *name)
{
	uint64_t base;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		uint64_t found = class_dict_find(repr, base, name);
		if (found)
			return found;
	}
	return 0;
}

static const struct formatter *const c_types[] = {
	scalar_formatters,    number_formatters,    range_formatters,
	string_formatters,    container_formatters, set_formatters,
	mapping_formatters,   sequence_formatters,  context_formatters,
	structseq_formatters, callable_formatters,  partial_formatters,
	class_formatters,     module_formatters,    exception_formatters,
	datetime_formatters,  decimal_formatters,   instance_formatters,
	generator_formatters, frame_formatters,     lock_formatters,
	file_formatters,      socket_formatters,    synchronization_formatters,
	task_formatters,      reference_formatters, iterator_formatters,
	pattern_formatters,   array_formatters,     ctypes_formatters,
};

static const struct formatter *const python_classes[] = {
	python_formatters,    collection_formatters,    record_formatters,  enum_formatters,
	metaclass_formatters, python_number_formatters, address_formatters, path_formatters,
	library_formatters,   ctypes_classes,
};

/* Described by their attributes. */
static const struct formatter *const described_classes[] = {
	lock_classes,   reference_classes, socket_classes, synchronization_classes,
	thread_classes,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct formatter *find_by_name(const struct formatter *const *lists,
					    size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		for (const struct formatter *f = lists[i]; f->format; f++)
			if (f->name && strcmp(f->name, name) == 0)
				return f;
	return NULL;
}

static const struct formatter *find_by_sort(const struct formatter *const *lists,
					    size_t count, struct repr *repr,
					    const struct class *definer, uint64_t function)
{
	for (size_t i = 0; i < count; i++)
		for (const struct formatter *f = lists[i]; f->format; f++)
			if (f->recognize && f->recognize(repr, definer, function))
				return f;
	return NULL;
}

/*
 * The function is of the module that the class says it is of, and not one that a program
 * put there; or it is one of reprlib's, round another (recursive_repr).
 */
static bool is_of_its_module(struct repr *repr, const struct class *definer,
			     uint64_t function)
{
	const struct view *view = repr->view;
	uint64_t type, globals, name;
	char type_name[16];
	if (!definer->module || !view_try(view, function, FIELD_OBJECT_TYPE, &type))
		return false;
	cleanup_error struct pyinspect_error *error =
		view_type_name(view, type, type_name, sizeof(type_name));
	if (error || strcmp(type_name, "function") != 0 ||
	    !view_try(view, function, FIELD_FUNCTION_GLOBALS, &globals))
		return false;
	error = dict_find(view, globals, "__name__", &name);
	return !error && name &&
	       (unicode_equals(view, name, definer->module) ||
		unicode_equals(view, name, "reprlib"));
}

static const struct formatter *recognize(struct repr *repr, const struct class *definer,
					 uint64_t function)
{
	const char *name = class_full_name(repr, definer);
	const struct formatter *found =
		find_by_name(python_classes, COUNT(python_classes), name);
	if (found && is_of_its_module(repr, definer, function))
		return found;
	return find_by_sort(python_classes, COUNT(python_classes), repr, definer, function);
}

bool class_has_own_repr(const struct repr *repr, const struct class *class)
{
	uint64_t own, parent, inherited;
	return view_try(repr->view, class->base->address, FIELD_TYPE_REPR, &own) &&
	       view_try(repr->view, class->base->address, FIELD_TYPE_BASE, &parent) &&
	       view_try(repr->view, parent, FIELD_TYPE_REPR, &inherited) &&
	       own != inherited;
}

/*
 * A type in C, among the bases, whose tp_repr this is. If no formatter is known for any
 * of them, none in Python is asked: they come behind it.
 */
static bool choose_c_type(struct repr *repr, struct class *class)
{
	bool found = false;
	uint64_t wanted, function, address;
	if (!view_try(repr->view, class->address, FIELD_TYPE_REPR, &wanted))
		return false;
	for (size_t i = 0; (address = class_mro(repr, class, i)); i++) {
		const struct class *base = class_try(repr, address);
		if (!base || !base->is_c ||
		    !view_try(repr->view, address, FIELD_TYPE_REPR, &function) ||
		    function != wanted)
			continue;
		found = true;
		class->formatter = find_by_name(c_types, COUNT(c_types), base->name);
		if (!class->formatter)
			class->formatter =
				find_by_sort(c_types, COUNT(c_types), repr, base, 0);
		class->base = base;
		if (class->formatter)
			break;
	}
	return found;
}

/* A class in Python, among the bases, whose __repr__ it is. */
static void choose_python_class(struct repr *repr, struct class *class)
{
	uint64_t address;
	for (size_t i = 0; (address = class_mro(repr, class, i)); i++) {
		uint64_t function = class_dict_find(repr, address, "__repr__");
		if (!function)
			continue;
		const struct class *base = class_try(repr, address);
		if (base && !base->is_c) {
			class->formatter = recognize(repr, base, function);
			class->base = base;
		}
		return;
	}
}

/* No class before that base has a __repr__ of its own. */
static bool inherits_repr(const struct repr *repr, const struct class *class, size_t base)
{
	for (size_t i = 0; i < base; i++)
		if (class_dict_find(repr, class_mro(repr, class, i), "__repr__"))
			return false;
	return true;
}

/* object.__repr__ is the last one that a class can inherit. */
static bool has_own_repr(const struct repr *repr, const struct class *class)
{
	uint64_t function, last, base, object = 0;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++)
		object = base;
	return object && view_try(repr->view, class->address, FIELD_TYPE_REPR, &function) &&
	       view_try(repr->view, object, FIELD_TYPE_REPR, &last) && function != last;
}

/* A class in Python, among the bases, that is described whatever its __repr__ is. */
static bool choose_description(struct repr *repr, struct class *class)
{
	uint64_t address;
	for (size_t i = 0; !class->is_c && (address = class_mro(repr, class, i)); i++) {
		const struct class *base = class_try(repr, address);
		if (!base)
			continue;
		if (base->is_c)
			return false;
		const struct formatter *found =
			find_by_name(described_classes, COUNT(described_classes),
				     class_full_name(repr, base));
		if (!found)
			continue;
		if (!inherits_repr(repr, class, i))
			return false;
		class->formatter = found;
		class->base = base;
		class->is_custom = has_own_repr(repr, class);
		return true;
	}
	return false;
}

static void choose_formatter(struct repr *repr, struct class *class)
{
	if (choose_description(repr, class))
		return;
	if (!choose_c_type(repr, class))
		choose_python_class(repr, class);
	if (!class->formatter)
		class->formatter = &opaque_formatter;
	class->is_custom = class->formatter->is_custom;
}

static struct pyinspect_error *read_class(struct repr *repr, struct class *class)
{
	const struct view *view = repr->view;
	if (!view_is(view, class->address, TYPE_FLAG_TYPE))
		return error_at(PYINSPECT_ERROR_BAD_DATA, class->address, "it is no type");
	struct pyinspect_error *error =
		view_read(view, class->address, FIELD_TYPE_FLAGS, &class->flags);
	if (!error)
		error = view_read(view, class->address, FIELD_TYPE_BASICSIZE,
				  &class->basic_size);
	if (!error)
		error = read_name(repr, class);
	if (error)
		return error;
	class->is_heap = class->flags & TYPE_FLAG_HEAP;
	if (class->is_heap)
		read_heap_names(repr, class);
	else
		split_name(repr, class);
	return NULL;
}

struct pyinspect_error *class_at(struct repr *repr, uint64_t address,
				 const struct class **ret)
{
	struct class *class = map_find(&repr->classes, address);
	if (class) {
		*ret = class;
		return NULL;
	}
	class = arena_alloc(repr->arena, sizeof(*class));
	if (!class || !address)
		return class ? error_at(PYINSPECT_ERROR_BAD_DATA, 0, "it has no type")
			     : &error_no_memory;
	class->address = address;
	struct pyinspect_error *error = read_class(repr, class);
	if (error)
		return error_context(error, "its type at 0x%llx",
				     (unsigned long long)address);
	class->base = class;
	if (!map_add(&repr->classes, address, class))
		return &error_no_memory;
	*ret = class;
	return NULL;
}

const struct class *class_try(struct repr *repr, uint64_t address)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_at(repr, address, &class);
	return error ? NULL : class;
}

struct pyinspect_error *class_of(struct repr *repr, uint64_t object,
				 const struct class **ret)
{
	uint64_t type;
	const struct class *found;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_OBJECT_TYPE, &type);
	if (!error)
		error = class_at(repr, type, &found);
	if (error)
		return error;
	/* Not when it was read: the bases of a broken type may lead anywhere. */
	if (!found->formatter)
		choose_formatter(repr, map_find(&repr->classes, type));
	*ret = found;
	return NULL;
}
