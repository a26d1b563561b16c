/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Opening what a word on the command line names. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

#include "cli/options.h"

/** As pyinspect_target_open(); a terminal is told how the unpacking of a core gets on. */
struct pyinspect_error *open_target(const char *word, struct pyinspect_target **ret);

#endif
