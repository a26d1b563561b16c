/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sample PID SECONDS [--stop | --no-stop] [--forget]: take snapshots of one process one
 * after the other, and print how many a second, how many in a second of processor time,
 * and how many of their threads are not proven. With --forget each is as the first one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pyinspect.h"

static double seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t count_unproven(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	size_t count = 0;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			count += !pyinspect_thread_is_verified(thread);
	return count;
}

static int fail(struct pyinspect_error *error)
{
	fprintf(stderr, "sample: %s\n", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return 1;
}

int main(int argc, char **argv)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_target *target;
	size_t taken = 0, unproven = 0;
	if (argc < 3)
		return 2;
	options.repeated = true;
	for (int i = 3; i < argc; i++)
		if (strcmp(argv[i], "--forget") == 0)
			options.repeated = false;
		else
			options.stop = strcmp(argv[i], "--stop") == 0
					       ? PYINSPECT_STOP_ALL
					       : PYINSPECT_STOP_NEVER;
	struct pyinspect_error *error =
		pyinspect_target_open_process(atoi(argv[1]), &target);
	if (error)
		return fail(error);
	double began = seconds(CLOCK_MONOTONIC), end = began + atof(argv[2]);
	double used = seconds(CLOCK_PROCESS_CPUTIME_ID);
	while (seconds(CLOCK_MONOTONIC) < end) {
		struct pyinspect_snapshot *snapshot;
		error = pyinspect_snapshot_take(target, &options, &snapshot);
		if (error)
			return fail(error);
		unproven += count_unproven(snapshot);
		pyinspect_snapshot_free(snapshot);
		taken++;
	}
	printf("%.0f %.0f %zu\n", (double)taken / (seconds(CLOCK_MONOTONIC) - began),
	       (double)taken / (seconds(CLOCK_PROCESS_CPUTIME_ID) - used), unproven);
	pyinspect_target_close(target);
	return 0;
}
