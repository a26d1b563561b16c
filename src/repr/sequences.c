/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "repr/c_number.h"
#include "repr/containers.h"
#include "repr/formatters.h"
#include "repr/quoted.h"
#include "repr/sequences.h"

/* Blocks that are looked through for one item. */
#define BLOCKS_MAX 100000

/* words of the level of a deque; the blocks' links are followed with a marker. */
enum {
	BLOCK,
	INDEX,
	EARLIER,
	STEPS,
	STEPS_MAX,
};

/* Items of a block. CPython: Modules/_collectionsmodule.c, BLOCK. */
static uint64_t block_length(const struct layout *layout)
{
	return (layout_at(layout, FIELD_DEQUE_BLOCK_SIZE) - 16) / 8;
}

static struct pyinspect_error *next_block(const struct repr *repr, uint64_t *words)
{
	struct pyinspect_error *error =
		view_read(repr->view, words[BLOCK], FIELD_DEQUE_BLOCK_RIGHT, &words[BLOCK]);
	words[INDEX] = 0;
	if (error)
		return error;
	if (words[BLOCK] == words[EARLIER])
		return error_at(PYINSPECT_ERROR_BAD_DATA, words[BLOCK],
				"its blocks are a cycle");
	/* Brent: the marker moves to every power of two, and a cycle meets it. */
	if (++words[STEPS] >= words[STEPS_MAX]) {
		words[EARLIER] = words[BLOCK];
		words[STEPS_MAX] = words[STEPS] * 2;
	}
	return NULL;
}

static bool deque_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	const struct layout *layout = repr->view->layout;
	uint64_t *words = level->words;
	struct pyinspect_error *error = NULL;
	if (!repr_more(repr, level))
		return false;
	if (words[INDEX] >= block_length(layout))
		error = next_block(repr, words);
	uint64_t at = words[BLOCK] + layout_at(layout, FIELD_DEQUE_BLOCK_DATA) +
		      8 * words[INDEX]++;
	if (!error)
		error = memory_read_u64(repr->view->memory, at, child_ret);
	if (!error)
		return true;
	/* The rest of the items is not to be had either. */
	level->count = level->given;
	repr_fail(repr, level->object, error);
	return false;
}

static struct pyinspect_error *read_deque(struct repr *repr, uint64_t object,
					  uint64_t *words, uint64_t *count_ret,
					  int64_t *maxlen_ret)
{
	const struct view *view = repr->view;
	uint64_t maxlen;
	/* 2.7 has no PyVarObject there. */
	enum field size = layout_has(view->layout, FIELD_DEQUE_SIZE) ? FIELD_DEQUE_SIZE
								     : FIELD_VAR_SIZE;
	struct pyinspect_error *error = view_read(view, object, size, count_ret);
	if (!error)
		error = view_read(view, object, FIELD_DEQUE_LEFT_BLOCK, &words[BLOCK]);
	if (!error)
		error = view_read(view, object, FIELD_DEQUE_LEFT_INDEX, &words[INDEX]);
	if (!error)
		error = view_read(view, object, FIELD_DEQUE_MAXLEN, &maxlen);
	if (error)
		return error;
	if (*count_ret > CONTAINER_ITEMS_MAX)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has %lld items",
				(long long)*count_ret);
	if (words[INDEX] > block_length(view->layout))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"it begins at item %lld of a block",
				(long long)words[INDEX]);
	words[EARLIER] = 0;
	words[STEPS] = 0;
	words[STEPS_MAX] = 1;
	*maxlen_ret = (int64_t)maxlen;
	return NULL;
}

/* CPython: Modules/_collectionsmodule.c, deque_repr(). */
static struct pyinspect_error *format_deque(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t words[5], count;
	int64_t maxlen;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, "[...]");
		return NULL;
	}
	struct pyinspect_error *error = read_deque(repr, object, words, &count, &maxlen);
	if (error)
		return error;
	const char *close =
		maxlen < 0 ? "])" : repr_printf(repr, "], maxlen=%lld)", (long long)maxlen);
	printer_text(&repr->printer, class_repr_name(repr, class));
	printer_text(&repr->printer, "([");
	struct level *level = repr_open(repr, object, count, deque_next, close);
	if (level)
		memcpy(level->words, words, sizeof(words));
	return NULL;
}

struct pyinspect_error *deque_item(struct repr *repr, uint64_t object, uint64_t index,
				   uint64_t *ret)
{
	const struct layout *layout = repr->view->layout;
	uint64_t words[5], count, length = block_length(layout);
	int64_t maxlen;
	struct pyinspect_error *error = read_deque(repr, object, words, &count, &maxlen);
	if (!error && index / length > BLOCKS_MAX)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "only the first %d blocks of a deque are looked through",
				 BLOCKS_MAX);
	if (error)
		return error;
	for (index += words[INDEX]; !error && index >= length; index -= length)
		error = next_block(repr, words);
	return error ? error
		     : memory_read_u64(repr->view->memory,
				       words[BLOCK] +
					       layout_at(layout, FIELD_DEQUE_BLOCK_DATA) +
					       8 * index,
				       ret);
}

/*
 * The rest of an array behind PyVarObject, and the start of what describes its items.
 * CPython: Modules/arraymodule.c, arrayobject and struct arraydescr; the type code was an
 * int before 3.0, one char then, and may have two from 3.15 on.
 */
struct array_rest {
	uint64_t items, allocated, description;
};

struct array_description {
	char typecode[4];
	int32_t item_size;
};

