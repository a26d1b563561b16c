/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What a snapshot of a core dump tells more than one of a live process. Part of
 * pyinspect.h, which includes it; the same rules hold.
 */
#ifndef PYINSPECT_CORE_H
#define PYINSPECT_CORE_H

#include "pyinspect.h" /* IWYU pragma: keep */

#ifdef __cplusplus
extern "C" {
#endif

/** How a core is opened. */
struct pyinspect_core_options {
	/** sizeof(struct pyinspect_core_options), so that the struct can grow. */
	size_t size;
	/** Told from time to time how many bytes are unpacked, or copied from a pipe;
	 *  returns false to give up. May be NULL. */
	bool (*progress)(void *context, uint64_t bytes);
	void *context;
};

/**
 * Open a core dump: a file that the kernel has written when a process died, or a debugger
 * of a living one. Its headers and notes are read.
 *
 * One that is compressed by zstd, lz4, xz or gzip is unpacked into a file without a name
 * in $TMPDIR, or /var/tmp, by a program of the library's own, pyinspect-unpack; one from a
 * pipe is copied there.
 *
 * What isn't in the core, such as the code of programs and libraries, is read from the
 * files that it names, if these are the same ones: see pyinspect_options.sysroot.
 *
 * @param path "-" is standard input.
 * @param options NULL for the defaults.
 * @return NULL; NO_TARGET if there is no such file; PERMISSION; BAD_DATA for what is no
 * core dump; UNSUPPORTED for one of another architecture.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_core(
	const char *path, const struct pyinspect_core_options *options,
	struct pyinspect_target **target_ret);

/** The core dump that was looked at, as it was named; NULL if the target is no core. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_core(
	const struct pyinspect_snapshot *snapshot);
/** Variable number index of a dumped process's environment that begins with PYTHON, as
 *  "NAME=value"; NULL behind the last one, and for a live process. */
PYINSPECT_EXPORT const char *pyinspect_snapshot_environment(
	const struct pyinspect_snapshot *snapshot, size_t index);
/** Why a dumped process died. */
struct pyinspect_death {
	/** The signal's number, and its name, such as "SIGSEGV". */
	int signal;
	const char *signal_name;
	/** The thread that it was for. */
	pid_t tid;
	/** si_code of its siginfo; 0, too, if the core doesn't have that. */
	int code;
	/** What the code says; NULL if it says nothing. */
	const char *reason;
	/** Who sent it; 0 and (uid_t)-1 if it wasn't sent, or that isn't known. */
	pid_t sender_pid;
	uid_t sender_uid;
	/** The address that could not be used; of SIGILL and SIGFPE that of the
	 * instruction.
	 */
	bool has_address;
	uint64_t address;
	/** What lies there, in words; NULL if that isn't known. */
	const char *place;
	/** The C library's last words, as of malloc or assert(); NULL if there are none. */
	const char *message;
};

/** NULL if the target is no core of a process that a signal has killed. */
PYINSPECT_EXPORT const struct pyinspect_death *pyinspect_snapshot_death(
	const struct pyinspect_snapshot *snapshot);
/** It is the thread of a dumped process whose signal killed it; it is the first one. */
PYINSPECT_EXPORT bool pyinspect_thread_has_died(const struct pyinspect_thread *thread);

/** A register of a thread. */
struct pyinspect_register {
	const char *name;
	uint64_t value;
};

/** Register number index of the thread of a dumped process whose signal killed it; NULL
 *  behind the last, and of all other threads. */
PYINSPECT_EXPORT const struct pyinspect_register *pyinspect_thread_register(
	const struct pyinspect_thread *thread, size_t index);

struct pyinspect_exception;

/** Exception number index of a dumped thread, the newest first: one on its way, and those
 *  that clauses handle; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_exception *pyinspect_thread_exception(
	const struct pyinspect_thread *thread, size_t index);
/** An except or finally clause runs because of it; else nobody has caught it yet. */
PYINSPECT_EXPORT bool pyinspect_exception_is_handled(
	const struct pyinspect_exception *exception);
/** __name__ of its class; NULL if that can't be read. */
PYINSPECT_EXPORT const char *pyinspect_exception_type(
	const struct pyinspect_exception *exception);
/** What repr() gives, as pyinspect_value_text(); before 3.12, one that isn't made yet may
 *  be its message alone. */
PYINSPECT_EXPORT const char *pyinspect_exception_text(
	const struct pyinspect_exception *exception);
/**
 * Its traceback: something that has frames as a thread has them, and nothing else. The
 * innermost, where it was raised, comes first.
 */
PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_exception_traceback(
	const struct pyinspect_exception *exception);

#ifdef __cplusplus
}
#endif

#endif
