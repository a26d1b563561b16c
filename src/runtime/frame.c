/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "runtime/frame.h"

/* Larger than a frame of any version, without its locals. */
#define FRAME_SIZE_MAX 512
/* Most chunks have the least size. CPython: DATA_STACK_CHUNK_SIZE. */
#define CHUNK_SIZE     ((size_t)16 << 10)
#define CHUNK_SIZE_MAX ((uint64_t)64 << 20)

struct pyinspect_error *frame_innermost(const struct view *view, uint64_t tstate,
					uint64_t *ret)
{
	const struct layout *layout = view->layout;
	uint64_t cframe;
	struct pyinspect_error *error;
	if (layout_has(layout, FIELD_THREAD_CURRENT_FRAME))
		error = view_read(view, tstate, FIELD_THREAD_CURRENT_FRAME, ret);
	else if (!layout_has(layout, FIELD_CFRAME_CURRENT_FRAME))
		error = view_read(view, tstate, FIELD_THREAD_FRAME, ret);
	else {
		/* 3.11, 3.12: through a struct on the thread's C stack. */
		error = view_read(view, tstate, FIELD_THREAD_CFRAME, &cframe);
		if (!error)
			error = view_read(view, cframe, FIELD_CFRAME_CURRENT_FRAME, ret);
	}
	return error ? error_context(error, "innermost frame") : NULL;
}

bool frame_activation_caller(const struct view *view, uint64_t tstate, uint64_t *ret)
{
	uint64_t cframe, previous;
	return layout_has(view->layout, FIELD_CFRAME_CURRENT_FRAME) &&
	       view_try(view, tstate, FIELD_THREAD_CFRAME, &cframe) &&
	       view_try(view, cframe, FIELD_CFRAME_PREVIOUS, &previous) && previous &&
	       view_try(view, previous, FIELD_CFRAME_CURRENT_FRAME, ret);
}

bool frame_outside(const struct view *view, uint64_t tstate, unsigned int step,
		   struct memory_range *ret)
{
	ret->size = sizeof(uint64_t) * 3;
	if (!layout_has(view->layout, FIELD_CFRAME_CURRENT_FRAME) ||
	    !view_try(view, tstate, FIELD_THREAD_CFRAME, &ret->address))
		return false;
	return step == 0 ||
	       view_try(view, ret->address, FIELD_CFRAME_PREVIOUS, &ret->address);
}

/* The bytes of a frame, from which members are taken without reading again. */
struct frame_bytes {
	const struct layout *layout;
	const char *data;
	size_t size;
};

/* Known here, too, so that each member below is a few instructions: of deep stacks, and
 * of many, this is what takes the time. */
static const unsigned char widths[FIELD_COUNT] = {
#define FIELD(name, width, structs, members) [FIELD_##name] = (width),
#include "layout/fields.def"
#undef FIELD
};

static inline uint64_t member(const struct frame_bytes *bytes, enum field field)
{
	uint64_t word = 0;
	int32_t at = bytes->layout->offsets[field];
	if (at == LAYOUT_ABSENT || (size_t)at + widths[field] > bytes->size)
		return 0;
	memcpy(&word, bytes->data + at, widths[field]);
	return word;
}

static void use_pyframe(const struct frame_bytes *bytes, const struct dialect *dialect,
			struct raw_frame *frame)
{
	frame->previous = member(bytes, FIELD_PYFRAME_BACK);
	frame->code = member(bytes, FIELD_PYFRAME_CODE);
	frame->globals = member(bytes, FIELD_PYFRAME_GLOBALS);
	frame->offset = (int64_t)(int32_t)member(bytes, FIELD_PYFRAME_LASTI);
	/* -1 is "not yet begun" in any unit. */
	if (frame->offset > 0)
		frame->offset *= dialect->lasti_unit;
	/* Whether it is a generator's, its code says. */
	frame->owner = PYINSPECT_OWNER_THREAD;
}

static void use_iframe(const struct frame_bytes *bytes, const struct view *view,
		       struct raw_frame *frame)
{
	const struct owner_values *owners = &view->layout->dialect->owners;
	uint64_t owner = member(bytes, FIELD_IFRAME_OWNER);
	frame->previous = member(bytes, FIELD_IFRAME_PREVIOUS);
	frame->code = view_untag(view, member(bytes, FIELD_IFRAME_EXECUTABLE));
	frame->globals = member(bytes, FIELD_IFRAME_GLOBALS);
	frame->has_address = true;
	frame->instruction = member(bytes, FIELD_IFRAME_INSTRUCTION);
	frame->tlbc_index = (uint32_t)member(bytes, FIELD_IFRAME_TLBC_INDEX);
	frame->owner = owner >= owners->first_native ? PYINSPECT_OWNER_NATIVE
		       : owner == owners->generator  ? PYINSPECT_OWNER_GENERATOR
						     : PYINSPECT_OWNER_THREAD;
	frame->is_entry = frame->owner == PYINSPECT_OWNER_NATIVE ||
			  member(bytes, FIELD_IFRAME_IS_ENTRY);
}

struct pyinspect_error *frame_read(const struct view *view, uint64_t address,
				   struct raw_frame *ret)
{
	const struct layout *layout = view->layout;
	bool is_iframe = layout_has(layout, FIELD_IFRAME_PREVIOUS);
	struct frame_bytes bytes = {.layout = layout, .size = frame_size(view)};
	char copy[FRAME_SIZE_MAX];
	bytes.data = memory_peek(view->memory, address, bytes.size);
	if (!bytes.data) {
		struct pyinspect_error *error =
			memory_read(view->memory, address, copy, bytes.size);
		if (error)
			return error_context(error, "frame at 0x%llx",
					     (unsigned long long)address);
		bytes.data = copy;
	}
	*ret = (struct raw_frame){.address = address};
	if (is_iframe)
		use_iframe(&bytes, view, ret);
	else
		use_pyframe(&bytes, layout->dialect, ret);
	return NULL;
}

size_t frame_size(const struct view *view)
{
	const struct layout *layout = view->layout;
	enum field end = layout_has(layout, FIELD_IFRAME_PREVIOUS)
				 ? FIELD_IFRAME_LOCALSPLUS
				 : FIELD_PYFRAME_LOCALSPLUS;
	size_t size = layout_at(layout, end);
	return size < FRAME_SIZE_MAX ? size : FRAME_SIZE_MAX;
}

struct memory_range frame_chunk_range(const struct view *view, uint64_t chunk,
				      uint64_t frame)
{
	size_t size = frame_size(view);
	if (!chunk || frame - chunk > CHUNK_SIZE_MAX)
		return (struct memory_range){frame, size};
	return (struct memory_range){chunk, frame - chunk + size};
}

bool frame_previous_chunk(const struct view *view, uint64_t *chunk,
			  struct memory_range *ret)
{
	if (!*chunk || !view_try(view, *chunk, FIELD_CHUNK_PREVIOUS, chunk) || !*chunk)
		return false;
	*ret = (struct memory_range){*chunk, CHUNK_SIZE};
	return true;
}
