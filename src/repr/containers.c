/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/containers.h"
#include "base/error.h"
#include "repr/entries.h"
#include "repr/formatters.h"

struct pyinspect_error *container_count(const struct repr *repr, uint64_t object,
					uint64_t *ret)
{
	uint64_t count;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_VAR_SIZE, &count);
	if (!error && count > CONTAINER_ITEMS_MAX)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has %lld items",
				(long long)count);
	if (!error)
		*ret = count;
	return error;
}

static struct pyinspect_error *format_list(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t count, items;
	(void)class;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "[...]");
		return NULL;
	}
	struct pyinspect_error *error = container_count(repr, object, &count);
	if (!error)
		error = view_read(repr->view, object, FIELD_LIST_ITEMS, &items);
	if (error)
		return error;
	printer_text(&repr->printer, "[");
	repr_open_array(repr, object, items, count, "]");
	return NULL;
}

/* A name and its value, as headers and the items of a dict have it, if it is a secret. */
static bool open_pair(struct repr *repr, uint64_t object)
{
	uint64_t name;
	if (!memory_try(repr->view->memory,
			object + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS), &name,
			sizeof(name)) ||
	    !repr_is_secret_object(repr, name))
		return false;
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, NULL, name);
	repr_part(repr, level, ", " REDACTED ")", 0);
	return true;
}

static struct pyinspect_error *format_tuple(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t count;
	(void)class;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "(...)");
		return NULL;
	}
	struct pyinspect_error *error = container_count(repr, object, &count);
	if (error)
		return error;
	printer_text(&repr->printer, "(");
	if (count == 2 && repr->limits.redact && open_pair(repr, object))
		return NULL;
	repr_open_array(repr, object,
			object + layout_at(repr->view->layout, FIELD_TUPLE_ITEMS), count,
			count == 1 ? ",)" : ")");
	return NULL;
}

struct pyinspect_error *container_format_dict(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	(void)class;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "{...}");
		return NULL;
	}
	/* Not of an OrderedDict: dict.__repr__() walks the table. */
	return entries_open_table(repr, object, object, ENTRY_ITEM, "{", "}");
}

const struct formatter container_formatters[] = {
	{.name = "list", .format = format_list},
	{.name = "tuple", .format = format_tuple},
	{.name = "dict", .format = container_format_dict},
	{0},
};
