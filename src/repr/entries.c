/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "repr/entries.h"
#include "repr/lookup.h"
#include "repr/secrets.h"

/* Characters of a name that are sorted by and written. */
#define NAME_MAX_CHARACTERS ((size_t)1 << 16)

#define ORDERED_DICT "collections.OrderedDict"

/* The next node of an OrderedDict's list, and the value that its key has in the table. */
static struct pyinspect_error *next_in_chain(struct repr *repr, struct entries *entries,
					     uint64_t *key_ret)
{
	const struct view *view = repr->view;
	uint64_t hash, node = entries->node;
	if (node == entries->earlier)
		return error_at(PYINSPECT_ERROR_BAD_DATA, node, "its list is a cycle");
	/* Brent: the marker moves to every power of two, and a cycle meets it. */
	if (++entries->steps >= entries->steps_max) {
		entries->earlier = node;
		entries->steps_max = entries->steps * 2;
	}
	struct pyinspect_error *error =
		view_read(view, node, FIELD_ODICT_NODE_KEY, key_ret);
	if (!error)
		error = view_read(view, node, FIELD_ODICT_NODE_HASH, &hash);
	if (!error)
		error = view_read(view, node, FIELD_ODICT_NODE_NEXT, &entries->node);
	if (!error)
		error = dict_find_object(view, entries->ordered_dict, *key_ret, hash,
					 &entries->value);
	if (!error && !entries->value)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, *key_ret,
				 "a key of its list is not in its table");
	return error;
}

static struct pyinspect_error *too_few(uint64_t object, uint64_t count)
{
	return error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has %llu fewer than it says",
			(unsigned long long)count);
}

/* A table has no more entries, though it says so. */
static bool end_early(struct repr *repr, struct level *level, uint64_t left)
{
	const struct dict_cursor *cursor = &level->entries.cursor;
	level->count = level->given;
	if (cursor->gave_up)
		printer_more(&repr->printer, left);
	else
		repr_fail(repr, level->object,
			  cursor->error ? cursor->error : too_few(level->object, left));
	return false;
}

/* The next entry from wherever they come; false if there is none. */
static bool next_entry(struct repr *repr, struct level *level, uint64_t *key_ret)
{
	struct entries *entries = &level->entries;
	struct pyinspect_error *error = NULL;
	uint64_t left = level->count - level->given + 1;
	if (entries->list) {
		*key_ret = entries->list[level->given - 1].key;
		entries->value = entries->list[level->given - 1].value;
		return true;
	}
	if (entries->ordered_dict && entries->node)
		error = next_in_chain(repr, entries, key_ret);
	else if (entries->ordered_dict)
		error = too_few(level->object, left);
	else if (!dict_next(&entries->cursor, key_ret, &entries->value))
		return end_early(repr, level, left);
	if (!error)
		return true;
	/* Nothing comes behind that. */
	level->count = level->given;
	repr_fail(repr, level->object, error);
	return false;
}

/* Write what comes first of an entry, and say which object follows. */
static void begin_entry(struct repr *repr, struct entries *entries, const char *name,
			uint64_t key, uint64_t *child_ret)
{
	bool is_named = entries->form == ENTRY_NAMED;
	entries->is_secret =
		is_named ? repr_is_secret(repr, name) : repr_is_secret_object(repr, key);
	entries->has_value = entries->form == ENTRY_ITEM || entries->form == ENTRY_PAIR;
	entries->is_pair_open = entries->form == ENTRY_PAIR;
	if (entries->is_pair_open)
		printer_text(&repr->printer, "(");
	if (is_named) {
		printer_text(&repr->printer, name);
		printer_text(&repr->printer, "=");
	}
	*child_ret = is_named || entries->form == ENTRY_VALUE ? entries->value : key;
}

/* Write what stands between a key and its value; false if that is all there is. */
static bool go_on(struct repr *repr, struct entries *entries, uint64_t *child_ret)
{
	if (entries->has_value) {
		entries->has_value = false;
		printer_text(&repr->printer, entries->form == ENTRY_ITEM ? ": " : ", ");
		*child_ret = entries->value;
		if (!entries->is_secret)
			return true;
		printer_text(&repr->printer, REDACTED);
	}
	if (entries->is_pair_open)
		repr_close(repr, ")");
	entries->is_pair_open = false;
	return false;
}

/* A key, or the value of the key that was given last. */
static bool entries_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	struct entries *entries = &level->entries;
	uint64_t key;
	if (go_on(repr, entries, child_ret))
		return true;
	while (repr_more(repr, level)) {
		const struct entry *listed =
			entries->list ? &entries->list[level->given - 1] : NULL;
		if (!next_entry(repr, level, &key))
			return false;
		begin_entry(repr, entries, listed && listed->name ? listed->name : "", key,
			    child_ret);
		if (!entries->is_secret || entries->has_value || entries->form == ENTRY_KEY)
			return true;
		printer_text(&repr->printer, REDACTED);
	}
	return false;
}

