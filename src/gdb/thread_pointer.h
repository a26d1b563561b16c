/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Threads, where GDB doesn't tell their thread-local storage. */
#ifndef GDB_THREAD_POINTER_H
#define GDB_THREAD_POINTER_H

#include "gdb/command.h"

/**
 * The thread to whose stack an address belongs, as threading.get_ident() names it.
 *
 * glibc on x86_64 keeps what it knows of a thread at the upper end of the stack that it has
 * made for it, and the first words there point to themselves. The first thread's stack is
 * the kernel's: there is nothing to be found.
 *
 * @return 0 if there is no such place.
 */
uint64_t thread_above(const struct debugger *debugger, uint64_t stack_pointer);

#endif
