/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of the selected frame's file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "gdb/frame.h"
#include "gdb/selection.h"

/* Lines before and after the current one, and more than the first that is asked for. */
#define AROUND 5
#define MORE   10
#define TAB    8

/* Which lines are asked for; from is 0 for those around the current one. */
struct range {
	uint32_t from, to;
};

static bool read_number(const char **text, uint32_t *ret)
{
	char *rest;
	size_t digits = strspn(*text, "0123456789");
	if (!digits || digits > 8)
		return false;
	*ret = (uint32_t)strtoul(*text, &rest, 10);
	*text = rest + strspn(rest, " \t");
	return *ret > 0;
}

/* "", "FROM" or "FROM, TO". */
static bool read_range(const char *text, struct range *ret)
{
	*ret = (struct range){0};
	if (!*text)
		return true;
	if (!read_number(&text, &ret->from))
		return false;
	ret->to = ret->from + MORE;
	if (*text == ',') {
		text += 1 + strspn(text + 1, " \t");
		if (!read_number(&text, &ret->to))
			return false;
	}
	return !*text && ret->to >= ret->from;
}

/* Tabs as blanks: what is escaped can't be read. */
static void append_expanded(struct text *text, const char *line)
{
	for (size_t column = 0; *line; line++) {
		if (*line == '\t') {
			size_t width = TAB - column % TAB;
			text_printf(text, "%*s", (int)width, "");
			column += width;
		} else {
			text_append(text, line, 1);
			column += ((unsigned char)*line & 0xc0) != 0x80;
		}
	}
}

static void print_line(struct session *session, uint32_t number, bool is_current,
		       const char *line)
{
	char shown_number[16];
	struct text text = {0};
	text_append(&text, "", 0);
	append_expanded(&text, line);
	cleanup_free char *shown = text.failed ? NULL : pyinspect_escape(text.data);
	snprintf(shown_number, sizeof(shown_number), "%s%u", is_current ? ">" : "", number);
	if (shown)
		answer_printf(session->answer, "%4s    %s\n", shown_number, shown);
	free(text.data);
}

static void print_lines(struct session *session, const struct selection *selection)
{
	const char *line;
	const struct pyinspect_problem *problem;
	uint32_t first = session->options.source_first;
	uint32_t current = (uint32_t)pyinspect_frame_line(selection_frame(selection));
	for (size_t i = 0; (line = pyinspect_snapshot_source(selection->snapshot, i)); i++)
		print_line(session, first + (uint32_t)i, first + i == current, line);
	for (size_t i = 0; (problem = pyinspect_snapshot_problem(selection->snapshot, i));
	     i++)
		session_print_problem(session, problem);
}

static bool find_current(struct session *session, struct range *ret)
{
	struct selection selection;
	if (!selection_look(session, &selection))
		return false;
	int32_t line = pyinspect_frame_line(selection_frame(&selection));
	selection_deinit(&selection);
	if (line <= 0) {
		answer_printf(session->answer,
			      "pyinspect: the code of the selected frame has no line\n");
		return false;
	}
	ret->from = line > AROUND ? (uint32_t)line - AROUND : 1;
	ret->to = (uint32_t)line + AROUND;
	return true;
}

void command_pylist(struct session *session)
{
	struct selection selection;
	struct range range;
	cleanup_free char *words = request_line(session->request);
	if (!words || !read_range(words, &range)) {
		session_usage(session);
		return;
	}
	if (!range.from && !find_current(session, &range))
		return;
	session_show_source(session);
	session->options.source_first = range.from;
	session->options.source_last = range.to;
	if (!selection_look(session, &selection))
		return;
	print_lines(session, &selection);
	selection_deinit(&selection);
}
