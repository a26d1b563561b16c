/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dates and times of the datetime module in C, and zones of zoneinfo.
 *
 * Their structs are alike in all versions. CPython: Include/datetime.h,
 * Modules/_datetimemodule.c, Modules/_zoneinfo.c; offsets are from the end of PyObject.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* {Py_hash_t hashcode; int days, seconds, microseconds} */
#define DELTA_DAYS         8
#define DELTA_SECONDS      12
#define DELTA_MICROSECONDS 16
/* {Py_hash_t hashcode; char hastzinfo; unsigned char data[]}; behind data in date-times
 * and times fold, which 2.7 hasn't, and tzinfo. */
#define HAS_TZINFO      8
#define DATE_DATA       9
#define TIME_FOLD       15
#define TIME_TZINFO     16
#define DATETIME_FOLD   19
#define DATETIME_TZINFO 24

/* Bytes in data. */
#define DATE_SIZE     4
#define TIME_SIZE     6
#define DATETIME_SIZE 10

static struct pyinspect_error *read_data(struct repr *repr, uint64_t object,
					 unsigned char *data, size_t size)
{
	uint64_t head = layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
	return memory_read(repr->view->memory, object + head + DATE_DATA, data, size);
}

static struct pyinspect_error *format_date(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	unsigned char d[DATE_SIZE];
	struct pyinspect_error *error = read_data(repr, object, d, sizeof(d));
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	printer_printf(&repr->printer, "(%d, %d, %d)", d[0] << 8 | d[1], d[2], d[3]);
	return NULL;
}

/* Hour and minute; seconds and microseconds, if they are not 0. */
static void write_time(struct repr *repr, const unsigned char *d)
{
	int microseconds = d[3] << 16 | d[4] << 8 | d[5];
	printer_printf(&repr->printer, "%d, %d", d[0], d[1]);
	if (d[2] || microseconds)
		printer_printf(&repr->printer, ", %d", d[2]);
	if (microseconds)
		printer_printf(&repr->printer, ", %d", microseconds);
}

/* 0 for none. */
static struct pyinspect_error *read_zone(struct repr *repr, uint64_t object,
					 unsigned int at, uint64_t *ret)
{
	uint64_t has;
	struct pyinspect_error *error = member_read(repr, object, HAS_TZINFO, 1, &has);
	*ret = 0;
	return error || !has ? error : member_read(repr, object, at, 8, ret);
}

static const char *fold_text(struct repr *repr, uint64_t fold)
{
	bool has_fold = repr->view->layout->dialect->times_have_fold;
	return has_fold && fold ? repr_printf(repr, ", fold=%u", (unsigned int)fold) : NULL;
}

static struct pyinspect_error *format_time(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	unsigned char d[TIME_SIZE];
	uint64_t fold, zone;
	struct pyinspect_error *error = read_data(repr, object, d, sizeof(d));
	if (!error)
		error = member_read(repr, object, TIME_FOLD, 1, &fold);
	if (!error)
		error = read_zone(repr, object, TIME_TZINFO, &zone);
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	printer_text(&repr->printer, "(");
	write_time(repr, d);
	struct level *level = repr_open_parts(repr, object);
	if (zone)
		repr_part(repr, level, ", tzinfo=", zone);
	repr_part(repr, level, fold_text(repr, fold), 0);
	repr_part(repr, level, ")", 0);
	return NULL;
}

static struct pyinspect_error *format_datetime(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	unsigned char d[DATETIME_SIZE];
	uint64_t fold, zone;
	struct pyinspect_error *error = read_data(repr, object, d, sizeof(d));
	if (!error)
		error = member_read(repr, object, DATETIME_FOLD, 1, &fold);
	if (!error)
		error = read_zone(repr, object, DATETIME_TZINFO, &zone);
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	printer_printf(&repr->printer, "(%d, %d, %d, ", d[0] << 8 | d[1], d[2], d[3]);
	write_time(repr, d + 4);
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, fold_text(repr, fold), 0);
	if (zone)
		repr_part(repr, level, ", tzinfo=", zone);
	repr_part(repr, level, ")", 0);
	return NULL;
}

