/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exceptions. */
#include <string.h>

#include "base/error.h"
#include "repr/containers.h"
#include "repr/describe.h"
#include "repr/formatters.h"

/* CPython: Objects/exceptions.c, BaseException_repr(). */
static struct pyinspect_error *format_exception(struct repr *repr, uint64_t object,
						const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t arguments, first, count;
	struct pyinspect_error *error =
		view_read(view, object, FIELD_EXCEPTION_ARGS, &arguments);
	if (!error && !view_is(view, arguments, TYPE_FLAG_TUPLE))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "its arguments are no tuple");
	if (!error)
		error = container_count(repr, arguments, &count);
	if (!error && count == 1)
		error = memory_read_u64(
			view->memory,
			arguments + layout_at(view->layout, FIELD_TUPLE_ITEMS), &first);
	if (error)
		return error;
	printer_text(&repr->printer, class_last_name(class));
	struct level *level = repr_open_parts(repr, object);
	if (count == 1 && !view->layout->dialect->exception_keeps_comma) {
		repr_part(repr, level, "(", first);
		repr_part(repr, level, ")", 0);
	} else {
		repr_part(repr, level, NULL, arguments);
	}
	return NULL;
}

/* CPython: 3.15 Objects/exceptions.c, ImportError_repr(). */
static struct pyinspect_error *format_import_error(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t name, path, arguments, count, at;
	if (!class_has_own_repr(repr, class))
		return format_exception(repr, object, class);
	struct pyinspect_error *error =
		view_read(view, object, FIELD_IMPORT_ERROR_NAME, &name);
	if (!error)
		error = view_read(view, object, FIELD_IMPORT_ERROR_PATH, &path);
	if (!error && !name && !path)
		return format_exception(repr, object, class);
	if (!error)
		error = view_read(view, object, FIELD_EXCEPTION_ARGS, &arguments);
	if (!error)
		error = container_count(repr, arguments, &count);
	/* A tuple of several items is written item by item here. */
	if (!error && count > repr->limits.max_items)
		return format_exception(repr, object, class);
	if (error)
		return error;
	printer_text(&repr->printer, class_last_name(class));
	struct level *level = repr_open_parts(repr, object);
	const char *before = "(";
	for (uint64_t i = 0; i < count; i++, before = ", ") {
		at = arguments + layout_at(view->layout, FIELD_TUPLE_ITEMS) + 8 * i;
		uint64_t item = 0;
		if (memory_try(view->memory, at, &item, sizeof(item)))
			repr_part(repr, level, before, item);
	}
	if (name)
		repr_part(repr, level, repr_printf(repr, "%sname=", before), name);
	before = name ? ", " : before;
	if (path)
		repr_part(repr, level, repr_printf(repr, "%spath=", before), path);
	repr_part(repr, level, ")", 0);
	return NULL;
}

/* PyObject *excs_str stands behind excs: repr() of exceptions that came in neither a list
 * nor a tuple, else NULL. */
static uint64_t group_text(struct repr *repr, uint64_t object, const struct class *class)
{
	uint64_t at = layout_at(repr->view->layout, FIELD_EXCEPTION_GROUP_EXCEPTIONS) + 8;
	uint64_t text;
	return class->base->basic_size >= at + 8 &&
			       memory_try(repr->view->memory, object + at, &text, 8)
		       ? text
		       : 0;
}

/* Write an object that opens no level: a str. */
static struct pyinspect_error *write_message(struct repr *repr, uint64_t object)
{
	const struct class *class;
	struct pyinspect_error *error = class_of(repr, object, &class);
	if (!error && !(class->flags & TYPE_FLAG_UNICODE))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "the message of a group is no str");
	if (error)
		return error;
	repr->has_custom_repr |= class->formatter->is_custom;
	return class->formatter->format(repr, object, class);
}

/* What the group was made from looked like this. */
static bool came_in_list(const struct view *view, uint64_t object)
{
	uint64_t arguments, second;
	return view_try(view, object, FIELD_EXCEPTION_ARGS, &arguments) &&
	       memory_try(view->memory,
			  arguments + layout_at(view->layout, FIELD_TUPLE_ITEMS) + 8,
			  &second, sizeof(second)) &&
	       view_is(view, second, TYPE_FLAG_LIST);
}

/*
 * Since gh-141732 the exceptions are those of the group, not what args has by now.
 *
 * CPython: Objects/exceptions.c, BaseExceptionGroup_repr().
 */
static struct pyinspect_error *format_group(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t message, exceptions, count;
	if (!class_has_own_repr(repr, class))
		return format_exception(repr, object, class);
	struct pyinspect_error *error =
		view_read(view, object, FIELD_EXCEPTION_GROUP_MESSAGE, &message);
	if (!error)
		error = view_read(view, object, FIELD_EXCEPTION_GROUP_EXCEPTIONS,
				  &exceptions);
	if (!error && !view_is(view, exceptions, TYPE_FLAG_TUPLE))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "its exceptions are no tuple");
	if (!error)
		error = container_count(repr, exceptions, &count);
	if (error)
		return error;
	uint64_t text = group_text(repr, object, class);
	printer_text(&repr->printer, class_last_name(class));
	printer_text(&repr->printer, "(");
	error = write_message(repr, message);
	if (error)
		return error;
	printer_text(&repr->printer, ", ");
	error = text ? describe_str(repr, text) : NULL;
	if (error)
		return error;
	bool as_list = !text && came_in_list(view, object);
	struct level *level = repr_open_parts(repr, object);
	if (!text && !as_list)
		repr_part(repr, level, NULL, exceptions);
	repr_part(repr, level, ")", 0);
	if (!as_list)
		return NULL;
	printer_text(&repr->printer, "[");
	repr_open_array(repr, object,
			exceptions + layout_at(view->layout, FIELD_TUPLE_ITEMS), count,
			"]");
	return NULL;
}

const struct formatter exception_formatters[] = {
	{.name = "BaseExceptionGroup", .format = format_group},
	{.name = "ImportError", .format = format_import_error},
	{.name = "BaseException", .format = format_exception},
	/* 2.7 */
	{.name = "exceptions.BaseException", .format = format_exception},
	{0},
};
