/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "gdb/frame.h"

void session_print_frame(struct session *session, const struct pyinspect_frame *frame)
{
	if (pyinspect_frame_owner(frame) == PYINSPECT_OWNER_NATIVE)
		return;
	const char *file = pyinspect_frame_file(frame);
	const char *name = pyinspect_frame_function(frame);
	char *shown_file = pyinspect_escape(file ? file : "(file unreadable)");
	char *shown_name = pyinspect_escape(name ? name : "(function unreadable)");
	if (shown_file && shown_name)
		answer_printf(session->answer, "%s (%d): %s\n", shown_file,
			      pyinspect_frame_line(frame), shown_name);
	free(shown_file);
	free(shown_name);
}

void session_print_problem(struct session *session, const struct pyinspect_problem *problem)
{
	char *text = pyinspect_escape(problem->text);
	if (text)
		answer_printf(session->answer, "! %s\n", text);
	free(text);
}

static void print_stack(struct session *session, const struct pyinspect_thread *thread)
{
	const struct pyinspect_frame *frame;
	const struct pyinspect_problem *problem;
	size_t after, omitted = pyinspect_thread_frames_omitted(thread, &after);
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++) {
		if (omitted && i == after)
			answer_printf(session->answer,
				      "... %zu frames: `%s full` shows them\n", omitted,
				      session->request->command);
		session_print_frame(session, frame);
		frame_print_variables(session, frame, 4);
		frame_print_problems(session, frame);
	}
	for (size_t i = 0; (problem = pyinspect_thread_problem(thread, i)); i++)
		session_print_problem(session, problem);
	if (!pyinspect_thread_frame_count(thread) && !pyinspect_thread_problem(thread, 0))
		answer_printf(session->answer, "no Python code runs in the thread now\n");
}

void session_print_thread(struct session *session, const struct pyinspect_thread *thread)
{
	const char *name = pyinspect_thread_name(thread);
	char *shown = name ? pyinspect_escape(name) : NULL;
	answer_printf(session->answer, "Thread 0x%llx",
		      (unsigned long long)pyinspect_thread_ident(thread));
	if (pyinspect_thread_tid(thread))
		answer_printf(session->answer, " (LWP %d)", pyinspect_thread_tid(thread));
	if (shown)
		answer_printf(session->answer, " \"%s\"", shown);
	free(shown);
}

static void print_threads(struct session *session,
			  const struct pyinspect_interpreter *interpreter, bool headers)
{
	const struct pyinspect_thread *thread;
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++) {
		if (headers) {
			session_print_thread(session, thread);
			answer_printf(session->answer, "\n");
		}
		size_t mark = answer_mark(session->answer);
		print_stack(session, thread);
		answer_fold(session->answer, mark);
	}
}

/* A thread that runs in a subinterpreter was in the main one before. */
static void print_interpreters(struct session *session,
			       const struct pyinspect_snapshot *snapshot, bool headers)
{
	const struct pyinspect_problem *problem;
	size_t count = 0;
	while (pyinspect_snapshot_interpreter(snapshot, count))
		count++;
	for (size_t i = 0; i < count; i++)
		print_threads(session,
			      pyinspect_snapshot_interpreter(snapshot,
							     headers ? i : count - 1 - i),
			      headers);
	for (size_t i = 0; (problem = pyinspect_snapshot_problem(snapshot, i)); i++)
		session_print_problem(session, problem);
}

/* As GDB numbers threads, from 1 on: 3, or 1.3. */
static const char *skip_number(const char *word)
{
	size_t length = *word == '0' ? 0 : strspn(word, "0123456789");
	return length && length < 10 ? word + length : NULL;
}

static bool is_thread_number(const char *word)
{
	const char *rest = skip_number(word);
	if (rest && *rest == '.')
		rest = skip_number(rest + 1);
	return rest && !*rest;
}

void command_pystack(struct session *session)
{
	const struct request *request = session->request;
	const char *which = NULL;
	for (size_t i = 0; i < request->argument_count; i++) {
		const char *argument = request->arguments[i];
		if (strcmp(argument, "full") == 0) {
			session->options.max_frames = 0;
		} else if (!which &&
			   (strcmp(argument, "all") == 0 || is_thread_number(argument))) {
			which = argument;
		} else {
			session_usage(session);
			return;
		}
	}
	session->options.locals = strcmp(request->command, "pystackv") == 0;
	bool all = which && strcmp(which, "all") == 0;
	if (which && !all) {
		answer_command(session->answer, "thread apply %s -q %s%s", which,
			       request->command,
			       session->options.max_frames ? "" : " full");
		return;
	}
	if (!all && !session_select_thread(session))
		return;
	struct pyinspect_snapshot *snapshot = session_look(session);
	if (snapshot)
		print_interpreters(session, snapshot, all);
	pyinspect_snapshot_free(snapshot);
}
