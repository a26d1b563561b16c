/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/repr.h"

/* Open levels, from the outermost, that say how many items they have more when the text
 * is full. */
#define LEVELS_THAT_COUNT 4

/* Items of an array that are read ahead, and bytes of each. */
#define AHEAD_MIN 4
#define AHEAD_MAX 50
#define ITEM_SIZE 64

void repr_init(struct repr *repr, const struct view *view, struct arena *arena,
	       struct codes *codes, const struct repr_limits *limits)
{
	*repr = (struct repr){
		.view = view, .arena = arena, .codes = codes, .limits = *limits};
}

void repr_deinit(struct repr *repr)
{
	map_deinit(&repr->classes);
	free(repr->levels);
	free(repr->printer.text.data);
	*repr = (struct repr){0};
}

const char *repr_printf(struct repr *repr, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	const char *copy =
		length < 0 ? NULL : arena_copy(repr->arena, text, (size_t)length);
	free(text);
	repr->no_memory |= !copy;
	return copy ? copy : "";
}

const char *repr_string(struct repr *repr, uint64_t object, size_t limit)
{
	struct text text = {0};
	cleanup_error struct pyinspect_error *error =
		unicode_read(repr->view, object, limit, &text, NULL);
	const char *copy =
		error ? NULL
		      : arena_copy(repr->arena, text.data ? text.data : "", text.length);
	free(text.data);
	return copy;
}

void repr_set_total(struct repr *repr, uint64_t total)
{
	if (repr->level_count == 0)
		repr->total = total;
}

void repr_fail(struct repr *repr, uint64_t object, struct pyinspect_error *error)
{
	const char *why = pyinspect_error_message(error);
	if (!repr->problem)
		repr->problem = repr_printf(repr, "%s", why);
	/* Not by printf: the reason may be long. */
	printer_printf(&repr->printer,
		       "<unreadable at 0x%llx: ", (unsigned long long)object);
	printer_text(&repr->printer, why);
	printer_text(&repr->printer, ">");
	pyinspect_error_free(error);
}

bool repr_is_open(const struct repr *repr, uint64_t object)
{
	for (size_t i = repr->level_count; i-- > 0;)
		if (repr->levels[i].object == object)
			return true;
	return false;
}

static bool make_level(struct repr *repr)
{
	if (repr->level_count >= LEVELS_MAX)
		return false;
	if (array_grow((void **)&repr->levels, &repr->level_capacity, repr->level_count,
		       sizeof(*repr->levels)))
		return true;
	repr->no_memory = true;
	return false;
}

struct level *repr_open(struct repr *repr, uint64_t object, uint64_t count,
			level_next_fn next, const char *close)
{
	repr_set_total(repr, count);
	if (!make_level(repr)) {
		printer_cut(&repr->printer);
		printer_close(&repr->printer, close);
		return NULL;
	}
	struct level *level = &repr->levels[repr->level_count++];
	*level = (struct level){
		.object = object, .next = next, .close = close, .count = count};
	return level;
}

bool repr_more(struct repr *repr, struct level *level)
{
	size_t depth = (size_t)(level - repr->levels);
	if (level->given >= level->count)
		return false;
	bool full = printer_is_full(&repr->printer);
	/* The first mark has a number always: "[...]" would be a list in itself. */
	if (full && depth >= LEVELS_THAT_COUNT && repr->printer.is_marked) {
		printer_cut(&repr->printer);
		return false;
	}
	if (level->given)
		printer_close(&repr->printer, ", ");
	if (full || level->given >= repr->limits.max_items) {
		printer_more(&repr->printer, level->count - level->given);
		return false;
	}
	/* The separator is part of the text. */
	size_t used = level->given ? 2 : 0;
	repr->printer.room -= repr->printer.room < used ? repr->printer.room : used;
	level->given++;
	return true;
}

/* Items lie anywhere: one call for those that may be shown instead of one for each. */
static void prefetch_items(struct repr *repr, const struct level *level)
{
	struct memory_range ranges[AHEAD_MAX];
	uint64_t items[AHEAD_MAX], count = level->count;
	count = count < repr->limits.max_items ? count : repr->limits.max_items;
	count = count < AHEAD_MAX ? count : AHEAD_MAX;
	if (count < AHEAD_MIN || level->array.stride != sizeof(items[0]) ||
	    !memory_try(repr->view->memory, level->array.address, items,
			count * sizeof(items[0])))
		return;
	for (uint64_t i = 0; i < count; i++)
		ranges[i] = (struct memory_range){items[i], ITEM_SIZE};
	memory_prefetch_many(repr->view->memory, ranges, count);
}

static bool array_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	if (!repr_more(repr, level))
		return false;
	if (level->given == 1)
		prefetch_items(repr, level);
	uint64_t at = level->array.address + (level->given - 1) * level->array.stride;
	struct pyinspect_error *error = memory_read_u64(repr->view->memory, at, child_ret);
	if (!error)
		return true;
	/* The rest of the items is not to be had either. */
	level->count = level->given;
	repr_fail(repr, level->object, error);
	return false;
}

struct level *repr_open_array(struct repr *repr, uint64_t object, uint64_t address,
			      uint64_t count, const char *close)
{
	struct level *level = repr_open(repr, object, count, array_next, close);
	if (level) {
		level->array.address = address;
		level->array.stride = sizeof(uint64_t);
	}
	return level;
}

bool repr_is_secret(const struct repr *repr, const char *name)
{
	return repr->limits.redact && secrets_match(name, repr->limits.secret_names);
}

/* Longer names are cut. */
#define SECRET_NAME_MAX 256