/* The list of an OrderedDict, or nothing for another dict. */
static struct pyinspect_error *find_chain(struct repr *repr, uint64_t dict,
					  struct entries *entries)
{
	const struct class *class;
	if (!layout_has(repr->view->layout, FIELD_ODICT_FIRST))
		return NULL;
	struct pyinspect_error *error = class_of(repr, dict, &class);
	if (error || !lookup_inherits(repr, class, ORDERED_DICT))
		return error;
	entries->ordered_dict = dict;
	entries->steps_max = 2;
	return view_read(repr->view, dict, FIELD_ODICT_FIRST, &entries->node);
}

static struct pyinspect_error *open_entries(struct repr *repr, uint64_t object,
					    uint64_t dict, const struct entries *entries,
					    const char *open, const char *close)
{
	uint64_t used;
	struct pyinspect_error *error = view_read(repr->view, dict, FIELD_DICT_USED, &used);
	if (error)
		return error;
	printer_text(&repr->printer, open);
	struct level *level = repr_open(repr, object, used, entries_next, close);
	if (level) {
		level->entries = *entries;
		level->entries.cursor.empty_max = EMPTY_SLOTS_MAX;
	}
	return NULL;
}

struct pyinspect_error *entries_open_table(struct repr *repr, uint64_t object,
					   uint64_t dict, enum entry_form form,
					   const char *open, const char *close)
{
	struct entries entries = {.form = form};
	struct pyinspect_error *error = dict_begin(repr->view, dict, &entries.cursor);
	return error ? error : open_entries(repr, object, dict, &entries, open, close);
}

struct pyinspect_error *entries_open_dict(struct repr *repr, uint64_t object, uint64_t dict,
					  enum entry_form form, const char *open,
					  const char *close)
{
	struct entries entries = {.form = form};
	struct pyinspect_error *error = dict_begin(repr->view, dict, &entries.cursor);
	if (!error)
		error = find_chain(repr, dict, &entries);
	return error ? error : open_entries(repr, object, dict, &entries, open, close);
}

static uint64_t count_entries(struct dict_cursor cursor)
{
	uint64_t key, value, count = 0;
	while (count < OBJECTS_MAX && dict_next(&cursor, &key, &value))
		count++;
	pyinspect_error_free(cursor.error);
	return count;
}

struct pyinspect_error *entries_open_attributes(struct repr *repr, uint64_t object)
{
	struct entries entries = {.form = ENTRY_ITEM};
	struct pyinspect_error *error =
		attributes_begin(repr->view, object, &entries.cursor);
	if (error)
		return error;
	entries.cursor.empty_max = EMPTY_SLOTS_MAX;
	uint64_t count = count_entries(entries.cursor);
	printer_text(&repr->printer, "{");
	struct level *level = repr_open(repr, object, count, entries_next, "}");
	if (level)
		level->entries = entries;
	return NULL;
}

void entries_open_list(struct repr *repr, uint64_t object, const struct entry *list,
		       uint64_t count, enum entry_form form, const char *close)
{
	struct level *level = repr_open(repr, object, count, entries_next, close);
	if (level)
		level->entries = (struct entries){.form = form, .list = list};
}

static bool add_entry(struct repr *repr, struct entry_list *list, const struct entry *entry)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 16;
		struct entry *grown = arena_alloc(repr->arena, capacity * sizeof(*grown));
		if (!grown)
			return false;
		if (list->count)
			memcpy(grown, list->items, list->count * sizeof(*grown));
		list->items = grown;
		list->capacity = capacity;
	}
	list->items[list->count++] = *entry;
	return true;
}

struct pyinspect_error *entries_read(struct repr *repr, struct dict_cursor *cursor,
				     bool with_names, struct entry_list *ret)
{
	struct entry entry;
	*ret = (struct entry_list){0};
	cursor->empty_max = EMPTY_SLOTS_MAX;
	while (dict_next(cursor, &entry.key, &entry.value)) {
		ret->is_cut = ret->count == ENTRIES_MAX;
		if (ret->is_cut)
			return NULL;
		entry.name = with_names ? repr_string(repr, entry.key, NAME_MAX_CHARACTERS)
					: NULL;
		if (!add_entry(repr, ret, &entry))
			return &error_no_memory;
	}
	ret->is_cut |= cursor->gave_up;
	return cursor->error;
}

static int compare_names(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	/* UTF-8 has the order of code points. */
	return strcmp(left->name, right->name);
}

void entries_sort(struct entry_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_names);
}
