/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repeater PID [--stop]: for each byte of standard input, one more snapshot of the same
 * target. A line for each thread: "IDENT VERIFIED FUNCTION:LINE FUNCTION:LINE ...", and an
 * empty one behind the last.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pyinspect.h"

static int fail(struct pyinspect_error *error)
{
	fprintf(stderr, "repeater: %s\n", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return 1;
}

static void print_thread(const struct pyinspect_thread *thread)
{
	const struct pyinspect_frame *frame;
	printf("%llu %d", (unsigned long long)pyinspect_thread_ident(thread),
	       pyinspect_thread_is_verified(thread));
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++)
		printf(" %s:%d", pyinspect_frame_function(frame) ?: "?",
		       pyinspect_frame_line(frame));
	putchar('\n');
}

static void print_snapshot(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			print_thread(thread);
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_target *target;
	struct pyinspect_snapshot *snapshot;
	if (argc < 2)
		return 2;
	options.repeated = true;
	if (argc > 2)
		options.stop = PYINSPECT_STOP_ALL;
	struct pyinspect_error *error = pyinspect_target_open(argv[1], &target);
	while (!error && getchar() != EOF) {
		error = pyinspect_snapshot_take(target, &options, &snapshot);
		if (error)
			break;
		print_snapshot(snapshot);
		pyinspect_snapshot_free(snapshot);
	}
	if (error)
		return fail(error);
	pyinspect_target_close(target);
	return 0;
}
