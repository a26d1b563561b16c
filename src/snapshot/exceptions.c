/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/exceptions.h"
#include "base/error.h"
#include "runtime/exception.h"

static bool read_one(struct capture *capture, struct repr *repr,
		     const struct raw_exception *raw, struct captured_exception *ret)
{
	*ret = (struct captured_exception){.is_handled = raw->is_handled};
	/* Of one that isn't made yet, its class says most. */
	if (!repr_write(repr, raw->value ? raw->value : raw->type, &ret->value))
		return false;
	return stack_read_traceback(&capture->reader, raw->traceback, &ret->traceback);
}

static bool read_thread(struct capture *capture, struct repr *repr,
			struct captured_thread *thread)
{
	struct raw_exception raw[EXCEPTIONS_MAX];
	size_t count = exceptions_of(repr->view, thread->raw.tstate, raw);
	thread->exceptions =
		arena_alloc(repr->arena, (count + 1) * sizeof(*thread->exceptions));
	for (size_t i = 0; i < count && thread->exceptions; i++) {
		if (!read_one(capture, repr, &raw[i], &thread->exceptions[i]))
			return false;
		thread->exception_count = i + 1;
	}
	return thread->exceptions;
}

struct pyinspect_error *exceptions_read(struct capture *capture)
{
	const struct pyinspect_options *options = capture->options;
	struct repr_limits limits = {
		.max_length = options->max_length ? options->max_length : SIZE_MAX,
		.max_items = options->max_items ? options->max_items : SIZE_MAX,
		.redact = options->redact || options->secret_names,
		.secret_names = options->secret_names,
	};
	struct repr repr;
	bool memory = true;
	repr_init(&repr, &capture->runtime->view, &capture->snapshot->arena,
		  &capture->reader.codes, &limits);
	for (size_t i = 0; i < capture->threads.count && memory; i++)
		if (capture_wants(capture, &capture->threads.items[i]))
			memory = read_thread(capture, &repr, &capture->threads.items[i]);
	repr_deinit(&repr);
	return memory ? NULL : &error_no_memory;
}
