/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes whose objects have named fields: namedtuple, structseq, dataclass. */
#include <string.h>

#include "base/error.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/containers.h"
#include "repr/entries.h"
#include "repr/formatters.h"
#include "repr/function.h"
#include "repr/lookup.h"

/* Fields of a class, and characters of a name. */
#define FIELDS_MAX       4096
#define FIELD_NAME_LIMIT 1000

static struct pyinspect_error *read_items(const struct repr *repr, uint64_t tuple,
					  struct entry *list, size_t count)
{
	uint64_t at = tuple + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS);
	struct pyinspect_error *error = NULL;
	for (size_t i = 0; !error && i < count; i++)
		error = memory_read_u64(repr->view->memory, at + i * 8, &list[i].value);
	return error;
}

/* An entry for each item of a tuple; without a name yet. */
static struct pyinspect_error *tuple_entries(struct repr *repr, uint64_t tuple,
					     struct entry **ret, uint64_t *count_ret)
{
	struct pyinspect_error *error = container_count(repr, tuple, count_ret);
	if (error)
		return error;
	if (*count_ret > FIELDS_MAX)
		return error_at(PYINSPECT_ERROR_BAD_DATA, tuple, "it has %lld fields",
				(long long)*count_ret);
	*ret = arena_alloc(repr->arena, (*count_ret + 1) * sizeof(**ret));
	return *ret ? read_items(repr, tuple, *ret, *count_ret) : &error_no_memory;
}

/* Names of the fields: a tuple of str. */
static bool name_fields(struct repr *repr, uint64_t names, struct entry *list, size_t count)
{
	uint64_t name_count;
	if (!names || !view_is(repr->view, names, TYPE_FLAG_TUPLE) ||
	    !view_try(repr->view, names, FIELD_VAR_SIZE, &name_count) ||
	    name_count != count)
		return false;
	uint64_t at = names + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS), name;
	for (size_t i = 0; i < count; i++)
		if (!memory_try(repr->view->memory, at + i * 8, &name, sizeof(name)) ||
		    !(list[i].name = repr_string(repr, name, FIELD_NAME_LIMIT)))
			return false;
	return true;
}

/*
 * Until 3.6 a class is made from source, in a namespace of its own; then the functions
 * are closures. CPython: Lib/collections/__init__.py, namedtuple().
 */
static bool is_namedtuple(struct repr *repr, const struct class *definer, uint64_t function)
{
	static const char prefix[] = "namedtuple_";
	if (!(definer->flags & TYPE_FLAG_TUPLE))
		return false;
	const char *module = function_module(repr, function);
	if (module && strncmp(module, prefix, strlen(prefix)) == 0)
		return true;
	return module && strcmp(module, "collections") == 0 &&
	       function_free_variable(repr, function, "repr_fmt");
}

static struct pyinspect_error *format_namedtuple(struct repr *repr, uint64_t object,
						 const struct class *class)
{
	struct entry *list;
	uint64_t count;
	struct pyinspect_error *error = tuple_entries(repr, object, &list, &count);
	if (error)
		return error;
	uint64_t names = class_dict_find(repr, class->base->address, "_fields");
	if (!name_fields(repr, names, list, count))
		return repr_opaque(repr, object, class);
	bool names_base = repr->view->layout->dialect->namedtuple_names_base;
	printer_text(&repr->printer, class_short_name(names_base ? class->base : class));
	printer_text(&repr->printer, "(");
	entries_open_list(repr, 0, list, count, ENTRY_NAMED, ")");
	return NULL;
}

/* The members of a type in C whose objects are tuples; NULL-named behind the last. */
static bool member_name(struct repr *repr, uint64_t type, size_t index,
			const char **name_ret, uint64_t *offset_ret)
{
	const struct view *view = repr->view;
	char name[FIELD_NAME_LIMIT + 1];
	uint64_t members, text;
	if (!view_try(view, type, FIELD_TYPE_MEMBERS, &members) || !members)
		return false;
	uint64_t member = members + index * layout_at(view->layout, FIELD_MEMBERDEF_SIZE);
	if (!view_try(view, member, FIELD_MEMBERDEF_NAME, &text) || !text ||
	    !view_try(view, member, FIELD_MEMBERDEF_OFFSET, offset_ret))
		return false;
	struct pyinspect_error *error =
		memory_read_string(view->memory, text, name, FIELD_NAME_LIMIT);
	*name_ret = error ? NULL : repr_printf(repr, "%s", name);
	pyinspect_error_free(error);
	return *name_ret != NULL;
}

/* A type in C that is like tuple (2.7) or derived from it, whose first member is the first
 * item of the tuple. CPython: Objects/structseq.c. */
static bool is_structseq(struct repr *repr, const struct class *class, uint64_t function)
{
	const char *name;
	uint64_t offset;
	(void)function;
	return ((class->flags & TYPE_FLAG_TUPLE) ||
		class_dict_find(repr, class->address, "n_sequence_fields")) &&
	       member_name(repr, class->address, 0, &name, &offset) &&
	       offset == layout_at(repr->view->layout, FIELD_TUPLE_ITEMS);
}

