/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/secrets.h"
#include "snapshot/build.h"
#include "snapshot/fold.h"
#include "snapshot/source.h"
#include "snapshot/values.h"
#include "target/core.h"
#include "target/machine.h"
#include "target/threads.h"

/* Frames that were built, by code and place: threads mostly wait where others do. */
#define KNOWN_FRAMES 128

struct known_frame {
	const struct code *code;
	int64_t offset;
	const char *module;
	uint8_t owner;
	struct pyinspect_frame frame;
};

/* Lines that are listed at once. */
#define SOURCE_LINES_MAX 100000

/* Stacks that were built, by their frames. */
#define KNOWN_STACKS 64

struct known_stack {
	const struct stack *stack;
	struct pyinspect_frame *frames;
};

/* What the building of one snapshot shares. */
struct builder {
	struct known_frame *known;
	struct known_stack stacks[KNOWN_STACKS];
	struct pyinspect_snapshot *snapshot;
	const struct capture *capture;
	struct sources sources;
};

static enum pyinspect_truth truth(bool value)
{
	return value ? PYINSPECT_YES : PYINSPECT_NO;
}

static void add_frame_problem(struct builder *builder,
			      const struct pyinspect_thread *thread,
			      struct pyinspect_frame *frame, const char *text)
{
	char where[64];
	snprintf(where, sizeof(where), "thread %d frame %zu", thread->tid,
		 (size_t)(frame - thread->frames));
	snapshot_add_problem(builder->snapshot, &frame->problems, where, text);
}

static void locate(struct builder *builder, const struct pyinspect_thread *thread,
		   const struct stack_frame *from, struct pyinspect_frame *frame)
{
	const struct dialect *dialect = builder->capture->runtime->layout.dialect;
	const char *problem;
	if (!from->has_offset) {
		add_frame_problem(builder, thread, frame,
				  "line: the thread's copy of the bytecode can't be read");
		return;
	}
	struct location location =
		code_locate(from->code, dialect->line_table, &builder->snapshot->arena,
			    from->offset, &problem);
	frame->line = location.line;
	frame->end_line = location.end_line;
	frame->column = location.column;
	frame->end_column = location.end_column;
	if (problem)
		add_frame_problem(builder, thread, frame, problem);
	frame->source = sources_line(&builder->sources, frame->file, frame->line,
				     &frame->source_newer, &problem);
	if (problem)
		add_frame_problem(builder, thread, frame, problem);
	const struct pyinspect_options *options = builder->capture->options;
	if (frame->source && (options->redact || options->secret_names) &&
	    secrets_in_source(frame->source, options->secret_names))
		frame->source = REDACTED;
}

static void build_frame(struct builder *builder, const struct pyinspect_thread *thread,
			const struct stack_frame *from, struct pyinspect_frame *frame)
{
	frame->owner = from->owner;
	frame->module = from->module;
	if (!from->code)
		return;
	if (from->code->is_other) {
		add_frame_problem(builder, thread, frame, from->code->problem);
		return;
	}
	if (from->code->is_generator)
		frame->owner = PYINSPECT_OWNER_GENERATOR;
	frame->function = from->code->function;
	frame->qualname = from->code->qualname;
	frame->file = from->code->file;
	if (from->code->problem)
		add_frame_problem(builder, thread, frame, from->code->problem);
	locate(builder, thread, from, frame);
}

static void build_variables(struct builder *builder, const struct pyinspect_thread *thread,
			    const struct frame_values *from, struct pyinspect_frame *frame)
{
	char where[64];
	frame->variables = from->items;
	frame->variable_count = from->count;
	frame->has_variables = from->was_read;
	if (from->problem)
		add_frame_problem(builder, thread, frame, from->problem);
	for (size_t i = 0; i < from->count; i++) {
		struct pyinspect_value *value = &from->items[i];
		value->is_unproven = !builder->capture->values_are_proven;
		if (!value->problem)
			continue;
		snprintf(where, sizeof(where), "thread %d frame %zu %.20s", thread->tid,
			 (size_t)(frame - thread->frames), value->name);
		snapshot_add_problem(builder->snapshot, &frame->problems, where,
				     value->problem);
	}
}

static struct known_frame *known_slot(const struct builder *builder,
				      const struct stack_frame *from)
{
	uint64_t hash = ((uint64_t)(uintptr_t)from->code ^ (uint64_t)from->offset) *
			UINT64_C(0x9e3779b97f4a7c15);
	return &builder->known[(size_t)(hash >> 32) % KNOWN_FRAMES];
}

