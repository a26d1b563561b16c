/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** For programs that read what others have written: they may crash, and have nothing that
 *  is worth taking. */
#ifndef TARGET_CONFINE_H
#define TARGET_CONFINE_H

#include <sys/resource.h>

/**
 * Give up all that reading open files doesn't need. What fails costs only a precaution.
 *
 * @param fd_count Descriptors from this number on are closed.
 * @param memory Bytes of address space.
 */
void confine(int fd_count, rlim_t cpu_seconds, rlim_t memory);

#endif
