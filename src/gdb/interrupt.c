/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <time.h>

#include "gdb/interrupt.h"

static sigset_t only_interrupts(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	return set;
}

void interrupt_hold(struct interrupt *interrupt)
{
	sigset_t set = only_interrupts();
	pthread_sigmask(SIG_BLOCK, &set, &interrupt->mask);
}

bool interrupt_is_pending(void)
{
	sigset_t pending;
	return sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1;
}

void interrupt_release(const struct interrupt *interrupt)
{
	sigset_t set = only_interrupts();
	if (!sigismember(&interrupt->mask, SIGINT))
		sigtimedwait(&set, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, &interrupt->mask, NULL);
}
