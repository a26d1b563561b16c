/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Iterators: Objects/iterobject.c, listobject.c, rangeobject.c, dictobject.c, setobject.c,
 * enumobject.c, Python/bltinmodule.c, Modules/itertoolsmodule.c. */
#include <string.h>

#include "base/error.h"
#include "object/integer.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

static void write_exhausted(struct repr *repr, const struct class *class)
{
	describe_class(repr, class);
	printer_text(&repr->printer, ", exhausted>");
}

/* Items of what an iterator with an index goes over. */
static bool sequence_length(const struct repr *repr, uint64_t sequence, uint64_t *ret)
{
	const struct view *view = repr->view;
	if (view_is(view, sequence, TYPE_FLAG_UNICODE) &&
	    layout_has(view->layout, FIELD_ASCII_LENGTH))
		return view_try(view, sequence, FIELD_ASCII_LENGTH, ret);
	return view_try(view, sequence, FIELD_VAR_SIZE, ret);
}

/* {index, sequence} */
static struct pyinspect_error *format_indexed(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t index, sequence, length;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &index);
	if (!error)
		error = member_read(repr, object, 8, 8, &sequence);
	if (error)
		return error;
	/* Without a GIL it keeps the sequence, and the index tells. */
	if (!sequence || (int64_t)index < 0) {
		write_exhausted(repr, class);
		return NULL;
	}
	describe_class(repr, class);
	printer_printf(&repr->printer, " at item %lld", (long long)index);
	/* Of a sequence in Python nobody knows. */
	if (strcmp(class->base->name, "iterator") != 0 &&
	    sequence_length(repr, sequence, &length))
		printer_printf(&repr->printer, " of %llu", (unsigned long long)length);
	printer_text(&repr->printer, ">");
	return NULL;
}

static void write_left(struct repr *repr, const struct class *class, uint64_t left)
{
	describe_class(repr, class);
	printer_printf(&repr->printer, ", %llu left>", (unsigned long long)left);
}

/* The same, from the end: the index is that of the next item, -1 behind the last. */
static struct pyinspect_error *format_reversed(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint64_t index, sequence;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &index);
	if (!error)
		error = member_read(repr, object, 8, 8, &sequence);
	if (error)
		return error;
	if (sequence && index + 1)
		write_left(repr, class, index + 1);
	else
		write_exhausted(repr, class);
	return NULL;
}

static struct pyinspect_error *write_table_left(struct repr *repr, uint64_t object,
						const struct class *class, enum field table,
						enum field left)
{
	uint64_t over, count;
	struct pyinspect_error *error = view_read(repr->view, object, table, &over);
	if (!error)
		error = view_read(repr->view, object, left, &count);
	if (error)
		return error;
	if (over)
		write_left(repr, class, count);
	else
		write_exhausted(repr, class);
	return NULL;
}

static struct pyinspect_error *format_dict_iterator(struct repr *repr, uint64_t object,
						    const struct class *class)
{
	return write_table_left(repr, object, class, FIELD_DICTITER_DICT,
				FIELD_DICTITER_LEFT);
}

static struct pyinspect_error *format_set_iterator(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	return write_table_left(repr, object, class, FIELD_SETITER_SET, FIELD_SETITER_LEFT);
}

/* {index, start, step, len} to 3.11; then {start, step, len}, of what is left. */
#define RANGE_SPACE_INDEXED 32

static struct pyinspect_error *format_range(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	bool is_indexed = member_space(repr, class) == RANGE_SPACE_INDEXED;
	uint64_t index = 0, length;
	struct pyinspect_error *error =
		member_read(repr, object, is_indexed ? 24 : 16, 8, &length);
	if (!error && is_indexed)
		error = member_read(repr, object, 0, 8, &index);
	if (!error)
		write_left(repr, class, length - index);
	return error;
}

static struct pyinspect_error *format_enumerate(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t index, inner;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &index);
	if (!error)
		error = member_read(repr, object, 8, 8, &inner);
	if (error)
		return error;
	describe_class(repr, class);
	if (index != INT64_MAX)
		printer_printf(&repr->printer, " at %lld", (long long)index);
	describe_inner(repr, object, inner, " of ", ">");
	return NULL;
}

