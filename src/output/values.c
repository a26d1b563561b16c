/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "output/text.h"

/* Columns more for each level below a variable. */
#define CHILD_INDENT 2

/* What stands before a name. */
static const char *prefix_of(const struct pyinspect_value *value)
{
	static const char *const parameters[] = {
		[PYINSPECT_PARAMETER_NONE] = "",
		[PYINSPECT_PARAMETER_POSITIONAL_ONLY] = "",
		[PYINSPECT_PARAMETER_POSITIONAL] = "",
		[PYINSPECT_PARAMETER_KEYWORD_ONLY] = "",
		[PYINSPECT_PARAMETER_VARARGS] = "*",
		[PYINSPECT_PARAMETER_VARKW] = "**",
	};
	switch (pyinspect_value_kind(value)) {
	case PYINSPECT_VALUE_FREE:
		return "nonlocal ";
	case PYINSPECT_VALUE_GLOBAL:
		return "global ";
	case PYINSPECT_VALUE_ATTRIBUTE:
		return ".";
	default:
		return parameters[pyinspect_value_parameter(value)];
	}
}

static void write_text(const struct page *page, const struct pyinspect_value *value)
{
	if (pyinspect_value_is_unbound(value))
		text_append_string(page->text, "<unbound>");
	else
		text_append_literal(page->text, pyinspect_value_text(value));
	if (pyinspect_value_is_verified(value))
		return;
	page_begin(page, STYLE_PROBLEM);
	text_append_string(page->text, "  (may be wrong)");
	page_end(page);
}

static void write_value(const struct page *page, const struct pyinspect_value *value,
			int indent)
{
	text_printf(page->text, "%*s%s", indent, "", prefix_of(value));
	page_begin(page, STYLE_NAME);
	page_escaped(page, pyinspect_value_name(value));
	page_end(page);
	text_append_string(page->text, " = ");
	write_text(page, value);
	text_append_string(page->text, "\n");
}

/* Where the writing of one value's children stands. */
struct family {
	const struct pyinspect_value *parent;
	size_t next;
};

/* Levels that are written; deeper ones are in the JSON form. */
#define FAMILIES_MAX 64

static void write_children(const struct page *page, const struct pyinspect_value *value,
			   int indent)
{
	struct family families[FAMILIES_MAX] = {{.parent = value}};
	size_t count = 1;
	while (count) {
		struct family *family = &families[count - 1];
		const struct pyinspect_value *child =
			pyinspect_value_child(family->parent, family->next++);
		if (!child) {
			count--;
			continue;
		}
		write_value(page, child, indent + CHILD_INDENT * (int)count);
		if (count < FAMILIES_MAX)
			families[count++] = (struct family){.parent = child};
	}
}

/* Variables from index on that have no value; returns the index behind them. */
static size_t write_unbound(const struct page *page, const struct pyinspect_frame *frame,
			    size_t index, int indent)
{
	const struct pyinspect_value *value;
	text_printf(page->text, "%*s", indent, "");
	for (bool first = true; (value = pyinspect_frame_variable(frame, index)) &&
				pyinspect_value_is_unbound(value);
	     index++, first = false) {
		text_append_string(page->text, first ? "" : ", ");
		page_begin(page, STYLE_NAME);
		text_append_string(page->text, prefix_of(value));
		page_escaped(page, pyinspect_value_name(value));
		page_end(page);
	}
	text_append_string(page->text, ": unbound\n");
	return index;
}

static void write_reference(const struct page *page, const struct pyinspect_frame *frame,
			    int indent)
{
	const char *module = pyinspect_frame_module(frame);
	text_printf(page->text, "%*s[globals%s", indent, "", module ? " of " : "");
	page_escaped(page, module ? module : "");
	text_append_string(page->text, ": as above]\n");
}

void page_write_variables(const struct page *page, const struct pyinspect_frame *frame,
			  int indent)
{
	const struct pyinspect_value *value;
	size_t globals = first_global(frame);
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i));) {
		if (i == globals && page_has_globals(page, frame)) {
			write_reference(page, frame, indent);
			return;
		}
		if (pyinspect_value_is_unbound(value)) {
			i = write_unbound(page, frame, i, indent);
			continue;
		}
		write_value(page, value, indent);
		write_children(page, value, indent);
		i++;
	}
}

void page_write_result(const struct page *page, const struct pyinspect_value *value)
{
	write_text(page, value);
	text_append_string(page->text, "\n");
	write_children(page, value, 0);
}

static bool same_value(const struct pyinspect_value *a, const struct pyinspect_value *b)
{
	const char *left = pyinspect_value_text(a), *right = pyinspect_value_text(b);
	return strcmp(pyinspect_value_name(a), pyinspect_value_name(b)) == 0 &&
	       (left == right || (left && right && strcmp(left, right) == 0));
}

bool same_variables(const struct pyinspect_frame *a, const struct pyinspect_frame *b)
{
	const struct pyinspect_value *left, *right;
	for (size_t i = 0;; i++) {
		left = pyinspect_frame_variable(a, i);
		right = pyinspect_frame_variable(b, i);
		if (!left || !right)
			return left == right;
		/* What is below is not compared: shown once, it would be one thread's. */
		if (!same_value(left, right) || pyinspect_value_child(left, 0))
			return false;
	}
}