/* The same as an earlier one, or a new one. */
static void make_frame(struct builder *builder, const struct pyinspect_thread *thread,
		       const struct stack_frame *from, struct pyinspect_frame *frame)
{
	struct known_frame *known = known_slot(builder, from);
	if (from->code && from->has_offset && known->code == from->code &&
	    known->offset == from->offset && known->owner == from->owner &&
	    known->module == from->module) {
		*frame = known->frame;
		return;
	}
	build_frame(builder, thread, from, frame);
	/* A problem says of which frame it is. */
	if (from->code && from->has_offset && !frame->problems.first)
		*known = (struct known_frame){from->code, from->offset, from->module,
					      from->owner, *frame};
}

static bool same_frame(const struct stack_frame *a, const struct stack_frame *b)
{
	return a->code == b->code && a->offset == b->offset && a->module == b->module &&
	       a->owner == b->owner && a->has_offset == b->has_offset;
}

static bool same_stack(const struct stack *a, const struct stack *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_frame(&a->items[i], &b->items[i]))
			return false;
	return true;
}

static struct known_stack *stack_slot(struct builder *builder, const struct stack *stack)
{
	uint64_t hash = stack->count;
	for (size_t i = 0; i < stack->count; i++)
		hash = (hash ^ (uint64_t)(uintptr_t)stack->items[i].code ^
			(uint64_t)stack->items[i].offset) *
		       UINT64_C(0x9e3779b97f4a7c15);
	return &builder->stacks[(size_t)(hash >> 32) % KNOWN_STACKS];
}

/* Frames with problems are of one thread alone: a problem says of which. */
static bool has_problems(const struct pyinspect_frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (frames[i].problems.first)
			return true;
	return false;
}

/* Threads that do the same share their frames. */
static bool build_frames(struct builder *builder, const struct stack *stack,
			 const struct frame_values *values, struct pyinspect_thread *thread)
{
	struct known_stack *known = stack_slot(builder, stack);
	thread->frame_count = stack->total;
	thread->omitted = stack->omitted;
	thread->omitted_after = stack->omitted_after;
	thread->kept = stack->count;
	thread->addresses = arena_alloc(&builder->snapshot->arena,
					stack->count * sizeof(*thread->addresses));
	if (!thread->addresses)
		return false;
	for (size_t i = 0; i < stack->count; i++)
		thread->addresses[i] = stack->items[i].address;
	if (!values && known->stack && same_stack(known->stack, stack)) {
		thread->frames = known->frames;
		return true;
	}
	thread->frames = arena_alloc(&builder->snapshot->arena,
				     stack->count * sizeof(*thread->frames));
	if (!thread->frames)
		return false;
	for (size_t i = 0; i < stack->count; i++) {
		make_frame(builder, thread, &stack->items[i], &thread->frames[i]);
		if (values)
			build_variables(builder, thread, &values[i], &thread->frames[i]);
	}
	fold_frames(thread);
	if (!values && !has_problems(thread->frames, stack->count))
		*known = (struct known_stack){stack, thread->frames};
	return true;
}

/* Which kept frame has this number, or is the first one behind it. */
static size_t kept_number(const struct stack *stack, size_t number)
{
	size_t after = stack->omitted ? stack->omitted_after : stack->total;
	if (number <= after)
		return number;
	return number < after + stack->omitted ? after : number - stack->omitted;
}

static bool build_activations(struct builder *builder, const struct stack *stack,
			      struct pyinspect_thread *thread)
{
	size_t begin = 0;
	thread->activations =
		arena_alloc(&builder->snapshot->arena,
			    stack->activations.count * sizeof(*thread->activations));
	if (!thread->activations)
		return false;
	for (size_t i = 0; i < stack->activations.count; i++) {
		const struct activation *from = &stack->activations.items[i];
		size_t first = kept_number(stack, begin);
		size_t count = kept_number(stack, from->end) - first;
		thread->activations[thread->activation_count++] =
			(struct pyinspect_activation){
				.first = first,
				.count = count,
				.omitted = from->end - begin - count,
				.address = from->address,
			};
		begin = from->end;
	}
	return true;
}

