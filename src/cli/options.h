/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The command line's words. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "pyinspect.h"

/** Exit codes, see docs/json.md. */
enum exit_code {
	EXIT_WHOLE,
	EXIT_PROBLEMS,
	EXIT_USAGE,
	EXIT_NO_TARGET,
	EXIT_UNREADABLE,
};

struct cli_options {
	struct pyinspect_options snapshot;
	struct pyinspect_write_options write;
	bool subprocesses;
	/** What to look at: point into argv. */
	char **targets;
	int target_count;
};

/**
 * Read the command line.
 *
 * @return Whether to go on; if not, *code_ret is the exit code, and what there is
 * to say has been said.
 */
bool options_parse(int argc, char **argv, struct cli_options *ret,
		   enum exit_code *code_ret);

#endif
