/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include "cli/dump.h"
#include "cli/gdb_init.h"
#include "cli/options.h"
#include "cli/print.h"

/* Words that are commands when they come first; a file of that name is ./print. */
static const char *const later_commands[] = {"why", "attach"};

static bool is_later_command(const char *word)
{
	for (size_t i = 0; i < sizeof(later_commands) / sizeof(later_commands[0]); i++)
		if (strcmp(word, later_commands[i]) == 0)
			return true;
	return false;
}

static int finish(enum exit_code code)
{
	if (fflush(stdout) || ferror(stdout)) {
		if (errno != EPIPE)
			fprintf(stderr, "pyinspect: can't write: %s\n", strerror(errno));
		return code > EXIT_PROBLEMS ? (int)code : EXIT_PROBLEMS;
	}
	return (int)code;
}

int main(int argc, char **argv)
{
	struct cli_options options;
	enum exit_code code;
	/* Run with another user's rights, it would show that user's processes. */
	if (getauxval(AT_SECURE)) {
		fputs("pyinspect: it is installed setuid or with capabilities, which gives "
		      "everybody a look into others' processes: take that away\n",
		      stderr);
		return EXIT_USAGE;
	}
	if (argc > 1 && is_later_command(argv[1])) {
		fprintf(stderr,
			"pyinspect: the command %s is not in this version; for a file of that "
			"name write ./%s\n",
			argv[1], argv[1]);
		return EXIT_USAGE;
	}
	/* Only one of our threads works at a time: one heap is less to set up. */
	mallopt(M_ARENA_MAX, 1);
	if (argc > 1 && strcmp(argv[1], "gdb-init") == 0)
		return finish(gdb_init(argc - 1, argv + 1));
	bool is_print = argc > 1 && strcmp(argv[1], "print") == 0;
	if (!options_parse(is_print ? COMMAND_PRINT : COMMAND_DUMP, argc - is_print,
			   argv + is_print, &options, &code))
		return (int)code;
	code = is_print ? print_value(&options) : dump_targets(&options);
	return finish(code);
}
