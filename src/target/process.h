/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A live process: found, held, described, read. */
#ifndef TARGET_PROCESS_H
#define TARGET_PROCESS_H

#include "target/reading.h"
#include "target/target.h"

struct process {
	/** The thread group's id. */
	pid_t pid;
	/** A thread that has memory: the leader, or another one if that has ended. */
	pid_t handle;
	/** Directory /proc/HANDLE. */
	int proc_fd;
	int pidfd;
	/** /proc/HANDLE/mem, for where process_vm_readv() is refused. */
	int mem_fd;
	bool use_mem_fd;
	/**
	 * /proc shows another pid namespace than the reader's own: numbers from there
	 * mean other processes in system calls, or none. Only files of /proc are used.
	 */
	bool is_foreign;
	/** How many pid namespaces deep below the reader's the target lives. */
	unsigned int namespace_depth;
	pid_t tracer;
	pid_t parent;
	uid_t uid;
	/** How many threads it had when it was opened. */
	size_t thread_count;
	/** CLOCK_BOOTTIME at which it started, in seconds; negative if unknown. */
	double start_time;
	/** What is being read of it, and what must not be. */
	struct reading reading;
	struct care care;
};

extern const struct target_ops process_ops;

/** See pyinspect_target_open_process(). */
struct pyinspect_error *process_open(pid_t pid, struct process **ret);
void process_close(struct process *process);

/**
 * The same process once more, for a reader beside one that is stuck.
 *
 * @return NULL if there is no memory or no descriptor left.
 */
struct process *process_duplicate(const struct process *process);

/** It still runs: neither a zombie nor gone. */
bool process_is_alive(const struct process *process);

/** It has begun another program (exec) since it was opened: all that was read is of no use.
 */
bool process_is_replaced(const struct process *process);

/** Look at the program that it has begun since it was opened, if it has begun one. */
void process_renew(struct process *process);

/** Its memory is that of when it was opened, which exec() replaces, and the address in it.
 */
bool process_has_memory(const struct process *process, uint64_t address);

/** Seconds since it started; negative if unknown. */
double process_elapsed(const struct process *process);

/** Time since the epoch at which it started, in seconds; 0 if unknown. */
double process_started_at(const struct process *process);

/**
 * Read a small file of /proc/PID as a whole.
 *
 * @param data_ret Ended by a NUL that size_ret does not count; freed by the caller.
 */
struct pyinspect_error *process_read_file(const struct process *process, const char *name,
					  char **data_ret, size_t *size_ret);

/** Target of a link of /proc/PID, such as "exe"; NULL if it can't be read. */
char *process_read_link(const struct process *process, const char *name);

/** Value of "Name:" in a status file, without leading blanks; NULL if not there. */
const char *status_value(const char *status, const char *name);

#endif
