/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runtime/gil.h"

/*
 * A condition of musl: who waits for it is in a list, whose nodes are on the stacks of the
 * waiting threads, each with the word that its thread sleeps on. musl:
 * src/thread/pthread_cond_timedwait.c, struct waiter; src/internal/pthread_impl.h, _c_head.
 */
#define LINKED_SHARED  0
#define LINKED_HEAD    8
#define LINKED_NEXT    8
#define LINKED_BARRIER 0x14

/* The GIL's struct: behind a pointer, in the runtime, or nowhere (2.7, 3.6). */
static uint64_t find(const struct runtime *runtime, uint64_t interpreter)
{
	const struct layout *layout = &runtime->layout;
	uint64_t gil = 0;
	if (layout_has(layout, FIELD_INTERPRETER_GIL))
		view_try(&runtime->view, interpreter, FIELD_INTERPRETER_GIL, &gil);
	else if (layout_has(layout, FIELD_RUNTIME_GIL) && runtime->address)
		gil = runtime->address + layout_at(layout, FIELD_RUNTIME_GIL);
	return gil;
}

/* A build without a GIL has its struct all the same, and may turn it on. */
static bool is_off(const struct runtime *runtime, uint64_t gil)
{
	uint64_t enabled = 1;
	return layout_has(&runtime->layout, FIELD_GIL_ENABLED) &&
	       view_try(&runtime->view, gil, FIELD_GIL_ENABLED, &enabled) && !enabled;
}

static bool is_own(const struct runtime *runtime, const struct raw_interpreter *interpreter)
{
	const struct layout *layout = &runtime->layout;
	return interpreter->is_main ||
	       (layout_has(layout, FIELD_INTERPRETER_OWN_GIL) &&
		interpreter->gil == interpreter->address +
					    layout_at(layout, FIELD_INTERPRETER_OWN_GIL));
}

static bool read_holder(const struct runtime *runtime, uint64_t gil, uint64_t *ret)
{
	const struct view *view = &runtime->view;
	uint64_t locked, holder;
	if (!gil)
		return runtime->holder_pointer &&
		       memory_try(view->memory, runtime->holder_pointer, ret, 8);
	if (!view_try(view, gil, FIELD_GIL_LOCKED, &locked) ||
	    !view_try(view, gil, FIELD_GIL_LAST_HOLDER, &holder))
		return false;
	/* locked is -1 before the GIL is made; last_holder stays after a release. */
	*ret = (int32_t)locked == 1 ? holder : 0;
	return true;
}

/* glibc's conditions begin with a count of waits, and what follows is never set before it.
 */
static uint64_t linked_head(struct memory *memory, uint64_t condition)
{
	uint64_t shared, head;
	bool is_linked =
		memory_try(memory, condition + LINKED_SHARED, &shared, sizeof(shared)) &&
		memory_try(memory, condition + LINKED_HEAD, &head, sizeof(head)) && !shared;
	return is_linked ? head : 0;
}

static void read_waiters(const struct runtime *runtime, struct raw_interpreter *interpreter)
{
	struct memory *memory = runtime->view.memory;
	struct raw_waiters *waiters = &interpreter->gil_waiters;
	if (!layout_has(&runtime->layout, FIELD_GIL_COND))
		return;
	uint64_t node = linked_head(
		memory, interpreter->gil + layout_at(&runtime->layout, FIELD_GIL_COND));
	uint64_t marker = 0;
	while (node && node != marker && waiters->count < TSTATES_MAX &&
	       array_push(waiters, node + LINKED_BARRIER)) {
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if ((waiters->count & (waiters->count - 1)) == 0)
			marker = node;
		if (!memory_try(memory, node + LINKED_NEXT, &node, sizeof(node)))
			break;
	}
}

void gil_read(const struct runtime *runtime, struct raw_interpreter *interpreter)
{
	uint64_t holder;
	interpreter->gil = find(runtime, interpreter->address);
	interpreter->has_own_gil = is_own(runtime, interpreter);
	interpreter->gil_locked = PYINSPECT_UNKNOWN;
	if (interpreter->gil && is_off(runtime, interpreter->gil)) {
		interpreter->gil = 0;
		interpreter->gil_is_off = true;
		interpreter->gil_locked = PYINSPECT_NO;
		return;
	}
	if (!read_holder(runtime, interpreter->gil, &holder))
		return;
	interpreter->gil_holder = holder;
	interpreter->gil_locked = holder ? PYINSPECT_YES : PYINSPECT_NO;
	if (interpreter->gil && holder)
		read_waiters(runtime, interpreter);
}

bool gil_is_awaited_at(const struct runtime *runtime,
		       const struct raw_interpreter *interpreter, uint64_t futex)
{
	uint64_t lock;
	for (size_t i = 0; i < interpreter->gil_waiters.count; i++)
		if (interpreter->gil_waiters.items[i] == futex)
			return true;
	if (interpreter->gil)
		return futex - interpreter->gil <
		       layout_at(&runtime->layout, FIELD_GIL_SIZE);
	if (runtime->gil_lock_pointer)
		return memory_try(runtime->view.memory, runtime->gil_lock_pointer, &lock,
				  8) &&
		       lock && futex == lock;
	return futex - runtime->gil_image_start <
	       runtime->gil_image_end - runtime->gil_image_start;
}
