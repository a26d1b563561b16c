/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For a GDB without Python: the commands that CPython's libpython.py has for one with it,
 * and what they print. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "gdb/frame.h"
#include "gdb/selection.h"

/* Characters of a value, and of a frame with all of its values. */
#define LENGTH 1024
/* So many are read, that there are enough to be cut. */
#define LENGTH_READ (2 * LENGTH)

/* Look with values of frames in the lengths that are usual here. */
static bool look(struct session *session, struct selection *ret)
{
	session->options.max_length = LENGTH_READ;
	session->options.max_items = 0;
	return selection_look(session, ret);
}

static void cut(struct text *text)
{
	size_t characters = 0, at = 0;
	for (; at < text->length; at++)
		if (((unsigned char)text->data[at] & 0xc0) != 0x80 &&
		    characters++ == LENGTH)
			break;
	if (text->failed || at == text->length)
		return;
	text->length = at;
	text_append_string(text, "...(truncated)");
}

static void append_name(struct text *text, const char *name, const char *instead)
{
	text_append_escaped(text, name ? name : instead);
}

static void append_line(struct text *text, const struct pyinspect_frame *frame)
{
	if (pyinspect_frame_line(frame))
		text_printf(text, "line %d", pyinspect_frame_line(frame));
	else
		text_append_string(text, "line ?");
}

static void print_text(struct session *session, struct text *text)
{
	if (text->failed)
		session->answer->script.failed = true;
	else
		answer_print(session->answer, text->data, text->length);
	free(text->data);
}

static void append_source(struct text *text, const struct pyinspect_frame *frame)
{
	if (!pyinspect_frame_source(frame))
		return;
	text_append_string(text, "    ");
	text_append_escaped(text, pyinspect_frame_source(frame));
	text_append_string(text, "\n");
}

static bool is_shown(const struct pyinspect_value *value)
{
	return !pyinspect_value_is_unbound(value) && pyinspect_value_text(value) &&
	       pyinspect_value_kind(value) != PYINSPECT_VALUE_GLOBAL;
}

static void append_values(struct text *text, const struct pyinspect_frame *frame)
{
	const struct pyinspect_value *value;
	const char *between = "";
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i)); i++) {
		if (!is_shown(value))
			continue;
		text_append_string(text, between);
		text_append_escaped(text, pyinspect_value_name(value));
		text_append_string(text, "=");
		text_append_literal(text, pyinspect_value_text(value));
		between = ", ";
	}
}

static void print_full(struct session *session, const struct selection *selection,
		       size_t index)
{
	const struct pyinspect_frame *frame = selection->frames[index].frame;
	struct text text = {0};
	text_printf(&text, "Frame 0x%llx, for file ",
		    (unsigned long long)selection->frames[index].address);
	append_name(&text, pyinspect_frame_file(frame), "?");
	text_append_string(&text, ", ");
	append_line(&text, frame);
	text_append_string(&text, ", in ");
	append_name(&text, pyinspect_frame_function(frame), "?");
	text_append_string(&text, " (");
	append_values(&text, frame);
	text_append_string(&text, ")");
	cut(&text);
	text_append_string(&text, "\n");
	append_source(&text, frame);
	answer_printf(session->answer, "#%zu ", index);
	print_text(session, &text);
}

void command_py_bt(struct session *session)
{
	struct selection selection;
	session_show_source(session);
	if (!look(session, &selection))
		return;
	answer_printf(session->answer, "Traceback (most recent call first):\n");
	for (size_t i = selection.index; i < selection.count; i++) {
		const struct pyinspect_frame *frame = selection.frames[i].frame;
		struct text text = {0};
		text_append_string(&text, "  File \"");
		append_name(&text, pyinspect_frame_file(frame), "?");
		text_append_string(&text, "\", ");
		append_line(&text, frame);
		text_append_string(&text, ", in ");
		append_name(&text, pyinspect_frame_function(frame), "?");
		text_append_string(&text, "\n");
		append_source(&text, frame);
		print_text(session, &text);
	}
	selection_deinit(&selection);
}

