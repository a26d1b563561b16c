/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "gdb/frame.h"
#include "gdb/selection.h"

/* Bytes of the C stack by which a stop is told from another one. */
#define STACK_BYTES 4096

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return ((hash ^ word) * UINT64_C(0x9e3779b97f4a7c15)) ^ (hash >> 29);
}

/*
 * A number for the thread and the place where it stands. GDB doesn't tell when it has let
 * the target run; but a thread that ran has left other words on its stack.
 */
static uint64_t stop_of(const struct session *session)
{
	uint64_t words[STACK_BYTES / sizeof(uint64_t)];
	uint64_t stack = session->request->numbers.stack_pointer;
	uint64_t hash = mix(session->options.ident, stack);
	size_t size = stack ? sizeof(words) : 0;
	const struct debugger *gdb = session->debugger;
	if (size && !gdb->read(gdb->context, stack, words, size)) {
		/* The stack ends before that; a page is readable as a whole. */
		size = STACK_BYTES - stack % STACK_BYTES;
		if (!gdb->read(gdb->context, stack, words, size))
			size = 0;
	}
	for (size_t i = 0; i < size / sizeof(*words); i++)
		hash = mix(hash, words[i]);
	return hash | 1;
}

/* Frames without code are passed over: nothing can be asked of them. */
static bool is_selectable(const struct pyinspect_frame *frame)
{
	return pyinspect_frame_owner(frame) != PYINSPECT_OWNER_NATIVE &&
	       (pyinspect_frame_function(frame) || pyinspect_frame_file(frame));
}

static void add_thread(struct selection *selection, const struct pyinspect_thread *thread,
		       uint64_t wanted)
{
	const struct pyinspect_frame *frame;
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++) {
		uint64_t address = pyinspect_thread_frame_address(thread, i);
		if (!is_selectable(frame))
			continue;
		if (address == wanted)
			selection->index = selection->count;
		selection->frames[selection->count++] =
			(struct selectable_frame){frame, address};
	}
}

static size_t interpreter_count(const struct pyinspect_snapshot *snapshot)
{
	size_t count = 0;
	while (pyinspect_snapshot_interpreter(snapshot, count))
		count++;
	return count;
}

static size_t frame_count(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	size_t count = 0;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			count += pyinspect_thread_frame_count(thread);
	return count;
}

static void tell_nothing(struct session *session, const struct selection *selection)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	const struct pyinspect_problem *problem;
	answer_printf(session->answer,
		      "pyinspect: the selected thread has no Python frame now\n");
	for (size_t i = 0;
	     (interpreter = pyinspect_snapshot_interpreter(selection->snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			for (size_t k = 0; (problem = pyinspect_thread_problem(thread, k));
			     k++)
				session_print_problem(session, problem);
}

/* What is called is newer than who calls it: the interpreter that was made last first. */
static bool collect(struct selection *selection, uint64_t wanted)
{
	const struct pyinspect_thread *thread;
	selection->frames =
		calloc(frame_count(selection->snapshot) + 1, sizeof(*selection->frames));
	if (!selection->frames)
		return false;
	for (size_t i = interpreter_count(selection->snapshot); i > 0; i--) {
		const struct pyinspect_interpreter *interpreter =
			pyinspect_snapshot_interpreter(selection->snapshot, i - 1);
		size_t threads = 0;
		while (pyinspect_interpreter_thread(interpreter, threads))
			threads++;
		for (; threads > 0; threads--) {
			thread = pyinspect_interpreter_thread(interpreter, threads - 1);
			add_thread(selection, thread, wanted);
		}
	}
	return true;
}

bool selection_look(struct session *session, struct selection *ret)
{
	const struct request_numbers *numbers = &session->request->numbers;
	*ret = (struct selection){0};
	if (!session_select_thread(session))
		return false;
	session->options.max_frames = 0;
	if (numbers->selected_frame && numbers->selected_stop == stop_of(session))
		session->options.frame_address = numbers->selected_frame;
	ret->snapshot = session_look(session);
	if (!ret->snapshot)
		return false;
	if (collect(ret, session->options.frame_address) && ret->count)
		return true;
	tell_nothing(session, ret);
	selection_deinit(ret);
	return false;
}

void selection_deinit(struct selection *selection)
{
	free(selection->frames);
	pyinspect_snapshot_free(selection->snapshot);
}

const struct pyinspect_frame *selection_frame(const struct selection *selection)
{
	return selection->frames[selection->index].frame;
}

void selection_move(struct session *session, struct selection *selection, size_t index)
{
	selection->index = index;
	answer_set(session->answer, "__pyinspect_frame", selection->frames[index].address);
	answer_set(session->answer, "__pyinspect_stop", stop_of(session));
}
