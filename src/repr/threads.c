/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads, processes, and what runs in them: Lib/threading.py, Lib/multiprocessing/
 * process.py, Lib/concurrent/futures/. */
#include "object/unicode.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/locks.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* _ThreadHandle: a pointer to ThreadHandle. CPython: Modules/_threadmodule.c, 3.13 to
 * 3.15; thread_is_exiting is set when the thread is done with Python. */
#define HANDLE_IS_EXITING 57

static bool is_done(struct repr *repr, uint64_t thread)
{
	bool locked = true;
	uint64_t handle =
		lookup_attribute_any(repr, thread, "_os_thread_handle", "_handle");
	uint64_t exiting = 0;
	if (handle && member_try(repr, handle, 0, 8, &handle) && handle)
		return memory_try(repr->view->memory, handle + HANDLE_IS_EXITING, &exiting,
				  1) &&
		       (exiting & 1);
	/* To 3.12 the flag is set when somebody asks; before that, the end of the thread
	 * releases its lock. */
	uint64_t lock = lookup_attribute(repr, thread, "_tstate_lock");
	if (lock && !lookup_is_none(repr, lock) && lock_is_locked(repr, lock, &locked) &&
	    !locked)
		return true;
	return lookup_is_true(repr, lookup_attribute_any(repr, thread, "_is_stopped",
							 "_Thread__stopped"));
}

static const char *state_of(struct repr *repr, uint64_t thread)
{
	uint64_t event = lookup_attribute_any(repr, thread, "_started", "_Thread__started");
	if (!event || !lookup_is_true(repr, lookup_attribute_any(repr, event, "_flag",
								 "_Event__flag")))
		return " not started";
	return is_done(repr, thread) ? " stopped" : " started";
}

static struct pyinspect_error *format_thread(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	const struct dialect *dialect = repr->view->layout->dialect;
	int64_t ident;
	describe_class(repr, class);
	printer_text(&repr->printer, " ");
	describe_try_str(repr, lookup_attribute(repr, object, dialect->thread_name));
	printer_text(&repr->printer, state_of(repr, object));
	if (lookup_is_true(repr, lookup_attribute(repr, object, dialect->thread_daemon)))
		printer_text(&repr->printer, ", daemon");
	if (lookup_integer(repr, lookup_attribute(repr, object, dialect->thread_ident),
			   &ident))
		printer_printf(&repr->printer, ", ident %lld", (long long)ident);
	printer_text(&repr->printer, ">");
	return NULL;
}

static struct pyinspect_error *format_process(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	int64_t number;
	uint64_t started = lookup_attribute(repr, object, "_popen");
	describe_class(repr, class);
	printer_text(&repr->printer, " ");
	describe_try_str(repr, lookup_attribute(repr, object, "_name"));
	if (!started || lookup_is_none(repr, started))
		printer_text(&repr->printer, " not started");
	else if (lookup_integer(repr, lookup_attribute(repr, started, "returncode"),
				&number))
		printer_printf(&repr->printer, " ended with %lld", (long long)number);
	else
		printer_text(&repr->printer, " started");
	if (started &&
	    lookup_integer(repr, lookup_attribute(repr, started, "pid"), &number))
		printer_printf(&repr->printer, ", pid %lld", (long long)number);
	printer_text(&repr->printer, ">");
	return NULL;
}

static struct pyinspect_error *format_future(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	uint64_t state = lookup_attribute(repr, object, "_state");
	uint64_t exception = lookup_attribute(repr, object, "_exception");
	bool failed = exception && !lookup_is_none(repr, exception);
	describe_class(repr, class);
	printer_text(&repr->printer, " ");
	describe_try_str(repr, state);
	describe_address(repr, object);
	if (!state || !unicode_equals(repr->view, state, "FINISHED"))
		printer_text(&repr->printer, ">");
	else
		describe_inner(repr, object,
			       failed ? exception
				      : lookup_attribute(repr, object, "_result"),
			       failed ? ", exception " : ", result ", ">");
	return NULL;
}

static struct pyinspect_error *format_executor(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint64_t threads = lookup_attribute(repr, object, "_threads"), count;
	int64_t maximum;
	describe_class(repr, class);
	if (threads && lookup_count(repr, threads, &count))
		printer_printf(&repr->printer, " %llu", (unsigned long long)count);
	if (lookup_integer(repr, lookup_attribute(repr, object, "_max_workers"), &maximum))
		printer_printf(&repr->printer, " of %lld threads", (long long)maximum);
	describe_address(repr, object);
	if (lookup_is_true(repr, lookup_attribute(repr, object, "_shutdown")))
		printer_text(&repr->printer, ", shut down");
	/* It holds how many entries wait. */
	describe_inner(repr, object, lookup_attribute(repr, object, "_work_queue"), ", ",
		       ">");
	return NULL;
}

const struct formatter thread_classes[] = {
	{.name = "threading.Thread", .format = format_thread},
	{.name = "multiprocessing.process.BaseProcess", .format = format_process},
	{.name = "multiprocessing.process.Process", .format = format_process},
	{.name = "concurrent.futures._base.Future", .format = format_future},
	{.name = "concurrent.futures.thread.ThreadPoolExecutor", .format = format_executor},
	{0},
};
