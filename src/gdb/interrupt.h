/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Ctrl-C while GDB waits for us. GDB would notice it when it reads the target's memory, and
 * leave its own unwinding of a frame half done: after that, it finds no frame any more.
 */
#ifndef GDB_INTERRUPT_H
#define GDB_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/** What GDB's thread took of signals before. */
struct interrupt {
	sigset_t mask;
};

/** Keep SIGINT from GDB. */
void interrupt_hold(struct interrupt *interrupt);

/** Whether there was one since then. */
bool interrupt_is_pending(void);

/** Let it through again, if it was before: of one since then, GDB won't know. */
void interrupt_release(const struct interrupt *interrupt);

#endif