static void add_walk_problems(struct builder *builder, const struct captured_thread *from,
			      struct pyinspect_thread *thread)
{
	char where[64];
	snprintf(where, sizeof(where), "thread %d frame %zu", thread->tid,
		 from->stack.total);
	if (from->raw.error)
		snapshot_add_problem(builder->snapshot, &thread->problems, where,
				     pyinspect_error_message(from->raw.error));
	if (from->stack.error)
		snapshot_add_problem(builder->snapshot, &thread->problems, where,
				     pyinspect_error_message(from->stack.error));
}

static void build_registers(struct arena *arena, const struct core_thread *from,
			    struct pyinspect_thread *thread)
{
	size_t count = 0;
	while (machine_registers[count].name)
		count++;
	thread->registers = arena_alloc(arena, count * sizeof(*thread->registers));
	for (size_t i = 0; i < count && thread->registers; i++) {
		thread->registers[i].name = machine_registers[i].name;
		memcpy(&thread->registers[i].value,
		       from->registers + machine_registers[i].offset, sizeof(uint64_t));
		thread->register_count = i + 1;
	}
}

static void build_os(struct builder *builder, const struct os_thread *os,
		     struct pyinspect_thread *thread)
{
	const struct target *target = builder->capture->target;
	thread->cpu_seconds = -1;
	thread->tid = os->tid;
	if (os->tid && target->core) {
		thread->syscall = syscall_name(os->syscall);
		thread->has_died = core_has_died(target->core) &&
				   target->core->threads.items[0].tid == os->tid;
		if (thread->has_died)
			build_registers(&builder->snapshot->arena,
					&target->core->threads.items[0], thread);
	}
	if (!os->tid || !target->process)
		return;
	thread->os_name = arena_copy(&builder->snapshot->arena, os->name, strlen(os->name));
	thread->state = os->state;
	thread->syscall = syscall_name(os->syscall);
	if (os->has_run_count && !os->counts_switches)
		thread->cpu_seconds = (double)os->cpu_ns / 1e9;
}

static void build_name(struct builder *builder, const struct captured_thread *from,
		       struct pyinspect_thread *thread)
{
	const struct capture *capture = builder->capture;
	uint64_t interpreter = capture->interpreters.items[from->interpreter].address;
	const struct thread_name *name =
		capture_find_name(capture, interpreter, thread->ident);
	char where[32];
	thread->daemon = PYINSPECT_UNKNOWN;
	if (!name)
		return;
	thread->name = name->name;
	thread->daemon = name->daemon;
	snprintf(where, sizeof(where), "thread %d", thread->tid);
	if (name->problem)
		snapshot_add_problem(builder->snapshot, &thread->problems, where,
				     name->problem);
}

/* Of a process the kernel tells in which call its threads are; else somebody else may. */
static enum pyinspect_truth awaits_gil(const struct capture *capture,
				       const struct captured_thread *from)
{
	const struct target *target = capture->target;
	const struct raw_interpreter *interpreter =
		&capture->interpreters.items[from->interpreter];
	uint64_t futex = from->os.syscall_argument;
	bool sleeps = thread_is_in_futex(&from->os);
	if (target->ops->futex) {
		if (!target->ops->futex(target->context, from->raw.ident, &futex))
			return PYINSPECT_UNKNOWN;
		sleeps = futex;
	}
	return truth(sleeps && gil_is_awaited_at(capture->runtime, interpreter, futex));
}

static void build_gil(const struct builder *builder, const struct captured_thread *from,
		      struct pyinspect_thread *thread)
{
	const struct raw_interpreter *interpreter =
		&builder->capture->interpreters.items[from->interpreter];
	thread->holds_gil = PYINSPECT_UNKNOWN;
	if (interpreter->gil_locked != PYINSPECT_UNKNOWN)
		thread->holds_gil = truth(interpreter->gil_holder == from->raw.tstate);
	thread->waits_for_gil = thread->holds_gil == PYINSPECT_YES
					? PYINSPECT_NO
					: awaits_gil(builder->capture, from);
}

