/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The mapped files of a live process. */
#ifndef TARGET_MAPPINGS_H
#define TARGET_MAPPINGS_H

#include "target/target.h"

/**
 * List mappings of files, in the order of their addresses.
 *
 * The kernel is asked for these alone where it can (Linux 6.11), so that the cost
 * does not grow with the number of threads; otherwise /proc/PID/maps is read.
 */
struct pyinspect_error *mappings_read(int proc_fd, mapping_fn callback, void *context);

/** Parse one line of /proc/PID/maps; false if it isn't one. Writes into line. */
bool mapping_parse(char *line, struct mapping *ret);

#endif