/* What goes over something else, and where in it that is. */
static const struct wrapper {
	const char *name;
	uint8_t inner_at;
	/** Where a function is that is called for each item. */
	uint8_t function_at;
} wrappers[] = {
	{"callable_iterator", 0, UINT8_MAX},
	{"callable-iterator", 0, UINT8_MAX},
	{"zip", 8, UINT8_MAX},
	{"map", 0, 8},
	{"filter", 8, 0},
	{"itertools.accumulate", 8, UINT8_MAX},
	{"itertools.combinations", 0, UINT8_MAX},
	{"itertools.combinations_with_replacement", 0, UINT8_MAX},
	{"itertools.compress", 0, UINT8_MAX},
	{"itertools.dropwhile", 8, 0},
	{"itertools.filterfalse", 8, 0},
	{"itertools.groupby", 0, UINT8_MAX},
	{"itertools.ifilter", 8, 0},
	{"itertools.ifilterfalse", 8, 0},
	{"itertools.imap", 0, 8},
	{"itertools.izip", 8, UINT8_MAX},
	{"itertools.izip_longest", 16, UINT8_MAX},
	{"itertools.pairwise", 0, UINT8_MAX},
	{"itertools.permutations", 0, UINT8_MAX},
	{"itertools.product", 0, UINT8_MAX},
	{"itertools.starmap", 8, 0},
	{"itertools.takewhile", 8, 0},
	{"itertools.zip_longest", 16, UINT8_MAX},
	{0},
};

static struct pyinspect_error *write_wrapper(struct repr *repr, uint64_t object,
					     const struct class *class,
					     const struct wrapper *wrapper)
{
	uint64_t inner, function = 0;
	struct pyinspect_error *error =
		member_read(repr, object, wrapper->inner_at, 8, &inner);
	if (!error && wrapper->function_at != UINT8_MAX)
		error = member_read(repr, object, wrapper->function_at, 8, &function);
	if (error)
		return error;
	if (!inner) {
		write_exhausted(repr, class);
		return NULL;
	}
	describe_class(repr, class);
	if (!function || repr_is_open(repr, object)) {
		describe_inner(repr, object, inner, " of ", ">");
		return NULL;
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, " by ", function);
	repr_part(repr, level, " of ", inner);
	if (level)
		level->close = ">";
	return NULL;
}

static struct pyinspect_error *format_wrapper(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	for (const struct wrapper *wrapper = wrappers; wrapper->name; wrapper++)
		if (strcmp(wrapper->name, class->base->name) == 0)
			return write_wrapper(repr, object, class, wrapper);
	return error_create(PYINSPECT_ERROR_UNSUPPORTED, "%s isn't known",
			    class->base->name);
}

/* {the first of several, the second if that is NULL}: chain's active and source, cycle's
 * iterator and what it has saved. */
static struct pyinspect_error *write_either(struct repr *repr, uint64_t object,
					    const struct class *class, unsigned int first,
					    unsigned int second)
{
	uint64_t inner;
	struct pyinspect_error *error = member_read(repr, object, first, 8, &inner);
	if (!error && !inner)
		error = member_read(repr, object, second, 8, &inner);
	if (error)
		return error;
	if (!inner) {
		write_exhausted(repr, class);
		return NULL;
	}
	describe_class(repr, class);
	describe_inner(repr, object, inner, " of ", ">");
	return NULL;
}

static struct pyinspect_error *format_chain(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	return write_either(repr, object, class, 8, 0);
}

static struct pyinspect_error *format_cycle(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	return write_either(repr, object, class, 0, 8);
}

/* {it, next, stop, step, cnt} */
static struct pyinspect_error *format_islice(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	uint64_t inner, count, stop;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &inner);
	if (!error)
		error = member_read(repr, object, 16, 8, &stop);
	if (!error)
		error = member_read(repr, object, 32, 8, &count);
	if (error)
		return error;
	if (!inner) {
		write_exhausted(repr, class);
		return NULL;
	}
	describe_class(repr, class);
	printer_printf(&repr->printer, " at item %lld", (long long)count);
	if ((int64_t)stop >= 0)
		printer_printf(&repr->printer, " to %lld", (long long)stop);
	describe_inner(repr, object, inner, " of ", ">");
	return NULL;
}