/*
 * Fields without a name are not among the members: those behind them take their names.
 * Until 3.7 Python leaves out what doesn't fit into 512 bytes; here it is shown.
 * CPython: Objects/structseq.c, structseq_repr().
 */
static struct pyinspect_error *format_structseq(struct repr *repr, uint64_t object,
						const struct class *class)
{
	struct entry *list;
	uint64_t count, offset;
	struct pyinspect_error *error = tuple_entries(repr, object, &list, &count);
	if (error)
		return error;
	for (size_t i = 0; i < count; i++)
		if (!member_name(repr, class->base->address, i, &list[i].name, &offset))
			return error_at(PYINSPECT_ERROR_BAD_DATA, object,
					"its field %zu has no name", i);
	printer_text(&repr->printer, class->name);
	printer_text(&repr->printer, "(");
	entries_open_list(repr, 0, list, count, ENTRY_NAMED, ")");
	return NULL;
}

static bool code_has_name(const struct repr *repr, uint64_t code, const char *name)
{
	uint64_t found;
	return code && view_try(repr->view, code, FIELD_CODE_NAME, &found) &&
	       unicode_equals(repr->view, found, name);
}

/* The code was made by executing text, as dataclass() does. */
static bool is_generated(const struct repr *repr, uint64_t code)
{
	uint64_t file, name;
	if (!code_has_name(repr, code, "__repr__") ||
	    !view_try(repr->view, code, FIELD_CODE_FILENAME, &file) ||
	    !unicode_equals(repr->view, file, "<string>"))
		return false;
	return !layout_has(repr->view->layout, FIELD_CODE_QUALNAME) ||
	       (view_try(repr->view, code, FIELD_CODE_QUALNAME, &name) &&
		unicode_equals(repr->view, name, "__create_fn__.<locals>.__repr__"));
}

/* Its __repr__ is generated, within a wrapper that notices cycles; until 3.12 that is of
 * dataclasses, then of reprlib. CPython: Lib/dataclasses.py, _recursive_repr(). */
static bool is_dataclass(struct repr *repr, const struct class *definer, uint64_t function)
{
	if (!code_has_name(repr, function_code(repr, function), "wrapper"))
		return false;
	const char *module = function_module(repr, function);
	if (!module ||
	    (strcmp(module, "dataclasses") != 0 && strcmp(module, "reprlib") != 0))
		return false;
	uint64_t inner = function_free_variable(repr, function, "user_function");
	return is_generated(repr, function_code(repr, inner)) &&
	       class_dict_find(repr, definer->address, "__dataclass_fields__");
}

/* A dataclasses.Field is shown: it is none of a class, none of __init__ alone, and has
 * not been left out. */
static bool is_shown(struct repr *repr, uint64_t field)
{
	uint64_t kind = lookup_getattr(repr, field, "_field_type");
	return kind &&
	       unicode_equals(repr->view, lookup_getattr(repr, kind, "name"), "_FIELD") &&
	       lookup_is_true(repr, lookup_getattr(repr, field, "repr"));
}

/* The shown fields of a class, with the values that an object has of them. */
static bool read_fields(struct repr *repr, uint64_t object, const struct class *class,
			struct entry_list *list)
{
	struct dict_cursor cursor;
	size_t shown = 0;
	uint64_t fields =
		class_dict_find(repr, class->base->address, "__dataclass_fields__");
	struct pyinspect_error *error = dict_begin(repr->view, fields, &cursor);
	if (!error)
		error = entries_read(repr, &cursor, true, list);
	bool good = !error && !list->is_cut;
	pyinspect_error_free(error);
	for (size_t i = 0; good && i < list->count; i++) {
		struct entry *field = &list->items[i];
		if (!is_shown(repr, field->value))
			continue;
		field->value = field->name ? lookup_getattr(repr, object, field->name) : 0;
		good = field->value != 0;
		list->items[shown++] = *field;
	}
	list->count = shown;
	return good;
}

static struct pyinspect_error *format_dataclass(struct repr *repr, uint64_t object,
						const struct class *class)
{
	struct entry_list list;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "...");
		return NULL;
	}
	if (!read_fields(repr, object, class, &list) || !class->qualname)
		return repr_opaque(repr, object, class);
	printer_text(&repr->printer, class->qualname);
	printer_text(&repr->printer, "(");
	entries_open_list(repr, object, list.items, list.count, ENTRY_NAMED, ")");
	return NULL;
}

const struct formatter structseq_formatters[] = {
	{.format = format_structseq, .recognize = is_structseq},
	{0},
};

const struct formatter record_formatters[] = {
	{.format = format_namedtuple, .recognize = is_namedtuple},
	{.format = format_dataclass, .recognize = is_dataclass},
	{0},
};
