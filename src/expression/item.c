/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "expression/operand.h"
#include "object/bytes.h"
#include "object/unicode.h"
#include "repr/lookup.h"
#include "repr/sequences.h"

/* Characters of a str that are read to find one, and of a key. */
#define CHARACTERS_MAX ((int64_t)1 << 20)
#define KEY_BYTES_MAX  10000

static bool number_of(struct repr *repr, const struct operand *operand, int64_t *ret)
{
	if (operand->kind == OPERAND_OBJECT)
		return lookup_integer(repr, operand->object, ret);
	*ret = operand->number;
	return operand->kind == OPERAND_NUMBER;
}

/* A key of a dict is the text. */
static bool is_text(struct repr *repr, uint64_t key, const char *text)
{
	struct text found = {0};
	cleanup_error struct pyinspect_error *error =
		unicode_read(repr->view, key, strlen(text) + 1, &found, NULL);
	bool same = !error && found.data && strcmp(found.data, text) == 0;
	free(found.data);
	return same;
}

static bool is_bytes(struct repr *repr, uint64_t key, const struct operand *wanted)
{
	const struct view *view = repr->view;
	uint64_t size;
	if (!layout_has(view->layout, FIELD_BYTES_DATA))
		return is_text(repr, key, wanted->text);
	if (!view_is(view, key, TYPE_FLAG_BYTES) ||
	    !view_try(view, key, FIELD_VAR_SIZE, &size) || size != wanted->length ||
	    size > KEY_BYTES_MAX)
		return false;
	cleanup_free char *data = malloc(size + 1);
	return data &&
	       memory_try(view->memory, key + layout_at(view->layout, FIELD_BYTES_DATA),
			  data, size) &&
	       memcmp(data, wanted->text, size) == 0;
}

static bool is_number(struct repr *repr, uint64_t key, int64_t wanted)
{
	int64_t found;
	struct operand operand = {.kind = OPERAND_OBJECT, .object = key};
	return number_of(repr, &operand, &found) && found == wanted;
}

/* An object as a key is what it holds, as far as it can be compared by reading. */
static void simplify(struct repr *repr, struct operand *key)
{
	int64_t number;
	if (key->kind != OPERAND_OBJECT)
		return;
	if (view_is(repr->view, key->object, TYPE_FLAG_UNICODE)) {
		key->text = repr_string(repr, key->object, KEY_BYTES_MAX);
		key->kind = key->text ? OPERAND_TEXT : OPERAND_OBJECT;
	} else if (number_of(repr, key, &number)) {
		key->kind = OPERAND_NUMBER;
		key->number = number;
	}
}

static bool is_key(struct repr *repr, uint64_t object, const struct operand *key)
{
	switch (key->kind) {
	case OPERAND_TEXT:
		return is_text(repr, object, key->text);
	case OPERAND_BYTES:
		return is_bytes(repr, object, key);
	case OPERAND_NUMBER:
		return is_number(repr, object, key->number);
	default:
		return object == key->object;
	}
}

struct pyinspect_error *dict_get(struct repr *repr, struct dict_cursor *cursor,
				 const struct operand *key, uint64_t *value_ret)
{
	struct operand simple = *key;
	uint64_t found, value;
	simplify(repr, &simple);
	for (size_t i = 0; i < ENTRIES_COMPARED_MAX && dict_next(cursor, &found, &value);
	     i++)
		if (is_key(repr, found, &simple)) {
			*value_ret = value;
			return NULL;
		}
	if (!cursor->error && cursor->index < cursor->count)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "the dict has too many entries to compare them all");
	if (!cursor->error)
		*value_ret = 0;
	return cursor->error;
}

static struct pyinspect_error *no_key(struct repr *repr, const struct operand *of,
				      const struct class *class, const struct operand *key)
{
	bool makes = class && (strcmp(class_short_name(class), "defaultdict") == 0 ||
			       class_lookup(repr, class, "__missing__"));
	return error_create(PYINSPECT_ERROR_ARGUMENT, "%s: there is no key %s%s",
			    of->source, key->source,
			    makes ? "; what the dict would make for it would have to run"
				  : "");
}

static struct pyinspect_error *entry_of(struct repr *repr, const struct operand *of,
					const struct class *class,
					struct dict_cursor *cursor,
					const struct operand *key, struct operand *ret)
{
	uint64_t value;
	struct pyinspect_error *error = dict_get(repr, cursor, key, &value);
	if (error)
		return error;
	if (!value)
		return no_key(repr, of, class, key);
	ret->kind = OPERAND_OBJECT;
	ret->object = value;
	return NULL;
}

