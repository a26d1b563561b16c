/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instances of classes in Python of the standard library that programs often have. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/lookup.h"

/* Loggers above one another, names of levels, and attributes that are looked at. */
#define LOGGERS_MAX    1000
#define LEVELS_OF_LOGS 1000
#define ATTRIBUTES_MAX 1000

/* _levelToName of the module logging: a global of the function __repr__. */
static uint64_t level_names(struct repr *repr, const struct class *class)
{
	uint64_t globals, names = 0;
	uint64_t function = class_dict_find(repr, class->base->address, "__repr__");
	if (!function || !view_try(repr->view, function, FIELD_FUNCTION_GLOBALS, &globals))
		return 0;
	cleanup_error struct pyinspect_error *error =
		dict_find(repr->view, globals, "_levelToName", &names);
	return error ? 0 : names;
}

/* CPython: Lib/logging/__init__.py, getLevelName(). */
static const char *level_name(struct repr *repr, const struct class *class, int64_t level)
{
	struct dict_cursor cursor;
	uint64_t names = level_names(repr, class), key, value;
	int64_t found;
	if (!names)
		return NULL;
	cleanup_error struct pyinspect_error *error =
		dict_begin(repr->view, names, &cursor);
	for (int i = 0; !error && i < LEVELS_OF_LOGS && dict_next(&cursor, &key, &value);
	     i++)
		if (lookup_integer(repr, key, &found) && found == level)
			return repr_string(repr, value, lookup_name_max(repr));
	if (!error)
		error = cursor.error;
	return error ? NULL : repr_printf(repr, "Level %" PRId64, level);
}

/* CPython: Lib/logging/__init__.py, Logger.getEffectiveLevel(). */
static bool effective_level(struct repr *repr, uint64_t logger, int64_t *ret)
{
	for (int i = 0; i < LOGGERS_MAX && logger && !lookup_is_none(repr, logger); i++) {
		if (!lookup_integer(repr, lookup_attribute(repr, logger, "level"), ret))
			return false;
		if (*ret)
			return true;
		logger = lookup_attribute(repr, logger, "parent");
	}
	*ret = 0;
	return true;
}

/* "<Class name (LEVEL)>" */
static struct pyinspect_error *write_leveled(struct repr *repr, uint64_t object,
					     const struct class *class, uint64_t name,
					     int64_t level)
{
	const char *text = name ? repr_string(repr, name, lookup_name_max(repr)) : "";
	const char *word = level_name(repr, class, level);
	if (!text || !word)
		return repr_opaque(repr, object, class);
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class->short_name);
	if (name)
		printer_text(&repr->printer, " ");
	printer_text(&repr->printer, text);
	printer_text(&repr->printer, repr_printf(repr, " (%s)>", word));
	return NULL;
}

/* CPython: Lib/logging/__init__.py, Logger.__repr__(). */
static struct pyinspect_error *format_logger(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	int64_t level;
	uint64_t name = lookup_attribute(repr, object, "name");
	if (!name ||
	    lookup_is_overridden(repr, class,
				 (const char *const[]){"getEffectiveLevel", NULL}) ||
	    !effective_level(repr, object, &level))
		return repr_opaque(repr, object, class);
	return write_leveled(repr, object, class, name, level);
}

/* CPython: Lib/logging/__init__.py, Handler.__repr__(), FileHandler.__repr__(). */
static struct pyinspect_error *format_handler(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	int64_t level;
	bool has_file = strcmp(class->base->short_name, "FileHandler") == 0;
	uint64_t file = has_file ? lookup_attribute(repr, object, "baseFilename") : 0;
	if ((has_file && !file) ||
	    !lookup_integer(repr, lookup_attribute(repr, object, "level"), &level))
		return repr_opaque(repr, object, class);
	return write_leveled(repr, object, class, file, level);
}

/* An attribute that was read before it is written. */
struct named {
	const char *name;
	uint64_t value;
};

static bool named_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	const struct named *items = (const struct named *)(uintptr_t)level->words[0];
	while (repr_more(repr, level)) {
		const struct named *item = &items[level->given - 1];
		printer_text(&repr->printer, item->name);
		printer_text(&repr->printer, "=");
		*child_ret = item->value;
		if (!repr_is_secret(repr, item->name))
			return true;
		printer_text(&repr->printer, REDACTED);
	}
	return false;
}

static bool is_identifier(const char *name)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
			    "0123456789") == strlen(name);
}

static int compare_named(const void *one, const void *other)
{
	return strcmp(((const struct named *)one)->name,
		      ((const struct named *)other)->name);
}

