/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "repr/containers.h"
#include "repr/entries.h"
#include "repr/formatters.h"
#include "repr/lookup.h"

/* What repr() of a subclass of OrderedDict goes through. */
static const char *const iterated_by[] = {"items", "__iter__", "keys", "__getitem__", NULL};

/* CPython: Objects/odictobject.c, odict_repr(). */
static struct pyinspect_error *format_ordered_dict(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	uint64_t used;
	bool has_dict = repr->view->layout->dialect->ordered_dict_has_dict;
	if (lookup_is_overridden(repr, class, iterated_by))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_DICT_USED, &used);
	if (error)
		return error;
	const char *name = class_short_name(class);
	if (!used || repr_is_open(repr, object)) {
		printer_text(&repr->printer, used ? "..." : name);
		printer_text(&repr->printer, used ? "" : "()");
		return NULL;
	}
	return entries_open_dict(repr, object, object, has_dict ? ENTRY_ITEM : ENTRY_PAIR,
				 repr_printf(repr, has_dict ? "%s({" : "%s([", name),
				 has_dict ? "})" : "])");
}

/* words of the level of a defaultdict: itself, and what comes next. */
enum {
	SELF,
	STEP,
};

/* Factory, then dict. While the factory is written the level is that of the factory,
 * because Python notices a cycle through either of them alone. */
static bool defaultdict_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	switch (level->words[STEP]++) {
	case 0:
		*child_ret = level->object;
		return true;
	case 1:
		level->object = 0;
		printer_text(&repr->printer, ", ");
		*child_ret = level->words[SELF];
		repr->child_format = container_format_dict;
		return true;
	default:
		return false;
	}
}

/* CPython: Modules/_collectionsmodule.c, defdict_repr(). */
static struct pyinspect_error *format_defaultdict(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	uint64_t factory;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_DEFAULTDICT_FACTORY, &factory);
	if (error)
		return error;
	bool is_open = factory && repr_is_open(repr, factory);
	printer_text(&repr->printer, class_repr_name(repr, class));
	printer_text(&repr->printer, "(");
	if (!factory)
		printer_text(&repr->printer, "None");
	else if (is_open)
		printer_text(&repr->printer, "...");
	struct level *level = repr_open(repr, factory, 0, defaultdict_next, ")");
	if (level) {
		level->words[SELF] = object;
		level->words[STEP] = !factory || is_open;
	}
	return NULL;
}

/* CPython: Objects/descrobject.c, mappingproxy_repr(). */
static struct pyinspect_error *format_mappingproxy(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	uint64_t mapping;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_MAPPINGPROXY_MAPPING, &mapping);
	if (error)
		return error;
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level,
		  strcmp(class->base->name, "dictproxy") == 0 ? "dict_proxy("
							      : "mappingproxy(",
		  mapping);
	repr_part(repr, level, ")", 0);
	return NULL;
}

static struct pyinspect_error *format_view(struct repr *repr, uint64_t object,
					   const struct class *class, enum entry_form form)
{
	uint64_t dict;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "...");
		return NULL;
	}
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_DICTVIEW_DICT, &dict);
	if (error)
		return error;
	const char *open = repr_printf(repr, "%s([", class->name);
	if (strncmp(class->base->name, "odict", strlen("odict")) == 0)
		return entries_open_dict(repr, object, dict, form, open, "])");
	return entries_open_table(repr, object, dict, form, open, "])");
}

/* CPython: Objects/dictobject.c, dictview_repr(). */
static struct pyinspect_error *format_keys(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	return format_view(repr, object, class, ENTRY_KEY);
}

static struct pyinspect_error *format_values(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	return format_view(repr, object, class, ENTRY_VALUE);
}

static struct pyinspect_error *format_items(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	return format_view(repr, object, class, ENTRY_PAIR);
}

/* Attributes whose names are no str, or empty, are left out. */
static void keep_named(struct entry_list *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].name && *list->items[i].name)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

static struct pyinspect_error *open_namespace(struct repr *repr, uint64_t object,
					      struct dict_cursor *cursor, const char *name)
{
	struct entry_list list;
	struct pyinspect_error *error = entries_read(repr, cursor, true, &list);
	if (error)
		return error;
	keep_named(&list);
	printer_text(&repr->printer, name);
	printer_text(&repr->printer, "(");
	if (list.is_cut) {
		printer_cut(&repr->printer);
		printer_close(&repr->printer, ")");
		return NULL;
	}
	if (repr->view->layout->dialect->namespace_is_sorted)
		entries_sort(&list);
	entries_open_list(repr, object, list.items, list.count, ENTRY_NAMED, ")");
	return NULL;
}

/* CPython: Objects/namespaceobject.c, namespace_repr(). */
static struct pyinspect_error *format_namespace(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t dict;
	struct dict_cursor cursor;
	bool is_exact = class->address == class->base->address;
	const char *name = is_exact ? "namespace" : class->name;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, name);
		printer_text(&repr->printer, "(...)");
		return NULL;
	}
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_NAMESPACE_DICT, &dict);
	if (!error)
		error = dict_begin(repr->view, dict, &cursor);
	return error ? error : open_namespace(repr, object, &cursor, name);
}

const struct formatter mapping_formatters[] = {
	{.name = "collections.OrderedDict", .format = format_ordered_dict},
	{.name = "collections.defaultdict", .format = format_defaultdict},
	{.name = "mappingproxy", .format = format_mappingproxy},
	{.name = "dictproxy", .format = format_mappingproxy},
	{.name = "dict_keys", .format = format_keys},
	{.name = "dict_values", .format = format_values},
	{.name = "dict_items", .format = format_items},
	{.name = "odict_keys", .format = format_keys},
	{.name = "odict_values", .format = format_values},
	{.name = "odict_items", .format = format_items},
	{.name = "types.SimpleNamespace", .format = format_namespace},
	{0},
};
