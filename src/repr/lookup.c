/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/lookup.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/slots.h"

#define C_STRING_MAX 1000
/* Names are kept once for each class; more than this is no name. */
#define NAME_MIN 1000
#define NAME_MAX ((size_t)1 << 20)

size_t lookup_name_max(const struct repr *repr)
{
	size_t most = repr->limits.max_length;
	if (most < NAME_MIN)
		return NAME_MIN;
	return most < NAME_MAX ? most + 1 : NAME_MAX;
}

struct pyinspect_error *lookup_member(const struct repr *repr, uint64_t object,
				      unsigned int at, unsigned int width, uint64_t *ret)
{
	uint64_t head = layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
	return memory_read_unsigned(repr->view->memory, object + head + at, width, ret);
}

static uint64_t find_in_dict(const struct repr *repr, uint64_t object, const char *name)
{
	uint64_t value = 0;
	cleanup_error struct pyinspect_error *error =
		attributes_find(repr->view, object, name, &value);
	return error ? 0 : value;
}

static uint64_t find_in_slots(struct repr *repr, const struct class *class, uint64_t object,
			      const char *name)
{
	uint64_t base;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		struct slot_cursor cursor = slots_begin(repr, base);
		struct slot slot;
		while (slots_next(&cursor, object, &slot))
			if (strcmp(slot.name, name) == 0)
				return slot.object;
	}
	return 0;
}

uint64_t lookup_attribute(struct repr *repr, const struct class *class, uint64_t object,
			  const char *name)
{
	uint64_t found = find_in_dict(repr, object, name);
	return found ? found : find_in_slots(repr, class, object, name);
}

bool lookup_is_overridden(const struct repr *repr, const struct class *class,
			  const char *name)
{
	uint64_t base;
	for (size_t i = 0; (base = class_mro(repr, class, i)); i++) {
		if (base == class->base->address)
			return false;
		if (class_dict_find(repr, base, name))
			return true;
	}
	return true;
}

bool lookup_inherits(struct repr *repr, const struct class *class, const char *name)
{
	uint64_t address;
	for (size_t i = 0; (address = class_mro(repr, class, i)); i++) {
		const struct class *base;
		cleanup_error struct pyinspect_error *error =
			class_at(repr, address, &base);
		if (!error && base->is_c && strcmp(base->name, name) == 0)
			return true;
	}
	return false;
}

bool lookup_is(struct repr *repr, uint64_t object, const char *name)
{
	const struct class *class;
	uint64_t type;
	if (!object || !view_try(repr->view, object, FIELD_OBJECT_TYPE, &type))
		return false;
	cleanup_error struct pyinspect_error *error = class_at(repr, type, &class);
	return !error && class->is_c && strcmp(class->name, name) == 0;
}

bool lookup_is_none(struct repr *repr, uint64_t object)
{
	return lookup_is(repr, object, "NoneType");
}

/* CPython: Include/cpython/longintrepr.h; 2.7 Include/longintrepr.h. */
#define DIGIT_BITS 30

struct pyinspect_error *lookup_large_int(const struct repr *repr, uint64_t object,
					 unsigned __int128 *ret)
{
	const struct view *view = repr->view;
	uint64_t size, digit;
	unsigned __int128 value = 0;
	if (layout_has(view->layout, FIELD_INT_VALUE) &&
	    view_is(view, object, TYPE_FLAG_INT2)) {
		struct pyinspect_error *error =
			view_read(view, object, FIELD_INT_VALUE, &size);
		if (!error)
			*ret = size;
		return error;
	}
	if (!view_is(view, object, TYPE_FLAG_LONG))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "it is no int");
	bool tagged = layout_has(view->layout, FIELD_LONG_TAG);
	struct pyinspect_error *error =
		view_read(view, object, tagged ? FIELD_LONG_TAG : FIELD_VAR_SIZE, &size);
	/* The low bits of the tag are the sign, 0 of a positive one. */
	bool is_positive = tagged ? !(size & 2) : (int64_t)size >= 0;
	if (!error && tagged)
		size = (size & 3) == 1 ? 0 : size >> 3;
	if (!error && (!is_positive || size > 128 / DIGIT_BITS + 1))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "it is an int of less than 0 or more than 128 bits");
	uint64_t digits = object + layout_at(view->layout, FIELD_LONG_DIGITS);
	for (uint64_t i = size; !error && i-- > 0;) {
		error = memory_read_unsigned(view->memory, digits + i * 4, 4, &digit);
		if (!error)
			value = value << DIGIT_BITS | digit;
	}
	if (!error)
		*ret = value;
	return error;
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
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_at(repr, type, &class);
	return error ? NULL : class->name;
}

struct pyinspect_error *write_str(struct repr *repr, uint64_t object)
{
	struct text text = {0};
	size_t room = repr->printer.room;
	struct pyinspect_error *error = unicode_read(
		repr->view, object, room < SIZE_MAX ? room + 1 : room, &text, NULL);
	if (!error)
		printer_text(&repr->printer, text.data);
	free(text.data);
	return error;
}

void write_address(struct repr *repr, uint64_t object)
{
	printer_printf(&repr->printer, " at 0x%llx>", (unsigned long long)object);
}

struct pyinspect_error *write_opaque(struct repr *repr, uint64_t object,
				     const struct class *class)
{
	repr->has_custom_repr = true;
	return opaque_formatter.format(repr, object, class);
}

struct pyinspect_error *write_plain(struct repr *repr, uint64_t object,
				    const struct class *class)
{
	return instance_formatters[0].format(repr, object, class);
}

bool text_is_plain(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* CPython: Objects/unicodeobject.c, unicode_repr(). */
void write_quoted(struct repr *repr, const char *text)
{
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
	printer_printf(&repr->printer, "%c", quote);
	for (; *text; text++) {
		char piece[] = {'\\', *text, '\0'};
		bool escaped = *text == quote || *text == '\\';
		printer_text(&repr->printer, escaped ? piece : piece + 1);
	}
	printer_printf(&repr->printer, "%c", quote);
}
