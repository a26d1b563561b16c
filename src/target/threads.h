/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The threads of a live process as the kernel sees them. */
#ifndef TARGET_THREADS_H
#define TARGET_THREADS_H

#include "target/process.h"

/**
 * List and sample the threads, see struct target_ops.
 *
 * @param threads Zero-initialised at first; ended by os_threads_deinit().
 */
struct pyinspect_error *threads_list(const struct process *process,
				     struct os_threads *threads);

void os_threads_deinit(struct os_threads *threads);

/** The thread with that id, as the reader sees it; NULL if there is none. */
struct os_thread *os_threads_find(const struct os_threads *threads, pid_t tid);

/** The same by the id that the target sees. */
struct os_thread *os_threads_find_inner(const struct os_threads *threads, pid_t inner_tid);

/**
 * Prove that a thread has not run since it was sampled.
 *
 * It was asleep then, and its time on processors and the number of times it got
 * one are the same now. A running thread is never proven, nor is one of a kernel
 * that doesn't tell (no /proc/PID/schedstat).
 */
bool thread_has_not_run(const struct process *process, const struct os_thread *thread);

/**
 * A thread that was asleep when it was sampled has not run until it was sampled again:
 * nothing of it that it alone can change is another one.
 */
bool thread_has_rested(const struct os_thread *before, const struct os_thread *now);

/** Sample the system call anew of a thread that is held stopped. */
void thread_sample_syscall(const struct process *process, struct os_thread *thread);

/**
 * The thread lives, by the id that the target sees. Where that is another one than
 * the reader's, only the list can tell, and the answer is "it may".
 */
bool thread_may_live(const struct process *process, pid_t inner_tid);

/** It waits in a futex call, and argument is the futex's address. */
bool thread_is_in_futex(const struct os_thread *thread);

/**
 * Where a thread stands that is stopped: the address of its next instruction.
 *
 * @return 0 if it is in a system call, or if the kernel doesn't tell.
 */
uint64_t thread_instruction(const struct process *process, pid_t tid);

#endif
