/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The layout that the debugging information of a mapped image gives, found at run time.
 *
 * It is looked for in the mapped file, in detached files by build-id and by name, and, if
 * the user has set DEBUGINFOD_URLS, by debuginfod-find(1). A program of its own reads it
 * (pyinspect-dwarf), for some 30 to 250 ms; what it says is kept in a cache.
 */
#ifndef LAYOUT_DWARF_LAYOUT_H
#define LAYOUT_DWARF_LAYOUT_H

#include "layout/dwarf_report.h"
#include "modules/debug_file.h"

/** What was found for one image. */
struct dwarf_finding {
	/** Of the image: where it starts. */
	uint64_t start;
	/** NULL if nothing was found. */
	struct dwarf_report *report;
	bool was_cached;
	/** Why nothing was found; NULL if something was. */
	char *sentence;
};

/** Where to look, and what was found already; zero-initialised is empty. */
struct dwarf_findings {
	struct debug_places places;
	struct dwarf_finding *items;
	size_t count, capacity;
};

/**
 * Find the layout of an image, once: a second call gives the same.
 *
 * @param image Its headers were read.
 * @param ret Has a report with a layout. In findings: it may move with the next call, and
 * the report stays until dwarf_findings_deinit().
 * @return NULL; UNSUPPORTED with a sentence on what was tried.
 */
struct pyinspect_error *dwarf_layout_find(struct dwarf_findings *findings,
					  struct target *target, const struct image *image,
					  const struct dwarf_finding **ret);

void dwarf_findings_deinit(struct dwarf_findings *findings);

/**
 * Let the helper read a file.
 *
 * @param shared_fd As for layout_from_dwarf_fds().
 * @param deadline CLOCK_MONOTONIC in ns.
 * @return NULL; SYSTEM or TIMEOUT, BAD_DATA for nonsense.
 */
struct pyinspect_error *dwarf_helper_run(const char *helper, int fd, int shared_fd,
					 bool with_crc, uint64_t deadline,
					 struct dwarf_report *ret);

#endif