/* All attributes, if they are names as Python has them. */
static bool read_named(struct repr *repr, uint64_t object, struct named *items,
		       size_t *count_ret)
{
	struct dict_cursor cursor;
	uint64_t key, value;
	size_t count = 0;
	cleanup_error struct pyinspect_error *error =
		attributes_begin(repr->view, object, &cursor);
	if (error)
		return false;
	for (; dict_next(&cursor, &key, &value); count++) {
		if (count == ATTRIBUTES_MAX)
			return false;
		items[count].name = repr_string(repr, key, lookup_name_max(repr));
		items[count].value = value;
		/* 2.7 doesn't ask. */
		if (!items[count].name || (!repr->view->layout->dialect->bytes_are_str &&
					   !is_identifier(items[count].name)))
			return false;
	}
	error = cursor.error;
	*count_ret = count;
	return !error;
}

/* CPython: Lib/argparse.py, _AttributeHolder.__repr__(), of a Namespace. */
static struct pyinspect_error *format_argparse(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint64_t address;
	size_t count;
	bool is_namespace = false;
	for (size_t i = 0; (address = class_mro(repr, class, i)) && !is_namespace; i++) {
		const struct class *base = class_try(repr, address);
		if (!base || class_dict_find(repr, address, "_get_kwargs") ||
		    class_dict_find(repr, address, "_get_args"))
			break;
		is_namespace =
			strcmp(class_full_name(repr, base), "argparse.Namespace") == 0;
	}
	struct named *items = arena_alloc(repr->arena, ATTRIBUTES_MAX * sizeof(*items));
	if (!items)
		return &error_no_memory;
	if (!is_namespace || repr_is_open(repr, object) ||
	    !read_named(repr, object, items, &count))
		return repr_opaque(repr, object, class);
	if (repr->view->layout->dialect->namespace_is_sorted)
		qsort(items, count, sizeof(*items), compare_named);
	printer_text(&repr->printer, class->short_name);
	printer_text(&repr->printer, "(");
	struct level *level = repr_open(repr, object, count, named_next, ")");
	if (level)
		level->words[0] = (uintptr_t)items;
	return NULL;
}

/* Characters that repr() of a Popen has at most, and of those that are kept of more. */
#define POPEN_MAX  80
#define POPEN_KEPT 76

/*
 * Returncode and arguments; at last, what is longer than it may be is cut.
 *
 * CPython: Lib/subprocess.py, Popen.__repr__().
 */
static bool popen_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	static const char *const before[] = {NULL, " args: "};
	if (level->given < 2) {
		if (level->given)
			printer_text(&repr->printer, before[level->given]);
		*child_ret = level->words[level->given++];
		return true;
	}
	printer_text(&repr->printer, ">");
	printer_shorten(&repr->printer, level->words[2], POPEN_MAX, POPEN_KEPT, "...>");
	return false;
}

/* Names that the code of a function is searched for. */
#define NAMES_MAX 100

/* 3.9 at first made a list of the arguments, whatever they were: its __repr__ names list.
 */
static bool makes_list(struct repr *repr, const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t function = class_dict_find(repr, class->base->address, "__repr__");
	uint64_t code, names, count, name;
	if (!function || !view_try(view, function, FIELD_FUNCTION_CODE, &code) ||
	    !view_try(view, code, FIELD_CODE_NAMES, &names) ||
	    !view_try(view, names, FIELD_VAR_SIZE, &count) || count > NAMES_MAX)
		return true;
	uint64_t items = names + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	for (uint64_t i = 0; i < count; i++)
		if (!memory_try(view->memory, items + 8 * i, &name, sizeof(name)) ||
		    unicode_equals(view, name, "list"))
			return true;
	return false;
}

static struct pyinspect_error *format_popen(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t code = lookup_attribute(repr, object, "returncode");
	uint64_t arguments = lookup_attribute(repr, object, "args");
	if (!code || !arguments ||
	    (!lookup_is(repr, arguments, "list") && makes_list(repr, class)))
		return repr_opaque(repr, object, class);
	size_t start = repr->printer.text.length;
	printer_text(&repr->printer,
		     repr_printf(repr, "<%s: returncode: ", class->short_name));
	struct level *level = repr_open(repr, object, 0, popen_next, "");
	if (level) {
		level->words[0] = code;
		level->words[1] = arguments;
		level->words[2] = start;
	}
	return NULL;
}

const struct formatter library_formatters[] = {
	{.name = "logging.Logger", .format = format_logger},
	{.name = "logging.Handler", .format = format_handler},
	{.name = "logging.FileHandler", .format = format_handler},
	{.name = "argparse._AttributeHolder", .format = format_argparse},
	{.name = "subprocess.Popen", .format = format_popen},
	{0},
};
