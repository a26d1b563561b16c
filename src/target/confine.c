/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target/confine.h"
#include "target/machine.h"

#define NOBODY 65534

static void limit(int resource, rlim_t value)
{
	struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
	setrlimit(resource, &limit);
}

#if !defined(__SANITIZE_ADDRESS__)
/* What reading open files into memory takes. All else fails, and nothing is harmed. */
static const unsigned short allowed_calls[] = {
	SYS_read,    SYS_pread64,       SYS_write,        SYS_writev,
	SYS_close,   SYS_lseek,         SYS_fstat,        SYS_newfstatat,
	SYS_mmap,    SYS_munmap,        SYS_mremap,       SYS_mprotect,
	SYS_madvise, SYS_brk,           SYS_futex,        SYS_getrandom,
	SYS_getpid,  SYS_clock_gettime, SYS_rt_sigreturn, SYS_rt_sigprocmask,
	SYS_exit,    SYS_exit_group,
};

#define ALLOWED_COUNT (sizeof(allowed_calls) / sizeof(allowed_calls[0]))

static void filter_calls(void)
{
	struct sock_filter filter[4 + 2 * ALLOWED_COUNT + 1];
	size_t n = 0;
	const unsigned int load = BPF_LD | BPF_W | BPF_ABS,
			   jump = BPF_JMP | BPF_JEQ | BPF_K;
	const unsigned int end = BPF_RET | BPF_K;
	/* This machine's way to number calls and no other; those of x32 are none of the
	 * list. */
	filter[n++] =
		(struct sock_filter)BPF_STMT(load, offsetof(struct seccomp_data, arch));
	filter[n++] = (struct sock_filter)BPF_JUMP(jump, machine_audit, 1, 0);
	filter[n++] = (struct sock_filter)BPF_STMT(end, SECCOMP_RET_KILL_PROCESS);
	filter[n++] = (struct sock_filter)BPF_STMT(load, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < ALLOWED_COUNT; i++) {
		filter[n++] = (struct sock_filter)BPF_JUMP(jump, allowed_calls[i], 0, 1);
		filter[n++] = (struct sock_filter)BPF_STMT(end, SECCOMP_RET_ALLOW);
	}
	filter[n++] = (struct sock_filter)BPF_STMT(end, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog program = {.len = (unsigned short)n, .filter = filter};
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#endif

void confine(int fd_count, rlim_t cpu_seconds, rlim_t memory)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_close_range, (unsigned int)fd_count, ~0U, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CPU, cpu_seconds);
#if !defined(__SANITIZE_ADDRESS__)
	/* A library might open files that the file names. */
	limit(RLIMIT_NOFILE, (rlim_t)fd_count);
	limit(RLIMIT_AS, memory);
#endif
	if (geteuid() == 0) {
		bool failed = setgroups(0, NULL) != 0;
		failed |= setresgid(NOBODY, NOBODY, NOBODY) != 0;
		failed |= setresuid(NOBODY, NOBODY, NOBODY) != 0;
		(void)failed;
		/* The change of the user has taken it away. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
#if !defined(__SANITIZE_ADDRESS__)
	filter_calls();
#endif
}
