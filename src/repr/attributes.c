/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "repr/attributes.h"
#include "repr/slots.h"

/* Longest name of an attribute. */
#define ATTRIBUTE_NAME_MAX 1000
/* Containers within one another whose items are looked at. */
#define NESTED_MAX 8
/* Items of containers that are looked at for one variable: the same list can be in another
 * many times, which multiplies with each level. */
#define ITEMS_LOOKED_AT_MAX 100000
/* Keys of a __dict__ that are no names, after which this is no __dict__. */
#define NAMELESS_MAX 1000

/* Values whose children are still to be read, and how deep these may go. */
struct waiting {
	struct pyinspect_value *value;
	uint32_t depth;
};

/* The children of one value, while they are found. */
struct finder {
	struct repr *repr;
	ARRAY(struct pyinspect_value) found;
	/** How many more of them, of all values, are allowed; and items looked at. */
	size_t left, items_left;
	/** Some of a value were left out because of that. */
	bool is_cut, no_memory;
};

/* Everything but the children. */
static bool fill_text(struct repr *repr, uint64_t object, struct pyinspect_value *value)
{
	value->is_unbound = !object;
	if (!object)
		return true;
	value->is_redacted = value->name && repr_is_secret(repr, value->name);
	if (!value->is_redacted)
		return repr_write(repr, object, value);
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	value->type = error ? NULL : class_short_name(class);
	value->text = REDACTED;
	value->address = object;
	return true;
}

static void add(struct finder *finder, const char *name, enum pyinspect_value_kind kind,
		uint64_t object)
{
	struct pyinspect_value value = {.name = name, .kind = kind};
	finder->is_cut |= !finder->left;
	if (!finder->left || finder->no_memory)
		return;
	finder->left--;
	if (!fill_text(finder->repr, object, &value) || !array_push(&finder->found, value))
		finder->no_memory = true;
}

static void add_slots(struct finder *finder, const struct class *class, uint64_t object)
{
	struct repr *repr = finder->repr;
	size_t bases = 0;
	while (class_mro(repr, class, bases))
		bases++;
	while (bases-- > 0) {
		struct slot slot;
		struct slot_cursor cursor =
			slots_begin(repr, class_mro(repr, class, bases));
		while (!finder->is_cut && slots_next(&cursor, object, &slot))
			add(finder, slot.name, PYINSPECT_VALUE_ATTRIBUTE, slot.object);
	}
}

static void add_dict(struct finder *finder, struct dict_cursor *cursor)
{
	uint64_t key, object;
	size_t nameless = 0;
	while (!finder->is_cut && !finder->no_memory && dict_next(cursor, &key, &object)) {
		const char *name = repr_string(finder->repr, key, ATTRIBUTE_NAME_MAX);
		if (name)
			add(finder, name, PYINSPECT_VALUE_ATTRIBUTE, object);
		else
			finder->is_cut |= ++nameless > NAMELESS_MAX;
	}
	pyinspect_error_free(cursor->error);
}

/* What has a __dict__ that is no set of values. */
static bool is_code(const struct class *class)
{
	return (class->flags & TYPE_FLAG_TYPE) || strcmp(class->name, "module") == 0 ||
	       strcmp(class->name, "function") == 0;
}

static bool begin_dict(const struct repr *repr, const struct class *class, uint64_t object,
		       struct dict_cursor *cursor)
{
	uint64_t dict;
	bool is_old = strcmp(class->name, "instance") == 0 &&
		      view_try(repr->view, object, FIELD_OLDINSTANCE_DICT, &dict);
	cleanup_error struct pyinspect_error *error =
		is_old ? dict_begin(repr->view, dict, cursor)
		       : attributes_begin(repr->view, object, cursor);
	return !error;
}

static void add_attributes(struct finder *finder, const struct class *class,
			   uint64_t object)
{
	struct dict_cursor cursor;
	add_slots(finder, class, object);
	if (begin_dict(finder->repr, class, object, &cursor))
		add_dict(finder, &cursor);
}

static bool has_attributes(struct repr *repr, const struct class *class, uint64_t object)
{
	struct dict_cursor cursor;
	uint64_t base;
	if (is_code(class))
		return false;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++)
		if (slots_begin(repr, base).left)
			return true;
	return begin_dict(repr, class, object, &cursor) && cursor.count;
}

/* A container whose items are looked at. */
struct nested {
	uint64_t object;
	/** How its items are reached from the value: "[0]['key']". */
	const char *path;
	uint64_t items, index, count;
	/** The key of the item that was looked at last, of a dict. */
	uint64_t key;
	bool is_dict;
	struct dict_cursor cursor;
};

static bool begin_nested(const struct repr *repr, uint64_t flags, uint64_t object,
			 const char *path, struct nested *ret)
{
	const struct view *view = repr->view;
	*ret = (struct nested){
		.object = object, .path = path, .is_dict = flags & TYPE_FLAG_DICT};
	if (ret->is_dict) {
		cleanup_error struct pyinspect_error *error =
			dict_begin(view, object, &ret->cursor);
		ret->count = SIZE_MAX;
		return !error;
	}
	if (!view_try(view, object, FIELD_VAR_SIZE, &ret->count))
		return false;
	if (flags & TYPE_FLAG_TUPLE)
		ret->items = object + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	return ret->items || ((flags & TYPE_FLAG_LIST) &&
			      view_try(view, object, FIELD_LIST_ITEMS, &ret->items));
}

