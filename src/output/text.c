/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "output/text.h"

void page_begin(const struct page *page, enum style style)
{
	static const char *const codes[] = {
		[STYLE_HEADING] = "\033[1m", [STYLE_FUNCTION] = "\033[36m",
		[STYLE_PLACE] = "\033[2m",   [STYLE_SOURCE] = "\033[33m",
		[STYLE_NAME] = "\033[32m",   [STYLE_PROBLEM] = "\033[31m",
	};
	if (page->options->color)
		text_append_string(page->text, codes[style]);
}

void page_end(const struct page *page)
{
	if (page->options->color)
		text_append_string(page->text, "\033[0m");
}

void page_escaped(const struct page *page, const char *string)
{
	text_append_escaped(page->text, string);
}

/* State and system call in words. */
static void write_activity(const struct page *page, const struct pyinspect_thread *thread)
{
	const char *call = pyinspect_thread_syscall(thread);
	const char *words = NULL;
	switch (pyinspect_thread_state(thread)) {
	case 'R':
		words = "running";
		break;
	case 'S':
		words = "sleeping";
		break;
	case 'D':
		words = "waiting uninterruptibly";
		break;
	case 'T':
		words = "stopped by a signal";
		break;
	case 't':
		words = "stopped by a debugger";
		break;
	case 'Z':
	case 'X':
		words = "ended";
		break;
	}
	if (words)
		text_printf(page->text, ", %s", words);
	/* Of a dumped thread the call is known, and not how the kernel saw it. */
	if (call)
		text_printf(page->text, "%s in %s", words ? "" : ",", call);
	if (pyinspect_thread_state(thread) == 'R' &&
	    pyinspect_thread_cpu_seconds(thread) >= 0)
		text_printf(page->text, " (%.1f s of processor time)",
			    pyinspect_thread_cpu_seconds(thread));
}

/* What is the same for all threads of a group. */
static void write_condition(const struct page *page, const struct pyinspect_thread *thread)
{
	bool main = pyinspect_thread_is_main(thread);
	bool daemon = pyinspect_thread_daemon(thread) == PYINSPECT_YES;
	if (main || daemon)
		text_printf(page->text, " (%s)", main ? "main" : "daemon");
	if (pyinspect_thread_has_died(thread))
		text_append_string(page->text, ", died here");
	write_activity(page, thread);
	if (pyinspect_thread_holds_gil(thread) == PYINSPECT_YES)
		text_append_string(page->text, ", holds the GIL");
	if (pyinspect_thread_waits_for_gil(thread) == PYINSPECT_YES)
		text_append_string(page->text, ", waits for the GIL");
	if (pyinspect_thread_collecting(thread) == PYINSPECT_YES)
		text_append_string(page->text, ", collecting garbage");
	if (!pyinspect_thread_is_verified(thread))
		text_append_string(page->text, " [it ran while it was read: may be wrong]");
}

static void write_identity(const struct page *page, const struct pyinspect_thread *thread)
{
	const char *name = pyinspect_thread_name(thread);
	if (pyinspect_thread_tid(thread))
		text_printf(page->text, "%d", pyinspect_thread_tid(thread));
	else
		text_printf(page->text, "0x%llx (of a thread that is no more)",
			    (unsigned long long)pyinspect_thread_ident(thread));
	if (!name)
		return;
	text_append_string(page->text, " \"");
	page_escaped(page, name);
	text_append_string(page->text, "\"");
}

/* Threads of a group that are all named; of a larger one the first and the last are. */
#define NAMED_MAX 4

static void write_heading(const struct page *page, const struct thread_group *group)
{
	page_begin(page, STYLE_HEADING);
	if (group->count == 1)
		text_append_string(page->text, "Thread ");
	else
		text_printf(page->text, "%zu threads alike: ", group->count);
	for (size_t i = 0; i < group->count; i++) {
		bool shown = group->count <= NAMED_MAX || i == 0 || i == group->count - 1;
		if (i == 1 && !shown)
			text_append_string(page->text, " ... ");
		if (i > 0 && group->count <= NAMED_MAX)
			text_append_string(page->text, ", ");
		if (shown)
			write_identity(page, group->threads[i]);
	}
	page_end(page);
	write_condition(page, group->threads[0]);
	text_append_string(page->text, "\n");
}

static void write_problem(const struct page *page, const struct pyinspect_problem *problem)
{
	page_begin(page, STYLE_PROBLEM);
	text_append_string(page->text, "! ");
	page_escaped(page, problem->where);
	text_append_string(page->text, ": ");
	page_escaped(page, problem->text);
	page_end(page);
	text_append_string(page->text, "\n");
}

static void write_group(const struct page *page, const struct thread_group *group)
{
	const struct pyinspect_problem *problem;
	text_append_string(page->text, "\n");
	write_heading(page, group);
	if (page->options->verbose)
		page_write_registers(page, group->threads[0]);
	page_write_frames(page, group->threads[0]);
	page_write_exceptions(page, group->threads[0]);
	for (size_t i = 0; (problem = pyinspect_thread_problem(group->threads[0], i));
	     i++) {
		text_append_string(page->text, "    ");
		write_problem(page, problem);
	}
}