struct item_type {
	const char *typecode;
	bool is_text;
	enum c_number_kind kind;
	/** 2.7 makes a long of what may not fit into an int. */
	bool is_long;
};

static const struct item_type item_types[] = {
	{.typecode = "b", .kind = C_SIGNED},
	{.typecode = "B", .kind = C_UNSIGNED},
	{.typecode = "h", .kind = C_SIGNED},
	{.typecode = "H", .kind = C_UNSIGNED},
	{.typecode = "i", .kind = C_SIGNED},
	{.typecode = "I", .kind = C_UNSIGNED, .is_long = true},
	{.typecode = "l", .kind = C_SIGNED},
	{.typecode = "L", .kind = C_UNSIGNED, .is_long = true},
	{.typecode = "q", .kind = C_SIGNED},
	{.typecode = "Q", .kind = C_UNSIGNED},
	{.typecode = "e", .kind = C_REAL},
	{.typecode = "f", .kind = C_REAL},
	{.typecode = "d", .kind = C_REAL},
	{.typecode = "Zf", .kind = C_COMPLEX},
	{.typecode = "Zd", .kind = C_COMPLEX},
	{.typecode = "c", .is_text = true},
	{.typecode = "u", .is_text = true},
	{.typecode = "w", .is_text = true},
};

static const struct item_type *find_item_type(const char *typecode)
{
	for (size_t i = 0; i < sizeof(item_types) / sizeof(*item_types); i++)
		if (strcmp(item_types[i].typecode, typecode) == 0)
			return &item_types[i];
	return NULL;
}

/* words of the level of an array. */
enum {
	ITEMS,
	ITEM_SIZE,
	/** Index into item_types. */
	ITEM_TYPE,
};

static struct c_number number_of(const struct repr *repr, const struct item_type *type,
				 uint64_t size)
{
	return (struct c_number){.kind = type->kind,
				 .size = (unsigned int)size,
				 .is_long = type->is_long &&
					    repr->view->layout->dialect->bytes_are_str,
				 .is_widened = true};
}

/* Its items are no objects: all are written at once. */
static bool array_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	uint64_t *words = level->words, size = words[ITEM_SIZE];
	struct c_number number = number_of(repr, &item_types[words[ITEM_TYPE]], size);
	(void)child_ret;
	while (repr_more(repr, level)) {
		uint64_t at = words[ITEMS] + (level->given - 1) * size;
		if (++repr->object_count > OBJECTS_MAX) {
			printer_cut(&repr->printer);
			return false;
		}
		struct pyinspect_error *error = c_number_write(repr, &number, at);
		if (error) {
			repr_fail(repr, level->object, error);
			return false;
		}
	}
	return false;
}

static struct pyinspect_error *read_array(struct repr *repr, uint64_t object,
					  uint64_t *count_ret, struct array_rest *rest_ret,
					  struct array_description *ret)
{
	struct memory *memory = repr->view->memory;
	uint64_t at = object + layout_at(repr->view->layout, FIELD_VAR_SIZE) + 8;
	struct pyinspect_error *error = container_count(repr, object, count_ret);
	if (!error)
		error = memory_read(memory, at, rest_ret, sizeof(*rest_ret));
	if (!error)
		error = memory_read(memory, rest_ret->description, ret, sizeof(*ret));
	return error;
}

static struct pyinspect_error *write_text(struct repr *repr, uint64_t object,
					  uint64_t items, uint64_t count,
					  unsigned int width)
{
	struct characters characters = {.address = items,
					.length = count,
					.width = width,
					.is_raw = width == 1,
					.is_utf16 = width == 2};
	struct quoted_style style = width == 1 ? quoted_bytes(repr) : quoted_unicode(repr);
	style.close = ")";
	printer_text(&repr->printer, ", ");
	return quoted_write(repr, object, &characters, &style);
}

static struct pyinspect_error *write_numbers(struct repr *repr, uint64_t object,
					     uint64_t items, uint64_t count,
					     const struct item_type *type, uint64_t size)
{
	printer_text(&repr->printer, ", [");
	struct level *level = repr_open(repr, object, count, array_next, "])");
	if (level) {
		level->words[ITEMS] = items;
		level->words[ITEM_SIZE] = size;
		level->words[ITEM_TYPE] = (uint64_t)(type - item_types);
	}
	return NULL;
}

/* CPython: Modules/arraymodule.c, array_repr(). */
static struct pyinspect_error *format_array(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t count;
	struct array_rest rest;
	struct array_description description;
	struct pyinspect_error *error =
		read_array(repr, object, &count, &rest, &description);
	if (error)
		return error;
	/* Two at most; before 3.0 the others belong to the int. */
	char typecode[3] = {description.typecode[0], description.typecode[1], '\0'};
	const struct item_type *type = find_item_type(typecode);
	uint32_t size = (uint32_t)description.item_size;
	if (!type)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "its items have type %d",
				typecode[0]);
	struct c_number number = number_of(repr, type, size);
	if (type->is_text ? size != 1 && size != 2 && size != 4
			  : !c_number_is_known(&number))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"its items of type %s have %u bytes", typecode, size);
	printer_printf(&repr->printer, "%s('%s'", class_repr_name(repr, class), typecode);
	if (!count) {
		printer_text(&repr->printer, ")");
		return NULL;
	}
	return type->is_text ? write_text(repr, object, rest.items, count, size)
			     : write_numbers(repr, object, rest.items, count, type, size);
}

const struct formatter sequence_formatters[] = {
	{.name = "collections.deque", .format = format_deque},
	{.name = "array.array", .format = format_array},
	{0},
};
