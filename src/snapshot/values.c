/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/values.h"
#include "base/error.h"

bool values_are_wanted(const struct capture *capture)
{
	return capture->options->locals || capture->options->globals;
}

static bool read_frames(struct variables_reader *reader, struct captured_thread *thread)
{
	const struct stack *stack = &thread->stack;
	thread->values = arena_alloc(reader->repr->arena,
				     (stack->count + 1) * sizeof(*thread->values));
	if (!thread->values)
		return false;
	for (size_t i = 0; i < stack->count; i++) {
		const struct stack_frame *frame = &stack->items[i];
		if (frame->code && !frame->code->is_other &&
		    !variables_read(reader, &frame->raw, &thread->values[i]))
			return false;
	}
	return true;
}

struct pyinspect_error *values_read(struct capture *capture)
{
	const struct pyinspect_options *options = capture->options;
	struct repr_limits limits = {
		.max_length = options->max_length ? options->max_length : SIZE_MAX,
		.max_items = options->max_items ? options->max_items : SIZE_MAX,
		.depth = options->depth,
		.redact = options->redact || options->secret_names,
		.secret_names = options->secret_names,
	};
	struct repr repr;
	struct variables_reader reader = {
		.repr = &repr, .locals = options->locals, .globals = options->globals};
	bool memory = true;
	repr_init(&repr, &capture->runtime->view, &capture->snapshot->arena,
		  &capture->reader.codes, &limits);
	for (size_t i = 0; i < capture->threads.count && memory; i++) {
		struct captured_thread *thread = &capture->threads.items[i];
		thread->values = NULL;
		if (!options->tid || options->tid == thread->os.tid)
			memory = read_frames(&reader, thread);
	}
	variables_reader_deinit(&reader);
	repr_deinit(&repr);
	return memory ? NULL : &error_no_memory;
}