void command_py_bt_full(struct session *session)
{
	struct selection selection;
	session_show_source(session);
	session->options.locals = true;
	if (!look(session, &selection))
		return;
	for (size_t i = selection.index; i < selection.count; i++)
		print_full(session, &selection, i);
	selection_deinit(&selection);
}

/* Values are of the frame that is selected then: all are read. */
static void move(struct session *session, bool up)
{
	struct selection selection;
	session_show_source(session);
	session->options.locals = true;
	if (!look(session, &selection))
		return;
	if (up && selection.index + 1 == selection.count) {
		answer_printf(session->answer, "Unable to find an older python frame\n");
	} else if (!up && !selection.index) {
		answer_printf(session->answer, "Unable to find a newer python frame\n");
	} else {
		selection_move(session, &selection,
			       up ? selection.index + 1 : selection.index - 1);
		print_full(session, &selection, selection.index);
	}
	selection_deinit(&selection);
}

void command_py_up(struct session *session)
{
	move(session, true);
}

void command_py_down(struct session *session)
{
	move(session, false);
}

static void print_value(struct session *session, const struct pyinspect_value *value,
			struct text *text)
{
	struct text shown = {0};
	text_append_literal(&shown, pyinspect_value_text(value));
	cut(&shown);
	if (shown.failed)
		text->failed = true;
	else
		text_append(text, shown.data, shown.length);
	free(shown.data);
	text_append_string(text, "\n");
	print_text(session, text);
}

void command_py_locals(struct session *session)
{
	struct selection selection;
	const struct pyinspect_value *value;
	session->options.locals = true;
	session->options.one_frame = true;
	if (!look(session, &selection))
		return;
	const struct pyinspect_frame *frame = selection_frame(&selection);
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i)); i++) {
		struct text text = {0};
		if (!is_shown(value))
			continue;
		text_append_escaped(&text, pyinspect_value_name(value));
		text_append_string(&text, " = ");
		print_value(session, value, &text);
	}
	frame_print_problems(session, frame);
	selection_deinit(&selection);
}

static bool is_name(const char *word)
{
	if (*word >= '0' && *word <= '9')
		return false;
	for (; *word; word++)
		if (!(*word == '_' || (*word >= '0' && *word <= '9') ||
		      (*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z') ||
		      (unsigned char)*word >= 0x80))
			return false;
	return true;
}

/* What is neither in the frame nor in its module is in the builtins. */
static const char *scope_of(const struct pyinspect_frame *frame, const char *name)
{
	const struct pyinspect_value *value;
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i)); i++)
		if (!pyinspect_value_is_unbound(value) &&
		    strcmp(pyinspect_value_name(value), name) == 0)
			return pyinspect_value_kind(value) == PYINSPECT_VALUE_GLOBAL
				       ? "global"
				       : "local";
	return "builtin";
}

static void print_variable(struct session *session, const struct selection *selection,
			   const char *name)
{
	const struct pyinspect_value *result =
		pyinspect_snapshot_result(selection->snapshot);
	struct text text = {0};
	if (!result || !pyinspect_value_text(result)) {
		text_printf(&text, "'%s' not found\n", name);
		print_text(session, &text);
		return;
	}
	text_printf(&text, "%s '%s' = ", scope_of(selection_frame(selection), name), name);
	print_value(session, result, &text);
}

void command_py_print(struct session *session)
{
	struct selection selection;
	if (!session->request->argument_count) {
		session_usage(session);
		return;
	}
	const char *word = session->request->arguments[0];
	cleanup_free char *name = pyinspect_escape(word);
	if (!name || !is_name(word)) {
		answer_printf(session->answer, "'%s' not found\n", name ? name : "");
		return;
	}
	session->options.locals = session->options.globals = true;
	session->options.one_frame = true;
	session->options.expression = name;
	if (!look(session, &selection))
		return;
	print_variable(session, &selection, name);
	selection_deinit(&selection);
}
