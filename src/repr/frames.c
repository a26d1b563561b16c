/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames, tracebacks, cells. */
#include "base/cleanup.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/place.h"

/* Frames of a traceback that are counted: as deep as threads go. */
#define TRACEBACK_MAX 1000000

static struct pyinspect_error *format_frame(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t frame;
	struct place place;
	(void)class;
	struct pyinspect_error *error = place_frame_of(repr, object, &frame);
	if (!error)
		error = place_of_frame(repr, frame, &place);
	if (error)
		return error;
	printer_text(&repr->printer, "<frame ");
	printer_text(&repr->printer, place_function(&place));
	place_write(repr, &place);
	printer_text(&repr->printer, ">");
	return NULL;
}

/* From 3.11 the line is -1 until somebody asks. CPython: Python/traceback.c,
 * tb_get_lineno(). */
static void use_line(struct repr *repr, uint64_t traceback, struct place *place)
{
	uint64_t line, last;
	place->line = 0;
	if (!view_try(repr->view, traceback, FIELD_TRACEBACK_LINENO, &line))
		return;
	place->line = (int32_t)line;
	if (place->line == -1 && place->code &&
	    view_try(repr->view, traceback, FIELD_TRACEBACK_LASTI, &last))
		place->line = place_line(repr, place->code, (int32_t)last);
}

/* How many frames; false if it doesn't end. */
static bool count_frames(const struct repr *repr, uint64_t traceback, uint64_t *ret)
{
	uint64_t next = traceback;
	for (*ret = 0; next && *ret < TRACEBACK_MAX; ++*ret)
		if (!view_try(repr->view, next, FIELD_TRACEBACK_NEXT, &next))
			return false;
	return !next;
}

static struct pyinspect_error *format_traceback(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t frame, count;
	struct place place;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_TRACEBACK_FRAME, &frame);
	if (!error)
		error = place_frame_of(repr, frame, &frame);
	if (!error)
		error = place_of_frame(repr, frame, &place);
	if (error)
		return error;
	use_line(repr, object, &place);
	printer_text(&repr->printer, "<traceback");
	place_write(repr, &place);
	printer_text(&repr->printer, " in ");
	printer_text(&repr->printer, place_function(&place));
	if (count_frames(repr, object, &count))
		printer_printf(&repr->printer, ", %llu frame%s>", (unsigned long long)count,
			       count == 1 ? "" : "s");
	else
		printer_text(&repr->printer, ", frames without an end>");
	return NULL;
}

static struct pyinspect_error *format_cell(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t inner;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_CELL_REF, &inner);
	if (error)
		return error;
	if (inner)
		describe_inner(repr, object, inner, "<cell of ", ">");
	else
		printer_text(&repr->printer, "<cell, empty>");
	return NULL;
}

const struct formatter frame_formatters[] = {
	{.name = "frame", .format = format_frame},
	{.name = "traceback", .format = format_traceback},
	{.name = "cell", .format = format_cell},
	{0},
};