static bool build_exceptions(struct builder *builder, const struct captured_thread *from,
			     struct pyinspect_thread *thread)
{
	thread->exceptions =
		arena_alloc(&builder->snapshot->arena,
			    (from->exception_count + 1) * sizeof(*thread->exceptions));
	if (!thread->exceptions)
		return false;
	for (size_t i = 0; i < from->exception_count; i++) {
		const struct captured_exception *one = &from->exceptions[i];
		struct pyinspect_exception *exception = &thread->exceptions[i];
		*exception = (struct pyinspect_exception){
			.type = one->value.type,
			.text = one->value.text,
			.problem = one->value.problem,
			.is_handled = one->is_handled,
			.traceback = {.tid = thread->tid},
		};
		if (!build_frames(builder, &one->traceback, NULL, &exception->traceback))
			return false;
		thread->exception_count = i + 1;
	}
	return true;
}

static bool build_thread(struct builder *builder, const struct captured_thread *from,
			 struct pyinspect_thread *thread)
{
	build_os(builder, &from->os, thread);
	thread->ident = from->raw.ident;
	thread->is_main = capture_is_main(builder->capture, from);
	thread->verified = from->verified;
	thread->stopped = from->stopped;
	build_name(builder, from, thread);
	build_gil(builder, from, thread);
	if (!build_frames(builder, &from->stack, from->values, thread) ||
	    !build_exceptions(builder, from, thread) ||
	    !build_activations(builder, &from->stack, thread))
		return false;
	add_walk_problems(builder, from, thread);
	return true;
}

/* It runs a function of gc.callbacks, or a finalizer. */
static bool runs_for_collector(const struct raw_interpreter *interpreter,
			       const struct stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		const struct code *code = stack->items[i].code;
		if (!code)
			continue;
		for (size_t j = 0; j < interpreter->callback_count; j++)
			if (code->address == interpreter->callback_codes[j])
				return true;
		if (code->function && strcmp(code->function, "__del__") == 0)
			return true;
	}
	return false;
}

/*
 * Which thread collects: the tstate, 0 if it isn't known.
 *
 * 3.15 tells the frame. Before, it is the only thread there is; or the only one that
 * runs what a collection calls; or, if none does that, the holder of the GIL. If
 * nobody holds that, the collection has given it up in some thread's C code.
 */
static uint64_t find_collector(const struct capture *capture, size_t index)
{
	const struct raw_interpreter *raw = &capture->interpreters.items[index];
	uint64_t watched = 0, called = 0, any = 0;
	size_t count = 0, calls = 0;
	for (size_t i = 0; i < capture->threads.count; i++) {
		const struct captured_thread *thread = &capture->threads.items[i];
		if (thread->interpreter != index)
			continue;
		count++;
		any = thread->raw.tstate;
		if (thread->stack.has_watched)
			watched = any;
		if (runs_for_collector(raw, &thread->stack)) {
			called = any;
			calls++;
		}
	}
	/* The stacks of the others were not read. */
	if (capture->options->ident && count > 1)
		return 0;
	if (raw->collecting_frame)
		return watched;
	if (count == 1)
		return any;
	if (calls)
		return calls == 1 ? called : 0;
	return raw->gil_holder;
}

static void build_collecting(const struct builder *builder, size_t index,
			     struct pyinspect_interpreter *interpreter)
{
	const struct capture *capture = builder->capture;
	enum pyinspect_truth collecting = capture->interpreters.items[index].collecting;
	uint64_t collector = 0;
	size_t at = 0;
	if (collecting == PYINSPECT_YES) {
		collector = find_collector(capture, index);
		collecting = collector ? PYINSPECT_NO : PYINSPECT_UNKNOWN;
	}
	for (size_t i = 0; i < capture->threads.count; i++) {
		const struct captured_thread *from = &capture->threads.items[i];
		if (from->interpreter == index)
			interpreter->threads[at++].collecting =
				collector == from->raw.tstate ? PYINSPECT_YES : collecting;
	}
}

/* A thread without Python state has no ident. */
static bool is_wanted(const struct builder *builder, pid_t tid, uint64_t ident)
{
	const struct pyinspect_options *options = builder->capture->options;
	return (!options->tid || options->tid == tid) &&
	       (!options->ident || options->ident == ident);
}

static bool build_threads(struct builder *builder, size_t index,
			  struct pyinspect_interpreter *interpreter)
{
	const struct captured_threads *threads = &builder->capture->threads;
	interpreter->threads = arena_alloc(&builder->snapshot->arena,
					   threads->count * sizeof(*interpreter->threads));
	if (!interpreter->threads)
		return false;
	for (size_t i = 0; i < threads->count; i++) {
		const struct captured_thread *from = &threads->items[i];
		if (from->interpreter == index &&
		    !build_thread(builder, from,
				  &interpreter->threads[interpreter->thread_count++]))
			return false;
	}
	build_collecting(builder, index, interpreter);
	return true;
}

