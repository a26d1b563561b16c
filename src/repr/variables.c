/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "object/unicode.h"
#include "repr/attributes.h"
#include "repr/variables.h"

/* Entries of a namespace that are read. */
#define NAMESPACE_MAX       5000
#define NAME_MAX_CHARACTERS 1000

void variables_reader_deinit(struct variables_reader *reader)
{
	map_deinit(&reader->codes);
	map_deinit(&reader->globals_read);
}

/* Room for one more value; the array grows in the arena, which is never long. */
static struct pyinspect_value *add_value(struct repr *repr, struct frame_values *values)
{
	if (values->count == values->capacity) {
		size_t capacity = values->capacity ? values->capacity * 2 : 8;
		struct pyinspect_value *grown =
			arena_alloc(repr->arena, capacity * sizeof(*grown));
		if (!grown)
			return NULL;
		if (values->count)
			memcpy(grown, values->items, values->count * sizeof(*grown));
		values->items = grown;
		values->capacity = capacity;
	}
	struct pyinspect_value *value = &values->items[values->count++];
	*value = (struct pyinspect_value){0};
	return value;
}

const struct variables *variables_of(struct variables_reader *reader, uint64_t code)
{
	struct repr *repr = reader->repr;
	struct variables *known = map_find(&reader->codes, code);
	if (known || !code)
		return known;
	known = arena_alloc(repr->arena, sizeof(*known));
	if (!known || !variables_list(repr->view, repr->arena, code, known) ||
	    !map_add(&reader->codes, code, known))
		return NULL;
	return known;
}

static bool add_variable(struct repr *repr, uint64_t frame, const struct variable *variable,
			 struct frame_values *ret)
{
	uint64_t object = 0;
	struct pyinspect_error *error = variable_read(repr->view, frame, variable, &object);
	if (variable->is_hidden && !object && !error)
		return true;
	struct pyinspect_value *value = add_value(repr, ret);
	if (!value) {
		pyinspect_error_free(error);
		return false;
	}
	value->name = variable->name;
	value->kind = variable->kind;
	value->parameter = variable->parameter;
	if (error) {
		value->problem = value->text = repr_printf(repr, "<unreadable: %s>",
							   pyinspect_error_message(error));
		pyinspect_error_free(error);
		return true;
	}
	return value_fill(repr, object, value);
}

static bool read_fast(struct variables_reader *reader, const struct raw_frame *frame,
		      const struct variables *variables, struct frame_values *ret)
{
	ret->problem = variables->problem;
	for (size_t i = 0; i < variables->count; i++)
		if (!add_variable(reader->repr, frame->address, &variables->items[i], ret))
			return false;
	return true;
}

static bool add_entry(struct repr *repr, uint64_t key, uint64_t object,
		      enum pyinspect_value_kind kind, struct frame_values *ret)
{
	const char *name = repr_string(repr, key, NAME_MAX_CHARACTERS);
	struct pyinspect_value *value = name ? add_value(repr, ret) : NULL;
	if (!name)
		return true;
	if (!value)
		return false;
	value->name = name;
	value->kind = kind;
	return value_fill(repr, object, value);
}

/* The entries of a dict of variables; of another mapping there is nothing to read. */
static bool read_namespace(struct repr *repr, uint64_t dict, enum pyinspect_value_kind kind,
			   struct frame_values *ret)
{
	struct dict_cursor cursor;
	uint64_t key, object;
	struct pyinspect_error *error = dict_begin(repr->view, dict, &cursor);
	size_t count = 0;
	while (!error && dict_next(&cursor, &key, &object)) {
		if (count++ == NAMESPACE_MAX) {
			error = error_at(PYINSPECT_ERROR_BAD_DATA, dict,
					 "there are more than %d, which are not shown",
					 NAMESPACE_MAX);
			break;
		}
		if (!add_entry(repr, key, object, kind, ret))
			return false;
	}
	if (!error)
		error = cursor.error;
	if (error && !ret->problem)
		ret->problem =
			repr_printf(repr, "variables: %s", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return true;
}

static bool read_globals(struct variables_reader *reader, uint64_t dict,
			 struct frame_values *ret)
{
	struct repr *repr = reader->repr;
	struct frame_values *known = map_find(&reader->globals_read, dict);
	if (!known) {
		known = arena_alloc(repr->arena, sizeof(*known));
		if (!known)
			return false;
		*known = (struct frame_values){0};
		if (!read_namespace(repr, dict, PYINSPECT_VALUE_GLOBAL, known) ||
		    !map_add(&reader->globals_read, dict, known))
			return false;
	}
	for (size_t i = 0; i < known->count; i++) {
		struct pyinspect_value *value = add_value(repr, ret);
		if (!value)
			return false;
		*value = known->items[i];
	}
	if (!ret->problem)
		ret->problem = known->problem;
	return true;
}

bool variables_read(struct variables_reader *reader, const struct raw_frame *frame,
		    struct frame_values *ret)
{
	struct repr *repr = reader->repr;
	const struct variables *variables = variables_of(reader, frame->code);
	uint64_t mapping = 0;
	*ret = (struct frame_values){0};
	if (!variables)
		return false;
	if (!variables->are_fast)
		mapping = variables_mapping(repr->view, frame->address);
	if (reader->locals && mapping && mapping != frame->globals &&
	    !read_namespace(repr, mapping, PYINSPECT_VALUE_LOCAL, ret))
		return false;
	if (reader->locals && !read_fast(reader, frame, variables, ret))
		return false;
	return !reader->globals || !frame->globals ||
	       read_globals(reader, frame->globals, ret);
}
