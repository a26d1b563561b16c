/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/place.h"
#include "base/error.h"

int32_t place_line(struct repr *repr, struct code *code, int64_t offset)
{
	const char *problem;
	enum line_table kind = repr->view->layout->dialect->line_table;
	struct location location = code_locate(code, kind, repr->arena, offset, &problem);
	return problem ? 0 : location.line;
}

static int64_t offset_of(const struct repr *repr, const struct raw_frame *frame,
			 const struct code *code)
{
	uint64_t first = code_instructions(repr->view, code, frame->tlbc_index);
	return first ? (int64_t)(frame->instruction - first) : INT64_MAX;
}

struct pyinspect_error *place_of_frame(struct repr *repr, uint64_t address,
				       struct place *ret)
{
	struct raw_frame frame;
	struct pyinspect_error *error = frame_read(repr->view, address, &frame);
	if (error)
		return error;
	*ret = (struct place){
		.code = codes_get(repr->codes, repr->view, repr->arena, frame.code)};
	if (!ret->code)
		return &error_no_memory;
	if (ret->code->is_other) {
		ret->code = NULL;
		return NULL;
	}
	int64_t offset =
		frame.has_address ? offset_of(repr, &frame, ret->code) : frame.offset;
	ret->is_before = offset < 0;
	ret->line = place_line(repr, ret->code, offset);
	return NULL;
}

struct pyinspect_error *place_frame_of(const struct repr *repr, uint64_t object,
				       uint64_t *ret)
{
	if (layout_has(repr->view->layout, FIELD_PYFRAME_IFRAME))
		return view_read(repr->view, object, FIELD_PYFRAME_IFRAME, ret);
	*ret = object;
	return NULL;
}

const char *place_function(const struct place *place)
{
	const struct code *code = place->code;
	if (code && code->qualname)
		return code->qualname;
	return code && code->function ? code->function : "?";
}

void place_write(struct repr *repr, const struct place *place)
{
	if (!place->code || !place->code->file)
		return;
	printer_text(&repr->printer, " at ");
	printer_text(&repr->printer, place->code->file);
	if (place->line > 0)
		printer_printf(&repr->printer, ":%d", place->line);
}
