/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/text.h"

/* Characters of the command line that are shown: the end says less than the start. */
#define COMMAND_LINE_LIMIT 400

static void write_command_line(const struct page *page,
			       const struct pyinspect_snapshot *snapshot)
{
	size_t written = 0;
	const char *argument;
	for (size_t i = 0; (argument = pyinspect_snapshot_argument(snapshot, i)); i++) {
		if (written > COMMAND_LINE_LIMIT) {
			text_append_string(page->text, " ...");
			return;
		}
		text_append_string(page->text, " ");
		page_escaped(page, *argument ? argument : "''");
		written += strlen(argument) + 1;
	}
}

/* Straight from the file: name services may hang on what we were called for. */
static void write_user(const struct page *page, uid_t uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *entry = NULL;
	while (file && (entry = fgetpwent(file)) && entry->pw_uid != uid)
		;
	if (entry) {
		text_append_string(page->text, ", user ");
		page_escaped(page, entry->pw_name);
	} else {
		text_printf(page->text, ", user %u", uid);
	}
	if (file)
		fclose(file);
}

static void write_elapsed(const struct page *page, double seconds)
{
	unsigned long minutes = (unsigned long)(seconds / 60), hours = minutes / 60;
	if (hours >= 24)
		text_printf(page->text, ", running for %lu d %lu h", hours / 24,
			    hours % 24);
	else if (hours)
		text_printf(page->text, ", running for %lu h %lu min", hours, minutes % 60);
	else if (minutes)
		text_printf(page->text, ", running for %lu min %lu s", minutes,
			    (unsigned long)seconds % 60);
	else
		text_printf(page->text, ", running for %.1f s", seconds);
}

/* Only its library tells one of several from the others. */
static void write_which(const struct page *page, const struct pyinspect_snapshot *snapshot)
{
	const char *library = pyinspect_snapshot_library(snapshot);
	if (pyinspect_snapshot_python_count(snapshot) < 2 || !library)
		return;
	text_printf(page->text, " of ");
	page_escaped(page, library);
	text_printf(page->text, " (one of %zu Pythons in this process)",
		    pyinspect_snapshot_python_count(snapshot));
}

static void write_python(const struct page *page, const struct pyinspect_snapshot *snapshot)
{
	text_printf(page->text, "CPython %s", pyinspect_snapshot_python_version(snapshot));
	if (pyinspect_snapshot_python_is_free_threaded(snapshot))
		text_append_string(page->text, " (free-threaded)");
	if (pyinspect_snapshot_python_is_debug(snapshot))
		text_append_string(page->text, " (debug build)");
	if (pyinspect_snapshot_python_is_newer(snapshot))
		text_append_string(page->text,
				   " (newer than this pyinspect knows; read by what "
				   "it tells of itself)");
	write_which(page, snapshot);
	if (pyinspect_snapshot_executable(snapshot)) {
		text_append_string(page->text, ", ");
		page_escaped(page, pyinspect_snapshot_executable(snapshot));
	}
	if (pyinspect_snapshot_uid(snapshot) != (uid_t)-1)
		write_user(page, pyinspect_snapshot_uid(snapshot));
	if (pyinspect_snapshot_elapsed_seconds(snapshot) >= 0)
		write_elapsed(page, pyinspect_snapshot_elapsed_seconds(snapshot));
	text_append_string(page->text, "\n");
}

static void write_notes(const struct page *page, const struct pyinspect_snapshot *snapshot)
{
	const char *note;
	for (size_t i = 0; (note = pyinspect_snapshot_note(snapshot, i)); i++) {
		page_escaped(page, note);
		text_append_string(page->text, "\n");
	}
	if (pyinspect_snapshot_stopped_us(snapshot) > 0)
		text_printf(page->text, "threads were held stopped for %.0f us\n",
			    pyinspect_snapshot_stopped_us(snapshot));
	else if (!pyinspect_snapshot_core(snapshot))
		text_append_string(page->text, "no thread was stopped\n");
}

static void write_environment(const struct page *page,
			      const struct pyinspect_snapshot *snapshot)
{
	const char *variable;
	for (size_t i = 0; (variable = pyinspect_snapshot_environment(snapshot, i)); i++) {
		text_append_string(page->text, i ? " " : "Environment: ");
		page_escaped(page, variable);
	}
	if (pyinspect_snapshot_environment(snapshot, 0))
		text_append_string(page->text, "\n");
}

void page_write_header(const struct page *page, const struct pyinspect_snapshot *snapshot)
{
	page_begin(page, STYLE_HEADING);
	if (pyinspect_snapshot_core(snapshot)) {
		text_append_string(page->text, "Core ");
		page_escaped(page, pyinspect_snapshot_core(snapshot));
		text_append_string(page->text, " of process");
	} else {
		text_append_string(page->text, "Process");
	}
	if (pyinspect_snapshot_pid(snapshot) || !pyinspect_snapshot_core(snapshot))
		text_printf(page->text, " %d", pyinspect_snapshot_pid(snapshot));
	text_append_string(page->text, ":");
	write_command_line(page, snapshot);
	page_end(page);
	text_append_string(page->text, "\n");
	write_python(page, snapshot);
	page_write_death(page, snapshot);
	write_environment(page, snapshot);
	if (page->options->verbose)
		write_notes(page, snapshot);
}