bool repr_is_secret_object(struct repr *repr, uint64_t object)
{
	const struct view *view = repr->view;
	struct text text = {0};
	char bytes[SECRET_NAME_MAX + 1];
	uint64_t size;
	bool is_secret = false;
	if (!repr->limits.redact || !object)
		return false;
	if (layout_has(view->layout, FIELD_BYTES_DATA) &&
	    view_is(view, object, TYPE_FLAG_BYTES) &&
	    view_try(view, object, FIELD_VAR_SIZE, &size)) {
		size = size < SECRET_NAME_MAX ? size : SECRET_NAME_MAX;
		bytes[size] = '\0';
		return memory_try(view->memory,
				  object + layout_at(view->layout, FIELD_BYTES_DATA), bytes,
				  size) &&
		       repr_is_secret(repr, bytes);
	}
	cleanup_error struct pyinspect_error *error =
		unicode_read(view, object, SECRET_NAME_MAX, &text, NULL);
	if (!error && text.data)
		is_secret = repr_is_secret(repr, text.data);
	free(text.data);
	return is_secret;
}

/* A text that ends with "name=", of a secret: its value is not written. */
static bool names_secret(const struct repr *repr, const char *text)
{
	size_t length = strlen(text);
	if (!repr->limits.redact || !length || text[length - 1] != '=')
		return false;
	size_t start = length - 1;
	while (start && !strchr("(, {", text[start - 1]))
		start--;
	char name[SECRET_NAME_MAX + 1];
	size_t size = length - 1 - start;
	size = size < SECRET_NAME_MAX ? size : SECRET_NAME_MAX;
	memcpy(name, text + start, size);
	name[size] = '\0';
	return repr_is_secret(repr, name);
}

static bool parts_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	struct part *part;
	while ((part = level->parts.first)) {
		level->parts.first = part->next;
		if (part->text)
			printer_text(&repr->printer, part->text);
		*child_ret = part->object;
		repr->child_format = part->format;
		if (part->object && part->text && names_secret(repr, part->text))
			printer_text(&repr->printer, REDACTED);
		else if (part->object)
			return true;
	}
	return false;
}

struct level *repr_open_parts(struct repr *repr, uint64_t object)
{
	struct level *level = repr_open(repr, object, 0, parts_next, "");
	if (level) {
		level->parts.first = NULL;
		level->parts.last = NULL;
	}
	return level;
}

void repr_part(struct repr *repr, struct level *level, const char *text, uint64_t object)
{
	repr_part_as(repr, level, text, object, NULL);
}

void repr_part_as(struct repr *repr, struct level *level, const char *text, uint64_t object,
		  format_fn format)
{
	struct part *part = level ? arena_alloc(repr->arena, sizeof(*part)) : NULL;
	if (!part) {
		repr->no_memory |= level != NULL;
		return;
	}
	part->text = text;
	part->object = object;
	part->format = format;
	if (level->parts.last)
		level->parts.last->next = part;
	else
		level->parts.first = part;
	level->parts.last = part;
}

struct pyinspect_error *repr_opaque(struct repr *repr, uint64_t object,
				    const struct class *class)
{
	repr->has_custom_repr = true;
	return opaque_formatter.format(repr, object, class);
}

struct pyinspect_error *repr_plain(struct repr *repr, uint64_t object,
				   const struct class *class)
{
	return instance_formatters[0].format(repr, object, class);
}

static struct pyinspect_error *write_known(struct repr *repr, uint64_t object,
					   format_fn format)
{
	const struct class *class;
	struct pyinspect_error *error = class_of(repr, object, &class);
	if (error)
		return error;
	if (format)
		return format(repr, object, class);
	repr->has_custom_repr |= class->is_custom;
	return class->formatter->format(repr, object, class);
}

static void write_object(struct repr *repr, uint64_t object, format_fn format)
{
	if (printer_is_full(&repr->printer) || ++repr->object_count > OBJECTS_MAX) {
		printer_cut(&repr->printer);
		return;
	}
	if (!object) {
		printer_text(&repr->printer, "<NULL>");
		return;
	}
	struct pyinspect_error *error = write_known(repr, object, format);
	if (error)
		repr_fail(repr, object, error);
}

void repr_close(struct repr *repr, const char *text)
{
	size_t used = strlen(text);
	printer_close(&repr->printer, text);
	repr->printer.room -= repr->printer.room < used ? repr->printer.room : used;
}

/* Let the innermost level go on, until all have ended. */
static void write_levels(struct repr *repr)
{
	while (repr->level_count) {
		struct level *level = &repr->levels[repr->level_count - 1];
		uint64_t child;
		repr->child_format = NULL;
		if (level->next(repr, level, &child)) {
			write_object(repr, child, repr->child_format);
			continue;
		}
		repr_close(repr, level->close);
		repr->level_count--;
	}
}

void repr_begin(struct repr *repr)
{
	printer_begin(&repr->printer, repr->limits.max_length);
	repr->level_count = repr->object_count = 0;
	repr->total = 0;
	repr->has_custom_repr = false;
	repr->problem = NULL;
}

bool repr_finish(struct repr *repr, struct pyinspect_value *ret)
{
	write_levels(repr);
	ret->text =
		arena_copy(repr->arena, repr->printer.text.data, repr->printer.text.length);
	ret->is_cut = repr->printer.is_cut;
	ret->total = ret->is_cut ? repr->total : 0;
	ret->has_custom_repr = repr->has_custom_repr;
	ret->problem = repr->problem;
	return ret->text && !repr->no_memory && !repr->printer.text.failed;
}

bool repr_write(struct repr *repr, uint64_t object, struct pyinspect_value *ret)
{
	const struct class *class;
	repr_begin(repr);
	write_object(repr, object, NULL);
	bool memory = repr_finish(repr, ret);
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	ret->type = error ? NULL : class_short_name(class);
	ret->address = object;
	return memory;
}
