/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/containers.h"
#include "base/error.h"
#include "repr/formatters.h"

/* More items than fit into a terabyte are no container's. */
#define ITEMS_MAX (UINT64_C(1) << 37)

struct pyinspect_error *container_count(const struct repr *repr, uint64_t object,
					uint64_t *ret)
{
	uint64_t count;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_VAR_SIZE, &count);
	if (!error && count > ITEMS_MAX)
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

/* A key, or the value of the key that was given last. */
static bool dict_item_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	if (level->dict.has_value) {
		level->dict.has_value = false;
		printer_text(&repr->printer, ": ");
		*child_ret = level->dict.value;
		if (!level->dict.is_secret)
			return true;
		printer_text(&repr->printer, REDACTED);
	}
	if (!repr_more(repr, level))
		return false;
	level->dict.has_value =
		dict_next(&level->dict.cursor, child_ret, &level->dict.value);
	level->dict.is_secret =
		level->dict.has_value && repr_is_secret_object(repr, *child_ret);
	if (level->dict.cursor.error)
		repr_fail(repr, level->object, level->dict.cursor.error);
	return level->dict.has_value;
}

static void open_entries(struct repr *repr, uint64_t object,
			 const struct dict_cursor *cursor, uint64_t count,
			 const char *close)
{
	printer_text(&repr->printer, "{");
	struct level *level = repr_open(repr, object, count, dict_item_next, close);
	if (level) {
		level->dict.cursor = *cursor;
		level->dict.has_value = false;
	}
}

struct pyinspect_error *container_open_dict(struct repr *repr, uint64_t object,
					    uint64_t dict, const char *close)
{
	uint64_t used;
	struct dict_cursor cursor;
	struct pyinspect_error *error = view_read(repr->view, dict, FIELD_DICT_USED, &used);
	if (!error)
		error = dict_begin(repr->view, dict, &cursor);
	if (error)
		return error;
	open_entries(repr, object, &cursor, used, close);
	return NULL;
}

static uint64_t count_entries(struct dict_cursor cursor)
{
	uint64_t key, value, count = 0;
	while (count < ITEMS_MAX && dict_next(&cursor, &key, &value))
		count++;
	pyinspect_error_free(cursor.error);
	return count;
}

struct pyinspect_error *container_open_attributes(struct repr *repr, uint64_t object)
{
	struct dict_cursor cursor;
	struct pyinspect_error *error = attributes_begin(repr->view, object, &cursor);
	if (!error)
		open_entries(repr, object, &cursor, count_entries(cursor), "}");
	return error;
}

static struct pyinspect_error *format_dict(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	(void)class;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "{...}");
		return NULL;
	}
	return container_open_dict(repr, object, object, "}");
}

const struct formatter container_formatters[] = {
	{.name = "list", .format = format_list},
	{.name = "tuple", .format = format_tuple},
	{.name = "dict", .format = format_dict},
	{0},
};
