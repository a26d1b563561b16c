/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of enumerations, and these themselves. CPython: Lib/enum.py, Lib/re. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/entries.h"
#include "repr/formatters.h"
#include "repr/function.h"
#include "repr/lookup.h"

/* Members of an enumeration that are looked at. */
#define ENUM_NAME_LIMIT 10000

struct member {
	const char *name;
	int64_t value;
};

struct members {
	struct member *items;
	size_t count;
};

/* _name_ and _value_ of a member: objects. None is a name of what has none. */
static bool read_member(struct repr *repr, uint64_t object, const char **name_ret,
			uint64_t *value_ret)
{
	uint64_t name = lookup_getattr(repr, object, "_name_");
	*value_ret = lookup_getattr(repr, object, "_value_");
	*name_ret = name ? repr_string(repr, name, ENUM_NAME_LIMIT) : NULL;
	return name && *value_ret;
}

/*
 * How values are written is noted in the class from 3.11 on: None, or a function. All that
 * is known is that of the value's own type. CPython: EnumType._find_data_repr_().
 */
static bool has_own_value_repr(struct repr *repr, const struct class *class, uint64_t value)
{
	uint64_t noted = class_lookup(repr, class, "_value_repr_"), type, wanted, found;
	const struct class *noted_class, *value_class;
	if (!noted)
		return false;
	struct pyinspect_error *error = class_of(repr, noted, &noted_class);
	if (!error && strcmp(noted_class->name, "NoneType") == 0)
		return false;
	if (!error)
		error = class_of(repr, value, &value_class);
	bool same = !error && strcmp(noted_class->name, "wrapper_descriptor") == 0 &&
		    view_try(repr->view, noted, FIELD_DESCRIPTOR_TYPE, &type) &&
		    view_try(repr->view, type, FIELD_TYPE_REPR, &wanted) &&
		    view_try(repr->view, value_class->address, FIELD_TYPE_REPR, &found) &&
		    wanted == found;
	pyinspect_error_free(error);
	return !same;
}

static struct pyinspect_error *write_member(struct repr *repr, const struct class *class,
					    const char *name, uint64_t value)
{
	const char *text = repr_printf(repr, "<%s%s%s: ", class_short_name(class),
				       *name ? "." : "", name);
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, text, value);
	repr_part(repr, level, ">", 0);
	return NULL;
}

static struct pyinspect_error *format_enum(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	const char *name;
	uint64_t value;
	if (!read_member(repr, object, &name, &value) || !name ||
	    has_own_value_repr(repr, class, value))
		return repr_opaque(repr, object, class);
	return write_member(repr, class, name, value);
}

/* All members of an enumeration by their values; name is NULL for those without. */
static bool read_members(struct repr *repr, const struct class *class, struct members *ret)
{
	struct dict_cursor cursor;
	struct entry_list list;
	uint64_t map = class_lookup(repr, class, "_value2member_map_");
	struct pyinspect_error *error = dict_begin(repr->view, map, &cursor);
	if (!error)
		error = entries_read(repr, &cursor, false, &list);
	bool good = !error && !list.is_cut;
	pyinspect_error_free(error);
	ret->items = good ? arena_alloc(repr->arena, (list.count + 1) * sizeof(*ret->items))
			  : NULL;
	ret->count = good ? list.count : 0;
	for (size_t i = 0; ret->items && i < list.count; i++) {
		uint64_t ignored;
		struct member *member = &ret->items[i];
		if (!read_member(repr, list.items[i].value, &member->name, &ignored) ||
		    !lookup_integer(repr, list.items[i].key, &member->value))
			return false;
	}
	return ret->items != NULL;
}

static bool tuple_holds(const struct repr *repr, uint64_t tuple, const char *text)
{
	uint64_t item;
	for (uint64_t i = 0; (item = tuple_item(repr, tuple, i)); i++)
		if (unicode_equals(repr->view, item, text))
			return true;
	return false;
}

static bool is_single_bit(int64_t value)
{
	return value > 0 && (value & (value - 1)) == 0;
}

static int compare_descending(const void *a, const void *b)
{
	int64_t left = ((const struct member *)a)->value;
	int64_t right = ((const struct member *)b)->value;
	return left < right ? 1 : left > right ? -1 : 0;
}

/*
 * An unnamed bit is named even if a named member covers it: so until some release of 3.9
 *, whose function had a variable of that name.
 */
