/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "modules/backing.h"
#include "snapshot/describe.h"
#include "target/core_start.h"
#include "target/root.h"

/* The arguments lie behind one another, each ended by a NUL. */
static struct pyinspect_error *read_arguments(struct pyinspect_snapshot *snapshot,
					      const struct process *process)
{
	cleanup_free char *data = NULL;
	size_t size, count = 0;
	struct pyinspect_error *error = process_read_file(process, "cmdline", &data, &size);
	if (error)
		return error;
	const char *copy = arena_copy(&snapshot->arena, data, size);
	for (size_t i = 0; i < size; i++)
		count += data[i] == '\0';
	count += size && data[size - 1] != '\0';
	snapshot->arguments = arena_alloc(&snapshot->arena, count * sizeof(char *));
	if (!copy || !snapshot->arguments)
		return &error_no_memory;
	for (size_t i = 0; i < count; i++) {
		snapshot->arguments[i] = copy;
		copy += strlen(copy) + 1;
	}
	snapshot->argument_count = count;
	return NULL;
}

/* Paths are told as they are inside of its root: the frames' are so, too. */
void describe_process(struct pyinspect_snapshot *snapshot, const struct process *process,
		      const char *executable)
{
	cleanup_free char *inner = root_inner_path(process, executable);
	snapshot->pid = process->pid;
	snapshot->parent_pid = process->parent;
	snapshot->uid = process->uid;
	snapshot->elapsed = process_elapsed(process);
	if (inner)
		snapshot->executable = arena_copy(&snapshot->arena, inner, strlen(inner));
	struct pyinspect_error *error = read_arguments(snapshot, process);
	if (error)
		snapshot_add_error(snapshot, &snapshot->problems, "process", error);
}

struct pyinspect_error *describe_core(struct pyinspect_snapshot *snapshot,
				      const struct core *core)
{
	struct core_start start;
	size_t index = backing_executable(core);
	const char *path = index == SIZE_MAX ? NULL : core->files.items[index].path;
	if (!core_start_read(core, "PYTHON", &snapshot->arena, &start))
		return &error_no_memory;
	if (!path)
		path = start.executable;
	snapshot->core = arena_copy(&snapshot->arena, core->path, strlen(core->path));
	snapshot->pid = core->pid;
	snapshot->parent_pid = core->parent;
	snapshot->uid = core->uid;
	if (path)
		snapshot->executable = arena_copy(&snapshot->arena, path, strlen(path));
	snapshot->arguments = start.arguments;
	snapshot->argument_count = start.argument_count;
	snapshot->environment = start.variables;
	snapshot->environment_count = start.variable_count;
	return snapshot->core ? NULL : &error_no_memory;
}

/* Linux: /proc/PID/coredump_filter, bit 0. */
static bool has_own_memory(const struct core *core)
{
	for (size_t i = 0; i < core->segments.count; i++)
		if (core->segments.items[i].writable && core->segments.items[i].file_size)
			return true;
	return false;
}

/* What may be the cause. */
static const char *missing_part(const struct core *core)
{
	if (!has_own_memory(core))
		return "it was dumped without the memory that the process wrote, as its "
		       "/proc/PID/coredump_filter wanted";
	for (size_t i = 0; i < core->files.count; i++)
		if (core->files.items[i].was_sought && core->files.items[i].problem)
			return core->files.items[i].problem;
	return core->problem;
}

struct pyinspect_error *describe_core_failure(const struct core *core,
					      struct pyinspect_error *error)
{
	const char *missing =
		core->full_size > core->size ? core->problem : missing_part(core);
	if (!missing || pyinspect_error_code(error) == PYINSPECT_ERROR_ARGUMENT)
		return error;
	bool is_unseen = pyinspect_error_code(error) == PYINSPECT_ERROR_NOT_PYTHON;
	struct pyinspect_error *joined =
		error_create(pyinspect_error_code(error), "%s: %s",
			     is_unseen ? "no Python is to be seen in it"
				       : pyinspect_error_message(error),
			     missing);
	pyinspect_error_free(error);
	return joined;
}

void describe_core_problems(struct pyinspect_snapshot *snapshot, const struct core *core)
{
	if (core->problem)
		snapshot_add_problem(snapshot, &snapshot->problems, "core", core->problem);
	for (size_t i = 0; i < core->files.count; i++)
		if (core->files.items[i].was_sought && core->files.items[i].problem)
			snapshot_add_problem(snapshot, &snapshot->problems, "core",
					     core->files.items[i].problem);
}
