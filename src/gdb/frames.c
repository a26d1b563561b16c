/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands about the selected Python frame. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "gdb/frame.h"
#include "gdb/selection.h"

static void print_selected(struct session *session, bool with_frame, bool with_variables,
			   unsigned int indent)
{
	struct selection selection;
	session->options.locals = with_variables;
	session->options.one_frame = true;
	if (!selection_look(session, &selection))
		return;
	const struct pyinspect_frame *frame = selection_frame(&selection);
	if (with_frame)
		session_print_frame(session, frame);
	if (with_variables)
		frame_print_variables(session, frame, indent);
	if (with_variables && !with_frame && !pyinspect_frame_variable(frame, 0) &&
	    !pyinspect_frame_problem(frame, 0))
		answer_printf(session->answer, "No locals.\n");
	frame_print_problems(session, frame);
	selection_deinit(&selection);
}

void command_pyframe(struct session *session)
{
	print_selected(session, true, false, 0);
}

void command_pyframev(struct session *session)
{
	print_selected(session, true, true, 4);
}

void command_pylocals(struct session *session)
{
	print_selected(session, false, true, 0);
}

void command_lineno(struct session *session)
{
	struct selection selection;
	if (!selection_look(session, &selection))
		return;
	int32_t line = pyinspect_frame_line(selection_frame(&selection));
	if (line)
		answer_printf(session->answer, "%d\n", line);
	else
		answer_printf(session->answer,
			      "pyinspect: the code of the selected frame has no line\n");
	selection_deinit(&selection);
}

/* How many frames to go; false if that isn't a number. */
static bool read_count(const struct request *request, size_t *ret)
{
	const char *word = request->argument_count ? request->arguments[0] : "1";
	if (!*word || word[strspn(word, "0123456789")] || strlen(word) > 9)
		return false;
	*ret = strtoul(word, NULL, 10);
	return true;
}

/* As GDB's own up and down: to the end, if there are fewer, and said so only from there. */
static void move(struct session *session, bool up)
{
	struct selection selection;
	size_t count;
	if (!read_count(session->request, &count)) {
		session_usage(session);
		return;
	}
	if (!selection_look(session, &selection))
		return;
	size_t left = up ? selection.count - 1 - selection.index : selection.index;
	if (count && !left) {
		answer_printf(
			session->answer,
			"pyinspect: the %s Python frame is selected; there is no %s one\n",
			up ? "outermost" : "innermost", up ? "older" : "newer");
	} else {
		count = count < left ? count : left;
		selection_move(session, &selection,
			       up ? selection.index + count : selection.index - count);
		answer_printf(session->answer, "#%zu ", selection.index);
		session_print_frame(session, selection_frame(&selection));
	}
	selection_deinit(&selection);
}

void command_pyup(struct session *session)
{
	move(session, true);
}

void command_pydown(struct session *session)
{
	move(session, false);
}

static void print_result(struct session *session, const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_value *result = pyinspect_snapshot_result(snapshot);
	const char *problem = result ? pyinspect_value_problem(result) : NULL;
	cleanup_free char *shown = problem ? pyinspect_escape(problem) : NULL;
	if (shown)
		answer_printf(session->answer, "pyinspect: %s\n", shown);
	struct pyinspect_error *error =
		result ? pyinspect_result_write(snapshot, NULL, frame_write, session)
		       : NULL;
	if (error)
		session_tell(session, error);
}

void command_pyprint(struct session *session)
{
	struct selection selection;
	cleanup_free char *expression = request_line(session->request);
	if (!expression || !*expression) {
		session_usage(session);
		return;
	}
	struct pyinspect_error *error = pyinspect_expression_check(expression);
	if (error) {
		session_tell(session, error);
		return;
	}
	session->options.expression = expression;
	if (!selection_look(session, &selection))
		return;
	print_result(session, selection.snapshot);
	selection_deinit(&selection);
}