static bool repeats_bits(struct repr *repr, const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t function = class_dict_find(repr, class->base->address, "__repr__");
	uint64_t globals, names, decompose = 0;
	if (!function_code(repr, function) ||
	    !view_try(view, function, FIELD_FUNCTION_GLOBALS, &globals))
		return false;
	struct pyinspect_error *error = dict_find(view, globals, "_decompose", &decompose);
	pyinspect_error_free(error);
	uint64_t code = error ? 0 : function_code(repr, decompose);
	return code && view_try(view, code, FIELD_CODE_VARNAMES, &names) &&
	       tuple_holds(repr, names, "flags_to_check");
}

/* Keep the members that a value is made of, greatest first. CPython: _decompose(), until
 * 3.10. */
static void decompose(bool repeats, int64_t value, struct members *members)
{
	int64_t rest = value;
	size_t kept = 0;
	struct member *items = members->items;
	for (size_t i = 0; i < members->count; i++)
		if (items[i].name && items[i].value &&
		    (items[i].value & value) == items[i].value)
			rest &= ~items[i].value;
	for (size_t i = 0; i < members->count; i++) {
		int64_t bits = items[i].value;
		bool is_bit = value >= 0 && is_single_bit(bits);
		if (bits && (bits & value) == bits &&
		    (items[i].name || (is_bit && (repeats || (bits & rest)))))
			items[kept++] = items[i];
	}
	/* Nothing but itself: of a value without any known bit. */
	for (size_t i = 0; !kept && i < members->count; i++)
		if (items[i].value == value)
			items[kept++] = items[i];
	members->count = kept;
	qsort(items, kept, sizeof(*items), compare_descending);
	if (kept > 1 && items[0].value == value) {
		memmove(items, items + 1, (kept - 1) * sizeof(*items));
		members->count--;
	}
}

/* Names with | between, as those of a flag that has no name of its own. */
static const char *joined_names(struct repr *repr, const struct members *members)
{
	const char *text = "";
	for (size_t i = 0; i < members->count; i++) {
		const struct member *member = &members->items[i];
		const char *name =
			member->name ? member->name
				     : repr_printf(repr, "%lld", (long long)member->value);
		text = repr_printf(repr, "%s%s%s", text, *text ? "|" : "", name);
	}
	return text;
}

static struct pyinspect_error *format_flag(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	const char *name;
	uint64_t value;
	int64_t number;
	struct members members;
	if (!read_member(repr, object, &name, &value) ||
	    has_own_value_repr(repr, class, value))
		return repr_opaque(repr, object, class);
	/* From 3.11 on it has its name, if it has one. */
	if (name || class_lookup(repr, class, "_value_repr_"))
		return write_member(repr, class, name ? name : "", value);
	if (!lookup_integer(repr, value, &number) || !read_members(repr, class, &members))
		return repr_opaque(repr, object, class);
	decompose(repeats_bits(repr, class), number, &members);
	name = joined_names(repr, &members);
	if (*name)
		return write_member(repr, class, name, value);
	/* A dot stands there even before no name at all. */
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, repr_printf(repr, "<%s.: ", class_short_name(class)), value);
	repr_part(repr, level, ">", 0);
	return NULL;
}

static const char *last_part(const char *module)
{
	const char *dot = strrchr(module, '.');
	return dot ? dot + 1 : module;
}

static struct pyinspect_error *format_global_enum(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	const char *name;
	uint64_t value;
	if (!read_member(repr, object, &name, &value) || !name || !class->module)
		return repr_opaque(repr, object, class);
	printer_printf(&repr->printer, "%s.", last_part(class->module));
	printer_text(&repr->printer, name);
	return NULL;
}

/* The class keeps unknown bits: what stands for them in a name is a number. */
static bool keeps_bits(struct repr *repr, const struct class *class)
{
	const char *name = NULL;
	uint64_t ignored, boundary = class_lookup(repr, class, "_boundary_");
	bool is_known = boundary && read_member(repr, boundary, &name, &ignored);
	return is_known && name && strcmp(name, "KEEP") == 0;
}

/* Each name with that of the module before it. */
static void write_global_names(struct repr *repr, const struct class *class,
			       const char *names, bool numbers_alone)
{
	while (true) {
		size_t length = strcspn(names, "|");
		bool is_number = *names >= '0' && *names <= '9';
		if (!numbers_alone || !is_number) {
			printer_text(&repr->printer, last_part(class->module));
			printer_text(&repr->printer, ".");
		}
		printer_text(&repr->printer, repr_printf(repr, "%.*s", (int)length, names));
		names += length;
		if (!*names)
			return;
		printer_text(&repr->printer, "|");
		names++;
	}
}

