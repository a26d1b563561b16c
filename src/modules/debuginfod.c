/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/program.h"
#include "modules/debuginfod.h"

bool debuginfod_is_wanted(void)
{
	const char *urls = secure_getenv("DEBUGINFOD_URLS");
	return urls && *urls;
}

struct pyinspect_error *debuginfod_find(const char *kind, const char *build_id,
					uint64_t deadline, char **path_ret)
{
	char *arguments[] = {"debuginfod-find", (char *)kind, (char *)build_id, NULL};
	struct program program = {.path = arguments[0],
				  .arguments = arguments,
				  .environment = environ,
				  .fds = {-1, -1, -1, -1},
				  .deadline = deadline,
				  .limit = 4096};
	struct text path = {0};
	struct pyinspect_error *error = program_run(&program, &path);
	if (!error) {
		path.data[strcspn(path.data, "\n")] = '\0';
		if (path.data[0] != '/')
			error = error_create(PYINSPECT_ERROR_SYSTEM,
					     "debuginfod-find printed no path");
	}
	if (error)
		free(path.data);
	else
		*path_ret = path.data;
	return error;
}
