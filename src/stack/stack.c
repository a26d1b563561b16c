/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/dict.h"
#include "object/unicode.h"
#include "stack/stack.h"

/* Stacks of more frames are not what the next one is expected to be like. */
#define EXPECTED_MAX 256
/* Distinct modules on stacks; more are not remembered, only read again. */
#define MODULES_MAX 4096

void stack_reader_deinit(struct stack_reader *reader)
{
	codes_deinit(&reader->codes);
	free(reader->modules.items);
	reader->modules = (struct module_names){0};
}

void stack_deinit(struct stack *stack)
{
	free(stack->items);
	activations_deinit(&stack->activations);
	pyinspect_error_free(stack->error);
	*stack = (struct stack){0};
}

/* The frames that max_frames keeps: the first ones, and a ring of the last ones. */
struct keeper {
	struct stack *stack;
	size_t head, ring;
};

static struct keeper keeper_of(struct stack *stack, uint32_t max_frames)
{
	size_t head = max_frames ? (max_frames + 1) / 2 : SIZE_MAX;
	return (struct keeper){.stack = stack, .head = head, .ring = max_frames - head};
}

static bool keep(struct keeper *keeper, const struct raw_frame *raw)
{
	struct stack *stack = keeper->stack;
	struct stack_frame frame = {
		.address = raw->address,
		.code_address = raw->code,
		.globals = raw->globals,
		.offset = raw->has_address ? (int64_t)raw->instruction : raw->offset,
		.tlbc_index = raw->tlbc_index,
		.owner = (uint8_t)raw->owner,
		.has_address = raw->has_address,
	};
	size_t index = stack->total++;
	if (index < keeper->head || stack->count < keeper->head + keeper->ring)
		return array_push(stack, frame);
	if (keeper->ring)
		stack->items[keeper->head + (index - keeper->head) % keeper->ring] = frame;
	return true;
}

static void reverse(struct stack_frame *items, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct stack_frame swap = items[i];
		items[i] = items[count - 1 - i];
		items[count - 1 - i] = swap;
	}
}

/* Turn the ring so that it begins with its oldest frame. */
static void straighten(const struct keeper *keeper)
{
	struct stack *stack = keeper->stack;
	if (stack->total == stack->count)
		return;
	stack->omitted = stack->total - stack->count;
	stack->omitted_after = keeper->head;
	if (!keeper->ring)
		return;
	struct stack_frame *ring = stack->items + keeper->head;
	size_t first = (stack->total - keeper->head) % keeper->ring;
	reverse(ring, first);
	reverse(ring + first, keeper->ring - first);
	reverse(ring, keeper->ring);
}

/* Iframes: the outermost one of a thread is an entry frame. */
static bool has_entries(const struct stack_reader *reader)
{
	return layout_has(&reader->runtime->layout, FIELD_IFRAME_OWNER);
}

/* How a walk over a thread's frames went. */
enum walk_end { WALK_NO_MEMORY, WALK_DONE, WALK_MISLED, WALK_LOST };

/*
 * Walk from the innermost frame outwards.
 *
 * Returns WALK_MISLED if the frames are not those of the innermost activation: the
 * thread was stopped before it had linked them; WALK_LOST if they lead nowhere: perhaps
 * before it had linked a generator with who resumes it.
 */
static enum walk_end walk(struct stack_reader *reader, const struct raw_thread *thread,
			  bool has_activation, struct stack *stack)
{
	struct keeper keeper = keeper_of(stack, reader->max_frames);
	uint64_t address = thread->frame, marker = 0;
	size_t walked = 0;
	bool is_checked = !has_activation, is_entry = false;
	stack->innermost = address;
	while (address && !stack->error) {
		struct raw_frame frame;
		stack->error = frame_read(&reader->runtime->view, address, &frame);
		if (stack->error)
			break;
		if (!is_checked && frame.is_entry) {
			if (frame.previous != thread->activation_caller)
				return WALK_MISLED;
			is_checked = true;
		}
		is_entry = frame.is_entry;
		if (address == reader->watch)
			stack->has_watched = true;
		if ((frame.owner != PYINSPECT_OWNER_NATIVE || reader->all_frames) &&
		    !keep(&keeper, &frame))
			return WALK_NO_MEMORY;
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if (address == marker || ++walked == FRAMES_MAX)
			stack->error = error_at(PYINSPECT_ERROR_BAD_DATA, address,
						"the list of frames has no end");
		if ((walked & (walked - 1)) == 0)
			marker = address;
		address = frame.previous;
	}
	/* Also without any frame: what the activation says before it is linked is by
	 * chance. */
	if (!is_checked)
		return WALK_MISLED;
	stack->is_doubtful = stack->error || (walked && !is_entry && has_entries(reader));
	straighten(&keeper);
	return WALK_DONE;
}

/* Walk; if that was misled, from the frame that called the innermost activation. */
static bool walk_thread(struct stack_reader *reader, const struct raw_thread *thread,
			struct stack *stack)
{
	struct raw_thread outer = *thread;
	enum walk_end end = walk(reader, thread, thread->has_activation, stack);
	if (end == WALK_DONE || end == WALK_NO_MEMORY)
		return end == WALK_DONE;
	stack_deinit(stack);
	outer.frame = thread->activation_caller;
	if (walk(reader, &outer, false, stack) != WALK_DONE)
		return false;
	/* Frames of the innermost activation may be missing. */
	/* Nor is it likely that there was none before: who calls it may not be linked. */
	stack->is_lost = end == WALK_LOST || !stack->total;
	stack->is_doubtful |= stack->is_lost;
	return true;
}