static struct pyinspect_error *format_global_flag(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	const char *name;
	uint64_t value;
	if (!read_member(repr, object, &name, &value) || !class->module)
		return repr_opaque(repr, object, class);
	if (name) {
		write_global_names(repr, class, name, keeps_bits(repr, class));
		return NULL;
	}
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level,
		  repr_printf(repr, "%s.%s(", last_part(class->module),
			      class_short_name(class)),
		  value);
	repr_part(repr, level, ")", 0);
	return NULL;
}

/* What is left of bits when those of members have been named. CPython: Lib/re.py, 3.8. */
static const char *pattern_flag_names(struct repr *repr, const struct members *members,
				      int64_t bits, size_t *count_ret)
{
	const char *text = "";
	size_t count = 0;
	for (size_t i = 0; i < members->count; i++) {
		const struct member *member = &members->items[i];
		if (!member->name || !(bits & member->value))
			continue;
		bits &= ~member->value;
		text = repr_printf(repr, "%s%sre.%s", text, count++ ? "|" : "",
				   member->name);
	}
	if (bits)
		text = repr_printf(repr, "%s%s0x%llx", text, count++ ? "|" : "",
				   (unsigned long long)bits);
	*count_ret = count;
	return text;
}

static struct pyinspect_error *format_pattern_flag(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	const char *name;
	uint64_t value;
	int64_t bits;
	size_t count;
	struct members members;
	if (!read_member(repr, object, &name, &value))
		return repr_opaque(repr, object, class);
	if (name) {
		printer_printf(&repr->printer, "re.%s", name);
		return NULL;
	}
	if (!lookup_integer(repr, value, &bits) || !read_members(repr, class, &members))
		return repr_opaque(repr, object, class);
	bool negative = bits < 0;
	const char *names =
		pattern_flag_names(repr, &members, negative ? ~bits : bits, &count);
	printer_text(&repr->printer,
		     negative ? repr_printf(repr, count > 1 ? "~(%s)" : "~%s", names)
			      : names);
	return NULL;
}

static bool is_flag_class(struct repr *repr, uint64_t address)
{
	const struct class *class;
	struct pyinspect_error *error = class_at(repr, address, &class);
	bool is_flag = false;
	uint64_t base;
	for (size_t i = 0; !error && !is_flag && (base = class_mro(repr, class, i)); i++) {
		const struct class *found;
		error = class_at(repr, base, &found);
		is_flag = !error && strcmp(class_full_name(repr, found), "enum.Flag") == 0;
	}
	pyinspect_error_free(error);
	return is_flag;
}

static struct pyinspect_error *write_class(struct repr *repr, uint64_t object,
					   const char *kind)
{
	uint64_t name;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_HEAPTYPE_NAME, &name);
	if (error)
		return error;
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, kind, name);
	repr_part(repr, level, ">", 0);
	return NULL;
}

static struct pyinspect_error *format_enum_class(struct repr *repr, uint64_t object,
						 const struct class *class)
{
	(void)class;
	return write_class(repr, object, "<enum ");
}

/* From 3.11 on. */
static struct pyinspect_error *format_enum_type(struct repr *repr, uint64_t object,
						const struct class *class)
{
	(void)class;
	return write_class(repr, object, is_flag_class(repr, object) ? "<flag " : "<enum ");
}

/* Functions may be of any class: they are copied where another base has one, too. */
static bool is_enum(struct repr *repr, const struct class *definer, uint64_t function)
{
	(void)definer;
	return function_is(repr, function, "enum", "Enum.__repr__");
}

static bool is_flag(struct repr *repr, const struct class *definer, uint64_t function)
{
	(void)definer;
	return function_is(repr, function, "enum", "Flag.__repr__");
}

static bool is_global_enum(struct repr *repr, const struct class *definer,
			   uint64_t function)
{
	(void)definer;
	return function_is(repr, function, "enum", "global_enum_repr");
}

static bool is_global_flag(struct repr *repr, const struct class *definer,
			   uint64_t function)
{
	(void)definer;
	return function_is(repr, function, "enum", "global_flag_repr");
}

static bool is_pattern_flag(struct repr *repr, const struct class *definer,
			    uint64_t function)
{
	(void)definer;
	return function_is(repr, function, "re", "RegexFlag.__repr__");
}

const struct formatter enum_formatters[] = {
	{.format = format_enum, .recognize = is_enum},
	{.format = format_flag, .recognize = is_flag},
	{.format = format_global_enum, .recognize = is_global_enum},
	{.format = format_global_flag, .recognize = is_global_flag},
	{.format = format_pattern_flag, .recognize = is_pattern_flag},
	{.name = "enum.EnumMeta", .format = format_enum_class},
	{.name = "enum.EnumType", .format = format_enum_type},
	{0},
};
