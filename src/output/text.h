/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Pieces of the text form. */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include "base/arena.h"
#include "output/output.h"

/** Colours by what they stand for. */
enum style {
	STYLE_HEADING,
	STYLE_FUNCTION,
	STYLE_PLACE,
	STYLE_SOURCE,
	STYLE_NAME,
	STYLE_PROBLEM
};

/** Frames whose globals are written already, one of each module. */
struct written_globals {
	const struct pyinspect_frame **items;
	size_t count, capacity;
};

/** Where the text form is written, and how. */
struct page {
	struct text *text;
	const struct pyinspect_write_options *options;
	struct written_globals *globals;
};

/** Begin and end a piece in a style; nothing without colour. */
void page_begin(const struct page *page, enum style style);
void page_end(const struct page *page);

/** Write text of the target, escaped. */
void page_escaped(const struct page *page, const char *string);

/** The lines about the process and its Python. */
void page_write_header(const struct page *page, const struct pyinspect_snapshot *snapshot);

/** A line on why a dumped process died; nothing if none did. */
void page_write_death(const struct page *page, const struct pyinspect_snapshot *snapshot);

/** Registers of the thread that died, indented; nothing of others. */
void page_write_registers(const struct page *page, const struct pyinspect_thread *thread);

/** The exceptions of a dumped thread with their tracebacks, indented. */
void page_write_exceptions(const struct page *page, const struct pyinspect_thread *thread);

/** The frames of a thread, indented. */
void page_write_frames(const struct page *page, const struct pyinspect_thread *thread);

/** Index of the frame's first global variable; those behind it are global, too. */
size_t first_global(const struct pyinspect_frame *frame);

/** The page has the frame's globals already; if not, they have to be written now. */
bool page_has_globals(const struct page *page, const struct pyinspect_frame *frame);

/** The variables of a frame, a line each, indented; globals once on a page. */
void page_write_variables(const struct page *page, const struct pyinspect_frame *frame,
			  int indent);

/** The text of a value in one line, and what is below it, without its name. */
void page_write_result(const struct page *page, const struct pyinspect_value *value);

/** The variables of two frames are written alike. */
bool same_variables(const struct pyinspect_frame *a, const struct pyinspect_frame *b);

/** Threads of an interpreter that would be written alike. */
struct thread_group {
	const struct pyinspect_thread **threads;
	size_t count;
	/** While they are made: another group of the same bucket. */
	struct thread_group *next;
};

/**
 * Put threads of an interpreter together that differ in nothing but id and name.
 *
 * @param groups_ret Freed by thread_groups_free().
 * @return How many groups; 0 also if there is no memory.
 */
size_t thread_groups_make(const struct pyinspect_interpreter *interpreter,
			  struct thread_group **groups_ret);
void thread_groups_free(struct thread_group *groups, size_t count);

#endif