static pid_t holder_tid(const struct builder *builder, const struct raw_interpreter *raw)
{
	const struct captured_threads *threads = &builder->capture->threads;
	for (size_t i = 0; raw->gil_holder && i < threads->count; i++)
		if (threads->items[i].raw.tstate == raw->gil_holder)
			return threads->items[i].os.tid;
	return 0;
}

static void keep_wanted(const struct builder *builder,
			struct pyinspect_interpreter *interpreter)
{
	size_t kept = 0;
	for (size_t i = 0; i < interpreter->thread_count; i++)
		if (is_wanted(builder, interpreter->threads[i].tid,
			      interpreter->threads[i].ident))
			interpreter->threads[kept++] = interpreter->threads[i];
	interpreter->thread_count = kept;
}

/* Who looks at a core wants to see that one. */
static void put_dead_first(struct pyinspect_interpreter *interpreter)
{
	for (size_t i = interpreter->thread_count; i-- > 1;) {
		struct pyinspect_thread *thread = &interpreter->threads[i];
		if (!thread->has_died || thread[-1].has_died)
			continue;
		struct pyinspect_thread dead = *thread;
		*thread = thread[-1];
		thread[-1] = dead;
	}
}

static bool build_interpreter(struct builder *builder, size_t index,
			      struct pyinspect_interpreter *interpreter)
{
	const struct raw_interpreter *raw = &builder->capture->interpreters.items[index];
	*interpreter = (struct pyinspect_interpreter){
		.id = raw->id,
		.is_main = raw->is_main,
		.is_finalizing = raw->is_finalizing,
		.is_collecting = raw->collecting == PYINSPECT_YES,
		.has_gil = !raw->gil_is_off,
		.has_own_gil = raw->has_own_gil,
		.gil_locked = raw->gil_locked,
		.gil_holder = holder_tid(builder, raw),
	};
	if (!build_threads(builder, index, interpreter))
		return false;
	put_dead_first(interpreter);
	keep_wanted(builder, interpreter);
	return true;
}

/* Mark which of the kernel's threads have a thread state. */
static void mark_python(const struct capture *capture, bool *is_python)
{
	for (size_t i = 0; i < capture->threads.count; i++) {
		pid_t tid = capture->threads.items[i].os.tid;
		const struct os_thread *os = os_threads_find(&capture->os, tid);
		if (os)
			is_python[os - capture->os.items] = true;
	}
}

static bool build_native_threads(struct builder *builder)
{
	struct pyinspect_snapshot *snapshot = builder->snapshot;
	const struct os_threads *os = &builder->capture->os;
	snapshot->native_threads = arena_alloc(
		&snapshot->arena, os->count * sizeof(*snapshot->native_threads));
	cleanup_free bool *is_python = calloc(os->count + 1, sizeof(*is_python));
	if (!snapshot->native_threads || !is_python)
		return false;
	mark_python(builder->capture, is_python);
	for (size_t i = 0; i < os->count; i++)
		if (is_wanted(builder, os->items[i].tid, 0) && !is_python[i])
			build_os(
				builder, &os->items[i],
				&snapshot->native_threads[snapshot->native_thread_count++]);
	return true;
}

static bool build_all(struct builder *builder)
{
	struct pyinspect_snapshot *snapshot = builder->snapshot;
	size_t count = builder->capture->interpreters.count;
	snapshot->interpreters =
		arena_alloc(&snapshot->arena, count * sizeof(*snapshot->interpreters));
	if (!snapshot->interpreters)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!build_interpreter(builder, i, &snapshot->interpreters[i]))
			return false;
	snapshot->interpreter_count = count;
	return build_native_threads(builder);
}

/* What a reader was left behind in, as far as this one would have needed it. */
static void add_unreadable(struct pyinspect_snapshot *snapshot, const struct care *care)
{
	for (size_t i = 0; i < care->unreadable.count; i++) {
		const struct unreadable *one = &care->unreadable.items[i];
		const char *text = arena_printf(
			&snapshot->arena,
			"0x%llx-0x%llx (%s) is not read: the kernel waits for its pages, "
			"which a userfaultfd or a file system would have to give",
			(unsigned long long)one->start, (unsigned long long)one->end,
			*one->name ? one->name : "memory without a file");
		if (one->was_needed && text)
			snapshot_add_problem(snapshot, &snapshot->problems, "memory", text);
	}
	const char *text =
		care->file ? arena_printf(&snapshot->arena,
					  "no line is shown: the file system of %s doesn't "
					  "answer",
					  care->file)
			   : NULL;
	if (text)
		snapshot_add_problem(snapshot, &snapshot->problems, "source", text);
}

