/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "runtime/exception.h"
#include "stack/stack.h"

/* Tracebacks are as deep as stacks; such a recursion's is shown in part anyway. */
#define ENTRIES_MAX ((size_t)1 << 20)

static bool walk(struct stack_reader *reader, uint64_t address, struct stack *stack)
{
	while (address && !stack->error && stack->count < ENTRIES_MAX) {
		struct raw_traceback entry;
		stack->error = traceback_read(&reader->runtime->view, address, &entry);
		if (stack->error)
			break;
		struct stack_frame frame = {
			.address = entry.frame,
			.code_address = entry.code,
			.globals = entry.globals,
			.offset = entry.offset,
			.owner = PYINSPECT_OWNER_THREAD,
		};
		if (!array_push(stack, frame))
			return false;
		address = entry.next;
	}
	if (address && !stack->error)
		stack->error = error_at(PYINSPECT_ERROR_BAD_DATA, address,
					"the traceback has no end");
	return true;
}

/* It begins with the outermost one; stacks don't. */
static void turn(struct stack *stack)
{
	for (size_t i = 0; i < stack->count / 2; i++) {
		struct stack_frame swap = stack->items[i];
		stack->items[i] = stack->items[stack->count - 1 - i];
		stack->items[stack->count - 1 - i] = swap;
	}
}

static void elide(struct stack *stack, uint32_t max_frames)
{
	stack->total = stack->count;
	if (!max_frames || stack->count <= max_frames)
		return;
	size_t head = (max_frames + 1) / 2, tail = max_frames - head;
	memmove(stack->items + head, stack->items + stack->count - tail,
		tail * sizeof(*stack->items));
	stack->omitted = stack->count - max_frames;
	stack->omitted_after = head;
	stack->count = max_frames;
}

bool stack_read_traceback(struct stack_reader *reader, uint64_t traceback,
			  struct stack *ret)
{
	struct stack stack = {0};
	bool memory = walk(reader, traceback, &stack);
	turn(&stack);
	elide(&stack, reader->max_frames);
	if (!memory || !stack_resolve(reader, &stack)) {
		stack_deinit(&stack);
		return false;
	}
	*ret = stack;
	return true;
}