/* Said only where it isn't what everybody expects: one interpreter, that runs. */
static void write_interpreter(const struct page *page,
			      const struct pyinspect_snapshot *snapshot,
			      const struct pyinspect_interpreter *interpreter)
{
	if (pyinspect_snapshot_interpreter(snapshot, 1))
		text_printf(page->text, "\nInterpreter %lld%s%s:\n",
			    (long long)pyinspect_interpreter_id(interpreter),
			    pyinspect_interpreter_is_main(interpreter) ? " (main)" : "",
			    pyinspect_interpreter_has_own_gil(interpreter)
				    ? ""
				    : ", shares the main interpreter's GIL");
	if (pyinspect_interpreter_is_finalizing(interpreter))
		text_append_string(page->text, "\nThe interpreter is shutting down.\n");
	const struct pyinspect_thread *thread =
		pyinspect_interpreter_thread(interpreter, 0);
	if (thread && pyinspect_thread_collecting(thread) == PYINSPECT_UNKNOWN &&
	    pyinspect_interpreter_is_collecting(interpreter))
		text_append_string(page->text,
				   "\nA garbage collection is under way, and has given "
				   "up the GIL: in which thread isn't known.\n");
}

static bool write_threads(const struct page *page,
			  const struct pyinspect_interpreter *interpreter)
{
	struct thread_group *groups = NULL;
	size_t count = thread_groups_make(interpreter, &groups);
	for (size_t i = 0; i < count; i++)
		write_group(page, &groups[i]);
	thread_groups_free(groups, count);
	return count > 0 || !pyinspect_interpreter_thread(interpreter, 0);
}

static bool same_native(const struct pyinspect_thread *a, const struct pyinspect_thread *b)
{
	const char *left = pyinspect_thread_syscall(a),
		   *right = pyinspect_thread_syscall(b);
	const char *name = pyinspect_thread_os_name(a),
		   *other = pyinspect_thread_os_name(b);
	return (name == other || (name && other && strcmp(name, other) == 0)) &&
	       pyinspect_thread_has_died(a) == pyinspect_thread_has_died(b) &&
	       pyinspect_thread_state(a) == pyinspect_thread_state(b) &&
	       (left == right || (left && right && strcmp(left, right) == 0));
}

static void write_native_run(const struct page *page, const struct pyinspect_thread *first,
			     const struct pyinspect_thread *last, size_t count)
{
	text_append_string(page->text, "    ");
	if (count > 1)
		text_printf(page->text, "%zu threads: ", count);
	text_printf(page->text, "%d", pyinspect_thread_tid(first));
	if (count > 1)
		text_printf(page->text, " ... %d", pyinspect_thread_tid(last));
	if (pyinspect_thread_os_name(first)) {
		text_append_string(page->text, " \"");
		page_escaped(page, pyinspect_thread_os_name(first));
		text_append_string(page->text, "\"");
	}
	if (pyinspect_thread_has_died(first))
		text_append_string(page->text, ", died here");
	write_activity(page, first);
	text_append_string(page->text, "\n");
}

static void write_native_threads(const struct page *page,
				 const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_thread *first =
		pyinspect_snapshot_native_thread(snapshot, 0);
	const struct pyinspect_thread *thread, *last = first;
	size_t start = 0;
	if (!first)
		return;
	text_append_string(page->text,
			   pyinspect_snapshot_threads_are_incomplete(snapshot)
				   ? "\nNot known whether they have Python state:\n"
				   : "\nWithout Python state:\n");
	for (size_t i = 1; last; i++) {
		thread = pyinspect_snapshot_native_thread(snapshot, i);
		if (!thread || !same_native(first, thread)) {
			write_native_run(page, first, last, i - start);
			first = thread;
			start = i;
		}
		last = thread;
	}
}

static void write_snapshot(struct text *text, const struct pyinspect_snapshot *snapshot,
			   const struct pyinspect_write_options *options)
{
	struct written_globals globals = {0};
	struct page page = {.text = text, .options = options, .globals = &globals};
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_problem *problem;
	page_write_header(&page, snapshot);
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i));
	     i++) {
		write_interpreter(&page, snapshot, interpreter);
		if (!write_threads(&page, interpreter))
			text->failed = true;
	}
	write_native_threads(&page, snapshot);
	if (pyinspect_snapshot_problem(snapshot, 0))
		text_append_string(text, "\n");
	for (size_t i = 0; (problem = pyinspect_snapshot_problem(snapshot, i)); i++)
		write_problem(&page, problem);
	free(globals.items);
}

static void write_result(struct text *text, const struct pyinspect_snapshot *snapshot,
			 const struct pyinspect_write_options *options)
{
	struct page page = {.text = text, .options = options};
	const struct pyinspect_value *result = pyinspect_snapshot_result(snapshot);
	text_append(text, "", 0);
	if (pyinspect_value_text(result))
		page_write_result(&page, result);
}

const struct output_ops text_output = {.snapshot = write_snapshot, .result = write_result};
