/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Files by build-id from the servers that the user has named. */
#ifndef MODULES_DEBUGINFOD_H
#define MODULES_DEBUGINFOD_H

#include "pyinspect.h"

/** DEBUGINFOD_URLS names servers. */
bool debuginfod_is_wanted(void);

/**
 * Fetch a file by debuginfod-find(1), which keeps it in the user's cache.
 *
 * @param kind "debuginfo", or "executable" for programs and libraries.
 * @param deadline CLOCK_MONOTONIC in ns.
 * @param path_ret Freed by the caller.
 */
struct pyinspect_error *debuginfod_find(const char *kind, const char *build_id,
					uint64_t deadline, char **path_ret);

#endif
