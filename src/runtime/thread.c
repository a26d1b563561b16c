/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

static struct raw_thread read_thread(const struct runtime *runtime, uint64_t tstate)
{
	const struct view *view = &runtime->view;
	struct raw_thread thread = {.tstate = tstate};
	uint64_t native = 0;
	if (layout_has(&runtime->layout, FIELD_THREAD_SIZE))
		memory_prefetch(view->memory, tstate,
				layout_at(&runtime->layout, FIELD_THREAD_SIZE));
	thread.error = view_read(view, tstate, FIELD_THREAD_IDENT, &thread.ident);
	if (thread.error)
		return thread;
	if (view_try(view, tstate, FIELD_THREAD_NATIVE_ID, &native))
		thread.inner_tid = (pid_t)native;
	else
		thread.inner_tid = tid_of_ident(runtime, thread.ident);
	thread.has_no_tid =
		!layout_has(&runtime->layout, FIELD_THREAD_NATIVE_ID) && !thread.inner_tid;
	view_try(view, tstate, FIELD_THREAD_DATASTACK_CHUNK, &thread.chunk);
	thread.error = frame_innermost(view, tstate, &thread.frame);
	thread.has_activation =
		frame_activation_caller(view, tstate, &thread.activation_caller);
	return thread;
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

struct pyinspect_error *threads_of(const struct runtime *runtime, uint64_t interpreter,
				   struct raw_threads *ret)
{
	const struct view *view = &runtime->view;
	uint64_t tstate, back, marker = 0;
	struct pyinspect_error *error =
		view_read(view, interpreter, FIELD_INTERPRETER_THREADS_HEAD, &tstate);
	while (!error && tstate) {
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if (tstate == marker || ret->count == TSTATES_MAX)
			error = error_at(PYINSPECT_ERROR_BAD_DATA, tstate, "it has no end");
		else
			error = view_read(view, tstate, FIELD_THREAD_INTERPRETER, &back);
		if (!error && back != interpreter)
			error = error_at(PYINSPECT_ERROR_BAD_DATA, tstate,
					 "it leads to what is no thread state");
		if (error)
			break;
		if (!array_push(ret, read_thread(runtime, tstate)))
			return &error_no_memory;
		if ((ret->count & (ret->count - 1)) == 0)
			marker = tstate;
		error = view_read(view, tstate, FIELD_THREAD_NEXT, &tstate);
	}
	reverse(ret);
	return error ? error_context(error, "list of threads") : NULL;
}
