/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/program.h"
#include "layout/dwarf_cache.h"
#include "layout/dwarf_layout.h"
#include "modules/debuginfod.h"
#include "target/helper.h"
#include "target/process.h"

#define HELPER_NAME "pyinspect-dwarf"
/* All of a search, if the caller sets no limit. */
#define SEARCH_NS ((uint64_t)30 * 1000000000)
/* What the sentence on a search that failed names. */
#define TRIED_MAX 6

/* A search for one image. */
struct hunt {
	const char *helper;
	uint64_t deadline;
	/** "" if the image has none. */
	char build_id[BUILD_ID_TEXT_SIZE];
	struct debug_files files;
	/** What the mapped file says of its detached one; "" if it doesn't. */
	char debuglink[sizeof(((struct dwarf_report *)0)->debuglink)];
	uint32_t debuglink_crc;
	/** The files that are tried now are found by that name. */
	bool is_linked;
	/** What is shared with other files, while a file is read that needs it. */
	const struct dwarf_report *sharing;
	int sharing_fd;
	/** The answer. */
	struct dwarf_report *report;
	bool found;
	/** Files that were tried in vain, and why. */
	struct text tried;
	size_t tried_count;
};

struct pyinspect_error *dwarf_helper_run(const char *helper, int fd, int shared_fd,
					 bool with_crc, uint64_t deadline,
					 struct dwarf_report *ret)
{
	char *arguments[] = {HELPER_NAME, with_crc ? "--crc" : NULL, NULL};
	struct program program = {.path = helper,
				  .arguments = arguments,
				  .fds = {fd, -1, -1, shared_fd},
				  .deadline = deadline,
				  .limit = DWARF_REPORT_MAX};
	struct text text = {0};
	struct pyinspect_error *error = program_run(&program, &text);
	if (!error &&
	    (strlen(text.data) != text.length || !dwarf_report_parse(text.data, ret)))
		error = error_create(PYINSPECT_ERROR_BAD_DATA,
				     "%s printed nonsense: is it of another version?",
				     helper);
	free(text.data);
	return error;
}

static void note_tried(struct hunt *hunt, const char *name, const char *why)
{
	if (hunt->tried_count++ < TRIED_MAX)
		text_printf(&hunt->tried, "%s%s: %s", hunt->tried.length ? "; " : "", name,
			    why);
}

/* Is the file of the image's build? */
static bool is_same_build(const struct hunt *hunt, const struct debug_file *file,
			  const struct dwarf_report *report)
{
	if (*hunt->build_id)
		return strcmp(report->build_id, hunt->build_id) == 0;
	return file->is_mapped ||
	       (hunt->is_linked && report->has_crc && report->crc == hunt->debuglink_crc);
}

/* The file of what is shared: its build-id is compared by the helper. */
static bool take_shared(void *context, const struct debug_file *file)
{
	struct hunt *hunt = context;
	if (file->fd < 0)
		return false;
	hunt->sharing_fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
	return hunt->sharing_fd >= 0;
}

static char *beside(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');
	struct text text = {0};
	if (path[0] != '/' && slash)
		text_append(&text, file, (size_t)(slash + 1 - file));
	text_append_string(&text, path);
	if (!text.failed)
		return text.data;
	free(text.data);
	return NULL;
}

/* Read the file once more, together with what it shares with others. */
static struct pyinspect_error *read_with_shared(struct hunt *hunt,
						const struct debug_file *file,
						struct dwarf_report *report)
{
	struct debug_files files = hunt->files;
	files.callback = take_shared;
	hunt->sharing_fd = -1;
	if (!debug_files_of_build_id(&files, report->altlink_id)) {
		cleanup_free char *path = beside(file->name, report->altlink);
		if (path)
			debug_files_of_path(&files, path);
	}
	cleanup_close int shared = hunt->sharing_fd;
	if (shared < 0)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "a part of it is in %s, which is not there",
				    report->altlink);
	return dwarf_helper_run(hunt->helper, file->fd, shared, false, hunt->deadline,
				report);
}

static struct pyinspect_error *read_file(struct hunt *hunt, const struct debug_file *file,
					 struct dwarf_report *report)
{
	bool with_crc = hunt->is_linked && !*hunt->build_id;
	struct pyinspect_error *error = dwarf_helper_run(hunt->helper, file->fd, -1,
							 with_crc, hunt->deadline, report);
	if (error)
		return error;
	/* One that is broken may not even say whose it is. */
	bool is_known = *report->build_id || !*report->error;
	if (!is_same_build(hunt, file, report))
		return error_create(PYINSPECT_ERROR_UNSUPPORTED, "%s",
				    is_known ? "it is of another build" : report->error);
	if (!hunt->is_linked && *report->debuglink) {
		strcpy(hunt->debuglink, report->debuglink);
		hunt->debuglink_crc = report->debuglink_crc;
	}
	return *report->altlink ? read_with_shared(hunt, file, report) : NULL;
}

