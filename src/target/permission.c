/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "target/permission.h"
#include "target/process.h"

#define REFUSED PYINSPECT_ERROR_PERMISSION

static unsigned long effective_capabilities(const char *status)
{
	const char *value = status_value(status, "CapEff");
	return value ? strtoul(value, NULL, 16) : 0;
}

static unsigned long own_capabilities(void)
{
	char status[4096];
	FILE *file = fopen("/proc/self/status", "re");
	if (!file)
		return 0;
	size_t length = fread(status, 1, sizeof(status) - 1, file);
	fclose(file);
	status[length] = '\0';
	return effective_capabilities(status);
}

static int yama_scope(void)
{
	int scope = -1;
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	if (!file)
		return -1;
	if (fscanf(file, "%d", &scope) != 1)
		scope = -1;
	fclose(file);
	return scope;
}

struct pyinspect_error *permission_explain_yama(pid_t pid, int scope)
{
	if (scope == 1)
		return error_create(
			REFUSED,
			"no permission to look into process %d: "
			"kernel.yama.ptrace_scope is 1, which allows it only for "
			"one's own children; run pyinspect as root (sudo)",
			pid);
	if (scope == 2)
		return error_create(
			REFUSED,
			"no permission to look into process %d: "
			"kernel.yama.ptrace_scope is 2, which allows it only to "
			"administrators; run pyinspect as root (sudo)",
			pid);
	return error_create(
		REFUSED,
		"no permission to look into process %d: kernel.yama.ptrace_scope "
		"is %d, which forbids it to everybody until the next boot",
		pid, scope);
}

struct pyinspect_error *permission_explain(int number, pid_t pid, const char *status,
					   int proc_fd)
{
	if (number == ESRCH || number == ENOENT)
		return error_create(PYINSPECT_ERROR_NO_TARGET,
				    "process %d ended while it was opened", pid);
	uid_t uid = (uid_t)-1;
	const char *uids = status_value(status, "Uid");
	if (uids)
		uid = (uid_t)strtoul(uids, NULL, 10);
	if (geteuid() != 0 && uid != geteuid())
		return error_create(
			REFUSED,
			"no permission to look into process %d: it belongs to "
			"user %u, and you are user %u; run pyinspect as root (sudo) "
			"or as that user",
			pid, uid, geteuid());
	/* The directory itself has the process's user always (Linux: task_dump_owner()). */
	struct stat owner;
	if (geteuid() != 0 && fstatat(proc_fd, "mem", &owner, 0) == 0 &&
	    owner.st_uid != uid)
		return error_create(
			REFUSED,
			"no permission to look into process %d: it is yours but not "
			"dumpable (it changed its user, or its program file has "
			"capabilities or can't be read); run pyinspect as root (sudo)",
			pid);
	unsigned long missing = effective_capabilities(status) & ~own_capabilities();
	if (missing)
		return error_create(
			REFUSED,
			"no permission to look into process %d: it has capabilities "
			"that you lack; run pyinspect %s",
			pid,
			geteuid() ? "as root (sudo)"
				  : "outside of this container, or start the "
				    "container with --cap-add SYS_PTRACE or --privileged");
	int scope = yama_scope();
	if (scope > 0)
		return permission_explain_yama(pid, scope);
	return error_create(
		REFUSED,
		"no permission to look into process %d: %s, although user and "
		"capabilities would allow it; a security module, a seccomp filter "
		"(in containers: --cap-add SYS_PTRACE) or a user namespace forbids it",
		pid, strerrordesc_np(number));
}

/* "strace (process 4711)" */
static void name_tracer(pid_t tracer, char *name, size_t size)
{
	char path[32], comm[32] = "";
	snprintf(path, sizeof(path), "/proc/%d/comm", tracer);
	FILE *file = fopen(path, "re");
	if (!file || !fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	if (file)
		fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(name, size, "%s (process %d)", *comm ? comm : "a debugger", tracer);
}

struct pyinspect_error *permission_explain_stop(int number, const struct process *process)
{
	char name[64];
	if (process->is_foreign)
		return error_create(
			REFUSED,
			"can't stop threads of process %d: /proc shows another pid "
			"namespace than the one pyinspect runs in; mount /proc there (mount "
			"-t proc proc /proc), or run pyinspect outside",
			process->pid);
	cleanup_free char *status = NULL;
	cleanup_error struct pyinspect_error *error =
		process_read_file(process, "status", &status, NULL);
	const char *value = error ? NULL : status_value(status, "TracerPid");
	pid_t tracer = value ? (pid_t)atoi(value) : 0;
	if (!tracer)
		return error_create(
			REFUSED,
			"can't stop threads of process %d: %s, although it can be read; "
			"a seccomp filter (in containers: --cap-add SYS_PTRACE) or a "
			"security module forbids ptrace; what ran while it was read is "
			"marked",
			process->pid, strerrordesc_np(number));
	name_tracer(tracer, name, sizeof(name));
	return error_create(
		REFUSED,
		"can't stop threads of process %d: %s traces it; what ran while it "
		"was read is marked",
		process->pid, name);
}
