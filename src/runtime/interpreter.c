/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "runtime/gil.h"
#include "runtime/runtime.h"

/* A member that a version may lack; 0 then, and where it can't be read. */
static uint64_t optional(const struct view *view, uint64_t address, enum field field)
{
	uint64_t value = 0;
	view_try(view, address, field, &value);
	return value;
}

/* The code of a function or of a bound method; 0 for anything else callable. */
static uint64_t code_of(const struct view *view, uint64_t callable)
{
	char name[16];
	uint64_t type, flags, function = callable, code = 0;
	cleanup_error struct pyinspect_error *error =
		view_type(view, callable, &type, &flags);
	if (!error)
		error = view_type_name(view, type, name, sizeof(name));
	if (!error && strcmp(name, "method") == 0)
		error = view_read(view, callable, FIELD_METHOD_FUNCTION, &function);
	else if (!error && strcmp(name, "function") != 0)
		return 0;
	if (!error)
		error = view_read(view, function, FIELD_FUNCTION_CODE, &code);
	return error ? 0 : code;
}

static void read_callbacks(const struct view *view, uint64_t gc,
			   struct raw_interpreter *interpreter)
{
	uint64_t list, items, count, callable;
	if (!view_try(view, gc, FIELD_GC_CALLBACKS, &list) ||
	    !view_is(view, list, TYPE_FLAG_LIST) ||
	    !view_try(view, list, FIELD_VAR_SIZE, &count) ||
	    !view_try(view, list, FIELD_LIST_ITEMS, &items))
		return;
	for (uint64_t i = 0; i < count && i < CALLBACKS_MAX; i++)
		if (memory_try(view->memory, items + i * 8, &callable, 8))
			interpreter->callback_codes[interpreter->callback_count++] =
				code_of(view, callable);
}

/* The collector's state: in the interpreter, in the runtime, or a static variable. */
static void read_collector(const struct runtime *runtime,
			   struct raw_interpreter *interpreter)
{
	const struct layout *layout = &runtime->layout;
	const struct view *view = &runtime->view;
	uint64_t gc = 0, collecting = 0;
	bool known;
	if (layout_has(layout, FIELD_INTERPRETER_GC))
		gc = interpreter->address + layout_at(layout, FIELD_INTERPRETER_GC);
	else if (layout_has(layout, FIELD_RUNTIME_GC) && runtime->address)
		gc = runtime->address + layout_at(layout, FIELD_RUNTIME_GC);
	if (gc)
		known = view_try(view, gc, FIELD_GC_COLLECTING, &collecting);
	else
		known = runtime->collecting_pointer &&
			memory_try(view->memory, runtime->collecting_pointer, &collecting,
				   4);
	interpreter->collecting = !known            ? PYINSPECT_UNKNOWN
				  : collecting == 1 ? PYINSPECT_YES
						    : PYINSPECT_NO;
	if (!gc || collecting != 1)
		return;
	interpreter->collecting_frame = optional(view, gc, FIELD_GC_FRAME);
	read_callbacks(view, gc, interpreter);
}

static struct raw_interpreter read_interpreter(const struct runtime *runtime,
					       uint64_t address, uint64_t main)
{
	const struct view *view = &runtime->view;
	struct raw_interpreter interpreter = {
		.address = address,
		.id = (int64_t)optional(view, address, FIELD_INTERPRETER_ID),
		.is_main = address == main,
		.is_finalizing = optional(view, address, FIELD_INTERPRETER_FINALIZING) != 0,
		.modules = optional(view, address, FIELD_INTERPRETER_MODULES),
	};
	if (interpreter.is_main && runtime->address)
		interpreter.is_finalizing |=
			optional(view, runtime->address, FIELD_RUNTIME_FINALIZING) != 0;
	gil_read(runtime, &interpreter);
	read_collector(runtime, &interpreter);
	return interpreter;
}

void raw_interpreters_deinit(struct raw_interpreters *interpreters)
{
	for (size_t i = 0; i < interpreters->count; i++)
		free(interpreters->items[i].gil_waiters.items);
	free(interpreters->items);
	*interpreters = (struct raw_interpreters){0};
}

/* The list is newest first; the main interpreter is its last one, where nobody says. */
static uint64_t main_interpreter(const struct runtime *runtime,
				 const struct raw_interpreters *list)
{
	uint64_t main = 0;
	if (runtime->address)
		main = optional(&runtime->view, runtime->address,
				FIELD_RUNTIME_INTERPRETERS_MAIN);
	return main || !list->count ? main : list->items[list->count - 1].address;
}

static struct pyinspect_error *list_addresses(const struct runtime *runtime,
					      struct raw_interpreters *ret)
{
	uint64_t address, next, marker = 0;
	struct pyinspect_error *error =
		memory_read_u64(runtime->view.memory, runtime->head_pointer, &address);
	while (!error && address) {
		/* Brent: the marker moves to every power of two, and a cycle meets it. */
		if (address == marker || ret->count == INTERPRETERS_MAX)
			return error_at(PYINSPECT_ERROR_BAD_DATA, address, "it has no end");
		error = view_read(&runtime->view, address, FIELD_INTERPRETER_NEXT, &next);
		if (error)
			break;
		if (!array_push(ret, (struct raw_interpreter){.address = address}))
			return &error_no_memory;
		if ((ret->count & (ret->count - 1)) == 0)
			marker = address;
		address = next;
	}
	return error;
}

struct pyinspect_error *interpreters_list(const struct runtime *runtime,
					  struct raw_interpreters *ret)
{
	struct pyinspect_error *error = list_addresses(runtime, ret);
	uint64_t main = main_interpreter(runtime, ret);
	for (size_t i = 0; i < ret->count / 2; i++) {
		struct raw_interpreter *other = &ret->items[ret->count - 1 - i];
		struct raw_interpreter swap = ret->items[i];
		ret->items[i] = *other;
		*other = swap;
	}
	for (size_t i = 0; i < ret->count; i++)
		ret->items[i] = read_interpreter(runtime, ret->items[i].address, main);
	return error ? error_context(error, "list of interpreters") : NULL;
}
