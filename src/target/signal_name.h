/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Signals, and why they were sent, in words. */
#ifndef TARGET_SIGNAL_NAME_H
#define TARGET_SIGNAL_NAME_H

#include <stddef.h>

/** Room for the name of any signal, such as "SIGRTMIN+12". */
#define SIGNAL_NAME_SIZE 16

void signal_name(int number, char name[static SIGNAL_NAME_SIZE]);

/**
 * What si_code of a siginfo says, such as "the address is not mapped"; NULL for codes
 * that say nothing more than the signal, and for others that aren't known.
 *
 * Linux: include/uapi/asm-generic/siginfo.h.
 */
const char *signal_reason(int number, int code);

#endif
