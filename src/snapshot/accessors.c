/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/error.h"
#include "expression/syntax.h"
#include "repr/value.h"
#include "snapshot/snapshot.h"

void snapshot_add_problem(struct pyinspect_snapshot *snapshot, struct problems *problems,
			  const char *where, const char *text)
{
	struct problem_node *node = arena_alloc(&snapshot->arena, sizeof(*node));
	snapshot->problem_count++;
	if (!node)
		return;
	node->problem.where = arena_printf(&snapshot->arena, "%s", where) ?: "";
	node->problem.text = arena_printf(&snapshot->arena, "%s", text) ?: "";
	if (!problems->last)
		problems->last = &problems->first;
	*problems->last = node;
	problems->last = &node->next;
}

void snapshot_add_error(struct pyinspect_snapshot *snapshot, struct problems *problems,
			const char *where, struct pyinspect_error *error)
{
	snapshot_add_problem(snapshot, problems, where, pyinspect_error_message(error));
	pyinspect_error_free(error);
}

PYINSPECT_EXPORT void pyinspect_snapshot_free(struct pyinspect_snapshot *snapshot)
{
	if (!snapshot)
		return;
	arena_deinit(&snapshot->arena);
	free(snapshot);
}

static const struct pyinspect_problem *problem_at(const struct problems *problems,
						  size_t index)
{
	const struct problem_node *node = problems->first;
	while (node && index-- > 0)
		node = node->next;
	return node ? &node->problem : NULL;
}

PYINSPECT_EXPORT double pyinspect_snapshot_time(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->time;
}

