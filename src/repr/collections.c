/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers of the standard library that are classes in Python. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "object/integer.h"
#include "repr/containers.h"
#include "repr/entries.h"
#include "repr/formatters.h"
#include "repr/lookup.h"

/* A count of a Counter, and where it stands among them. */
struct count {
	long double value;
	size_t index;
};

/* Ints and floats fit exactly; of other values and of NaN the order isn't known. */
static bool read_count(struct repr *repr, uint64_t object, long double *ret)
{
	const struct class *class;
	uint64_t magnitude, bits;
	bool negative;
	double value;
	struct pyinspect_error *error = class_of(repr, object, &class);
	if (!error && strcmp(class->name, "float") == 0 && !class->is_heap) {
		error = view_read(repr->view, object, FIELD_FLOAT_VALUE, &bits);
		memcpy(&value, &bits, sizeof(value));
		*ret = error ? 0 : value;
		pyinspect_error_free(error);
		return !error && !isnan(value);
	}
	bool is_number = !error && !class->is_heap;
	if (is_number)
		error = integer_read(repr->view, object, &magnitude, &negative);
	is_number &= !error;
	pyinspect_error_free(error);
	if (is_number)
		*ret = negative ? -(long double)magnitude : (long double)magnitude;
	return is_number;
}

/* Greatest first; equal ones as they came. */
static int compare_counts(const void *a, const void *b)
{
	const struct count *left = a, *right = b;
	if (left->value != right->value)
		return left->value < right->value ? 1 : -1;
	return left->index < right->index ? -1 : 1;
}

/* CPython: Lib/collections/__init__.py, Counter.most_common(). */
static bool sort_by_count(struct repr *repr, struct entry_list *list)
{
	struct count *counts = malloc((list->count + 1) * sizeof(*counts));
	struct entry *sorted =
		arena_alloc(repr->arena, (list->count + 1) * sizeof(*sorted));
	bool good = counts && sorted;
	for (size_t i = 0; good && i < list->count; i++) {
		counts[i].index = i;
		good = list->count == 1 ||
		       read_count(repr, list->items[i].value, &counts[i].value);
	}
	if (good && list->count > 1)
		qsort(counts, list->count, sizeof(*counts), compare_counts);
	for (size_t i = 0; good && i < list->count; i++)
		sorted[i] = list->items[counts[i].index];
	if (good)
		list->items = sorted;
	free(counts);
	return good;
}

static const char *const counter_parts[] = {
	"most_common", "items", "__len__", "__iter__", "__bool__", "__nonzero__", NULL};

static struct pyinspect_error *read_dict(struct repr *repr, uint64_t dict,
					 struct entry_list *list)
{
	struct dict_cursor cursor;
	struct pyinspect_error *error = dict_begin(repr->view, dict, &cursor);
	return error ? error : entries_read(repr, &cursor, false, list);
}

static struct pyinspect_error *format_counter(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	struct entry_list list;
	uint64_t used;
	if (lookup_is_overridden(repr, class, counter_parts))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_DICT_USED, &used);
	if (!error)
		error = read_dict(repr, object, &list);
	if (error)
		return error;
	const char *name = class_short_name(class);
	if (!list.count) {
		printer_text(&repr->printer, repr_printf(repr, "%s()", name));
		return NULL;
	}
	/* The greatest can't be known without having seen all. */
	if (list.is_cut) {
		repr_set_total(repr, used);
		printer_text(&repr->printer, repr_printf(repr, "%s({", name));
		printer_more(&repr->printer, used);
		printer_close(&repr->printer, "})");
		return NULL;
	}
	if (!sort_by_count(repr, &list))
		return repr_opaque(repr, object, class);
	printer_text(&repr->printer, repr_printf(repr, "%s({", name));
	entries_open_list(repr, 0, list.items, list.count, ENTRY_ITEM, "})");
	return NULL;
}

static struct pyinspect_error *format_chain_map(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t maps = lookup_getattr(repr, object, "maps"), count, items;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "...");
		return NULL;
	}
	if (!maps || !view_is(repr->view, maps, TYPE_FLAG_LIST))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error = container_count(repr, maps, &count);
	if (!error)
		error = view_read(repr->view, maps, FIELD_LIST_ITEMS, &items);
	if (error)
		return error;
	printer_text(&repr->printer, class_short_name(class));
	printer_text(&repr->printer, "(");
	repr_open_array(repr, object, items, count, ")");
	return NULL;
}

/* It shows what it wraps. */
static struct pyinspect_error *format_data(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t data = lookup_getattr(repr, object, "data");
	if (!data)
		return repr_opaque(repr, object, class);
	repr_part(repr, repr_open_parts(repr, 0), NULL, data);
	return NULL;
}

