/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runtime/exception.h"
#include "base/error.h"
#include "runtime/frame.h"

/* Items of generators without an exception lie between. */
#define ITEMS_MAX 4096

static uint64_t optional(const struct view *view, uint64_t address, enum field field)
{
	uint64_t value = 0;
	view_try(view, address, field, &value);
	return value;
}

/* None stands for nothing, too. */
static bool is_there(const struct view *view, const struct raw_exception *exception)
{
	if (exception->type)
		return view_is(view, exception->type, TYPE_FLAG_TYPE) &&
		       view_is(view, exception->value,
			       TYPE_FLAG_EXCEPTION | TYPE_FLAG_UNICODE | TYPE_FLAG_BYTES |
				       TYPE_FLAG_TUPLE);
	return view_is(view, exception->value, TYPE_FLAG_EXCEPTION);
}

static bool read_exception(const struct view *view, uint64_t address, enum field value,
			   enum field type, enum field traceback, struct raw_exception *ret)
{
	*ret = (struct raw_exception){
		.value = optional(view, address, value),
		.type = optional(view, address, type),
		.traceback = optional(view, address, traceback),
	};
	if (!is_there(view, ret))
		return false;
	if (!ret->traceback && view_is(view, ret->value, TYPE_FLAG_EXCEPTION))
		ret->traceback = optional(view, ret->value, FIELD_EXCEPTION_TRACEBACK);
	return true;
}

static size_t list_handled(const struct view *view, uint64_t item,
			   struct raw_exception *ret, size_t count)
{
	for (int i = 0; item && i < ITEMS_MAX && count < EXCEPTIONS_MAX; i++) {
		if (read_exception(view, item, FIELD_EXCEPTIONS_VALUE,
				   FIELD_EXCEPTIONS_TYPE, FIELD_EXCEPTIONS_TRACEBACK,
				   &ret[count]))
			ret[count++].is_handled = true;
		item = optional(view, item, FIELD_EXCEPTIONS_PREVIOUS);
	}
	return count;
}

size_t exceptions_of(const struct view *view, uint64_t tstate,
		     struct raw_exception ret[static EXCEPTIONS_MAX])
{
	size_t count = 0;
	count += read_exception(view, tstate, FIELD_THREAD_RAISED, FIELD_THREAD_RAISED_TYPE,
				FIELD_THREAD_RAISED_TRACEBACK, &ret[count]);
	if (read_exception(view, tstate, FIELD_THREAD_HANDLED, FIELD_THREAD_HANDLED_TYPE,
			   FIELD_THREAD_HANDLED_TRACEBACK, &ret[count]))
		ret[count++].is_handled = true;
	return list_handled(view, optional(view, tstate, FIELD_THREAD_EXCEPTIONS), ret,
			    count);
}

struct pyinspect_error *traceback_read(const struct view *view, uint64_t address,
				       struct raw_traceback *ret)
{
	uint64_t object, frame, last = 0;
	struct raw_frame raw;
	struct pyinspect_error *error =
		view_read(view, address, FIELD_TRACEBACK_FRAME, &object);
	if (!error && layout_has(view->layout, FIELD_PYFRAME_IFRAME))
		error = view_read(view, object, FIELD_PYFRAME_IFRAME, &frame);
	else
		frame = object;
	if (!error)
		error = frame_read(view, frame, &raw);
	if (!error)
		error = view_read(view, address, FIELD_TRACEBACK_LASTI, &last);
	if (error)
		return error;
	*ret = (struct raw_traceback){
		.frame = frame,
		.code = raw.code,
		.globals = raw.globals,
		.offset = (int32_t)last,
		.next = optional(view, address, FIELD_TRACEBACK_NEXT),
	};
	return NULL;
}