PYINSPECT_EXPORT double pyinspect_snapshot_stopped_us(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->stopped_us;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_core(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->core;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_environment(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->environment_count ? snapshot->environment[index] : NULL;
}

PYINSPECT_EXPORT const struct pyinspect_death *pyinspect_snapshot_death(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->death;
}

PYINSPECT_EXPORT const struct pyinspect_register *pyinspect_thread_register(
	const struct pyinspect_thread *thread, size_t index)
{
	return index < thread->register_count ? &thread->registers[index] : NULL;
}

PYINSPECT_EXPORT const struct pyinspect_exception *pyinspect_thread_exception(
	const struct pyinspect_thread *thread, size_t index)
{
	return index < thread->exception_count ? &thread->exceptions[index] : NULL;
}

PYINSPECT_EXPORT bool pyinspect_exception_is_handled(
	const struct pyinspect_exception *exception)
{
	return exception->is_handled;
}

PYINSPECT_EXPORT const char *pyinspect_exception_type(
	const struct pyinspect_exception *exception)
{
	return exception->type;
}

PYINSPECT_EXPORT const char *pyinspect_exception_text(
	const struct pyinspect_exception *exception)
{
	return exception->text;
}

PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_exception_traceback(
	const struct pyinspect_exception *exception)
{
	return &exception->traceback;
}

PYINSPECT_EXPORT bool pyinspect_thread_has_died(const struct pyinspect_thread *thread)
{
	return thread->has_died;
}

PYINSPECT_EXPORT pid_t pyinspect_snapshot_pid(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->pid;
}

PYINSPECT_EXPORT pid_t
pyinspect_snapshot_parent_pid(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->parent_pid;
}

PYINSPECT_EXPORT uid_t pyinspect_snapshot_uid(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->uid;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_executable(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->executable;
}

PYINSPECT_EXPORT double pyinspect_snapshot_elapsed_seconds(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->elapsed;
}

PYINSPECT_EXPORT size_t
pyinspect_snapshot_python_count(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->python_count;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_python_version(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->python_version;
}

PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_newer(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->is_newer;
}

PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_debug(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->is_debug;
}

PYINSPECT_EXPORT bool pyinspect_snapshot_python_is_free_threaded(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->is_free_threaded;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_snapshot_python_has_jit(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->has_jit;
}

PYINSPECT_EXPORT bool pyinspect_snapshot_threads_are_incomplete(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->threads_incomplete;
}

PYINSPECT_EXPORT enum pyinspect_layout_source pyinspect_snapshot_layout_source(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->layout_source;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_layout_name(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->layout_name;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_library(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->library;
}

PYINSPECT_EXPORT size_t
pyinspect_snapshot_problem_count(const struct pyinspect_snapshot *snapshot)
{
	return snapshot->problem_count;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_argument(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->argument_count ? snapshot->arguments[index] : NULL;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_note(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->note_count ? snapshot->notes[index] : NULL;
}

PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_snapshot_problem(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return problem_at(&snapshot->problems, index);
}

PYINSPECT_EXPORT const struct pyinspect_interpreter *pyinspect_snapshot_interpreter(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->interpreter_count ? &snapshot->interpreters[index] : NULL;
}

PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_snapshot_native_thread(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->native_thread_count ? &snapshot->native_threads[index]
						     : NULL;
}

PYINSPECT_EXPORT int64_t
pyinspect_interpreter_id(const struct pyinspect_interpreter *interpreter)
{
	return interpreter->id;
}

PYINSPECT_EXPORT bool pyinspect_interpreter_is_main(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->is_main;
}

PYINSPECT_EXPORT bool pyinspect_interpreter_is_finalizing(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->is_finalizing;
}

PYINSPECT_EXPORT bool pyinspect_interpreter_is_collecting(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->is_collecting;
}

PYINSPECT_EXPORT bool pyinspect_interpreter_has_gil(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->has_gil;
}

PYINSPECT_EXPORT bool pyinspect_interpreter_has_own_gil(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->has_own_gil;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_interpreter_gil_locked(
	const struct pyinspect_interpreter *interpreter)
{
	return interpreter->gil_locked;
}

PYINSPECT_EXPORT pid_t
pyinspect_interpreter_gil_holder(const struct pyinspect_interpreter *interpreter)
{
	return interpreter->gil_holder;
}

PYINSPECT_EXPORT const struct pyinspect_thread *pyinspect_interpreter_thread(
	const struct pyinspect_interpreter *interpreter, size_t index)
{
	return index < interpreter->thread_count ? &interpreter->threads[index] : NULL;
}

PYINSPECT_EXPORT pid_t pyinspect_thread_tid(const struct pyinspect_thread *thread)
{
	return thread->tid;
}

PYINSPECT_EXPORT uint64_t pyinspect_thread_ident(const struct pyinspect_thread *thread)
{
	return thread->ident;
}

PYINSPECT_EXPORT const char *pyinspect_thread_name(const struct pyinspect_thread *thread)
{
	return thread->name;
}

PYINSPECT_EXPORT const char *pyinspect_thread_os_name(const struct pyinspect_thread *thread)
{
	return thread->os_name;
}

PYINSPECT_EXPORT bool pyinspect_thread_is_main(const struct pyinspect_thread *thread)
{
	return thread->is_main;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_daemon(
	const struct pyinspect_thread *thread)
{
	return thread->daemon;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_holds_gil(
	const struct pyinspect_thread *thread)
{
	return thread->holds_gil;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_waits_for_gil(
	const struct pyinspect_thread *thread)
{
	return thread->waits_for_gil;
}

PYINSPECT_EXPORT enum pyinspect_truth pyinspect_thread_collecting(
	const struct pyinspect_thread *thread)
{
	return thread->collecting;
}

PYINSPECT_EXPORT char pyinspect_thread_state(const struct pyinspect_thread *thread)
{
	return thread->state;
}

PYINSPECT_EXPORT const char *pyinspect_thread_syscall(const struct pyinspect_thread *thread)
{
	return thread->syscall;
}

PYINSPECT_EXPORT double pyinspect_thread_cpu_seconds(const struct pyinspect_thread *thread)
{
	return thread->cpu_seconds;
}

PYINSPECT_EXPORT bool pyinspect_thread_is_verified(const struct pyinspect_thread *thread)
{
	return thread->verified;
}

PYINSPECT_EXPORT bool pyinspect_thread_was_stopped(const struct pyinspect_thread *thread)
{
	return thread->stopped;
}

PYINSPECT_EXPORT size_t pyinspect_thread_frame_count(const struct pyinspect_thread *thread)
{
	return thread->frame_count;
}

PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_thread_problem(
	const struct pyinspect_thread *thread, size_t index)
{
	return problem_at(&thread->problems, index);
}

PYINSPECT_EXPORT size_t
pyinspect_thread_frames_omitted(const struct pyinspect_thread *thread, size_t *after_ret)
{
	if (after_ret)
		*after_ret = thread->omitted_after;
	return thread->omitted;
}

PYINSPECT_EXPORT const struct pyinspect_frame *pyinspect_thread_frame(
	const struct pyinspect_thread *thread, size_t index)
{
	return index < thread->kept ? &thread->frames[index] : NULL;
}

PYINSPECT_EXPORT uint64_t
pyinspect_thread_frame_address(const struct pyinspect_thread *thread, size_t index)
{
	return index < thread->kept ? thread->addresses[index] : 0;
}

PYINSPECT_EXPORT bool pyinspect_thread_activation(const struct pyinspect_thread *thread,
						  size_t index,
						  struct pyinspect_activation *ret)
{
	if (index >= thread->activation_count)
		return false;
	*ret = thread->activations[index];
	return true;
}

PYINSPECT_EXPORT bool pyinspect_snapshot_evaluator(
	const struct pyinspect_snapshot *snapshot, struct pyinspect_evaluator *ret)
{
	if (snapshot->evaluator.start == snapshot->evaluator.end)
		return false;
	*ret = snapshot->evaluator;
	return true;
}

PYINSPECT_EXPORT const char *pyinspect_frame_function(const struct pyinspect_frame *frame)
{
	return frame->function;
}

PYINSPECT_EXPORT const char *pyinspect_frame_qualname(const struct pyinspect_frame *frame)
{
	return frame->qualname;
}

PYINSPECT_EXPORT const char *pyinspect_frame_module(const struct pyinspect_frame *frame)
{
	return frame->module;
}

PYINSPECT_EXPORT const char *pyinspect_frame_file(const struct pyinspect_frame *frame)
{
	return frame->file;
}

PYINSPECT_EXPORT int32_t pyinspect_frame_line(const struct pyinspect_frame *frame)
{
	return frame->line;
}

PYINSPECT_EXPORT int32_t pyinspect_frame_end_line(const struct pyinspect_frame *frame)
{
	return frame->end_line;
}

PYINSPECT_EXPORT int32_t pyinspect_frame_column(const struct pyinspect_frame *frame)
{
	return frame->column;
}

PYINSPECT_EXPORT int32_t pyinspect_frame_end_column(const struct pyinspect_frame *frame)
{
	return frame->end_column;
}

PYINSPECT_EXPORT enum pyinspect_frame_owner pyinspect_frame_owner(
	const struct pyinspect_frame *frame)
{
	return frame->owner;
}

PYINSPECT_EXPORT bool pyinspect_frame_is_folded(const struct pyinspect_frame *frame)
{
	return frame->folded;
}

PYINSPECT_EXPORT const char *pyinspect_snapshot_source(
	const struct pyinspect_snapshot *snapshot, size_t index)
{
	return index < snapshot->source_count ? snapshot->source[index] : NULL;
}

PYINSPECT_EXPORT const char *pyinspect_frame_source(const struct pyinspect_frame *frame)
{
	return frame->source;
}

PYINSPECT_EXPORT bool pyinspect_frame_source_is_newer(const struct pyinspect_frame *frame)
{
	return frame->source_newer;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_expression_check(const char *expression)
{
	struct arena arena = {0};
	const struct node *node;
	struct pyinspect_error *error = expression_parse(&arena, expression, &node);
	arena_deinit(&arena);
	return error;
}

PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_snapshot_result(
	const struct pyinspect_snapshot *snapshot)
{
	return snapshot->result;
}

PYINSPECT_EXPORT bool pyinspect_frame_has_variables(const struct pyinspect_frame *frame)
{
	return frame->has_variables;
}

PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_frame_variable(
	const struct pyinspect_frame *frame, size_t index)
{
	return index < frame->variable_count ? &frame->variables[index] : NULL;
}

PYINSPECT_EXPORT const struct pyinspect_problem *pyinspect_frame_problem(
	const struct pyinspect_frame *frame, size_t index)
{
	return problem_at(&frame->problems, index);
}
