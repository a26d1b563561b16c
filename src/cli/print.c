/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "cli/open.h"
#include "cli/print.h"
#include "cli/report.h"

static void warn_unproven(const struct pyinspect_value *result)
{
	if (!pyinspect_value_is_verified(result))
		report_say(
			"the value may be wrong: the process could not be proven to stand "
			"still, or stopped");
}

static struct pyinspect_error *write_result(const struct cli_options *options,
					    const struct pyinspect_snapshot *snapshot,
					    enum exit_code *code_ret)
{
	const struct pyinspect_value *result = pyinspect_snapshot_result(snapshot);
	const char *problem = pyinspect_value_problem(result);
	*code_ret = problem ? EXIT_PROBLEMS : EXIT_WHOLE;
	if (problem)
		report_say(problem);
	else if (options->write.format == PYINSPECT_FORMAT_TEXT)
		warn_unproven(result);
	return pyinspect_result_write(snapshot, &options->write, report_write, NULL);
}

enum exit_code print_value(const struct cli_options *options)
{
	const char *word = options->targets[0];
	struct pyinspect_target *target;
	struct pyinspect_snapshot *snapshot;
	enum exit_code code;
	struct pyinspect_error *error = open_target(word, &target);
	if (error)
		return report_error(error, options, word);
	error = pyinspect_snapshot_take(target, &options->snapshot, &snapshot);
	pyinspect_target_close(target);
	if (error)
		return report_error(error, options, word);
	error = write_result(options, snapshot, &code);
	pyinspect_snapshot_free(snapshot);
	return error ? report_error(error, options, word) : code;
}
