/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/values.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "expression/evaluate.h"
#include "repr/addressed.h"

bool values_are_wanted(const struct capture *capture)
{
	const struct pyinspect_options *options = capture->options;
	return options->locals || options->globals || options->expression ||
	       options->object || options->gc_head;
}

/* What is needed of a frame to find its variables. */
static struct raw_frame raw_of(const struct stack_frame *frame)
{
	return (struct raw_frame){.address = frame->address,
				  .code = frame->code_address,
				  .globals = frame->globals};
}

static bool is_chosen(const struct capture *capture, const struct captured_thread *thread)
{
	if (capture->options->tid || capture->options->ident)
		return capture_wants(capture, thread);
	return capture_is_main(capture, thread);
}

/* Which frame is looked for: by its address, if it has one, else by its number. */
struct search {
	uint64_t address;
	size_t number;
	/** How many frames were passed, and whether a thread was. */
	size_t count;
	bool found_thread;
};

static const struct stack_frame *search_stack(const struct stack *stack,
					      struct search *search)
{
	for (size_t i = 0; i < stack->count; i++) {
		const struct stack_frame *frame = &stack->items[i];
		if (!frame->code || frame->code->is_other)
			continue;
		size_t number = search->count++;
		if (search->address ? frame->address == search->address
				    : number == search->number)
			return frame;
	}
	return NULL;
}

/* A thread that runs in a subinterpreter, too, has frames in both: what is called is newer
 * than who calls it. */
static const struct stack_frame *search_threads(const struct capture *capture,
						struct search *search, size_t *thread_ret)
{
	for (size_t i = capture->threads.count; i > 0; i--) {
		const struct captured_thread *thread = &capture->threads.items[i - 1];
		if (!is_chosen(capture, thread))
			continue;
		search->found_thread = true;
		const struct stack_frame *frame = search_stack(&thread->stack, search);
		if (frame) {
			*thread_ret = i - 1;
			return frame;
		}
	}
	return NULL;
}

const struct stack_frame *values_find_frame(const struct capture *capture,
					    size_t *thread_ret,
					    struct pyinspect_error **error_ret)
{
	const struct pyinspect_options *options = capture->options;
	struct search search = {.address = options->frame_address};
	const struct stack_frame *frame =
		search.address ? search_threads(capture, &search, thread_ret) : NULL;
	if (frame)
		return frame;
	search = (struct search){.number = options->frame_address ? 0 : options->frame};
	frame = search_threads(capture, &search, thread_ret);
	if (frame)
		return frame;
	*error_ret =
		search.found_thread
			? error_create(PYINSPECT_ERROR_ARGUMENT,
				       "the thread has no frame %zu: it has %zu, and the "
				       "innermost is 0",
				       search.number, search.count)
			: error_create(PYINSPECT_ERROR_ARGUMENT,
				       "there is no %s thread that runs Python code",
				       capture->options->tid || capture->options->ident
					       ? "such"
					       : "main");
	return NULL;
}

static bool read_frames(struct variables_reader *reader, struct captured_thread *thread,
			const struct stack_frame *only)
{
	const struct stack *stack = &thread->stack;
	thread->values = arena_alloc(reader->repr->arena,
				     (stack->count + 1) * sizeof(*thread->values));
	if (!thread->values)
		return false;
	for (size_t i = 0; i < stack->count; i++) {
		const struct stack_frame *frame = &stack->items[i];
		struct raw_frame raw = raw_of(frame);
		if (!frame->code || frame->code->is_other || (only && frame != only))
			continue;
		if (!variables_read(reader, &raw, &thread->values[i]))
			return false;
		thread->values[i].was_read = true;
	}
	return true;
}

static bool read_all(struct variables_reader *reader, struct capture *capture)
{
	const struct stack_frame *only = NULL;
	cleanup_error struct pyinspect_error *error = NULL;
	size_t chosen = 0;
	if (capture->options->one_frame) {
		only = values_find_frame(capture, &chosen, &error);
		/* Expressions and lines need it, too, and say that it isn't there. */
		if (!only)
			return true;
	}
	for (size_t i = 0; i < capture->threads.count; i++) {
		struct captured_thread *thread = &capture->threads.items[i];
		thread->values = NULL;
		if (only ? i == chosen : capture_wants(capture, thread))
			if (!read_frames(reader, thread, only))
				return false;
	}
	return true;
}

static struct pyinspect_error *evaluate(struct variables_reader *reader,
					struct capture *capture,
					struct pyinspect_value *result)
{
	const struct node *node;
	size_t thread = 0;
	struct pyinspect_error *error =
		expression_parse(reader->repr->arena, capture->options->expression, &node);
	const struct stack_frame *frame =
		error ? NULL : values_find_frame(capture, &thread, &error);
	if (error)
		return error;
	struct raw_frame raw = raw_of(frame);
	struct scope scope = {.reader = reader, .frame = &raw};
	view_try(&capture->runtime->view,
		 capture->interpreters.items[capture->threads.items[thread].interpreter]
			 .address,
		 FIELD_INTERPRETER_BUILTINS, &scope.builtins);
	return expression_evaluate(&scope, node, result);
}

static struct pyinspect_error *find_object(struct repr *repr, struct capture *capture,
					   struct pyinspect_value *result)
{
	const struct pyinspect_options *options = capture->options;
	if (options->object)
		return addressed_read(repr, options->object, result);
	return addressed_read_behind(repr, options->gc_head, result);
}

static bool read_result(struct variables_reader *reader, struct capture *capture)
{
	const struct pyinspect_options *options = capture->options;
	struct pyinspect_value *result = arena_alloc(reader->repr->arena, sizeof(*result));
	if (!result)
		return false;
	result->kind = PYINSPECT_VALUE_RESULT;
	if (options->expression)
		result->name = repr_printf(reader->repr, "%s", options->expression);
	struct pyinspect_error *error =
		options->expression ? evaluate(reader, capture, result)
				    : find_object(reader->repr, capture, result);
	if (error)
		result->problem =
			repr_printf(reader->repr, "%s", pyinspect_error_message(error));
	pyinspect_error_free(error);
	capture->snapshot->result = result;
	return !reader->repr->no_memory;
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
	if (options->locals || options->globals)
		memory = read_all(&reader, capture);
	if (memory && (options->expression || options->object || options->gc_head))
		memory = read_result(&reader, capture);
	variables_reader_deinit(&reader);
	repr_deinit(&repr);
	return memory ? NULL : &error_no_memory;
}