/* The next item; false behind the last that is looked at. */
static bool next_item(const struct repr *repr, struct nested *nested, uint64_t *object_ret)
{
	uint64_t index = nested->index++;
	if (index >= nested->count || index >= repr->limits.max_items)
		return false;
	if (!nested->is_dict)
		return memory_try(repr->view->memory, nested->items + index * 8, object_ret,
				  sizeof(*object_ret));
	if (dict_next(&nested->cursor, &nested->key, object_ret))
		return true;
	pyinspect_error_free(nested->cursor.error);
	return false;
}

/* How the item that was looked at last is named; NULL if there is no memory. */
static const char *item_path(struct repr *repr, const struct nested *nested)
{
	struct pyinspect_value named = {0};
	if (!nested->is_dict)
		return repr_printf(repr, "%s[%llu]", nested->path,
				   (unsigned long long)nested->index - 1);
	if (!repr_write(repr, nested->key, &named))
		return NULL;
	return repr_printf(repr, "%s[%s]", nested->path, named.text);
}

static bool is_among(const struct nested *nested, size_t count, uint64_t object)
{
	for (size_t i = 0; i < count; i++)
		if (nested[i].object == object)
			return true;
	return false;
}

#define CONTAINER_FLAGS (TYPE_FLAG_LIST | TYPE_FLAG_TUPLE | TYPE_FLAG_DICT)

/* Add an item that has attributes; look into one that is a container. */
static size_t take_item(struct finder *finder, struct nested *nested, size_t count,
			uint64_t item)
{
	struct repr *repr = finder->repr;
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, item, &class);
	if (error)
		return count;
	bool is_child = has_attributes(repr, class, item);
	if (!is_child && (!(class->flags & CONTAINER_FLAGS) || count == NESTED_MAX ||
			  is_among(nested, count, item)))
		return count;
	const char *path = item_path(repr, &nested[count - 1]);
	finder->no_memory |= !path;
	if (is_child)
		add(finder, path, PYINSPECT_VALUE_ITEM, item);
	else if (begin_nested(repr, class->flags, item, path, &nested[count]))
		count++;
	return count;
}

/* The items of a container that have attributes, wherever they are in it. */
static void add_items(struct finder *finder, uint64_t flags, uint64_t object)
{
	struct nested nested[NESTED_MAX];
	size_t count = begin_nested(finder->repr, flags, object, "", &nested[0]);
	while (count && !finder->is_cut && !finder->no_memory) {
		uint64_t item;
		if (!next_item(finder->repr, &nested[count - 1], &item)) {
			count--;
			continue;
		}
		finder->is_cut |= !finder->items_left;
		if (!item || !finder->items_left)
			continue;
		finder->items_left--;
		count = take_item(finder, nested, count, item);
	}
}

static bool keep_children(struct finder *finder, struct pyinspect_value *value)
{
	size_t count = finder->found.count;
	struct pyinspect_value *children =
		arena_alloc(finder->repr->arena, (count + 1) * sizeof(*children));
	if (children && count)
		memcpy(children, finder->found.items, count * sizeof(*children));
	value->children = children;
	value->child_count = count;
	for (size_t i = 0; i < count && !value->problem; i++)
		value->problem = finder->found.items[i].problem;
	finder->found.count = 0;
	return children && !finder->no_memory;
}

static bool find_children(struct finder *finder, struct pyinspect_value *value)
{
	const struct class *class;
	struct repr *repr = finder->repr;
	cleanup_error struct pyinspect_error *error =
		class_of(repr, value->address, &class);
	if (error)
		return true;
	if (!is_code(class))
		add_attributes(finder, class, value->address);
	if (class->flags & CONTAINER_FLAGS)
		add_items(finder, class->flags, value->address);
	return keep_children(finder, value);
}

/* Level by level, so that what is near is there if there is too much. */
static bool fill_children(struct repr *repr, struct pyinspect_value *value)
{
	struct finder finder = {
		.repr = repr, .left = CHILDREN_MAX, .items_left = ITEMS_LOOKED_AT_MAX};
	ARRAY(struct waiting) waiting = {0};
	bool memory = array_push(&waiting, (struct waiting){value, repr->limits.depth});
	for (size_t i = 0; i < waiting.count && memory && !finder.is_cut; i++) {
		struct waiting next = waiting.items[i];
		if (!next.depth || !next.value->address || next.value->is_redacted)
			continue;
		memory = find_children(&finder, next.value);
		for (size_t j = 0; j < next.value->child_count && memory; j++) {
			struct pyinspect_value *child = &next.value->children[j];
			/* To be an item costs no level. */
			uint32_t depth = next.depth - (child->kind != PYINSPECT_VALUE_ITEM);
			memory = array_push(&waiting, (struct waiting){child, depth});
		}
	}
	if (finder.is_cut && !value->problem)
		value->problem = "it has more attributes and items than are looked at";
	free(waiting.items);
	free(finder.found.items);
	return memory;
}

bool value_fill(struct repr *repr, uint64_t object, struct pyinspect_value *value)
{
	return fill_text(repr, object, value) &&
	       (!repr->limits.depth || fill_children(repr, value));
}
