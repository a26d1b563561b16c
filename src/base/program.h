/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Another program that is run for what it prints, and that may hang, crash or babble. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "pyinspect.h"

/** Descriptors that a program can be given, from 0 on. Number 1 is always the pipe. */
#define PROGRAM_FDS 4

struct program {
	/** Path; without a slash it is looked for in PATH. */
	const char *path;
	char *const *arguments;
	/** Variables; NULL is none at all. */
	char *const *environment;
	/** What its descriptors are; -1 is /dev/null. */
	int fds[PROGRAM_FDS];
	/** CLOCK_MONOTONIC in ns, at which it is killed. */
	uint64_t deadline;
	/** Bytes that it may print. */
	size_t limit;
	/** Takes what it prints, instead of the output; false ends it. May be NULL. */
	bool (*take)(void *context, const char *data, size_t size);
	void *context;
};

/** CLOCK_MONOTONIC in ns. */
uint64_t program_clock(void);

/**
 * Run it and collect what it prints.
 *
 * It is over when this returns, unless it is one that the kernel can't kill.
 *
 * @param output Ended by a NUL; freed by the caller, after failures too.
 * @return NULL, for a program that ended with code 0; SYSTEM if it can't be started,
 * was killed, crashed, failed or printed too much; TIMEOUT.
 */
struct pyinspect_error *program_run(const struct program *program, struct text *output);

#endif
