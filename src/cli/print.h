/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** pyinspect print: the value of an expression. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "cli/options.h"

/** Evaluate options->snapshot.expression in the one target, and print its value. */
enum exit_code print_value(const struct cli_options *options);

#endif
