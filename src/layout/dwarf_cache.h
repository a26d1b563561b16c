/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Reports of debugging information, kept by build-id in a folder of the user's:
 * $XDG_CACHE_HOME/pyinspect/layouts, or below ~/.cache.
 *
 * Nothing here fails: without a folder that belongs to the user alone there is no cache,
 * and a file that is broken, or of somebody else, is as if it weren't there.
 */
#ifndef LAYOUT_DWARF_CACHE_H
#define LAYOUT_DWARF_CACHE_H

#include "layout/dwarf_report.h"

/** Get the report of a build; false if it isn't kept. */
bool dwarf_cache_read(const char *build_id, struct dwarf_report *ret);

/** Keep the report of a build that has a build-id. */
void dwarf_cache_write(const struct dwarf_report *report);

#endif
