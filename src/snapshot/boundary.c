/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "snapshot/boundary.h"
#include "target/machine.h"
#include "target/stop.h"
#include "target/threads.h"

/* Calls that a memory allocator makes, which may be asked in the middle of a change. */
static const char *const allocator_calls[] = {
	"brk", "futex", "madvise", "mmap", "mprotect", "mremap", "munmap",
};

/* It waits in the kernel for something that is no memory. */
static bool waits(const char *syscall)
{
	for (size_t i = 0; syscall && i < sizeof(allocator_calls) / sizeof(char *); i++)
		if (strcmp(syscall, allocator_calls[i]) == 0)
			return false;
	return syscall;
}

/* A stop_judge_fn. */
static bool stands_between(void *context, pid_t tid)
{
	const struct capture *capture = context;
	const struct process *process = capture->target->process;
	struct os_thread os = {.tid = tid, .syscall = -1};
	thread_sample_syscall(process, &os);
	uint64_t instruction = thread_instruction(process, tid);
	return waits(syscall_name(os.syscall)) ||
	       (instruction && evaluator_has(&capture->evaluator, instruction));
}

/* Without a GIL, all threads that run may; with one, its holder. */
static bool may_change(const struct capture *capture, const struct captured_thread *thread)
{
	const struct raw_interpreter *interpreter =
		&capture->interpreters.items[thread->interpreter];
	if (capture->runtime->is_free_threaded && !interpreter->gil)
		return thread->raw.is_attached && thread->os.state != 'S';
	return interpreter->gil_locked == PYINSPECT_UNKNOWN ||
	       interpreter->gil_holder == thread->raw.tstate;
}

bool boundary_reach(struct capture *capture, bool *moved_ret)
{
	*moved_ret = false;
	if (!capture->has_evaluator) {
		capture->evaluator = evaluator_find(capture->target, capture->runtime);
		capture->has_evaluator = true;
	}
	for (size_t i = 0; i < capture->threads.count; i++) {
		struct captured_thread *thread = &capture->threads.items[i];
		bool moved = false;
		if (!thread->os.tid || !may_change(capture, thread))
			continue;
		bool stands = stop_move(capture->stop, thread->os.tid, stands_between,
					capture, &moved);
		*moved_ret |= moved;
		/* What was read of it is of the place where it stood before. */
		thread->verified &= !moved;
		if (!stands)
			return false;
	}
	return true;
}
