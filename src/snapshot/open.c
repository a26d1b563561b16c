/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "modules/loaded.h"
#include "snapshot/past.h"
#include "target/core.h"
#include "target/process.h"

static size_t read_callbacks(void *context, uint64_t address, void *buffer, size_t size)
{
	struct pyinspect_target *target = context;
	return target->callbacks.read(target->context, address, buffer, size);
}

static uint64_t symbol_callbacks(void *context, const char *name)
{
	struct pyinspect_target *target = context;
	return target->callbacks.symbol(target->context, name);
}

static uint64_t auxiliary_callbacks(void *context, uint64_t type)
{
	struct pyinspect_target *target = context;
	return target->callbacks.auxiliary
		       ? target->callbacks.auxiliary(target->context, type)
		       : 0;
}

static bool futex_callbacks(void *context, uint64_t ident, uint64_t *address_ret)
{
	struct pyinspect_target *target = context;
	return target->callbacks.futex &&
	       target->callbacks.futex(target->context, ident, address_ret);
}

static const struct target_ops callbacks_ops = {
	.read = read_callbacks,
	.symbol = symbol_callbacks,
	.auxiliary = auxiliary_callbacks,
	.futex = futex_callbacks,
};

struct target *target_create(const struct target_ops *ops, void *context,
			     struct process *process)
{
	struct target *target = calloc(1, sizeof(*target));
	if (!target)
		return NULL;
	target->ops = ops;
	target->context = context;
	target->process = process;
	memory_init(&target->memory, ops->read, ops->read_many, context);
	return target;
}

void target_destroy(struct target *target)
{
	if (!target)
		return;
	if (target->past)
		past_clear(target->past);
	free(target->past);
	memory_deinit(&target->memory);
	process_close(target->process);
	core_close(target->core);
	free(target);
}

struct target *target_again(const struct target *target, const struct reading *stuck)
{
	struct process *process = process_duplicate(target->process);
	struct target *again =
		process ? target_create(target->ops, process, process) : NULL;
	if (!again) {
		process_close(process);
		return NULL;
	}
	process->care.was_stuck = true;
	memcpy(&process->care.stuck, stuck, sizeof(*stuck));
	again->memory.deadline = target->memory.deadline;
	return again;
}

static struct pyinspect_target *create(const struct target_ops *ops,
				       struct process *process)
{
	struct pyinspect_target *target = calloc(1, sizeof(*target));
	if (!target)
		return NULL;
	target->target =
		target_create(ops, process ? (void *)process : (void *)target, process);
	if (target->target)
		return target;
	free(target);
	return NULL;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_process(
	pid_t pid, struct pyinspect_target **target_ret)
{
	struct process *process;
	struct pyinspect_error *error = process_open(pid, &process);
	if (error)
		return error;
	struct pyinspect_target *target = create(&process_ops, process);
	if (!target) {
		process_close(process);
		return &error_no_memory;
	}
	*target_ret = target;
	return NULL;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_callbacks(
	const struct pyinspect_callbacks *callbacks, void *context,
	struct pyinspect_target **target_ret)
{
	size_t least = offsetof(struct pyinspect_callbacks, auxiliary);
	if (callbacks->size < least || !callbacks->read || !callbacks->symbol)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "struct pyinspect_callbacks is not filled");
	struct pyinspect_target *target = create(&callbacks_ops, NULL);
	if (!target)
		return &error_no_memory;
	memcpy(&target->callbacks, callbacks,
	       callbacks->size < sizeof(*callbacks) ? callbacks->size : sizeof(*callbacks));
	target->context = context;
	*target_ret = target;
	return NULL;
}

PYINSPECT_EXPORT void pyinspect_target_close(struct pyinspect_target *target)
{
	if (!target)
		return;
	target_destroy(target->target);
	free(target);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open_core(
	const char *path, const struct pyinspect_core_options *options,
	struct pyinspect_target **target_ret)
{
	struct pyinspect_core_options used = {0};
	if (options)
		memcpy(&used, options,
		       options->size < sizeof(used) ? options->size : sizeof(used));
	struct unpack_progress progress = {used.progress, used.context};
	struct core *core = NULL;
	struct pyinspect_error *error =
		core_open(path, used.progress ? &progress : NULL, &core);
	if (!error && !core->ranges.count)
		error = loaded_find(core);
	if (error) {
		core_close(core);
		return error;
	}
	struct pyinspect_target *target = calloc(1, sizeof(*target));
	if (target)
		target->target = target_create(core->ranges.count ? &core_ops
								  : &core_ops_without_files,
					       core, NULL);
	if (!target || !target->target) {
		free(target);
		core_close(core);
		return &error_no_memory;
	}
	target->target->core = core;
	*target_ret = target;
	return NULL;
}

static struct pyinspect_error *open_number(const char *word, struct pyinspect_target **ret)
{
	errno = 0;
	unsigned long pid = strtoul(word, NULL, 10);
	if (errno || pid > INT32_MAX || pid == 0)
		return error_create(PYINSPECT_ERROR_NO_TARGET,
				    "there is no process %s: no process id is that %s",
				    word, pid ? "large" : "small");
	return pyinspect_target_open_process((pid_t)pid, ret);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_target_open(
	const char *word, struct pyinspect_target **target_ret)
{
	if (*word && !word[strspn(word, "0123456789")])
		return open_number(word, target_ret);
	return pyinspect_target_open_core(word, NULL, target_ret);
}
