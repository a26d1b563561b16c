/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "cli/report.h"

bool report_write(void *context, const char *data, size_t size)
{
	(void)context;
	return fwrite(data, 1, size, stdout) == size;
}

void report_say(const char *text)
{
	char *escaped = pyinspect_escape(text);
	fprintf(stderr, "pyinspect: %s\n", escaped ? escaped : "out of memory");
	free(escaped);
}

static enum exit_code code_of(const struct pyinspect_error *error)
{
	switch (pyinspect_error_code(error)) {
	case PYINSPECT_ERROR_ARGUMENT:
	case PYINSPECT_ERROR_NO_TARGET:
	case PYINSPECT_ERROR_PERMISSION:
		return EXIT_NO_TARGET;
	case PYINSPECT_ERROR_TIMEOUT:
		return EXIT_PROBLEMS;
	default:
		return EXIT_UNREADABLE;
	}
}

enum exit_code report_error(struct pyinspect_error *error,
			    const struct cli_options *options, const char *word)
{
	enum exit_code code = code_of(error);
	report_say(pyinspect_error_message(error));
	if (options->write.format == PYINSPECT_FORMAT_JSON)
		pyinspect_error_free(
			pyinspect_error_write_json(error, word, report_write, NULL));
	pyinspect_error_free(error);
	return code;
}
