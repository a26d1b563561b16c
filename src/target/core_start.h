/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What a dumped program was started with: its arguments and environment. */
#ifndef TARGET_CORE_START_H
#define TARGET_CORE_START_H

#include "base/arena.h"
#include "target/core.h"

struct core_start {
	/** Strings in the arena. */
	const char **arguments, **variables;
	size_t argument_count, variable_count;
	/** Path that the program was started by; NULL if unknown. */
	const char *executable;
};

/**
 * Read them from the stack of the main thread, where the kernel has put them in front of
 * the auxiliary vector; or, of the arguments, what the note on the process has.
 *
 * @param prefix Variables that begin with it are wanted.
 * @return Whether there was memory. What isn't in the core is left out.
 */
bool core_start_read(const struct core *core, const char *prefix, struct arena *arena,
		     struct core_start *ret);

#endif
