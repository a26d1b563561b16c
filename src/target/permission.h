/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Why a process can't be looked into, and what to do about it. */
#ifndef TARGET_PERMISSION_H
#define TARGET_PERMISSION_H

#include <sys/types.h>

#include "pyinspect.h"

/**
 * Explain a refusal of the kernel's.
 *
 * @param number errno of the refusal.
 * @param status Text of /proc/PID/status.
 * @param proc_fd Directory /proc/PID.
 */
struct pyinspect_error *permission_explain(int number, pid_t pid, const char *status,
					   int proc_fd);

/** The same if Yama's ptrace_scope is what refuses: 1, 2 or 3. */
struct pyinspect_error *permission_explain_yama(pid_t pid, int scope);

struct process;

/** Explain why threads of a process can't be stopped: mostly another tracer. */
struct pyinspect_error *permission_explain_stop(int number, const struct process *process);

#endif