static struct pyinspect_error *dict_item(struct repr *repr, const struct operand *of,
					 const struct class *class,
					 const struct operand *key, struct operand *ret)
{
	struct dict_cursor cursor;
	uint64_t dict = of->object;
	if (!(class->flags & TYPE_FLAG_DICT) &&
	    !view_try(repr->view, of->object, FIELD_MAPPINGPROXY_MAPPING, &dict))
		dict = of->object;
	struct pyinspect_error *error = dict_begin(repr->view, dict, &cursor);
	return error ? error : entry_of(repr, of, class, &cursor, key, ret);
}

/* An index from 0, of something that has so many items. */
static struct pyinspect_error *index_of(struct repr *repr, const struct operand *of,
					const struct operand *key, uint64_t count,
					uint64_t *ret)
{
	int64_t index;
	if (!number_of(repr, key, &index))
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "%s: its items are found by an integer, not by %s",
				    of->source, key->source);
	if (index < 0)
		index += (int64_t)count;
	if (index < 0 || (uint64_t)index >= count)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "%s: there is no item %s, it has %llu", of->source,
				    key->source, (unsigned long long)count);
	*ret = (uint64_t)index;
	return NULL;
}

static struct pyinspect_error *sequence_item(struct repr *repr, const struct operand *of,
					     const struct class *class,
					     const struct operand *key, struct operand *ret)
{
	const struct view *view = repr->view;
	uint64_t count, index, items;
	struct pyinspect_error *error = view_read(view, of->object, FIELD_VAR_SIZE, &count);
	if (!error)
		error = index_of(repr, of, key, count, &index);
	if (!error && (class->flags & TYPE_FLAG_LIST))
		error = view_read(view, of->object, FIELD_LIST_ITEMS, &items);
	else
		items = of->object + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	if (!error)
		error = memory_read_u64(view->memory, items + index * 8, &ret->object);
	ret->kind = OPERAND_OBJECT;
	return error;
}

static struct pyinspect_error *character_of(struct repr *repr, const struct operand *of,
					    const struct operand *key, struct operand *ret)
{
	struct text text = {0};
	size_t total;
	uint64_t index;
	struct pyinspect_error *error =
		unicode_read(repr->view, of->object, 0, &text, &total);
	if (!error)
		error = index_of(repr, of, key, total, &index);
	if (!error && index >= (uint64_t)CHARACTERS_MAX)
		error = error_create(PYINSPECT_ERROR_ARGUMENT,
				     "%s: only the first %lld characters are looked at",
				     of->source, (long long)CHARACTERS_MAX);
	if (!error)
		error = unicode_read(repr->view, of->object, index + 1, &text, NULL);
	const char *last = text.data;
	for (const char *at = text.data; !error && at && *at;) {
		last = at;
		code_point_decode(&at);
	}
	if (!error) {
		ret->kind = OPERAND_TEXT;
		ret->is_unicode = repr->view->layout->dialect->bytes_are_str;
		ret->text = repr_printf(repr, "%s", last ? last : "");
	}
	free(text.data);
	return error;
}

static struct pyinspect_error *byte_of(struct repr *repr, const struct operand *of,
				       const struct operand *key, struct operand *ret)
{
	const struct view *view = repr->view;
	uint64_t count, index, value;
	struct pyinspect_error *error = view_read(view, of->object, FIELD_VAR_SIZE, &count);
	if (!error)
		error = index_of(repr, of, key, count, &index);
	if (!error)
		error = memory_read_unsigned(
			view->memory,
			of->object + layout_at(view->layout, FIELD_BYTES_DATA) + index, 1,
			&value);
	if (!error) {
		ret->kind = OPERAND_NUMBER;
		ret->number = (int64_t)value;
	}
	return error;
}

/* 2.7's str. */
static struct pyinspect_error *byte_text_of(struct repr *repr, const struct operand *of,
					    const struct operand *key, struct operand *ret)
{
	struct characters characters;
	uint64_t index;
	char byte;
	struct pyinspect_error *error = bytes_locate(repr->view, of->object, &characters);
	if (!error)
		error = index_of(repr, of, key, characters.length, &index);
	if (!error)
		error = memory_read(repr->view->memory, characters.address + index, &byte,
				    1);
	if (error)
		return error;
	ret->kind = OPERAND_BYTES;
	ret->length = 1;
	ret->text = arena_copy(repr->arena, &byte, 1);
	return ret->text ? NULL : &error_no_memory;
}

