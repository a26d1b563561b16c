/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/cleanup.h"
#include "stack/activation.h"

/* CFrames beyond one for each frame: programs that switch stacks have some of their own. */
#define MORE_CFRAMES 1024

void activations_deinit(struct activations *activations)
{
	free(activations->items);
	*activations = (struct activations){0};
}

/* A CFrame, and the frame that it leads to, where it leads to one. */
struct cframe {
	uint64_t address, frame;
};

struct cframes {
	struct cframe *items;
	size_t count, capacity;
	/** The list came to its end. */
	bool is_whole;
};

/* The last one is of no activation, and leads to nothing, or wherever memory says. */
static bool is_in_thread_state(const struct view *view, uint64_t tstate, uint64_t address)
{
	return layout_has(view->layout, FIELD_THREAD_SIZE) &&
	       address - tstate < (uint64_t)layout_at(view->layout, FIELD_THREAD_SIZE);
}

static bool list_cframes(const struct view *view, uint64_t tstate, size_t most,
			 struct cframes *ret)
{
	struct cframe cframe = {0};
	uint64_t previous;
	if (!layout_has(view->layout, FIELD_CFRAME_PREVIOUS) ||
	    !view_try(view, tstate, FIELD_THREAD_CFRAME, &cframe.address))
		return true;
	while (ret->count < most && cframe.address &&
	       view_try(view, cframe.address, FIELD_CFRAME_PREVIOUS, &previous)) {
		if (!previous || is_in_thread_state(view, tstate, cframe.address)) {
			ret->is_whole = true;
			break;
		}
		if (!view_try(view, cframe.address, FIELD_CFRAME_CURRENT_FRAME,
			      &cframe.frame))
			cframe.frame = 0;
		if (!array_push(ret, cframe))
			return false;
		cframe.address = previous;
	}
	return true;
}

/*
 * The CFrame of the activation that has this innermost frame. Of several in a row it is the
 * outermost: who switches stacks puts a copy of it onto the new one.
 */
static uint64_t cframe_of(const struct cframes *cframes, size_t *next, uint64_t frame)
{
	size_t index = *next;
	while (index < cframes->count && cframes->items[index].frame != frame)
		index++;
	if (index == cframes->count)
		return 0;
	while (index + 1 < cframes->count && cframes->items[index + 1].frame == frame)
		index++;
	*next = index + 1;
	return cframes->items[index].address;
}

/* Activations that have several frames each: those end at an entry frame. */
static bool divide(const struct view *view, const struct cframes *cframes, uint64_t address,
		   size_t total, bool all_frames, struct activations *ret)
{
	size_t next = 0, begin = 0, number = 0;
	/* Between Python frames there are few others: more is a list that has changed. */
	size_t left = 2 * total + 2;
	uint64_t innermost = address;
	while (address && left-- > 0 && (number < total || !all_frames)) {
		struct raw_frame frame;
		cleanup_error struct pyinspect_error *error =
			frame_read(view, address, &frame);
		if (error)
			break;
		bool is_native = frame.owner == PYINSPECT_OWNER_NATIVE;
		if (number == total && !is_native)
			break;
		number += all_frames || !is_native;
		if (frame.is_entry) {
			uint64_t mark = is_native ? frame.address
						  : cframe_of(cframes, &next, innermost);
			if (number > begin &&
			    !array_push(ret, (struct activation){number, mark}))
				return false;
			/* Behind the last frame there may be one of the thread state's. */
			if (number == total)
				break;
			begin = number;
			innermost = frame.previous;
		}
		address = frame.previous;
	}
	return true;
}

/*
 * Activations that have one frame each, as many as there are CFrames: unless there is code
 * that makes frames or switches stacks, or the innermost one has no frame yet.
 */
static bool count_off(const struct cframes *cframes, size_t total, struct activations *ret)
{
	bool fits = cframes->is_whole && cframes->count == total;
	for (size_t i = 0; i < total; i++) {
		uint64_t mark = fits ? cframes->items[i].address : 0;
		if (!array_push(ret, (struct activation){i + 1, mark}))
			return false;
	}
	return true;
}

bool activations_read(const struct view *view, const struct raw_thread *thread,
		      uint64_t innermost, size_t total, bool all_frames,
		      struct activations *ret)
{
	struct cframes cframes = {0};
	struct activations found = {0};
	bool has_entries = layout_has(view->layout, FIELD_IFRAME_PREVIOUS);
	bool done =
		list_cframes(view, thread->tstate, total + MORE_CFRAMES, &cframes) &&
		(has_entries ? divide(view, &cframes, innermost, total, all_frames, &found)
			     : count_off(&cframes, total, &found));
	free(cframes.items);
	if (!done) {
		activations_deinit(&found);
		return false;
	}
	*ret = found;
	return true;
}
