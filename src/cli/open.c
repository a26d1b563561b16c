/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/open.h"

/* Nobody is told of what is done in less. */
#define SILENT_SECONDS 0.5

struct progress {
	double begun;
	bool told;
};

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool tell(void *context, uint64_t bytes)
{
	struct progress *progress = context;
	double seconds = now() - progress->begun;
	if (seconds < SILENT_SECONDS)
		return true;
	fprintf(stderr, "\runpacking: %.1f GB, %.0f MB/s ", (double)bytes / 1e9,
		(double)bytes / 1e6 / seconds);
	progress->told = true;
	return true;
}

struct pyinspect_error *open_target(const char *word, struct pyinspect_target **ret)
{
	struct progress progress = {.begun = now()};
	struct pyinspect_core_options options = {
		.size = sizeof(options), .progress = tell, .context = &progress};
	if ((*word && !word[strspn(word, "0123456789")]) || !isatty(STDERR_FILENO))
		return pyinspect_target_open(word, ret);
	struct pyinspect_error *error = pyinspect_target_open_core(word, &options, ret);
	/* The line is taken back. */
	if (progress.told)
		fputs("\r\033[K", stderr);
	return error;
}
