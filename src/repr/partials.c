/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* functools.partial and its like in operator. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/containers.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/member.h"

/* What a partial holds: its function, arguments, and keywords. */
struct partial {
	uint64_t function, arguments, argument_count;
	struct dict_cursor keywords;
};

/* "name=", and its value as the child; false if that was written already. */
static bool keyword_next(struct repr *repr, struct level *level, struct partial *partial,
			 uint64_t *child_ret)
{
	uint64_t name, value;
	if (!dict_next(&partial->keywords, &name, &value)) {
		if (partial->keywords.error)
			repr_fail(repr, level->object, partial->keywords.error);
		partial->keywords.error = NULL;
		level->count = level->given;
		return false;
	}
	struct pyinspect_error *error = describe_str(repr, name);
	if (error)
		repr_fail(repr, name, error);
	printer_text(&repr->printer, "=");
	*child_ret = value;
	if (!repr_is_secret_object(repr, name))
		return true;
	printer_text(&repr->printer, REDACTED);
	return false;
}

static bool partial_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	struct partial *partial = (struct partial *)(uintptr_t)level->words[0];
	while (repr_more(repr, level)) {
		uint64_t index = level->given - 1;
		if (index == 0) {
			*child_ret = partial->function;
			return true;
		}
		if (index > partial->argument_count) {
			if (keyword_next(repr, level, partial, child_ret))
				return true;
			continue;
		}
		uint64_t at = partial->arguments + (index - 1) * sizeof(uint64_t);
		struct pyinspect_error *error =
			memory_read_u64(repr->view->memory, at, child_ret);
		if (!error)
			return true;
		level->count = level->given;
		repr_fail(repr, level->object, error);
		return false;
	}
	return false;
}

static struct pyinspect_error *read_partial(struct repr *repr, uint64_t object,
					    struct partial *partial, uint64_t *count_ret)
{
	const struct view *view = repr->view;
	uint64_t tuple, dict, used = 0;
	struct pyinspect_error *error =
		view_read(view, object, FIELD_PARTIAL_FUNCTION, &partial->function);
	if (!error)
		error = view_read(view, object, FIELD_PARTIAL_ARGUMENTS, &tuple);
	if (!error)
		error = view_read(view, object, FIELD_PARTIAL_KEYWORDS, &dict);
	if (!error && !view_is(view, tuple, TYPE_FLAG_TUPLE))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, tuple,
				 "its arguments are no tuple");
	if (!error)
		error = container_count(repr, tuple, &partial->argument_count);
	if (!error)
		error = dict_begin(view, dict, &partial->keywords);
	if (!error)
		error = view_read(view, dict, FIELD_DICT_USED, &used);
	if (error)
		return error;
	partial->arguments = tuple + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	*count_ret = 1 + partial->argument_count + used;
	return NULL;
}

/* CPython: Modules/_functoolsmodule.c, partial_repr(). */
static struct pyinspect_error *format_partial(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t count;
	/* 2.7 */
	if (!class_has_own_repr(repr, class))
		return repr_plain(repr, object, class);
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "...");
		return NULL;
	}
	struct partial *partial = arena_alloc(repr->arena, sizeof(*partial));
	if (!partial)
		return &error_no_memory;
	struct pyinspect_error *error = read_partial(repr, object, partial, &count);
	if (error)
		return error;
	if (repr->view->layout->dialect->partial_has_module && class->module &&
	    class->qualname)
		printer_text(&repr->printer,
			     repr_printf(repr, "%s.%s(", class->module, class->qualname));
	else
		printer_text(&repr->printer, repr_printf(repr, "%s(", class->name));
	struct level *level = repr_open(repr, object, count, partial_next, ")");
	if (level)
		level->words[0] = (uintptr_t)partial;
	return NULL;
}

static struct pyinspect_error *format_placeholder(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	(void)object, (void)class;
	printer_text(&repr->printer, "Placeholder");
	return NULL;
}

/*
 * CPython: Modules/_operator.c, itemgetterobject {PyObject_HEAD; Py_ssize_t nitems;
 * PyObject *item}, itemgetter_repr().
 */
static struct pyinspect_error *format_itemgetter(struct repr *repr, uint64_t object,
						 const struct class *class)
{
	uint64_t count, item;
	if (!class_has_own_repr(repr, class))
		return repr_plain(repr, object, class);
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &count);
	if (!error)
		error = member_read(repr, object, 8, 8, &item);
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "(...)");
		return NULL;
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, count == 1 ? "(" : NULL, item);
	repr_part(repr, level, count == 1 ? ")" : NULL, 0);
	return NULL;
}

const struct formatter partial_formatters[] = {
	{.name = "functools.partial", .format = format_partial},
	{.name = "functools._PlaceholderType", .format = format_placeholder},
	{.name = "operator.itemgetter", .format = format_itemgetter},
	{0},
};
