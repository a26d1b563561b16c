/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "output/text.h"

/* Columns before a variable of a frame. */
#define VARIABLE_INDENT 10

static void write_place(const struct page *page, const struct pyinspect_frame *frame)
{
	const char *file = pyinspect_frame_file(frame);
	page_begin(page, STYLE_PLACE);
	text_append_string(page->text, " (");
	if (!file)
		text_append_string(page->text, "file unreadable");
	else if (!*file)
		text_append_string(page->text, "no file name");
	else
		page_escaped(page, file);
	if (pyinspect_frame_line(frame))
		text_printf(page->text, ":%d", pyinspect_frame_line(frame));
	else
		text_append_string(page->text, ", no line");
	text_append_string(page->text, ")");
	page_end(page);
}

static void write_source(const struct page *page, const struct pyinspect_frame *frame)
{
	if (!pyinspect_frame_source(frame))
		return;
	text_append_string(page->text, "        ");
	page_begin(page, STYLE_SOURCE);
	page_escaped(page, pyinspect_frame_source(frame));
	page_end(page);
	if (pyinspect_frame_source_is_newer(frame))
		text_append_string(page->text,
				   "    [the file was changed after the start of the "
				   "process]");
	text_append_string(page->text, "\n");
}

static void write_problems(const struct page *page, const struct pyinspect_frame *frame)
{
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_frame_problem(frame, i)); i++) {
		text_append_string(page->text, "        ");
		page_begin(page, STYLE_PROBLEM);
		text_append_string(page->text, "! ");
		page_escaped(page, problem->text);
		page_end(page);
		text_append_string(page->text, "\n");
	}
}

static const char *name_of(const struct pyinspect_frame *frame)
{
	const char *name = pyinspect_frame_qualname(frame);
	return name ? name : pyinspect_frame_function(frame);
}

static void write_frame(const struct page *page, const struct pyinspect_frame *frame)
{
	text_append_string(page->text, "    ");
	page_begin(page, STYLE_FUNCTION);
	if (pyinspect_frame_owner(frame) == PYINSPECT_OWNER_NATIVE)
		text_append_string(page->text, "[entry of the interpreter]");
	else if (name_of(frame))
		page_escaped(page, name_of(frame));
	else
		text_append_string(page->text, "[function unreadable]");
	page_end(page);
	if (pyinspect_frame_owner(frame) != PYINSPECT_OWNER_NATIVE)
		write_place(page, frame);
	text_append_string(page->text, "\n");
	write_source(page, frame);
	page_write_variables(page, frame, VARIABLE_INDENT);
	write_problems(page, frame);
}

static const char *file_name(const struct pyinspect_frame *frame)
{
	const char *file = pyinspect_frame_file(frame);
	const char *slash = file ? strrchr(file, '/') : NULL;
	return slash ? slash + 1 : file;
}

static bool is_import(const struct pyinspect_frame *frame)
{
	const char *file = pyinspect_frame_file(frame);
	return file && strncmp(file, "<frozen importlib", 17) == 0;
}

/* Folded frames from index on that belong together; returns the index behind them. */
static size_t end_of_fold(const struct pyinspect_thread *thread, size_t index, size_t gap)
{
	const struct pyinspect_frame *first = pyinspect_thread_frame(thread, index), *frame;
	while ((frame = pyinspect_thread_frame(thread, ++index)) && index != gap &&
	       pyinspect_frame_is_folded(frame) && is_import(frame) == is_import(first))
		;
	return index;
}

static void write_fold(const struct page *page, const struct pyinspect_thread *thread,
		       size_t first, size_t end)
{
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, first);
	const char *file = file_name(frame);
	text_printf(page->text, "    [%zu frame%s of ", end - first,
		    end - first > 1 ? "s" : "");
	if (is_import(frame))
		text_append_string(page->text, "the import machinery");
	else if (file)
		page_escaped(page, file);
	else
		text_append_string(page->text, "the interpreter");
	text_append_string(page->text, ": --all-frames]\n");
}

/* Nothing of the frame is known but why. */
static bool is_unreadable(const struct pyinspect_frame *frame)
{
	return !name_of(frame) && !pyinspect_frame_file(frame) &&
	       pyinspect_frame_owner(frame) != PYINSPECT_OWNER_NATIVE &&
	       pyinspect_frame_problem(frame, 0);
}

/* Frames from index on of which the same is not known; returns the index behind them. */
static size_t end_of_unreadable(const struct pyinspect_thread *thread, size_t index,
				size_t gap)
{
	const struct pyinspect_frame *first = pyinspect_thread_frame(thread, index), *frame;
	const char *text = pyinspect_frame_problem(first, 0)->text;
	while ((frame = pyinspect_thread_frame(thread, ++index)) && index != gap &&
	       is_unreadable(frame) &&
	       strcmp(pyinspect_frame_problem(frame, 0)->text, text) == 0)
		;
	return index;
}

static void write_unreadable(const struct page *page, const struct pyinspect_thread *thread,
			     size_t first, size_t end)
{
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, first);
	text_printf(page->text, "    [%zu unreadable frame%s]\n", end - first,
		    end - first > 1 ? "s" : "");
	write_problems(page, frame);
}

/* Write what stands at index; returns the index behind it. */
static size_t write_next(const struct page *page, const struct pyinspect_thread *thread,
			 size_t index, size_t gap)
{
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, index);
	size_t end = index + 1;
	if (is_unreadable(frame)) {
		end = end_of_unreadable(thread, index, gap);
		write_unreadable(page, thread, index, end);
	} else if (pyinspect_frame_is_folded(frame) && !page->options->all_frames) {
		end = end_of_fold(thread, index, gap);
		write_fold(page, thread, index, end);
	} else {
		write_frame(page, frame);
	}
	return end;
}

void page_write_frames(const struct page *page, const struct pyinspect_thread *thread)
{
	size_t gap, omitted = pyinspect_thread_frames_omitted(thread, &gap);
	size_t i = 0;
	if (!omitted)
		gap = (size_t)-1;
	if (pyinspect_thread_frame_count(thread) == 0 &&
	    !pyinspect_thread_problem(thread, 0))
		text_append_string(page->text, "    [runs no Python code]\n");
	for (;;) {
		if (i == gap)
			text_printf(page->text,
				    "    [%zu of %zu frames not shown: --max-frames 0]\n",
				    omitted, pyinspect_thread_frame_count(thread));
		if (!pyinspect_thread_frame(thread, i))
			return;
		i = write_next(page, thread, i, gap);
	}
}
