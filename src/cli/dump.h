/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The command without a name: show targets. */
#ifndef CLI_DUMP_H
#define CLI_DUMP_H

#include "cli/options.h"

/** Show all targets; returns the highest exit code of them. */
enum exit_code dump_targets(const struct cli_options *options);

#endif