static struct pyinspect_error *deque_item_of(struct repr *repr, const struct operand *of,
					     const struct operand *key, struct operand *ret)
{
	uint64_t count, index;
	if (!lookup_count(repr, of->object, &count))
		return error_at(PYINSPECT_ERROR_BAD_DATA, of->object, "it has no length");
	struct pyinspect_error *error = index_of(repr, of, key, count, &index);
	ret->kind = OPERAND_OBJECT;
	return error ? error : deque_item(repr, of->object, index, &ret->object);
}

static struct pyinspect_error *attribute_item(struct repr *repr, const struct operand *of,
					      const struct operand *key,
					      struct operand *ret)
{
	struct dict_cursor cursor;
	struct pyinspect_error *error = attributes_begin(repr->view, of->object, &cursor);
	return error ? error : entry_of(repr, of, NULL, &cursor, key, ret);
}

static struct pyinspect_error *no_items(struct repr *repr, const struct operand *of,
					const struct class *class)
{
	return error_create(PYINSPECT_ERROR_ARGUMENT,
			    "%s: items of a %s can't be had by reading alone", of->source,
			    class ? class_full_name(repr, class) : "value");
}

struct pyinspect_error *item_get(struct repr *repr, const struct operand *of,
				 const struct operand *key, struct operand *ret)
{
	const struct class *class;
	if (of->kind == OPERAND_ATTRIBUTES)
		return attribute_item(repr, of, key, ret);
	if (of->kind != OPERAND_OBJECT)
		return no_items(repr, of, NULL);
	struct pyinspect_error *error = class_of(repr, of->object, &class);
	if (error)
		return error_context(error, "%s", of->source);
	uint64_t method = python_method(repr, class, "__getitem__");
	if (method)
		return would_run(repr, ret, "__getitem__ of its class", method);
	if ((class->flags & TYPE_FLAG_DICT) || strcmp(class->name, "mappingproxy") == 0)
		return dict_item(repr, of, class, key, ret);
	if (class->flags & (TYPE_FLAG_LIST | TYPE_FLAG_TUPLE))
		return sequence_item(repr, of, class, key, ret);
	if (class->flags & TYPE_FLAG_UNICODE)
		return character_of(repr, of, key, ret);
	if ((class->flags & TYPE_FLAG_BYTES) &&
	    layout_has(repr->view->layout, FIELD_BYTES_DATA))
		return byte_of(repr, of, key, ret);
	if (class->flags & TYPE_FLAG_BYTES)
		return byte_text_of(repr, of, key, ret);
	if (lookup_inherits(repr, class, "collections.deque"))
		return deque_item_of(repr, of, key, ret);
	return no_items(repr, of, class);
}

static struct pyinspect_error *count_attributes(struct repr *repr, const struct operand *of,
						struct operand *ret)
{
	struct dict_cursor cursor;
	uint64_t key, value;
	struct pyinspect_error *error = attributes_begin(repr->view, of->object, &cursor);
	if (error)
		return error;
	ret->kind = OPERAND_NUMBER;
	for (ret->number = 0; ret->number < (int64_t)ENTRIES_COMPARED_MAX &&
			      dict_next(&cursor, &key, &value);
	     ret->number++)
		;
	return cursor.error;
}

struct pyinspect_error *length_get(struct repr *repr, const struct operand *of,
				   struct operand *ret)
{
	const struct class *class;
	uint64_t count = 0;
	size_t total = 0;
	struct text none = {0};
	if (of->kind == OPERAND_ATTRIBUTES)
		return count_attributes(repr, of, ret);
	if (of->kind != OPERAND_OBJECT)
		return no_items(repr, of, NULL);
	struct pyinspect_error *error = class_of(repr, of->object, &class);
	if (error)
		return error_context(error, "%s", of->source);
	uint64_t method = python_method(repr, class, "__len__");
	if (method)
		return would_run(repr, ret, "__len__ of its class", method);
	if (class->flags & TYPE_FLAG_UNICODE) {
		error = unicode_read(repr->view, of->object, 0, &none, &total);
		count = total;
	} else if (!lookup_count(repr, of->object, &count)) {
		return no_items(repr, of, class);
	}
	free(none.data);
	ret->kind = OPERAND_NUMBER;
	ret->number = (int64_t)count;
	return error;
}
