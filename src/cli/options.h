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

/** How often --debug-dir may be given. */
#define DEBUG_DIRECTORIES_MAX 8

/** How often --redact-also may be given. */
#define SECRET_NAMES_MAX 32

/** What the command line asks for. */
enum cli_command {
	COMMAND_DUMP,
	COMMAND_PRINT,
};

struct cli_options {
	struct pyinspect_options snapshot;
	struct pyinspect_write_options write;
	bool subprocesses;
	/** Those of --debug-dir, ended by NULL: snapshot.debug_directories points here. */
	const char *debug_directories[DEBUG_DIRECTORIES_MAX + 1];
	size_t debug_directory_count;
	/** Those of --redact-also, ended by NULL: snapshot.secret_names points here. */
	const char *secret_names[SECRET_NAMES_MAX + 1];
	size_t secret_name_count;
	/** What to look at: point into argv. */
	char **targets;
	int target_count;
};

/**
 * Read the command line.
 *
 * @param argv From the name of the command on.
 * @param ret Points into argv and into itself: it must stay where it is.
 * @return Whether to go on; if not, *code_ret is the exit code, and what there is
 * to say has been said.
 */
bool options_parse(enum cli_command command, int argc, char **argv, struct cli_options *ret,
		   enum exit_code *code_ret);

#endif
