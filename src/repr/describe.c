/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/cleanup.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/describe.h"
#include "repr/slots.h"

/* Longest text of a name that is shown within a description. */
#define NAME_MAX_SHOWN 1000

static uint64_t header_size(const struct repr *repr)
{
	return layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
}

struct pyinspect_error *describe_member(const struct repr *repr, uint64_t object,
					unsigned int at, unsigned int width, uint64_t *ret)
{
	return memory_read_unsigned(repr->view->memory, object + header_size(repr) + at,
				    width, ret);
}

bool describe_try_member(const struct repr *repr, uint64_t object, unsigned int at,
			 unsigned int width, uint64_t *ret)
{
	uint64_t value = 0;
	if (!memory_try(repr->view->memory, object + header_size(repr) + at, &value, width))
		return false;
	*ret = value;
	return true;
}

uint64_t describe_space(const struct repr *repr, const struct class *class)
{
	uint64_t size = class->base->basic_size;
	return size > header_size(repr) ? size - header_size(repr) : 0;
}

uint64_t describe_attribute(const struct repr *repr, uint64_t object, const char *name)
{
	uint64_t value = 0;
	cleanup_error struct pyinspect_error *error =
		attributes_find(repr->view, object, name, &value);
	return error ? 0 : value;
}

uint64_t describe_attribute_any(const struct repr *repr, uint64_t object, const char *name,
				const char *older)
{
	uint64_t found = describe_attribute(repr, object, name);
	return found ? found : describe_attribute(repr, object, older);
}

uint64_t describe_slot(const struct repr *repr, const struct class *class, uint64_t object,
		       const char *name)
{
	uint64_t base;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		struct slot slot;
		/* It writes only to the arena. */
		struct slot_cursor cursor = slots_begin((struct repr *)repr, base);
		while (slots_next(&cursor, object, &slot))
			if (strcmp(slot.name, name) == 0)
				return slot.object;
	}
	return 0;
}

bool describe_integer(const struct repr *repr, uint64_t object, int64_t *ret)
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

bool describe_is_true(const struct repr *repr, uint64_t object)
{
	int64_t value;
	return describe_integer(repr, object, &value) && value != 0;
}

bool describe_is_none(struct repr *repr, uint64_t object)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	return !error && !class->is_heap && strcmp(class->name, "NoneType") == 0;
}

bool describe_count(struct repr *repr, uint64_t object, uint64_t *ret)
{
	static const struct {
		const char *name;
		enum field field;
	} others[] = {
		{"set", FIELD_SET_USED},
		{"frozenset", FIELD_SET_USED},
		{"collections.deque", FIELD_DEQUE_SIZE},
	};
	const struct class *class;
	if (view_is(repr->view, object, TYPE_FLAG_LIST | TYPE_FLAG_TUPLE))
		return view_try(repr->view, object, FIELD_VAR_SIZE, ret);
	if (view_is(repr->view, object, TYPE_FLAG_DICT))
		return view_try(repr->view, object, FIELD_DICT_USED, ret);
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	for (size_t i = 0; !error && i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(class->base->name, others[i].name) == 0)
			return view_try(repr->view, object, others[i].field, ret) ||
			       /* From 3.0 a deque has it where a list has. */
			       view_try(repr->view, object, FIELD_VAR_SIZE, ret);
	return false;
}

bool describe_string(struct repr *repr, uint64_t object)
{
	const char *text = object ? repr_string(repr, object, NAME_MAX_SHOWN) : NULL;
	if (text)
		printer_text(&repr->printer, text);
	return text;
}

void describe_address(struct repr *repr, uint64_t object)
{
	printer_printf(&repr->printer, " at 0x%llx", (unsigned long long)object);
}

void describe_class(struct repr *repr, const struct class *class)
{
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class_short_name(class));
}

void describe_inner(struct repr *repr, uint64_t object, uint64_t inner, const char *before,
		    const char *after)
{
	printer_text(&repr->printer, before);
	if (!inner || repr_is_open(repr, object)) {
		printer_text(&repr->printer, inner ? "..." : "nothing");
		printer_text(&repr->printer, after);
		return;
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, NULL, inner);
	if (level)
		level->close = after;
}

void describe_bytes(struct repr *repr, const unsigned char *bytes, size_t count)
{
	static const char *const names[256] = {
		['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r", ['\\'] = "\\\\"};
	for (size_t i = 0; i < count; i++) {
		if (names[bytes[i]])
			printer_text(&repr->printer, names[bytes[i]]);
		else if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			printer_printf(&repr->printer, "\\x%02x", bytes[i]);
		else
			printer_character(&repr->printer, bytes[i]);
	}
}