/* CPython: Lib/_collections_abc.py, MappingView.__repr__(). */
static struct pyinspect_error *format_mapping_view(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	uint64_t mapping = lookup_getattr(repr, object, "_mapping");
	if (!mapping)
		return repr_opaque(repr, object, class);
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, repr_printf(repr, "%s(", class_short_name(class)), mapping);
	repr_part(repr, level, ")", 0);
	return NULL;
}

/* The names of all options can be written as keywords. */
static bool are_identifiers(const struct entry_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;
		if (!name || !*name || (*name >= '0' && *name <= '9'))
			return false;
		for (; *name; name++)
			if (!strchr("_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789",
				    *name))
				return false;
	}
	return true;
}

/* CPython: Lib/argparse.py, _AttributeHolder.__repr__(). */
static struct pyinspect_error *format_options(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	static const char *const parts[] = {"_get_args", "_get_kwargs", NULL};
	struct dict_cursor cursor;
	struct entry_list list;
	if (lookup_is_overridden(repr, class, parts))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error = attributes_begin(repr->view, object, &cursor);
	if (!error)
		error = entries_read(repr, &cursor, true, &list);
	if (error)
		return error;
	if (list.is_cut || !are_identifiers(&list))
		return repr_opaque(repr, object, class);
	if (repr->view->layout->dialect->namespace_is_sorted)
		entries_sort(&list);
	printer_text(&repr->printer, class_short_name(class));
	printer_text(&repr->printer, "(");
	entries_open_list(repr, 0, list.items, list.count, ENTRY_NAMED, ")");
	return NULL;
}

/* A list of 2.7's OrderedDict: {previous, next, key}. */
static bool read_link(const struct repr *repr, uint64_t link, uint64_t words[3])
{
	uint64_t count, items;
	return view_is(repr->view, link, TYPE_FLAG_LIST) &&
	       view_try(repr->view, link, FIELD_VAR_SIZE, &count) && count == 3 &&
	       view_try(repr->view, link, FIELD_LIST_ITEMS, &items) &&
	       memory_try(repr->view->memory, items, words, 3 * sizeof(words[0]));
}

/* The entries of the table in the order of the list, whose ring begins behind root. */
static bool order_entries(struct repr *repr, uint64_t root, const struct entry_list *table,
			  struct entry *ordered)
{
	struct map places = {0};
	uint64_t link = root, words[3];
	bool good = true;
	for (size_t i = 0; good && i < table->count; i++)
		good = !map_find(&places, table->items[i].key) &&
		       map_add(&places, table->items[i].key, &table->items[i]);
	for (size_t i = 0; good && i < table->count; i++) {
		good = read_link(repr, link, words) && (link = words[1]) != root &&
		       read_link(repr, link, words);
		const struct entry *entry = good ? map_find(&places, words[2]) : NULL;
		if (entry)
			ordered[i] = *entry;
		good = entry != NULL;
	}
	good = good && read_link(repr, link, words) && words[1] == root;
	map_deinit(&places);
	return good;
}

/* 2.7's is a dict beside a ring of lists. CPython: Lib/collections.py, OrderedDict. */
static struct pyinspect_error *format_old_ordered_dict(struct repr *repr, uint64_t object,
						       const struct class *class)
{
	static const char *const parts[] = {"items",       "keys",    "__iter__",
					    "__getitem__", "__len__", NULL};
	struct entry_list list;
	uint64_t root = lookup_getattr(repr, object, "_OrderedDict__root");
	const char *name = class_short_name(class);
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "...");
		return NULL;
	}
	struct pyinspect_error *error = read_dict(repr, object, &list);
	if (error)
		return error;
	if (!list.count) {
		printer_text(&repr->printer, repr_printf(repr, "%s()", name));
		return NULL;
	}
	struct entry *ordered = arena_alloc(repr->arena, list.count * sizeof(*ordered));
	if (!root || list.is_cut || !ordered || lookup_is_overridden(repr, class, parts) ||
	    !order_entries(repr, root, &list, ordered))
		return repr_opaque(repr, object, class);
	printer_text(&repr->printer, repr_printf(repr, "%s([", name));
	entries_open_list(repr, object, ordered, list.count, ENTRY_PAIR, "])");
	return NULL;
}

const struct formatter collection_formatters[] = {
	{.name = "collections.OrderedDict", .format = format_old_ordered_dict},
	{.name = "collections.Counter", .format = format_counter},
	{.name = "collections.ChainMap", .format = format_chain_map},
	{.name = "collections.UserDict", .format = format_data},
	{.name = "collections.UserList", .format = format_data},
	{.name = "collections.UserString", .format = format_data},
	{.name = "UserList.UserList", .format = format_data},
	{.name = "UserString.UserString", .format = format_data},
	{.name = "collections.abc.MappingView", .format = format_mapping_view},
	{.name = "_abcoll.MappingView", .format = format_mapping_view},
	{.name = "argparse._AttributeHolder", .format = format_options},
	{0},
};
