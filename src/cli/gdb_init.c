/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/gdb_init.h"
#include "cli/report.h"

static const char help[] =
	"Usage: pyinspect gdb-init\n"
	"\n"
	"Print the line for ~/.gdbinit that makes pystack and other commands for Python known\n"
	"to GDB, whether or not it was built with Python. It is needed only where GDB does\n"
	"not read its system-wide folder of scripts, in which they are installed:\n"
	"\n"
	"  pyinspect gdb-init >>~/.gdbinit\n"
	"  gdb -p 4711 -ex pystack\n"
	"\n"
	"In GDB, `help pyinspect` lists the commands.\n";

/* Where the macros are, seen from the folder of the command: installed, or just built. */
static const char *const places[] = {GDBINIT_FROM_COMMAND "/pyinspect.gdb",
				     "../gdbinit/pyinspect.gdb"};

static bool find_macros(char path[static PATH_MAX])
{
	char own[PATH_MAX], joined[2 * PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	own[length < 0 ? 0 : length] = '\0';
	char *slash = strrchr(own, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(joined, sizeof(joined), "%s%s%s", *places[i] == '/' ? "" : own,
			 *places[i] == '/' ? "" : "/", places[i]);
		if (realpath(joined, path) && access(path, R_OK) == 0)
			return true;
	}
	return false;
}

enum exit_code gdb_init(int argc, char **argv)
{
	char path[PATH_MAX];
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return EXIT_WHOLE;
	}
	if (argc > 1) {
		report_say("gdb-init takes no arguments; try pyinspect gdb-init --help");
		return EXIT_USAGE;
	}
	if (!find_macros(path)) {
		report_say(
			"the commands for GDB are not installed with this pyinspect: its "
			"file pyinspect.gdb isn't there");
		return EXIT_UNREADABLE;
	}
	printf("with confirm off -- source %s\n", path);
	return EXIT_WHOLE;
}