struct delta {
	int32_t days, seconds, microseconds;
};

static struct pyinspect_error *read_delta(struct repr *repr, uint64_t object,
					  struct delta *ret)
{
	uint64_t days, seconds, microseconds;
	struct pyinspect_error *error = member_read(repr, object, DELTA_DAYS, 4, &days);
	if (!error)
		error = member_read(repr, object, DELTA_SECONDS, 4, &seconds);
	if (!error)
		error = member_read(repr, object, DELTA_MICROSECONDS, 4, &microseconds);
	if (!error)
		*ret = (struct delta){(int32_t)days, (int32_t)seconds,
				      (int32_t)microseconds};
	return error;
}

/* Before 3.7 (bpo-30302). */
static void write_delta_numbers(struct repr *repr, const struct delta *delta)
{
	printer_printf(&repr->printer, "%d", delta->days);
	if (delta->seconds || delta->microseconds)
		printer_printf(&repr->printer, ", %d", delta->seconds);
	if (delta->microseconds)
		printer_printf(&repr->printer, ", %d", delta->microseconds);
}

static void write_delta_keywords(struct repr *repr, const struct delta *delta)
{
	const char *before = "";
	if (delta->days) {
		printer_printf(&repr->printer, "days=%d", delta->days);
		before = ", ";
	}
	if (delta->seconds) {
		printer_printf(&repr->printer, "%sseconds=%d", before, delta->seconds);
		before = ", ";
	}
	if (delta->microseconds)
		printer_printf(&repr->printer, "%smicroseconds=%d", before,
			       delta->microseconds);
	else if (!*before)
		printer_text(&repr->printer, "0");
}

static struct pyinspect_error *format_delta(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	struct delta delta;
	struct pyinspect_error *error = read_delta(repr, object, &delta);
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	printer_text(&repr->printer, "(");
	if (repr->view->layout->dialect->timedelta_has_keywords)
		write_delta_keywords(repr, &delta);
	else
		write_delta_numbers(repr, &delta);
	printer_text(&repr->printer, ")");
	return NULL;
}

/*
 * {PyObject *offset; PyObject *name}. The one without a name and an offset is utc: no other
 * can be made.
 */
static struct pyinspect_error *format_timezone(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	struct delta delta;
	uint64_t offset, name;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &offset);
	if (!error)
		error = member_read(repr, object, 8, 8, &name);
	if (!error)
		error = read_delta(repr, offset, &delta);
	if (error)
		return error;
	printer_text(&repr->printer, class->name);
	if (!name && !delta.days && !delta.seconds && !delta.microseconds) {
		printer_text(&repr->printer, ".utc");
		return NULL;
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, "(", offset);
	if (name)
		repr_part(repr, level, ", ", name);
	repr_part(repr, level, ")", 0);
	return NULL;
}

/* {PyObject *key; PyObject *file_repr; ...} */
static struct pyinspect_error *format_zoneinfo(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint64_t key, file;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &key);
	if (!error)
		error = member_read(repr, object, 8, 8, &file);
	if (error)
		return error;
	if (lookup_is_none(repr, key)) {
		const char *text = repr_string(repr, file, lookup_name_max(repr));
		if (!text)
			return error_at(PYINSPECT_ERROR_BAD_DATA, object,
					"what it was read from can't be read");
		printer_text(&repr->printer,
			     repr_printf(repr, "%s.from_file(%s)", class->name, text));
		return NULL;
	}
	printer_text(&repr->printer, class->name);
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, "(key=", key);
	repr_part(repr, level, ")", 0);
	return NULL;
}

const struct formatter datetime_formatters[] = {
	{.name = "datetime.date", .format = format_date},
	{.name = "datetime.time", .format = format_time},
	{.name = "datetime.datetime", .format = format_datetime},
	{.name = "datetime.timedelta", .format = format_delta},
	{.name = "datetime.timezone", .format = format_timezone},
	{.name = "zoneinfo.ZoneInfo", .format = format_zoneinfo},
	{0},
};
