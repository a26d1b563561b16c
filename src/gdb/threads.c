/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "gdb/command.h"

/* The innermost frame is wanted, with what may be before it. */
#define FRAMES_MAX 8

typedef bool (*thread_test)(const struct pyinspect_thread *thread);

static bool holds_gil(const struct pyinspect_thread *thread)
{
	return pyinspect_thread_holds_gil(thread) == PYINSPECT_YES;
}

static bool waits_for_gil(const struct pyinspect_thread *thread)
{
	return pyinspect_thread_waits_for_gil(thread) == PYINSPECT_YES;
}

static bool may_wait_for_gil(const struct pyinspect_thread *thread)
{
	return pyinspect_thread_waits_for_gil(thread) == PYINSPECT_UNKNOWN;
}

static void print_place(struct session *session, const struct pyinspect_thread *thread)
{
	const struct pyinspect_frame *frame;
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++)
		if (pyinspect_frame_owner(frame) != PYINSPECT_OWNER_NATIVE)
			break;
	if (!frame) {
		answer_printf(session->answer, "runs no Python code now\n");
		return;
	}
	answer_printf(session->answer, "at ");
	session_print_frame(session, frame);
}

/* "* 3    Thread 0x7f.. (LWP 12) "name", daemon, holds the GIL, at FILE (LINE): NAME" */
static void print_thread(struct session *session, const struct pyinspect_thread *thread)
{
	uint64_t ident = pyinspect_thread_ident(thread);
	const struct request_thread *known = request_thread(session->request, ident);
	bool selected = ident == session->request->numbers.thread_pointer;
	const struct pyinspect_problem *problem;
	answer_printf(session->answer, "%s ", selected ? "*" : " ");
	if (known)
		answer_printf(session->answer, "%-4llu ",
			      (unsigned long long)known->number);
	else
		answer_printf(session->answer, "-    ");
	session_print_thread(session, thread);
	answer_printf(session->answer, "%s%s%s%s, ",
		      pyinspect_thread_daemon(thread) == PYINSPECT_YES ? ", daemon" : "",
		      holds_gil(thread) ? ", holds the GIL" : "",
		      waits_for_gil(thread) ? ", waits for the GIL" : "",
		      pyinspect_thread_collecting(thread) == PYINSPECT_YES
			      ? ", collects garbage"
			      : "");
	print_place(session, thread);
	for (size_t i = 0; (problem = pyinspect_thread_problem(thread, i)); i++)
		session_print_problem(session, problem);
}

static void print_problems(struct session *session,
			   const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_snapshot_problem(snapshot, i)); i++)
		session_print_problem(session, problem);
}

static void print_interpreter_name(struct session *session,
				   const struct pyinspect_interpreter *interpreter)
{
	answer_printf(session->answer, "Interpreter %lld%s",
		      (long long)pyinspect_interpreter_id(interpreter),
		      pyinspect_interpreter_is_main(interpreter) ? " (main)" : "");
}

static struct pyinspect_snapshot *look(struct session *session)
{
	session->options.max_frames = FRAMES_MAX;
	return session_look(session);
}

void command_pythreads(struct session *session)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	bool several = pyinspect_snapshot_interpreter(snapshot, 1);
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i));
	     i++) {
		if (several) {
			print_interpreter_name(session, interpreter);
			answer_printf(session->answer, ":\n");
		}
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			print_thread(session, thread);
	}
	print_problems(session, snapshot);
	pyinspect_snapshot_free(snapshot);
}

/* The GIL of an interpreter is that of its own, or the main one's. */
static bool shares_gil(const struct pyinspect_interpreter *a,
		       const struct pyinspect_interpreter *b)
{
	return a == b ||
	       (pyinspect_interpreter_has_own_gil(a) ==
			pyinspect_interpreter_has_own_gil(b) &&
		!pyinspect_interpreter_has_own_gil(a)) ||
	       (pyinspect_interpreter_is_main(a) && !pyinspect_interpreter_has_own_gil(b));
}

/* Print the threads for which a test holds, of all interpreters with that GIL; return how
 * many there are. */
static size_t print_threads_that(struct session *session,
				 const struct pyinspect_snapshot *snapshot,
				 const struct pyinspect_interpreter *gil, thread_test test,
				 bool prints)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	size_t count = 0;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i));
	     i++) {
		if (!shares_gil(gil, interpreter))
			continue;
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++) {
			if (!test(thread))
				continue;
			count++;
			if (prints)
				print_thread(session, thread);
		}
	}
	return count;
}