static const char *read_module(struct stack_reader *reader, uint64_t globals)
{
	const struct view *view = &reader->runtime->view;
	uint64_t object;
	struct text text = {0};
	const char *name = NULL;
	cleanup_error struct pyinspect_error *error =
		dict_find(view, globals, "__name__", &object);
	if (!error && object)
		error = unicode_read(view, object, NAME_LIMIT, &text, NULL);
	if (!error && text.data)
		name = arena_copy(reader->arena, text.data, text.length);
	free(text.data);
	return name;
}

static const char *module_of(struct stack_reader *reader, uint64_t globals)
{
	struct module_names *modules = &reader->modules;
	if (!globals)
		return NULL;
	for (size_t i = modules->count; i-- > 0;)
		if (modules->items[i].globals == globals)
			return modules->items[i].name;
	const char *name = read_module(reader, globals);
	if (modules->count < MODULES_MAX)
		array_push(modules, (struct module_name){globals, name});
	return name;
}

static void find_offset(const struct view *view, struct stack_frame *frame)
{
	if (frame->has_address) {
		uint64_t instructions =
			code_instructions(view, frame->code, frame->tlbc_index);
		frame->has_offset = instructions != 0;
		if (!instructions)
			return;
		frame->offset -= (int64_t)instructions;
		frame->has_address = false;
	}
	frame->has_offset = true;
}

bool stack_resolve(struct stack_reader *reader, struct stack *stack)
{
	const struct view *view = &reader->runtime->view;
	/* Frames mostly have the globals of their callers, and in recursions the code. */
	const struct stack_frame *last = NULL;
	for (size_t i = 0; i < stack->count; i++) {
		struct stack_frame *frame = &stack->items[i];
		if (frame->owner == PYINSPECT_OWNER_NATIVE)
			continue;
		frame->code = last && last->code_address == frame->code_address
				      ? last->code
				      : codes_get(&reader->codes, view, reader->arena,
						  frame->code_address);
		if (!frame->code)
			return false;
		find_offset(view, frame);
		frame->module = last && last->globals == frame->globals
					? last->module
					: module_of(reader, frame->globals);
		last = frame;
	}
	return true;
}

/* Steps that all threads take together, and frames that one of them passes by then. */
#define STEPS_MAX       256
#define STEP_FRAMES_MAX 4096
/* Chunks of a thread that are fetched in advance: 4 MiB. */
#define CHUNKS_MAX 256

/* How far a thread's frames were followed through the cache. */
struct probe {
	uint64_t address;
	size_t passed;
	/** The oldest chunk that was fetched. */
	uint64_t chunk;
};

/* Follow frames as far as they are cached; false if the thread needs no more. */
static bool probe_frames(const struct view *view, struct probe *probe,
			 struct memory_range *missing_ret)
{
	size_t size = frame_size(view);
	while (probe->address && probe->passed++ < STEP_FRAMES_MAX) {
		struct raw_frame frame;
		if (!memory_is_cached(view->memory, probe->address, size)) {
			*missing_ret = (struct memory_range){probe->address, size};
			return true;
		}
		cleanup_error struct pyinspect_error *error =
			frame_read(view, probe->address, &frame);
		if (error)
			return false;
		probe->address = frame.previous;
	}
	return false;
}

/* Let each of the probes go on; returns how many still miss something. */
static size_t step(const struct view *view, struct probe *probes, size_t count,
		   struct memory_range *ranges)
{
	size_t left = 0;
	for (size_t i = 0; i < count; i++)
		if (probe_frames(view, &probes[i], &ranges[left]))
			probes[left++] = probes[i];
	memory_prefetch_many(view->memory, ranges, left);
	return left;
}

/* The chunks before those that are cached, of all threads; returns how many there are. */
static size_t prefetch_chunks(const struct view *view, struct probe *probes, size_t count,
			      struct memory_range *ranges)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		if (frame_previous_chunk(view, &probes[i].chunk, &ranges[found]))
			found++;
	memory_prefetch_many(view->memory, ranges, found);
	return found;
}

void stacks_prefetch(const struct runtime *runtime, const struct raw_thread *threads,
		     size_t count)
{
	const struct view *view = &runtime->view;
	struct probe *probes = calloc(count + 1, sizeof(*probes));
	struct memory_range *ranges = calloc(count + 1, sizeof(*ranges));
	for (size_t i = 0; i < count && probes && ranges; i++) {
		probes[i].address = threads[i].frame;
		probes[i].chunk = threads[i].chunk;
		ranges[i] = frame_chunk_range(view, threads[i].chunk, threads[i].frame);
	}
	if (probes && ranges)
		memory_prefetch_many(view->memory, ranges, count);
	for (int i = 0; i < CHUNKS_MAX && probes && ranges; i++)
		if (!prefetch_chunks(view, probes, count, ranges))
			break;
	for (int i = 0; i < STEPS_MAX && count && probes && ranges; i++)
		count = step(view, probes, count, ranges);
	free(probes);
	free(ranges);
}

bool stack_read(struct stack_reader *reader, const struct raw_thread *thread,
		struct stack *ret)
{
	struct stack stack = {.capacity = reader->expected};
	if (stack.capacity)
		stack.items = malloc(stack.capacity * sizeof(*stack.items));
	if (!stack.items)
		stack.capacity = 0;
	if (!walk_thread(reader, thread, &stack) || !stack_resolve(reader, &stack) ||
	    (reader->activations &&
	     !activations_read(&reader->runtime->view, thread, stack.innermost, stack.total,
			       reader->all_frames, &stack.activations))) {
		stack_deinit(&stack);
		return false;
	}
	/* Without those of the deepest ones, which nobody else may have. */
	reader->expected = stack.count < EXPECTED_MAX ? stack.count : 0;
	*ret = stack;
	return true;
}
