/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "output/text.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_frame(const struct pyinspect_frame *a, const struct pyinspect_frame *b)
{
	return pyinspect_frame_line(a) == pyinspect_frame_line(b) &&
	       pyinspect_frame_owner(a) == pyinspect_frame_owner(b) &&
	       pyinspect_frame_is_folded(a) == pyinspect_frame_is_folded(b) &&
	       same_text(pyinspect_frame_function(a), pyinspect_frame_function(b)) &&
	       same_text(pyinspect_frame_qualname(a), pyinspect_frame_qualname(b)) &&
	       same_text(pyinspect_frame_file(a), pyinspect_frame_file(b)) &&
	       !pyinspect_frame_problem(a, 0) && !pyinspect_frame_problem(b, 0);
}

static bool same_stack(const struct pyinspect_thread *a, const struct pyinspect_thread *b)
{
	const struct pyinspect_frame *left, *right;
	if (pyinspect_thread_frame_count(a) != pyinspect_thread_frame_count(b))
		return false;
	for (size_t i = 0; (left = pyinspect_thread_frame(a, i)); i++) {
		right = pyinspect_thread_frame(b, i);
		if (!right || !same_frame(left, right))
			return false;
	}
	return true;
}

/* All that the line above the frames says, but for id and name. */
static bool same_heading(const struct pyinspect_thread *a, const struct pyinspect_thread *b)
{
	return pyinspect_thread_is_main(a) == pyinspect_thread_is_main(b) &&
	       pyinspect_thread_state(a) == pyinspect_thread_state(b) &&
	       pyinspect_thread_daemon(a) == pyinspect_thread_daemon(b) &&
	       pyinspect_thread_holds_gil(a) == pyinspect_thread_holds_gil(b) &&
	       pyinspect_thread_waits_for_gil(a) == pyinspect_thread_waits_for_gil(b) &&
	       pyinspect_thread_collecting(a) == pyinspect_thread_collecting(b) &&
	       pyinspect_thread_is_verified(a) == pyinspect_thread_is_verified(b) &&
	       !pyinspect_thread_name(a) == !pyinspect_thread_name(b) &&
	       same_text(pyinspect_thread_syscall(a), pyinspect_thread_syscall(b)) &&
	       !pyinspect_thread_problem(a, 0) && !pyinspect_thread_problem(b, 0);
}

static struct thread_group *find_group(struct thread_group *groups, size_t count,
				       const struct pyinspect_thread *thread)
{
	for (size_t i = 0; i < count; i++)
		if (same_heading(groups[i].threads[0], thread) &&
		    same_stack(groups[i].threads[0], thread))
			return &groups[i];
	return NULL;
}

static bool add(struct thread_group *group, const struct pyinspect_thread *thread)
{
	/* Grown by doubling, at powers of two. */
	if ((group->count & (group->count - 1)) == 0) {
		size_t room = group->count ? group->count * 2 : 1;
		void *moved = reallocarray(group->threads, room, sizeof(*group->threads));
		if (!moved)
			return false;
		group->threads = moved;
	}
	group->threads[group->count++] = thread;
	return true;
}

size_t thread_groups_make(const struct pyinspect_interpreter *interpreter,
			  struct thread_group **groups_ret)
{
	size_t threads = 0, count = 0;
	const struct pyinspect_thread *thread;
	while (pyinspect_interpreter_thread(interpreter, threads))
		threads++;
	struct thread_group *groups = calloc(threads + 1, sizeof(*groups));
	if (!groups)
		return 0;
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++) {
		struct thread_group *group = find_group(groups, count, thread);
		if (!group)
			group = &groups[count++];
		if (!add(group, thread)) {
			thread_groups_free(groups, count);
			return 0;
		}
	}
	*groups_ret = groups;
	return count;
}

void thread_groups_free(struct thread_group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(groups[i].threads);
	free(groups);
}