static bool try_file(void *context, const struct debug_file *file)
{
	struct hunt *hunt = context;
	struct dwarf_report *report = hunt->report;
	if (file->fd < 0) {
		note_tried(hunt, file->name, file->problem);
		return false;
	}
	struct pyinspect_error *error = read_file(hunt, file, report);
	hunt->found = !error && report->has_layout;
	if (hunt->found)
		strcpy(report->file,
		       strlen(file->name) < sizeof(report->file) ? file->name : "");
	else
		note_tried(hunt, file->name,
			   error ? pyinspect_error_message(error) : report->error);
	/* Without time for one more file, none is tried. */
	bool ends = hunt->found ||
		    (error && pyinspect_error_code(error) == PYINSPECT_ERROR_TIMEOUT);
	pyinspect_error_free(error);
	return ends;
}

static bool try_debuginfod(struct hunt *hunt)
{
	cleanup_free char *path = NULL;
	if (!debuginfod_is_wanted() || !*hunt->build_id)
		return false;
	struct pyinspect_error *error =
		debuginfod_find("debuginfo", hunt->build_id, hunt->deadline, &path);
	if (!error)
		return debug_files_of_own(&hunt->files, path);
	note_tried(hunt, "debuginfod", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return false;
}

static void search(struct hunt *hunt)
{
	if (debug_files_of_image(&hunt->files) ||
	    (*hunt->build_id && debug_files_of_build_id(&hunt->files, hunt->build_id)))
		return;
	if (*hunt->debuglink) {
		hunt->is_linked = true;
		bool ended = debug_files_of_link(&hunt->files, hunt->debuglink);
		hunt->is_linked = false;
		if (ended)
			return;
	}
	try_debuginfod(hunt);
}

/* Half of the time that is left: the look itself needs some, too. */
static uint64_t deadline_of(const struct target *target)
{
	uint64_t now = program_clock(), deadline = target->memory.deadline;
	if (!deadline)
		return now + SEARCH_NS;
	return deadline > now ? now + (deadline - now) / 2 : now;
}

static char *sentence_of(const struct hunt *hunt)
{
	struct text text = {0};
	if (!hunt->helper)
		text_append_string(&text,
				   "debugging information can't be read: the program "
				   "pyinspect-dwarf is missing, which is built where "
				   "libdw is");
	else if (hunt->tried_count)
		text_printf(&text, "no debugging information helps (%s%s)",
			    hunt->tried.data ?: "",
			    hunt->tried_count > TRIED_MAX ? "; and others" : "");
	else
		text_append_string(&text, "there is no debugging information of it");
	if (hunt->helper)
		text_printf(
			&text,
			"; install it (Debian: package -dbg or -dbgsym), or say where it "
			"is with --debug-dir%s%s",
			*hunt->build_id ? ": build-id " : "", hunt->build_id);
	if (!text.failed)
		return text.data;
	free(text.data);
	return NULL;
}

static void hunt_for(struct dwarf_finding *finding, const struct debug_places *places,
		     struct target *target, const struct image *image)
{
	cleanup_free char *helper = helper_find(HELPER_NAME);
	struct hunt hunt = {.helper = helper,
			    .deadline = deadline_of(target),
			    .report = finding->report};
	build_id_read(target, image, hunt.build_id);
	if (*hunt.build_id && dwarf_cache_read(hunt.build_id, finding->report)) {
		finding->was_cached = true;
		return;
	}
	if (helper) {
		debug_files_init(&hunt.files, target->process, image, places);
		hunt.files.callback = try_file;
		hunt.files.context = &hunt;
		search(&hunt);
		debug_files_deinit(&hunt.files);
	}
	if (hunt.found)
		dwarf_cache_write(finding->report);
	else
		finding->sentence = sentence_of(&hunt);
	free(hunt.tried.data);
	if (!hunt.found) {
		free(finding->report);
		finding->report = NULL;
	}
}

static struct dwarf_finding *find_known(const struct dwarf_findings *findings,
					uint64_t start)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].start == start)
			return &findings->items[i];
	return NULL;
}

struct pyinspect_error *dwarf_layout_find(struct dwarf_findings *findings,
					  struct target *target, const struct image *image,
					  const struct dwarf_finding **ret)
{
	struct dwarf_finding *known = find_known(findings, image->start);
	if (!known) {
		struct dwarf_finding finding = {.start = image->start,
						.report =
							calloc(1, sizeof(*finding.report))};
		if (!finding.report || !array_push(findings, finding)) {
			free(finding.report);
			return &error_no_memory;
		}
		known = &findings->items[findings->count - 1];
		hunt_for(known, &findings->places, target, image);
	}
	if (!known->report)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED, "%s",
				    known->sentence ?: "no memory");
	*ret = known;
	return NULL;
}

void dwarf_findings_deinit(struct dwarf_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].report);
		free(findings->items[i].sentence);
	}
	free(findings->items);
	*findings = (struct dwarf_findings){0};
}
