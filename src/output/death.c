/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a dumped process died, for people. */
#include "output/text.h"

static void write_sender(const struct page *page, const struct pyinspect_snapshot *snapshot,
			 const struct pyinspect_death *death)
{
	if (death->sender_uid == (uid_t)-1)
		return;
	if (death->sender_pid == pyinspect_snapshot_pid(snapshot))
		text_append_string(page->text, ", sent by itself");
	else if (death->sender_pid)
		text_printf(page->text, ", sent by process %d of user %u",
			    death->sender_pid, death->sender_uid);
	else
		text_append_string(page->text, ", sent by a process of another namespace");
}

void page_write_death(const struct page *page, const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_death *death = pyinspect_snapshot_death(snapshot);
	if (!death)
		return;
	page_begin(page, STYLE_PROBLEM);
	text_printf(page->text, "Died of %s in thread %d", death->signal_name, death->tid);
	page_end(page);
	write_sender(page, snapshot, death);
	if (death->reason)
		text_printf(page->text, ": %s", death->reason);
	if (death->has_address)
		text_printf(page->text, ", 0x%llx", (unsigned long long)death->address);
	if (death->place) {
		text_append_string(page->text, " (");
		page_escaped(page, death->place);
		text_append_string(page->text, ")");
	}
	text_append_string(page->text, "\n");
	if (!death->message)
		return;
	text_append_string(page->text, "Last words of the C library: ");
	page_escaped(page, death->message);
	text_append_string(page->text, "\n");
}

static void write_exception(const struct page *page,
			    const struct pyinspect_exception *exception)
{
	const char *text = pyinspect_exception_text(exception);
	const struct pyinspect_thread *traceback = pyinspect_exception_traceback(exception);
	text_append_string(page->text, "  ");
	page_begin(page, STYLE_PROBLEM);
	text_append_string(page->text, pyinspect_exception_is_handled(exception)
					       ? "handles "
					       : "raises ");
	page_escaped(page, text ? text : "an exception that can't be read");
	page_end(page);
	text_append_string(page->text,
			   pyinspect_thread_frame(traceback, 0) ? ", from\n" : "\n");
	if (pyinspect_thread_frame(traceback, 0))
		page_write_frames(page, traceback);
}

void page_write_exceptions(const struct page *page, const struct pyinspect_thread *thread)
{
	const struct pyinspect_exception *exception;
	for (size_t i = 0; (exception = pyinspect_thread_exception(thread, i)); i++)
		write_exception(page, exception);
}

/* Registers of a line. */
#define COLUMNS 3

void page_write_registers(const struct page *page, const struct pyinspect_thread *thread)
{
	const struct pyinspect_register *one;
	for (size_t i = 0; (one = pyinspect_thread_register(thread, i)); i++)
		text_printf(page->text, "%s%-7s 0x%016llx",
			    i % COLUMNS ? "  " : (i ? "\n    " : "    "), one->name,
			    (unsigned long long)one->value);
	if (pyinspect_thread_register(thread, 0))
		text_append_string(page->text, "\n");
}
