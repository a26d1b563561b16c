/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What threads and tasks wait for each other with: Lib/threading.py, Lib/queue.py,
 * Lib/asyncio/locks.py, queues.py, and Modules/_queuemodule.c. Attributes are those of
 * 3.6 to 3.15, and the mangled ones of 2.7.
 */
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

static void write_waiting(struct repr *repr, uint64_t waiters)
{
	uint64_t count;
	if (waiters && lookup_count(repr, waiters, &count) && count)
		printer_printf(&repr->printer, ", %llu waiting", (unsigned long long)count);
}

static void write_state(struct repr *repr, uint64_t object, const struct class *class,
			const char *state)
{
	describe_class(repr, class);
	printer_printf(&repr->printer, " %s", state);
	describe_address(repr, object);
}

/* Of threading and of asyncio. */
static struct pyinspect_error *format_condition(struct repr *repr, uint64_t object,
						const struct class *class)
{
	describe_class(repr, class);
	describe_address(repr, object);
	write_waiting(repr, lookup_attribute_any(repr, object, "_waiters",
						 "_Condition__waiters"));
	describe_inner(repr, object,
		       lookup_attribute_any(repr, object, "_lock", "_Condition__lock"),
		       ", ", ">");
	return NULL;
}

static struct pyinspect_error *format_event(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t flag = lookup_attribute_any(repr, object, "_flag", "_Event__flag");
	uint64_t condition = lookup_attribute_any(repr, object, "_cond", "_Event__cond");
	write_state(repr, object, class, lookup_is_true(repr, flag) ? "set" : "not set");
	if (condition)
		write_waiting(repr, lookup_attribute_any(repr, condition, "_waiters",
							 "_Condition__waiters"));
	printer_text(&repr->printer, ">");
	return NULL;
}

static struct pyinspect_error *format_semaphore(struct repr *repr, uint64_t object,
						const struct class *class)
{
	int64_t value, initial;
	uint64_t condition =
		lookup_attribute_any(repr, object, "_cond", "_Semaphore__cond");
	describe_class(repr, class);
	if (lookup_integer(
		    repr, lookup_attribute_any(repr, object, "_value", "_Semaphore__value"),
		    &value))
		printer_printf(&repr->printer, " value %lld", (long long)value);
	if (lookup_integer(repr, lookup_attribute(repr, object, "_initial_value"),
			   &initial))
		printer_printf(&repr->printer, " of %lld", (long long)initial);
	describe_address(repr, object);
	if (condition)
		write_waiting(repr, lookup_attribute_any(repr, condition, "_waiters",
							 "_Condition__waiters"));
	else
		write_waiting(repr, lookup_attribute(repr, object, "_waiters"));
	printer_text(&repr->printer, ">");
	return NULL;
}

/* _state: 0 filling, 1 draining, -1 resetting, -2 broken. */
#define BARRIER_BROKEN (-2)

static struct pyinspect_error *format_barrier(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	int64_t parties, count = 0, state = 0;
	lookup_integer(repr, lookup_attribute(repr, object, "_state"), &state);
	lookup_integer(repr, lookup_attribute(repr, object, "_count"), &count);
	describe_class(repr, class);
	if (state == BARRIER_BROKEN)
		printer_text(&repr->printer, " broken");
	printer_printf(&repr->printer, " %lld", (long long)count);
	if (lookup_integer(repr, lookup_attribute(repr, object, "_parties"), &parties))
		printer_printf(&repr->printer, " of %lld", (long long)parties);
	printer_text(&repr->printer, " waiting");
	describe_end(repr, object);
	return NULL;
}

static void write_entries(struct repr *repr, uint64_t entries)
{
	uint64_t count;
	if (entries && lookup_count(repr, entries, &count))
		printer_printf(&repr->printer, " of %llu entr%s", (unsigned long long)count,
			       count == 1 ? "y" : "ies");
}

/* Of queue and of asyncio. */
static struct pyinspect_error *format_queue(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	int64_t maximum, unfinished;
	describe_class(repr, class);
	write_entries(repr, lookup_attribute_any(repr, object, "queue", "_queue"));
	describe_address(repr, object);
	if (lookup_integer(repr, lookup_attribute_any(repr, object, "maxsize", "_maxsize"),
			   &maximum) &&
	    maximum > 0)
		printer_printf(&repr->printer, ", maxsize %lld", (long long)maximum);
	if (lookup_integer(repr,
			   lookup_attribute_any(repr, object, "unfinished_tasks",
						"_unfinished_tasks"),
			   &unfinished) &&
	    unfinished > 0)
		printer_printf(&repr->printer, ", %lld unfinished", (long long)unfinished);
	printer_text(&repr->printer, ">");
	return NULL;
}

/* {lock, locked, lst, lst_pos, weakreflist} to 3.12; then {has_threads_waiting, {items,
 * items_cap, get_idx, put_idx, num_items}, weakreflist}. */
#define SIMPLE_QUEUE_LIST_SPACE 40

static struct pyinspect_error *format_simple_queue(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	uint64_t count, list, first;
	struct pyinspect_error *error;
	if (member_space(repr, class) != SIMPLE_QUEUE_LIST_SPACE)
		error = member_read(repr, object, 40, 8, &count);
	else {
		error = member_read(repr, object, 16, 8, &list);
		if (!error)
			error = member_read(repr, object, 24, 8, &first);
		if (!error)
			error = view_read(repr->view, list, FIELD_VAR_SIZE, &count);
		if (!error)
			count -= first;
	}
	if (error)
		return error;
	describe_class(repr, class);
	printer_printf(&repr->printer, " of %llu entr%s", (unsigned long long)count,
		       count == 1 ? "y" : "ies");
	describe_end(repr, object);
	return NULL;
}

static struct pyinspect_error *format_task_lock(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t locked = lookup_attribute(repr, object, "_locked");
	write_state(repr, object, class,
		    lookup_is_true(repr, locked) ? "locked" : "unlocked");
	write_waiting(repr, lookup_attribute(repr, object, "_waiters"));
	printer_text(&repr->printer, ">");
	return NULL;
}

static struct pyinspect_error *format_task_event(struct repr *repr, uint64_t object,
						 const struct class *class)
{
	uint64_t value = lookup_attribute(repr, object, "_value");
	write_state(repr, object, class, lookup_is_true(repr, value) ? "set" : "not set");
	write_waiting(repr, lookup_attribute(repr, object, "_waiters"));
	printer_text(&repr->printer, ">");
	return NULL;
}

const struct formatter synchronization_formatters[] = {
	{.name = "_queue.SimpleQueue", .format = format_simple_queue},
	{0},
};

const struct formatter synchronization_classes[] = {
	{.name = "threading.Condition", .format = format_condition},
	{.name = "threading._Condition", .format = format_condition},
	{.name = "threading.Event", .format = format_event},
	{.name = "threading._Event", .format = format_event},
	{.name = "threading.Semaphore", .format = format_semaphore},
	{.name = "threading._Semaphore", .format = format_semaphore},
	{.name = "threading.BoundedSemaphore", .format = format_semaphore},
	{.name = "threading._BoundedSemaphore", .format = format_semaphore},
	{.name = "threading.Barrier", .format = format_barrier},
	{.name = "queue.Queue", .format = format_queue},
	{.name = "asyncio.queues.Queue", .format = format_queue},
	{.name = "asyncio.locks.Lock", .format = format_task_lock},
	{.name = "asyncio.locks.Event", .format = format_task_event},
	{.name = "asyncio.locks.Condition", .format = format_condition},
	{.name = "asyncio.locks.Semaphore", .format = format_semaphore},
	{0},
};
