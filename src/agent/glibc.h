/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Functions that glibc moved or renewed after 2.28, bound to the versions they had before:
 * the agent is built once and loaded into processes with any C library. Include it where
 * they are called.
 */
#ifndef AGENT_GLIBC_H
#define AGENT_GLIBC_H

#if defined(__GLIBC__) && defined(__x86_64__)
#define GLIBC_BASE "GLIBC_2.2.5"
#elif defined(__GLIBC__) && defined(__aarch64__)
#define GLIBC_BASE "GLIBC_2.17"
#endif

#ifdef GLIBC_BASE
__asm__(".symver dlopen, dlopen@" GLIBC_BASE);
__asm__(".symver dlclose, dlclose@" GLIBC_BASE);
__asm__(".symver dlsym, dlsym@" GLIBC_BASE);
#endif

#endif
