/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/lookup.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/function.h"
#include "repr/slots.h"

#define C_STRING_MAX 1000
/* Names are kept once for each class; more than this is no name. */
#define NAME_MIN        1000
#define NAME_MAX        ((size_t)1 << 20)
#define TUPLE_ITEMS_MAX ((uint64_t)1 << 16)

/* The class of an object, perhaps without its formatter; NULL if it can't be read. */
static const struct class *type_of(struct repr *repr, uint64_t object)
{
	uint64_t type;
	if (!object || !view_try(repr->view, object, FIELD_OBJECT_TYPE, &type))
		return NULL;
	return class_try(repr, type);
}

static uint64_t find_in_dict(const struct repr *repr, uint64_t object, const char *name)
{
	uint64_t value = 0;
	cleanup_error struct pyinspect_error *error =
		attributes_find(repr->view, object, name, &value);
	return error ? 0 : value;
}

static uint64_t find_slot(struct repr *repr, uint64_t object, uint64_t class,
			  const char *name)
{
	struct slot_cursor cursor = slots_begin(repr, class);
	struct slot slot;
	while (slots_next(&cursor, object, &slot))
		if (strcmp(slot.name, name) == 0)
			return slot.object;
	return 0;
}

uint64_t lookup_attribute(struct repr *repr, uint64_t object, const char *name)
{
	uint64_t base, found = object ? find_in_dict(repr, object, name) : 0;
	const struct class *class = found ? NULL : type_of(repr, object);
	for (size_t i = 0; class && !found && (base = class_mro(repr, class, i)); i++)
		found = find_slot(repr, object, base, name);
	return found;
}

uint64_t lookup_attribute_any(struct repr *repr, uint64_t object, const char *name,
			      const char *older)
{
	uint64_t found = lookup_attribute(repr, object, name);
	return found ? found : lookup_attribute(repr, object, older);
}

/* The type of an object has one of the slots of descriptors. */
static bool has_type_slot(const struct repr *repr, uint64_t object, enum field slot)
{
	uint64_t type, function;
	return !view_try(repr->view, object, FIELD_OBJECT_TYPE, &type) ||
	       !view_try(repr->view, type, slot, &function) || function;
}

uint64_t lookup_getattr(struct repr *repr, uint64_t object, const char *name)
{
	uint64_t definer = 0, found = 0, base;
	const struct class *class = type_of(repr, object);
	/* Only one in Python is found to be a function. */
	if (!class || function_code(repr, class_lookup(repr, class, "__getattribute__")))
		return 0;
	for (size_t i = 0; !found && (base = class_mro(repr, class, i)); i++) {
		found = class_dict_find(repr, base, name);
		definer = base;
	}
	if (found && has_type_slot(repr, found, FIELD_TYPE_DESCR_SET))
		return lookup_is(repr, found, "member_descriptor")
			       ? find_slot(repr, object, definer, name)
			       : 0;
	uint64_t value = find_in_dict(repr, object, name);
	if (value || !found)
		return value;
	return has_type_slot(repr, found, FIELD_TYPE_DESCR_GET) ? 0 : found;
}

bool lookup_is_overridden(const struct repr *repr, const struct class *class,
			  const char *const *names)
{
	uint64_t base;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		if (base == class->base->address)
			return false;
		for (const char *const *name = names; *name; name++)
			if (class_dict_find(repr, base, *name))
				return true;
	}
	return true;
}

bool lookup_inherits(struct repr *repr, const struct class *class, const char *name)
{
	uint64_t address;
	for (size_t i = 0; (address = class_mro(repr, class, i)); i++) {
		const struct class *base = class_try(repr, address);
		if (base && base->is_c && strcmp(base->name, name) == 0)
			return true;
	}
	return false;
}

bool lookup_is(struct repr *repr, uint64_t object, const char *name)
{
	const struct class *class = type_of(repr, object);
	return class && class->is_c && strcmp(class->name, name) == 0;
}