static void add_problems(struct pyinspect_snapshot *snapshot, const struct capture *capture)
{
	for (size_t i = 0; i < capture->errors.count; i++)
		snapshot_add_problem(snapshot, &snapshot->problems, "process",
				     pyinspect_error_message(capture->errors.items[i]));
	if (capture->target->process)
		add_unreadable(snapshot, &capture->target->process->care);
	snapshot->threads_incomplete = capture->threads_incomplete;
	if (capture->stop_error)
		snapshot_add_problem(snapshot, &snapshot->problems, "process",
				     pyinspect_error_message(capture->stop_error));
	if (capture->target->memory.timed_out)
		snapshot_add_problem(
			snapshot, &snapshot->problems, "process",
			"the time limit was reached; what is missing was not read");
}

static void build_result(struct builder *builder)
{
	struct pyinspect_value *result = builder->snapshot->result;
	result->is_unproven = !builder->capture->values_are_proven;
	if (result->problem)
		snapshot_add_problem(builder->snapshot, &builder->snapshot->problems,
				     result->name ? "expression" : "object",
				     result->problem);
}

static const char *shown_line(const struct pyinspect_options *options, const char *line)
{
	bool redact = options->redact || options->secret_names;
	return redact && secrets_in_source(line, options->secret_names) ? REDACTED : line;
}

static bool read_lines(struct builder *builder, const char *file)
{
	struct pyinspect_snapshot *snapshot = builder->snapshot;
	const struct pyinspect_options *options = builder->capture->options;
	uint32_t most = options->source_last - options->source_first;
	size_t count = (most < SOURCE_LINES_MAX ? most : SOURCE_LINES_MAX - 1) + 1;
	const char *problem = NULL;
	snapshot->source = arena_alloc(&snapshot->arena, count * sizeof(*snapshot->source));
	if (!snapshot->source)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *line =
			sources_whole_line(&builder->sources, file,
					   options->source_first + (uint32_t)i, &problem);
		if (!line)
			break;
		snapshot->source[snapshot->source_count++] = shown_line(options, line);
	}
	if (!snapshot->source_count && problem)
		snapshot_add_problem(snapshot, &snapshot->problems, "source", problem);
	return true;
}

static bool build_source(struct builder *builder)
{
	const struct pyinspect_options *options = builder->capture->options;
	cleanup_error struct pyinspect_error *error = NULL;
	if (!options->source_first || options->source_last < options->source_first)
		return true;
	const struct stack_frame *frame =
		values_find_frame(builder->capture, &(size_t){0}, &error);
	if (frame)
		return read_lines(builder, frame->code->file);
	snapshot_add_problem(builder->snapshot, &builder->snapshot->problems, "source",
			     pyinspect_error_message(error));
	return true;
}

/* Where the files of a target that is no process lie; NULL if that isn't known. */
static const char *source_folder(const struct capture *capture)
{
	const char *sysroot = capture->options->sysroot;
	return sysroot || !capture->target->core ? sysroot : "/";
}

struct pyinspect_error *snapshot_build(struct pyinspect_snapshot *snapshot,
				       const struct capture *capture)
{
	struct builder builder = {
		.snapshot = snapshot,
		.capture = capture,
		.known = calloc(KNOWN_FRAMES, sizeof(*builder.known)),
	};
	if (!builder.known)
		return &error_no_memory;
	add_problems(snapshot, capture);
	sources_init(&builder.sources, capture->target->process, source_folder(capture),
		     capture->options->directory, &snapshot->arena);
	/* When it was started isn't known: what is newer than the core is newer. */
	if (capture->target->core)
		builder.sources.started_at = capture->target->core->time;
	bool memory = build_all(&builder) && build_source(&builder);
	sources_deinit(&builder.sources);
	free(builder.known);
	snapshot->stopped_us = capture->stopped_us;
	if (snapshot->result)
		build_result(&builder);
	return memory ? NULL : &error_no_memory;
}
