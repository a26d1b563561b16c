/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks of C: Modules/_threadmodule.c, Modules/_multiprocessing/semaphore.c. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/locks.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* Space of a lock's members, which tells its form. */
enum lock_space {
	/** A PyMutex: bit 0 is set while it is locked. */
	LOCK_SPACE_MUTEX = 8,
	/** 2.7: lock_lock, a semaphore, whose value is 0 while it is locked. */
	LOCK_SPACE_SEMAPHORE = 16,
	/** lock_lock, in_weakreflist, locked. */
	LOCK_SPACE_BYTE = 24,
};

static struct pyinspect_error *read_lock(const struct repr *repr, uint64_t object,
					 const struct class *class, bool *ret)
{
	uint64_t value;
	struct pyinspect_error *error;
	switch (member_space(repr, class)) {
	case LOCK_SPACE_MUTEX:
		error = member_read(repr, object, 0, 1, &value);
		break;
	case LOCK_SPACE_BYTE:
		error = member_read(repr, object, 16, 1, &value);
		break;
	case LOCK_SPACE_SEMAPHORE:
		error = member_read(repr, object, 0, 8, &value);
		if (!error)
			error = memory_read_unsigned(repr->view->memory, value, 4, &value);
		if (!error)
			value = !value;
		break;
	default:
		return error_at(PYINSPECT_ERROR_UNSUPPORTED, object,
				"it is no lock of a form that is known");
	}
	if (!error)
		*ret = value & 1;
	return error;
}

bool lock_is_locked(struct repr *repr, uint64_t object, bool *ret)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	if (!error)
		error = read_lock(repr, object, class, ret);
	return !error;
}

static struct pyinspect_error *format_lock(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	bool locked;
	struct pyinspect_error *error = read_lock(repr, object, class, &locked);
	if (error)
		return error;
	describe_class(repr, class);
	printer_text(&repr->printer, locked ? " locked" : " unlocked");
	describe_end(repr, object);
	return NULL;
}

static void write_rlock(struct repr *repr, uint64_t object, const struct class *class,
			uint64_t owner, uint64_t count)
{
	describe_class(repr, class);
	printer_text(&repr->printer, count ? " locked" : " unlocked");
	describe_address(repr, object);
	if (count)
		printer_printf(&repr->printer, ", owner %llu, count %llu",
			       (unsigned long long)owner, (unsigned long long)count);
	printer_text(&repr->printer, ">");
}

static struct pyinspect_error *format_rlock(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	const struct view *view = repr->view;
	/* CPython: _PyRecursiveMutex counts from 0 what comes on top of the first. */
	bool is_recursive = layout_has(view->layout, FIELD_RLOCK_RECURSIVE_OWNER);
	uint64_t owner, count;
	struct pyinspect_error *error = view_read(
		view, object,
		is_recursive ? FIELD_RLOCK_RECURSIVE_OWNER : FIELD_RLOCK_OWNER, &owner);
	if (!error)
		error = view_read(view, object,
				  is_recursive ? FIELD_RLOCK_LEVEL : FIELD_RLOCK_COUNT,
				  &count);
	if (error)
		return error;
	if (is_recursive)
		count = owner ? count + 1 : 0;
	write_rlock(repr, object, class, owner, count);
	return NULL;
}

/* threading._RLock: the RLock of 2.7, and what stands in for C's. */
static struct pyinspect_error *format_python_rlock(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	int64_t owner = 0, count = 0;
	lookup_integer(repr, lookup_attribute_any(repr, object, "_owner", "_RLock__owner"),
		       &owner);
	lookup_integer(repr, lookup_attribute_any(repr, object, "_count", "_RLock__count"),
		       &count);
	write_rlock(repr, object, class, (uint64_t)owner, (uint64_t)count);
	return NULL;
}

/* sem_t begins with its value, in glibc and in musl. */
static struct pyinspect_error *read_semaphore(const struct repr *repr, uint64_t object,
					      uint64_t *ret)
{
	uint64_t handle;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &handle);
	return error ? error : memory_read_unsigned(repr->view->memory, handle, 4, ret);
}

static struct pyinspect_error *format_semlock(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t value;
	struct pyinspect_error *error = read_semaphore(repr, object, &value);
	if (error)
		return error;
	describe_class(repr, class);
	printer_printf(&repr->printer, " value %llu", (unsigned long long)value);
	describe_end(repr, object);
	return NULL;
}

/* multiprocessing.Lock, RLock, Semaphore: a SemLock of C in an attribute. */
static struct pyinspect_error *format_shared_lock(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	uint64_t value = 0, semlock = lookup_attribute(repr, object, "_semlock");
	struct pyinspect_error *error =
		semlock ? read_semaphore(repr, semlock, &value)
			: error_create(PYINSPECT_ERROR_BAD_DATA, "it has no _semlock");
	if (error)
		return error;
	bool is_lock = !strstr(class->base->qualname, "Semaphore");
	describe_class(repr, class);
	if (is_lock)
		printer_text(&repr->printer, value ? " unlocked" : " locked");
	else
		printer_printf(&repr->printer, " value %llu", (unsigned long long)value);
	describe_end(repr, object);
	return NULL;
}

const struct formatter lock_formatters[] = {
	{.name = "_thread.lock", .format = format_lock},
	{.name = "thread.lock", .format = format_lock},
	{.name = "_thread.RLock", .format = format_rlock},
	{.name = "_multiprocessing.SemLock", .format = format_semlock},
	{0},
};

const struct formatter lock_classes[] = {
	{.name = "threading._RLock", .format = format_python_rlock},
	{.name = "multiprocessing.synchronize.Lock", .format = format_shared_lock},
	{.name = "multiprocessing.synchronize.RLock", .format = format_shared_lock},
	{.name = "multiprocessing.synchronize.Semaphore", .format = format_shared_lock},
	{.name = "multiprocessing.synchronize.BoundedSemaphore",
	 .format = format_shared_lock},
	{0},
};
