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
	       !pyinspect_frame_problem(a, 0) && !pyinspect_frame_problem(b, 0) &&
	       same_variables(a, b);
}

static bool same_stack(const struct pyinspect_thread *a, const struct pyinspect_thread *b)
{
	const struct pyinspect_frame *left, *right;
	if (pyinspect_thread_frame_count(a) != pyinspect_thread_frame_count(b))
		return false;
	/* Snapshots keep equal frames once. */
	if (pyinspect_thread_frame(a, 0) == pyinspect_thread_frame(b, 0))
		return true;
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
	       pyinspect_thread_has_died(a) == pyinspect_thread_has_died(b) &&
	       pyinspect_thread_state(a) == pyinspect_thread_state(b) &&
	       pyinspect_thread_daemon(a) == pyinspect_thread_daemon(b) &&
	       pyinspect_thread_holds_gil(a) == pyinspect_thread_holds_gil(b) &&
	       pyinspect_thread_waits_for_gil(a) == pyinspect_thread_waits_for_gil(b) &&
	       pyinspect_thread_collecting(a) == pyinspect_thread_collecting(b) &&
	       pyinspect_thread_is_verified(a) == pyinspect_thread_is_verified(b) &&
	       !pyinspect_thread_name(a) == !pyinspect_thread_name(b) &&
	       same_text(pyinspect_thread_syscall(a), pyinspect_thread_syscall(b)) &&
	       !pyinspect_thread_exception(a, 0) && !pyinspect_thread_exception(b, 0) &&
	       !pyinspect_thread_problem(a, 0) && !pyinspect_thread_problem(b, 0);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return (hash ^ word) * UINT64_C(0x100000001b3);
}

/* Threads that do the same mostly differ in what they do it with. */
static uint64_t mix_variables(uint64_t hash, const struct pyinspect_frame *frame)
{
	const struct pyinspect_value *value;
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i)); i++)
		for (const char *c = pyinspect_value_text(value); c && *c; c++)
			hash = mix(hash, (unsigned char)*c);
	return hash;
}

/* Of what differs most: the lines, and the variables. */
static uint64_t hash_thread(const struct pyinspect_thread *thread)
{
	const struct pyinspect_frame *frame;
	uint64_t hash = (uint64_t)pyinspect_thread_state(thread);
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++)
		hash = mix_variables(mix(hash, (uint32_t)pyinspect_frame_line(frame)),
				     frame);
	return hash ^ hash >> 32;
}

/* Groups by hash; each bucket is a list. */
struct grouping {
	struct thread_group *groups;
	size_t count;
	struct thread_group **buckets;
	/** A power of two. */
	size_t bucket_count;
};

/* The thread's group, a new one if there is none like it. */
static struct thread_group *find_group(struct grouping *grouping,
				       const struct pyinspect_thread *thread)
{
	struct thread_group **bucket =
		&grouping->buckets[hash_thread(thread) & (grouping->bucket_count - 1)];
	for (struct thread_group *group = *bucket; group; group = group->next)
		if (same_heading(group->threads[0], thread) &&
		    same_stack(group->threads[0], thread))
			return group;
	struct thread_group *group = &grouping->groups[grouping->count++];
	group->next = *bucket;
	*bucket = group;
	return group;
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

static bool make(struct grouping *grouping, const struct pyinspect_interpreter *interpreter)
{
	const struct pyinspect_thread *thread;
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++)
		if (!add(find_group(grouping, thread), thread))
			return false;
	return true;
}

size_t thread_groups_make(const struct pyinspect_interpreter *interpreter,
			  struct thread_group **groups_ret)
{
	size_t threads = 0;
	struct grouping grouping = {.bucket_count = 1};
	while (pyinspect_interpreter_thread(interpreter, threads))
		threads++;
	while (grouping.bucket_count < threads)
		grouping.bucket_count *= 2;
	grouping.groups = calloc(threads + 1, sizeof(*grouping.groups));
	grouping.buckets = calloc(grouping.bucket_count, sizeof(*grouping.buckets));
	bool whole = grouping.groups && grouping.buckets && make(&grouping, interpreter);
	free(grouping.buckets);
	if (!whole) {
		thread_groups_free(grouping.groups, grouping.count);
		return 0;
	}
	*groups_ret = grouping.groups;
	return grouping.count;
}

void thread_groups_free(struct thread_group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(groups[i].threads);
	free(groups);
}
