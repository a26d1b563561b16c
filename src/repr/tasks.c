/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks and futures of asyncio in C: Modules/_asynciomodule.c, FutureObj, TaskObj. */
#include "base/error.h"
#include "object/unicode.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/generators.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* The members stand elsewhere in nearly each version; the space of all of them tells
 * which form it is. All are counted from the end of PyObject; 0 is none. */
struct future_form {
	uint8_t space, state, exception, result;
	/** Of a task. */
	uint8_t waiter, coroutine, name;
};

static const struct future_form tasks[] = {
	{0x60, 0x28, 0x10, 0x18, 0x48, 0x50, 0},    /* 3.6 */
	{0x78, 0x38, 0x20, 0x28, 0x58, 0x60, 0},    /* 3.7 */
	{0x80, 0x38, 0x20, 0x28, 0x58, 0x60, 0x68}, /* 3.8; 3.13: see below */
	{0xa8, 0x40, 0x20, 0x28, 0x80, 0x88, 0x90}, /* 3.9 */
	{0xb0, 0x48, 0x20, 0x30, 0x88, 0x90, 0x98}, /* 3.10 */
	{0xa0, 0x48, 0x20, 0x30, 0x70, 0x78, 0x80}, /* 3.11, 3.12 */
	{0x98, 0x58, 0x20, 0x30, 0x68, 0x70, 0x78}, /* 3.14, 3.15 */
	{0},
};
/* 3.13's are as large as 3.8's; but its type is made at run time. */
static const struct future_form task_13 = {0x80, 0x50, 0x20, 0x30, 0x60, 0x68, 0x70};

static const struct future_form futures[] = {
	{0x48, 0x28, 0x10, 0x18, 0, 0, 0}, /* 3.6 */
	{0x58, 0x38, 0x20, 0x28, 0, 0, 0}, /* 3.7, 3.8; 3.13: see below */
	{0x80, 0x40, 0x20, 0x28, 0, 0, 0}, /* 3.9 */
	{0x88, 0x48, 0x20, 0x30, 0, 0, 0}, /* 3.10 */
	{0x70, 0x48, 0x20, 0x30, 0, 0, 0}, /* 3.11, 3.12 */
	{0x60, 0x58, 0x20, 0x30, 0, 0, 0}, /* 3.14, 3.15 */
	{0},
};
static const struct future_form future_13 = {0x58, 0x50, 0x20, 0x30, 0, 0, 0};

static const struct future_form *form_of(const struct repr *repr, const struct class *class,
					 const struct future_form *forms,
					 const struct future_form *heap_form)
{
	uint64_t space = member_space(repr, class);
	if (class->base->is_heap && space == heap_form->space)
		return heap_form;
	for (; forms->space; forms++)
		if (forms->space == space)
			return forms;
	return NULL;
}

/* fut_state. */
enum future_state { FUTURE_PENDING, FUTURE_CANCELLED, FUTURE_FINISHED };

static const char *const state_names[] = {
	[FUTURE_PENDING] = "pending",
	[FUTURE_CANCELLED] = "cancelled",
	[FUTURE_FINISHED] = "finished",
};

/* What came out of it, or what it waits for. */
static void write_outcome(struct repr *repr, uint64_t object,
			  const struct future_form *form, uint64_t state)
{
	uint64_t inner = 0;
	const char *before = ", exception ";
	if (state == FUTURE_FINISHED &&
	    (!member_try(repr, object, form->exception, 8, &inner) || !inner)) {
		before = ", result ";
		member_try(repr, object, form->result, 8, &inner);
	} else if (state == FUTURE_PENDING && form->waiter) {
		before = ", waits for ";
		member_try(repr, object, form->waiter, 8, &inner);
	}
	if (inner)
		describe_inner(repr, object, inner, before, ">");
	else
		printer_text(&repr->printer, ">");
}

/* A str; or an int that stands for Task-n until somebody asks (from 3.12). */
static void write_task_name(struct repr *repr, uint64_t object,
			    const struct future_form *form)
{
	uint64_t name;
	int64_t number;
	if (!form->name || !member_try(repr, object, form->name, 8, &name) || !name)
		return;
	printer_text(&repr->printer, " ");
	if (view_is(repr->view, name, TYPE_FLAG_UNICODE))
		describe_try_str(repr, name);
	else if (lookup_integer(repr, name, &number))
		printer_printf(&repr->printer, "Task-%lld", (long long)number);
}

static struct pyinspect_error *write_future(struct repr *repr, uint64_t object,
					    const struct class *class,
					    const struct future_form *form)
{
	uint64_t state, coroutine;
	if (!form)
		return error_at(PYINSPECT_ERROR_UNSUPPORTED, object,
				"it is of no form that is known");
	struct pyinspect_error *error = member_read(repr, object, form->state, 4, &state);
	if (!error && state > FUTURE_FINISHED)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object, "its state is %llu",
				 (unsigned long long)state);
	if (error)
		return error;
	describe_class(repr, class);
	write_task_name(repr, object, form);
	printer_printf(&repr->printer, " %s", state_names[state]);
	if (!form->coroutine)
		describe_address(repr, object);
	else if (member_try(repr, object, form->coroutine, 8, &coroutine) && coroutine) {
		printer_text(&repr->printer, ", coro");
		if (!generator_write(repr, coroutine))
			describe_address(repr, coroutine);
	}
	write_outcome(repr, object, form, state);
	return NULL;
}

static struct pyinspect_error *format_task(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	return write_future(repr, object, class, form_of(repr, class, tasks, &task_13));
}

static struct pyinspect_error *format_future(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	return write_future(repr, object, class, form_of(repr, class, futures, &future_13));
}

const struct formatter task_formatters[] = {
	/* Their repr() is made by functions in Python. */
	{.name = "_asyncio.Task", .format = format_task, .is_custom = true},
	{.name = "_asyncio.Future", .format = format_future, .is_custom = true},
	{0},
};