/* These two have a repr() that says all. CPython: itertoolsmodule.c, count_repr(),
 * repeat_repr(). */
static void write_call(struct repr *repr, const struct class *class)
{
	printer_text(&repr->printer, class_repr_name(repr, class));
	printer_text(&repr->printer, "(");
}

static struct pyinspect_error *format_count(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t count, next, step;
	int64_t number;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &count);
	if (!error)
		error = member_read(repr, object, 8, 8, &next);
	if (!error)
		error = member_read(repr, object, 16, 8, &step);
	if (error)
		return error;
	write_call(repr, class);
	if (!next) {
		printer_printf(&repr->printer, "%lld)", (long long)count);
		return NULL;
	}
	bool is_one = lookup_integer(repr, step, &number) && number == 1;
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, NULL, next);
	if (!is_one)
		repr_part(repr, level, ", ", step);
	if (level)
		level->close = ")";
	return NULL;
}

static struct pyinspect_error *format_repeat(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	uint64_t element, count;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &element);
	if (!error)
		error = member_read(repr, object, 8, 8, &count);
	if (error)
		return error;
	write_call(repr, class);
	const char *close =
		(int64_t)count == -1 ? ")" : repr_printf(repr, ", %lld)", (long long)count);
	describe_inner(repr, object, element, "", close);
	return NULL;
}

#define INDEXED(tp_name)                                                                   \
	{                                                                                  \
		.name = tp_name, .format = format_indexed                                  \
	}
#define DICT(tp_name)                                                                      \
	{                                                                                  \
		.name = tp_name, .format = format_dict_iterator                            \
	}
#define WRAPPER(tp_name)                                                                   \
	{                                                                                  \
		.name = tp_name, .format = format_wrapper                                  \
	}

/* The second names of some are 2.7's. */
const struct formatter iterator_formatters[] = {
	INDEXED("list_iterator"),
	INDEXED("listiterator"),
	INDEXED("tuple_iterator"),
	INDEXED("tupleiterator"),
	INDEXED("str_iterator"),
	INDEXED("str_ascii_iterator"),
	INDEXED("bytes_iterator"),
	INDEXED("bytearray_iterator"),
	INDEXED("iterator"),
	{.name = "list_reverseiterator", .format = format_reversed},
	{.name = "listreverseiterator", .format = format_reversed},
	{.name = "reversed", .format = format_reversed},
	DICT("dict_keyiterator"),
	DICT("dict_valueiterator"),
	DICT("dict_itemiterator"),
	DICT("dictionary-keyiterator"),
	DICT("dictionary-valueiterator"),
	DICT("dictionary-itemiterator"),
	{.name = "set_iterator", .format = format_set_iterator},
	{.name = "setiterator", .format = format_set_iterator},
	{.name = "range_iterator", .format = format_range},
	{.name = "rangeiterator", .format = format_range},
	{.name = "enumerate", .format = format_enumerate},
	{.name = "itertools.chain", .format = format_chain},
	{.name = "itertools.cycle", .format = format_cycle},
	{.name = "itertools.islice", .format = format_islice},
	{.name = "itertools.count", .format = format_count},
	{.name = "itertools.repeat", .format = format_repeat},
	WRAPPER("callable_iterator"),
	WRAPPER("callable-iterator"),
	WRAPPER("zip"),
	WRAPPER("map"),
	WRAPPER("filter"),
	WRAPPER("itertools.accumulate"),
	WRAPPER("itertools.combinations"),
	WRAPPER("itertools.combinations_with_replacement"),
	WRAPPER("itertools.compress"),
	WRAPPER("itertools.dropwhile"),
	WRAPPER("itertools.filterfalse"),
	WRAPPER("itertools.groupby"),
	WRAPPER("itertools.ifilter"),
	WRAPPER("itertools.ifilterfalse"),
	WRAPPER("itertools.imap"),
	WRAPPER("itertools.izip"),
	WRAPPER("itertools.izip_longest"),
	WRAPPER("itertools.pairwise"),
	WRAPPER("itertools.permutations"),
	WRAPPER("itertools.product"),
	WRAPPER("itertools.starmap"),
	WRAPPER("itertools.takewhile"),
	WRAPPER("itertools.zip_longest"),
	{0},
};
