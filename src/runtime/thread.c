/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/error.h"
#include "runtime/frame.h"
#include "runtime/runtime.h"
#include "target/machine.h"

uint64_t runtime_main_ident(const struct runtime *runtime)
{
	uint64_t ident = 0;
	if (runtime->address)
		view_try(&runtime->view, runtime->address, FIELD_RUNTIME_MAIN_THREAD,
			 &ident);
	return ident;
}

/* Before 3.11 the C library alone knows the thread id: it is in pthread_self()'s struct. */
static pid_t tid_of_ident(const struct runtime *runtime, uint64_t ident)
{
	for (const uint16_t *offset = machine_tid_offsets; *offset; offset++) {
		int32_t tid;
		if (memory_try(runtime->view.memory, ident + *offset, &tid, sizeof(tid)) &&
		    tid > 0)
			return tid;
	}
	return 0;
}

/* CPython: Include/internal/pycore_pystate.h, _Py_THREAD_ATTACHED. */
#define THREAD_ATTACHED 1

static void read_thread(const struct runtime *runtime, struct raw_thread *thread)
{
	const struct view *view = &runtime->view;
	uint64_t native = 0, state;
	thread->error = view_read(view, thread->tstate, FIELD_THREAD_IDENT, &thread->ident);
	if (thread->error)
		return;
	if (view_try(view, thread->tstate, FIELD_THREAD_NATIVE_ID, &native))
		thread->inner_tid = (pid_t)native;
	else
		thread->inner_tid = tid_of_ident(runtime, thread->ident);
	thread->has_no_tid =
		!layout_has(&runtime->layout, FIELD_THREAD_NATIVE_ID) && !thread->inner_tid;
	view_try(view, thread->tstate, FIELD_THREAD_DATASTACK_CHUNK, &thread->chunk);
	thread->is_attached = !view_try(view, thread->tstate, FIELD_THREAD_STATE, &state) ||
			      state == THREAD_ATTACHED;
	thread->error = frame_innermost(view, thread->tstate, &thread->frame);
	thread->has_activation =
		frame_activation_caller(view, thread->tstate, &thread->activation_caller);
}

/* What is read of a thread outside its thread state, of all threads in one call. */
static void prefetch_outside(const struct runtime *runtime,
			     const struct raw_threads *threads, unsigned int step)
{
	const struct view *view = &runtime->view;
	bool wants_id = !layout_has(&runtime->layout, FIELD_THREAD_NATIVE_ID) && step == 0;
	struct memory_range *ranges = calloc(threads->count * 2 + 1, sizeof(*ranges));
	size_t count = 0;
	for (size_t i = 0; i < threads->count && ranges; i++) {
		uint64_t tstate = threads->items[i].tstate, ident;
		if (frame_outside(view, tstate, step, &ranges[count]))
			count++;
		if (wants_id && view_try(view, tstate, FIELD_THREAD_IDENT, &ident))
			ranges[count++] = (struct memory_range){
				ident + machine_tid_offsets[0], sizeof(int32_t)};
	}
	memory_prefetch_many(view->memory, ranges, count);
	free(ranges);
}

/* Thread states that were made behind one another mostly lie so. */
struct read_ahead {
	uint64_t last;
	/** How many were read at once, and how many of these were wanted so far. */
	size_t count, used;
};

#define AHEAD_MAX  16
#define STRIDE_MAX 16384

/* Bring a thread state into the cache, with those that lie where the next ones should;
 * the more of them, the more often that was right. */
static void prefetch_tstate(const struct runtime *runtime, struct read_ahead *ahead,
			    uint64_t tstate)
{
	struct memory *memory = runtime->view.memory;
	struct memory_range ranges[AHEAD_MAX];
	int64_t stride = (int64_t)(tstate - ahead->last);
	bool near = stride < STRIDE_MAX && stride > -STRIDE_MAX;
	if (!layout_has(&runtime->layout, FIELD_THREAD_SIZE))
		return;
	size_t size = (size_t)layout_at(&runtime->layout, FIELD_THREAD_SIZE);
	ahead->last = tstate;
	if (memory_is_cached(memory, tstate, size)) {
		ahead->used++;
		return;
	}
	bool was_right = ahead->used >= ahead->count / 2;
	ahead->count = !near ? 1 : !was_right ? 2 : ahead->count * 2;
	if (ahead->count > AHEAD_MAX)
		ahead->count = AHEAD_MAX;
	for (size_t i = 0; i < ahead->count; i++)
		ranges[i] = (struct memory_range){tstate + (uint64_t)stride * i, size};
	memory_prefetch_many(memory, ranges, ahead->count);
	ahead->used = 1;
}

static void reverse(struct raw_threads *threads)
{
	for (size_t i = 0; i < threads->count / 2; i++) {
		struct raw_thread *other = &threads->items[threads->count - 1 - i];
		struct raw_thread swap = threads->items[i];
		threads->items[i] = *other;
		*other = swap;
	}
}

static struct pyinspect_error *list_tstates(const struct runtime *runtime,
					    uint64_t interpreter, struct raw_threads *ret)
{
	const struct view *view = &runtime->view;
	struct read_ahead ahead = {.count = 1};
	uint64_t tstate, back, marker = 0;
	struct pyinspect_error *error =
		view_read(view, interpreter, FIELD_INTERPRETER_THREADS_HEAD, &tstate);
	while (!error && tstate) {
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if (tstate == marker || ret->count == TSTATES_MAX)
			return error_at(PYINSPECT_ERROR_BAD_DATA, tstate, "it has no end");
		prefetch_tstate(runtime, &ahead, tstate);
		error = view_read(view, tstate, FIELD_THREAD_INTERPRETER, &back);
		if (!error && back != interpreter)
			error = error_at(PYINSPECT_ERROR_BAD_DATA, tstate,
					 "it leads to what is no thread state");
		if (error)
			return error;
		if (!array_push(ret, (struct raw_thread){.tstate = tstate}))
			return &error_no_memory;
		if ((ret->count & (ret->count - 1)) == 0)
			marker = tstate;
		error = view_read(view, tstate, FIELD_THREAD_NEXT, &tstate);
	}
	return error;
}

struct pyinspect_error *threads_of(const struct runtime *runtime, uint64_t interpreter,
				   struct raw_threads *ret)
{
	struct pyinspect_error *error = list_tstates(runtime, interpreter, ret);
	for (unsigned int step = 0; step < FRAME_OUTSIDE_STEPS; step++)
		prefetch_outside(runtime, ret, step);
	for (size_t i = 0; i < ret->count; i++)
		read_thread(runtime, &ret->items[i]);
	reverse(ret);
	return error ? error_context(error, "list of threads") : NULL;
}