bool lookup_is_none(struct repr *repr, uint64_t object)
{
	return lookup_is(repr, object, "NoneType");
}

bool lookup_integer(struct repr *repr, uint64_t object, int64_t *ret)
{
	uint64_t magnitude;
	bool negative;
	if (!object)
		return false;
	cleanup_error struct pyinspect_error *error =
		integer_read(repr->view, object, &magnitude, &negative);
	if (error || magnitude > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return true;
}

bool lookup_is_true(struct repr *repr, uint64_t object)
{
	int64_t value;
	return lookup_integer(repr, object, &value) && value != 0;
}

#define LARGE_DIGITS (128 / INTEGER_DIGIT_BITS + 1)

struct pyinspect_error *lookup_large_int(const struct repr *repr, uint64_t object,
					 unsigned __int128 *ret)
{
	struct integer integer;
	uint64_t words[LARGE_DIGITS * INTEGER_DIGIT_BITS / 64 + 1] = {0};
	struct pyinspect_error *error = integer_locate(repr->view, object, &integer);
	if (!error && (integer.is_negative || integer.digit_count > LARGE_DIGITS))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "it is an int of less than 0 or more than 128 bits");
	if (!error)
		error = integer_words(repr->view, &integer, 0, (size_t)integer.digit_count,
				      words);
	if (!error && words[2])
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "it is an int of more than 128 bits");
	if (!error)
		*ret = (unsigned __int128)words[1] << 64 | words[0];
	return error;
}

bool lookup_count(struct repr *repr, uint64_t object, uint64_t *ret)
{
	static const struct {
		const char *name;
		enum field field;
	} others[] = {
		{"set", FIELD_SET_USED},
		{"frozenset", FIELD_SET_USED},
		{"bytearray", FIELD_VAR_SIZE},
		{"array.array", FIELD_VAR_SIZE},
		/* 2.7's is no PyVarObject. */
		{"collections.deque", FIELD_DEQUE_SIZE},
		{"collections.deque", FIELD_VAR_SIZE},
	};
	const struct view *view = repr->view;
	const struct class *class = type_of(repr, object);
	if (!class)
		return false;
	if (class->flags & (TYPE_FLAG_LIST | TYPE_FLAG_TUPLE | TYPE_FLAG_BYTES))
		return view_try(view, object, FIELD_VAR_SIZE, ret);
	if (class->flags & TYPE_FLAG_DICT)
		return view_try(view, object, FIELD_DICT_USED, ret);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (layout_has(view->layout, others[i].field) &&
		    lookup_inherits(repr, class, others[i].name))
			return view_try(view, object, others[i].field, ret);
	return false;
}

uint64_t tuple_item(const struct repr *repr, uint64_t tuple, uint64_t index)
{
	const struct view *view = repr->view;
	uint64_t count, item, at = tuple + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	if (!tuple || !view_is(view, tuple, TYPE_FLAG_TUPLE) ||
	    !view_try(view, tuple, FIELD_VAR_SIZE, &count) || index >= count ||
	    index >= TUPLE_ITEMS_MAX ||
	    !memory_try(view->memory, at + index * 8, &item, sizeof(item)))
		return 0;
	return item;
}

size_t lookup_name_max(const struct repr *repr)
{
	size_t most = repr->limits.max_length;
	if (most < NAME_MIN)
		return NAME_MIN;
	return most < NAME_MAX ? most + 1 : NAME_MAX;
}

const char *lookup_c_string(struct repr *repr, uint64_t address)
{
	char text[C_STRING_MAX + 1];
	if (!address)
		return NULL;
	cleanup_error struct pyinspect_error *error =
		memory_read_string(repr->view->memory, address, text, C_STRING_MAX);
	return error ? NULL : repr_printf(repr, "%s", text);
}

const char *lookup_type_name(struct repr *repr, uint64_t type)
{
	const struct class *class = class_try(repr, type);
	return class ? class->name : NULL;
}
