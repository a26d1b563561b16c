/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/dump.h"
#include "cli/open.h"
#include "cli/report.h"

static void separate(const struct cli_options *options, size_t *written)
{
	if ((*written)++ && options->write.format == PYINSPECT_FORMAT_TEXT)
		putchar('\n');
}

/* Show one of the Pythons of a target, mostly the only one; *count_ret is how many. */
static struct pyinspect_error *show_python(const struct cli_options *options,
					   struct pyinspect_target *target, uint32_t python,
					   size_t *written, enum exit_code *code,
					   size_t *count_ret)
{
	struct pyinspect_snapshot *snapshot;
	struct pyinspect_options used = options->snapshot;
	used.python = python;
	struct pyinspect_error *error = pyinspect_snapshot_take(target, &used, &snapshot);
	if (error)
		return error;
	if (pyinspect_snapshot_problem_count(snapshot))
		*code = EXIT_PROBLEMS;
	*count_ret = pyinspect_snapshot_python_count(snapshot);
	separate(options, written);
	error = pyinspect_snapshot_write(snapshot, &options->write, report_write, NULL);
	pyinspect_snapshot_free(snapshot);
	return error;
}

static struct pyinspect_error *show(const struct cli_options *options, const char *word,
				    size_t *written, enum exit_code *code)
{
	struct pyinspect_target *target;
	struct pyinspect_error *error = open_target(word, &target);
	if (error)
		return error;
	size_t count = 1;
	for (uint32_t i = 0; i < count && !error; i++) {
		error = show_python(options, target, i, written, code, &count);
		/* It was there when the first one was shown: a part is missing. */
		if (error && i > 0) {
			report_error(error, options, word);
			*code = EXIT_PROBLEMS;
			error = NULL;
			break;
		}
	}
	pyinspect_target_close(target);
	return error;
}

static bool is_process_id(const char *word)
{
	return *word && !word[strspn(word, "0123456789")] && strlen(word) < 10;
}

/* What unpacks or supervises a Python, or a shell that has started it. */
static void hint_at_children(const struct cli_options *options, const char *word)
{
	pid_t *pids;
	size_t count;
	if (options->subprocesses || !is_process_id(word))
		return;
	struct pyinspect_error *error = pyinspect_process_tree(atoi(word), &pids, &count);
	if (error) {
		pyinspect_error_free(error);
		return;
	}
	if (count > 1)
		report_say(
			"there are processes below it: --subprocesses looks at these, too");
	free(pids);
}

static enum exit_code dump_one(const struct cli_options *options, const char *word,
			       bool is_child, size_t *written)
{
	enum exit_code code = EXIT_WHOLE;
	struct pyinspect_error *error = show(options, word, written, &code);
	if (!error)
		return code;
	/* A shell among the processes of a tree, or one that has just ended, is no failure.
	 */
	enum pyinspect_error_code kind = pyinspect_error_code(error);
	if (is_child &&
	    (kind == PYINSPECT_ERROR_NOT_PYTHON || kind == PYINSPECT_ERROR_NO_TARGET)) {
		pyinspect_error_free(error);
		return EXIT_WHOLE;
	}
	enum exit_code failed = report_error(error, options, word);
	if (kind == PYINSPECT_ERROR_NOT_PYTHON)
		hint_at_children(options, word);
	return failed;
}

/* Processes that were shown already: each is shown once. */
struct shown {
	pid_t *pids;
	size_t count;
};

static bool is_shown(struct shown *shown, pid_t pid)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->pids[i] == pid)
			return true;
	pid_t *grown = reallocarray(shown->pids, shown->count + 1, sizeof(*grown));
	if (grown) {
		shown->pids = grown;
		shown->pids[shown->count++] = pid;
	}
	return false;
}

static enum exit_code dump_tree(const struct cli_options *options, const char *word,
				struct shown *shown, size_t *written)
{
	pid_t *pids;
	size_t count, looked = 0, before = *written;
	char child[16];
	enum exit_code code = EXIT_WHOLE;
	struct pyinspect_error *error = pyinspect_process_tree(atoi(word), &pids, &count);
	if (error)
		return report_error(error, options, word);
	for (size_t i = 0; i < count; i++) {
		if (is_shown(shown, pids[i]) || pids[i] == getpid())
			continue;
		snprintf(child, sizeof(child), "%d", pids[i]);
		looked++;
		enum exit_code one = dump_one(options, child, count > 1, written);
		code = one > code ? one : code;
	}
	/* Nobody of the tree is a Python: say of its root why. */
	if (!code && looked && *written == before)
		code = dump_one(options, word, false, written);
	free(pids);
	return code;
}

enum exit_code dump_targets(const struct cli_options *options)
{
	enum exit_code code = EXIT_WHOLE;
	struct shown shown = {0};
	size_t written = 0;
	for (int i = 0; i < options->target_count; i++) {
		enum exit_code one =
			options->subprocesses && is_process_id(options->targets[i])
				? dump_tree(options, options->targets[i], &shown, &written)
				: dump_one(options, options->targets[i], false, &written);
		code = one > code ? one : code;
	}
	free(shown.pids);
	return code;
}
