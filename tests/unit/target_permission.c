/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a refusal says, where the machine that tests run on doesn't refuse. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pyinspect.h"
#include "tap.h"
#include "target/permission.h"

static void check_error(struct pyinspect_error *error, enum pyinspect_error_code code,
			const char *words)
{
	CHECK_NUMBER(pyinspect_error_code(error), code);
	CHECK_HOLDS(pyinspect_error_message(error), words);
	pyinspect_error_free(error);
}

static void test_yama(void)
{
	static const char *const words[] = {
		[1] = "ptrace_scope is 1, which allows it only for one's own children; run "
		      "pyinspect as root",
		[2] = "ptrace_scope is 2, which allows it only to administrators; run "
		      "pyinspect as root",
		[3] = "ptrace_scope is 3, which forbids it to everybody until the next boot",
	};
	for (int scope = 1; scope <= 3; scope++)
		check_error(permission_explain_yama(4711, scope),
			    PYINSPECT_ERROR_PERMISSION, words[scope]);
}

static void test_ended(void)
{
	check_error(permission_explain(ESRCH, 4711, "", -1), PYINSPECT_ERROR_NO_TARGET,
		    "ended while it was opened");
}

/* More than any process has: also root lacks it. */
static void test_capabilities(void)
{
	char status[128];
	snprintf(status, sizeof(status),
		 "Uid:\t%u\t%u\t%u\t%u\nCapEff:\tffffffffffffffff\n", geteuid(), geteuid(),
		 geteuid(), geteuid());
	check_error(permission_explain(EACCES, 4711, status, -1),
		    PYINSPECT_ERROR_PERMISSION, "capabilities that you lack");
}

/* Nothing that can be seen forbids it: the message names what can't be seen. */
static void test_security_module(void)
{
	char status[128];
	snprintf(status, sizeof(status), "Uid:\t%u\t%u\t%u\t%u\nCapEff:\t0\n", geteuid(),
		 geteuid(), geteuid(), geteuid());
	if (access("/proc/sys/kernel/yama/ptrace_scope", F_OK) == 0)
		SKIP("this machine has Yama");
	check_error(permission_explain(EACCES, 4711, status, -1),
		    PYINSPECT_ERROR_PERMISSION, "a security module, a seccomp filter");
}

int main(void)
{
	TEST("each value of Yama's is told with what it asks for", test_yama);
	TEST("a process that has ended is no matter of permission", test_ended);
	TEST("capabilities that the reader lacks are told", test_capabilities);
	TEST("what forbids unseen is named as possible", test_security_module);
	return tap_finish();
}