static void print_holder(struct session *session, const struct pyinspect_snapshot *snapshot,
			 const struct pyinspect_interpreter *gil, const char *of)
{
	switch (pyinspect_interpreter_gil_locked(gil)) {
	case PYINSPECT_NO:
		answer_printf(session->answer, "Nobody holds the GIL%s.\n", of);
		return;
	case PYINSPECT_UNKNOWN:
		answer_printf(session->answer, "Who holds the GIL%s can't be read.\n", of);
		return;
	default:
		break;
	}
	if (print_threads_that(session, snapshot, gil, holds_gil, false)) {
		answer_printf(session->answer, "The GIL%s is held by:\n", of);
		print_threads_that(session, snapshot, gil, holds_gil, true);
	} else {
		answer_printf(
			session->answer,
			"The GIL%s is held by a thread state that is in no list: its thread "
			"has begun or ended just now, or memory is damaged.\n",
			of);
	}
}

static void print_waiters(struct session *session,
			  const struct pyinspect_snapshot *snapshot,
			  const struct pyinspect_interpreter *gil)
{
	size_t count = print_threads_that(session, snapshot, gil, waits_for_gil, false);
	size_t unknown =
		print_threads_that(session, snapshot, gil, may_wait_for_gil, false);
	if (count)
		answer_printf(session->answer, "%zu thread%s wait%s for it:\n", count,
			      count == 1 ? "" : "s", count == 1 ? "s" : "");
	else if (!unknown)
		answer_printf(session->answer, "No thread waits for it.\n");
	print_threads_that(session, snapshot, gil, waits_for_gil, true);
	if (unknown)
		answer_printf(session->answer,
			      "Of %zu thread%s it isn't known whether they wait: GDB "
			      "doesn't tell which system calls they are in.\n",
			      unknown, unknown == 1 ? "" : "s");
}

static bool is_without_gil(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_interpreter *main =
		pyinspect_snapshot_interpreter(snapshot, 0);
	return main && !pyinspect_interpreter_has_gil(main);
}

void command_pygil(struct session *session)
{
	const struct pyinspect_interpreter *interpreter;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	if (is_without_gil(snapshot))
		answer_printf(session->answer,
			      "This Python is a build that runs without a GIL, and nobody "
			      "holds one.\n");
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)) &&
			   !is_without_gil(snapshot);
	     i++) {
		char of[64] = "";
		/* Those that share the main one's are told of there. */
		if (i && !pyinspect_interpreter_has_own_gil(interpreter))
			continue;
		if (i)
			snprintf(of, sizeof(of), " of interpreter %lld",
				 (long long)pyinspect_interpreter_id(interpreter));
		print_holder(session, snapshot, interpreter, of);
		print_waiters(session, snapshot, interpreter);
	}
	print_problems(session, snapshot);
	pyinspect_snapshot_free(snapshot);
}

static void print_gil(struct session *session, const struct pyinspect_snapshot *snapshot,
		      const struct pyinspect_interpreter *interpreter)
{
	const struct pyinspect_thread *thread = NULL;
	if (is_without_gil(snapshot)) {
		answer_printf(session->answer, "no GIL");
		return;
	}
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++)
		if (holds_gil(thread))
			break;
	const char *which = !pyinspect_snapshot_interpreter(snapshot, 1) ? "the GIL"
			    : pyinspect_interpreter_has_own_gil(interpreter)
				    ? "a GIL of its own"
				    : "the main interpreter's GIL";
	answer_printf(session->answer, "%s", which);
	if (thread) {
		answer_printf(session->answer, ", held by ");
		session_print_thread(session, thread);
	} else if (pyinspect_interpreter_gil_locked(interpreter) == PYINSPECT_YES) {
		answer_printf(session->answer, ", held by a thread of another interpreter");
	} else if (pyinspect_interpreter_gil_locked(interpreter) == PYINSPECT_NO) {
		answer_printf(session->answer, ", held by nobody");
	}
}

void command_pyinterps(struct session *session)
{
	const struct pyinspect_interpreter *interpreter;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i));
	     i++) {
		size_t count = 0;
		while (pyinspect_interpreter_thread(interpreter, count))
			count++;
		print_interpreter_name(session, interpreter);
		answer_printf(session->answer, ": %zu thread%s, ", count,
			      count == 1 ? "" : "s");
		print_gil(session, snapshot, interpreter);
		answer_printf(session->answer, "%s%s\n",
			      pyinspect_interpreter_is_collecting(interpreter)
				      ? ", a garbage collection is under way"
				      : "",
			      pyinspect_interpreter_is_finalizing(interpreter)
				      ? ", finalizing"
				      : "");
	}
	print_problems(session, snapshot);
	pyinspect_snapshot_free(snapshot);
}
