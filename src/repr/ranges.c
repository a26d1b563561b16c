/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cleanup.h"
#include "object/integer.h"
#include "repr/formatters.h"
#include "repr/repr.h"

static bool is_one(const struct view *view, uint64_t object)
{
	uint64_t magnitude;
	bool negative;
	cleanup_error struct pyinspect_error *error =
		integer_read(view, object, &magnitude, &negative);
	return !error && magnitude == 1 && !negative;
}

/* Begin, end and step of a range or a slice. */
static struct pyinspect_error *read_three(const struct view *view, uint64_t object,
					  const enum field fields[3], uint64_t ret[3])
{
	struct pyinspect_error *error = NULL;
	for (size_t i = 0; !error && i < 3; i++)
		error = view_read(view, object, fields[i], &ret[i]);
	return error;
}

static void write_three(struct repr *repr, uint64_t object, const char *name,
			const uint64_t items[3], bool with_step)
{
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, name, items[0]);
	repr_part(repr, level, ", ", items[1]);
	if (with_step)
		repr_part(repr, level, ", ", items[2]);
	repr_part(repr, level, ")", 0);
}

/* CPython: Objects/rangeobject.c, range_repr(). */
static struct pyinspect_error *format_range(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	static const enum field fields[3] = {FIELD_RANGE_START, FIELD_RANGE_STOP,
					     FIELD_RANGE_STEP};
	uint64_t items[3];
	(void)class;
	struct pyinspect_error *error = read_three(repr->view, object, fields, items);
	if (!error)
		write_three(repr, object, "range(", items, !is_one(repr->view, items[2]));
	return error;
}

/* CPython 2.7: Objects/rangeobject.c: C longs, and a length instead of an end. */
static struct pyinspect_error *format_xrange(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	static const enum field fields[3] = {FIELD_RANGE_START, FIELD_RANGE_LENGTH,
					     FIELD_RANGE_STEP};
	uint64_t items[3];
	(void)class;
	struct pyinspect_error *error = read_three(repr->view, object, fields, items);
	if (error)
		return error;
	long long start = (long long)items[0], step = (long long)items[2];
	long long stop = (long long)(items[0] + items[1] * items[2]);
	if (step != 1)
		printer_printf(&repr->printer, "xrange(%lld, %lld, %lld)", start, stop,
			       step);
	else if (start)
		printer_printf(&repr->printer, "xrange(%lld, %lld)", start, stop);
	else
		printer_printf(&repr->printer, "xrange(%lld)", stop);
	return NULL;
}

/* CPython: Objects/sliceobject.c, slice_repr(). */
static struct pyinspect_error *format_slice(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	static const enum field fields[3] = {FIELD_SLICE_START, FIELD_SLICE_STOP,
					     FIELD_SLICE_STEP};
	uint64_t items[3];
	(void)class;
	struct pyinspect_error *error = read_three(repr->view, object, fields, items);
	if (!error)
		write_three(repr, object, "slice(", items, true);
	return error;
}

const struct formatter range_formatters[] = {
	{.name = "range", .format = format_range},
	{.name = "xrange", .format = format_xrange},
	{.name = "slice", .format = format_slice},
	{0},
};
