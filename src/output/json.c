/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/json_values.h"
#include "output/output.h"

#define SCHEMA "pyinspect/1"

json_t *json_text(const char *value)
{
	struct text text = {0};
	if (!value)
		return json_null();
	text_append(&text, "", 0);
	text_append_unicode(&text, value);
	json_t *json = text.data ? json_stringn(text.data, text.length) : NULL;
	free(text.data);
	return json;
}

static json_t *truth(enum pyinspect_truth value)
{
	return value == PYINSPECT_UNKNOWN ? json_null()
					  : json_boolean(value == PYINSPECT_YES);
}

/* A number whose 0 means that there is none. */
static json_t *number(int64_t value)
{
	return value ? json_integer(value) : json_null();
}

static json_t *seconds(double value)
{
	/* Nanoseconds are enough; more digits are noise of the binary form. */
	return value < 0 ? json_null() : json_real(round(value * 1e9) / 1e9);
}

static json_t *time_text(double time)
{
	char text[40];
	time_t whole = (time_t)time;
	struct tm parts;
	gmtime_r(&whole, &parts);
	size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, sizeof(text) - length, ".%06dZ",
		 (int)((time - (double)whole) * 1e6));
	return json_string(text);
}

static void add_problem(json_t *array, const struct pyinspect_problem *problem)
{
	json_array_append_new(array,
			      json_pack("{s:o, s:o}", "where", json_text(problem->where),
					"text", json_text(problem->text)));
}

static json_t *snapshot_problems(const struct pyinspect_snapshot *snapshot)
{
	json_t *array = json_array();
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_snapshot_problem(snapshot, i)); i++)
		add_problem(array, problem);
	return array;
}

static json_t *thread_problems(const struct pyinspect_thread *thread)
{
	json_t *array = json_array();
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_thread_problem(thread, i)); i++)
		add_problem(array, problem);
	return array;
}

static json_t *frame_problems(const struct pyinspect_frame *frame)
{
	json_t *array = json_array();
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_frame_problem(frame, i)); i++)
		add_problem(array, problem);
	return array;
}

static json_t *frame_json(const struct pyinspect_frame *frame)
{
	static const char *const owners[] = {
		[PYINSPECT_OWNER_THREAD] = "thread",
		[PYINSPECT_OWNER_GENERATOR] = "generator",
		[PYINSPECT_OWNER_NATIVE] = "native",
	};
	json_t *json = json_object();
	json_object_set_new(json, "kind", json_string("python"));
	json_object_set_new(json, "function", json_text(pyinspect_frame_function(frame)));
	json_object_set_new(json, "qualname", json_text(pyinspect_frame_qualname(frame)));
	json_object_set_new(json, "module", json_text(pyinspect_frame_module(frame)));
	json_object_set_new(json, "owner",
			    json_string(owners[pyinspect_frame_owner(frame)]));
	json_object_set_new(json, "folded", json_boolean(pyinspect_frame_is_folded(frame)));
	json_object_set_new(json, "file", json_text(pyinspect_frame_file(frame)));
	json_object_set_new(json, "line", number(pyinspect_frame_line(frame)));
	json_object_set_new(json, "end_line", number(pyinspect_frame_end_line(frame)));
	json_object_set_new(json, "column", number(pyinspect_frame_column(frame)));
	json_object_set_new(json, "end_column", number(pyinspect_frame_end_column(frame)));
	json_object_set_new(json, "source", json_text(pyinspect_frame_source(frame)));
	if (pyinspect_frame_source_is_newer(frame))
		json_object_set_new(json, "source_newer", json_true());
	if (pyinspect_frame_has_variables(frame))
		json_object_set_new(json, "locals", json_variables(frame));
	json_object_set_new(json, "problems", frame_problems(frame));
	return json;
}

static json_t *frames_json(const struct pyinspect_thread *thread)
{
	json_t *array = json_array();
	const struct pyinspect_frame *frame;
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++)
		json_array_append_new(array, frame_json(frame));
	return array;
}

static json_t *address_json(uint64_t address)
{
	char text[24];
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)address);
	return json_string(text);
}

/* Only where there is one: of a dumped process. */
static void add_death(json_t *json, const struct pyinspect_thread *thread)
{
	if (!pyinspect_thread_has_died(thread))
		return;
	json_t *registers = json_object();
	const struct pyinspect_register *one;
	for (size_t i = 0; (one = pyinspect_thread_register(thread, i)); i++)
		json_object_set_new(registers, one->name, address_json(one->value));
	json_object_set_new(json, "died", json_true());
	json_object_set_new(json, "registers", registers);
}

/* What the kernel says of a thread. */
static void add_os_members(json_t *json, const struct pyinspect_thread *thread)
{
	char state[2] = {pyinspect_thread_state(thread), '\0'};
	json_object_set_new(json, "state", json_text(*state ? state : NULL));
	json_object_set_new(json, "syscall", json_text(pyinspect_thread_syscall(thread)));
	json_object_set_new(json, "cpu_seconds",
			    seconds(pyinspect_thread_cpu_seconds(thread)));
}

static json_t *exceptions_json(const struct pyinspect_thread *thread)
{
	json_t *array = json_array();
	const struct pyinspect_exception *one;
	for (size_t i = 0; (one = pyinspect_thread_exception(thread, i)); i++) {
		json_t *json = json_object();
		json_object_set_new(json, "handled",
				    json_boolean(pyinspect_exception_is_handled(one)));
		json_object_set_new(json, "type", json_text(pyinspect_exception_type(one)));
		json_object_set_new(json, "repr", json_text(pyinspect_exception_text(one)));
		json_object_set_new(json, "frames",
				    frames_json(pyinspect_exception_traceback(one)));
		json_array_append_new(array, json);
	}
	return array;
}

static json_t *thread_json(const struct pyinspect_thread *thread)
{
	char ident[24];
	size_t after, omitted = pyinspect_thread_frames_omitted(thread, &after);
	snprintf(ident, sizeof(ident), "%llu",
		 (unsigned long long)pyinspect_thread_ident(thread));
	json_t *json = json_object();
	json_object_set_new(json, "tid", number(pyinspect_thread_tid(thread)));
	json_object_set_new(json, "ident", json_string(ident));
	json_object_set_new(json, "name", json_text(pyinspect_thread_name(thread)));
	json_object_set_new(json, "os_name", json_text(pyinspect_thread_os_name(thread)));
	json_object_set_new(json, "main", json_boolean(pyinspect_thread_is_main(thread)));
	add_death(json, thread);
	json_object_set_new(json, "daemon", truth(pyinspect_thread_daemon(thread)));
	json_object_set_new(json, "holds_gil", truth(pyinspect_thread_holds_gil(thread)));
	json_object_set_new(json, "waits_for_gil",
			    truth(pyinspect_thread_waits_for_gil(thread)));
	json_object_set_new(json, "collecting", truth(pyinspect_thread_collecting(thread)));
	add_os_members(json, thread);
	json_object_set_new(json, "verified",
			    json_boolean(pyinspect_thread_is_verified(thread)));
	json_object_set_new(json, "stopped",
			    json_boolean(pyinspect_thread_was_stopped(thread)));
	json_object_set_new(json, "frame_count",
			    json_integer((json_int_t)pyinspect_thread_frame_count(thread)));
	if (omitted)
		json_object_set_new(json, "frames_omitted",
				    json_pack("{s:I, s:I}", "after", (json_int_t)after,
					      "count", (json_int_t)omitted));
	json_object_set_new(json, "frames", frames_json(thread));
	if (pyinspect_thread_exception(thread, 0))
		json_object_set_new(json, "exceptions", exceptions_json(thread));
	json_object_set_new(json, "problems", thread_problems(thread));
	return json;
}

static json_t *gil_json(const struct pyinspect_interpreter *interpreter)
{
	json_t *json = json_object();
	json_object_set_new(json, "own",
			    json_boolean(pyinspect_interpreter_has_own_gil(interpreter)));
	json_object_set_new(json, "locked",
			    truth(pyinspect_interpreter_gil_locked(interpreter)));
	json_object_set_new(json, "holder_tid",
			    number(pyinspect_interpreter_gil_holder(interpreter)));
	return json;
}

static json_t *interpreter_json(const struct pyinspect_interpreter *interpreter)
{
	json_t *threads = json_array();
	const struct pyinspect_thread *thread;
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++)
		json_array_append_new(threads, thread_json(thread));
	json_t *json = json_object();
	json_object_set_new(json, "id",
			    json_integer(pyinspect_interpreter_id(interpreter)));
	json_object_set_new(json, "main",
			    json_boolean(pyinspect_interpreter_is_main(interpreter)));
	json_object_set_new(json, "finalizing",
			    json_boolean(pyinspect_interpreter_is_finalizing(interpreter)));
	json_object_set_new(json, "collecting",
			    json_boolean(pyinspect_interpreter_is_collecting(interpreter)));
	json_object_set_new(json, "gil", gil_json(interpreter));
	json_object_set_new(json, "threads", threads);
	return json;
}

static json_t *native_thread_json(const struct pyinspect_thread *thread)
{
	json_t *json = json_object();
	json_object_set_new(json, "tid", number(pyinspect_thread_tid(thread)));
	json_object_set_new(json, "os_name", json_text(pyinspect_thread_os_name(thread)));
	add_death(json, thread);
	add_os_members(json, thread);
	json_object_set_new(json, "frames", json_array());
	return json;
}

static json_t *environment_json(const struct pyinspect_snapshot *snapshot)
{
	json_t *json = json_array();
	const char *variable;
	for (size_t i = 0; (variable = pyinspect_snapshot_environment(snapshot, i)); i++)
		json_array_append_new(json, json_text(variable));
	return json;
}

static json_t *death_json(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_death *death = pyinspect_snapshot_death(snapshot);
	if (!death)
		return json_null();
	bool is_sent = death->sender_uid != (uid_t)-1;
	json_t *json = json_object();
	json_object_set_new(json, "signal", json_integer(death->signal));
	json_object_set_new(json, "signal_name", json_text(death->signal_name));
	json_object_set_new(json, "tid", number(death->tid));
	json_object_set_new(json, "code", json_integer(death->code));
	json_object_set_new(json, "reason", json_text(death->reason));
	json_object_set_new(json, "sender_pid",
			    is_sent ? number(death->sender_pid) : json_null());
	json_object_set_new(json, "sender_uid",
			    is_sent ? json_integer(death->sender_uid) : json_null());
	json_object_set_new(json, "address",
			    death->has_address ? address_json(death->address)
					       : json_null());
	json_object_set_new(json, "place", json_text(death->place));
	json_object_set_new(json, "message", json_text(death->message));
	return json;
}

static json_t *target_json(const struct pyinspect_snapshot *snapshot)
{
	json_t *arguments = json_array();
	const char *argument;
	for (size_t i = 0; (argument = pyinspect_snapshot_argument(snapshot, i)); i++)
		json_array_append_new(arguments, json_text(argument));
	uid_t uid = pyinspect_snapshot_uid(snapshot);
	json_t *json = json_object();
	const char *core = pyinspect_snapshot_core(snapshot);
	json_object_set_new(json, "kind", json_string(core ? "core" : "process"));
	if (core)
		json_object_set_new(json, "file", json_text(core));
	json_object_set_new(json, "pid", number(pyinspect_snapshot_pid(snapshot)));
	json_object_set_new(json, "parent_pid",
			    number(pyinspect_snapshot_parent_pid(snapshot)));
	json_object_set_new(json, "uid",
			    uid == (uid_t)-1 ? json_null() : json_integer(uid));
	json_object_set_new(json, "executable",
			    json_text(pyinspect_snapshot_executable(snapshot)));
	json_object_set_new(json, "command_line", arguments);
	if (core) {
		json_object_set_new(json, "environment", environment_json(snapshot));
		json_object_set_new(json, "death", death_json(snapshot));
	}
	json_object_set_new(json, "elapsed_seconds",
			    seconds(pyinspect_snapshot_elapsed_seconds(snapshot)));
	return json;
}

static json_t *python_json(const struct pyinspect_snapshot *snapshot)
{
	static const char *const sources[] = {
		[PYINSPECT_LAYOUT_TABLE] = "table",
		[PYINSPECT_LAYOUT_DEBUG_OFFSETS] = "debug_offsets",
		[PYINSPECT_LAYOUT_DWARF] = "dwarf",
	};
	json_t *json = json_object();
	json_object_set_new(json, "version",
			    json_string(pyinspect_snapshot_python_version(snapshot)));
	json_object_set_new(json, "debug",
			    json_boolean(pyinspect_snapshot_python_is_debug(snapshot)));
	json_object_set_new(
		json, "free_threaded",
		json_boolean(pyinspect_snapshot_python_is_free_threaded(snapshot)));
	json_object_set_new(json, "jit",
			    truth(pyinspect_snapshot_python_has_jit(snapshot)));
	json_object_set_new(
		json, "layout",
		json_string(sources[pyinspect_snapshot_layout_source(snapshot)]));
	json_object_set_new(json, "layout_name",
			    json_string(pyinspect_snapshot_layout_name(snapshot)));
	json_object_set_new(
		json, "count",
		json_integer((json_int_t)pyinspect_snapshot_python_count(snapshot)));
	json_object_set_new(json, "library",
			    json_text(pyinspect_snapshot_library(snapshot)));
	return json;
}

static int append_piece(const char *data, size_t size, void *context)
{
	text_append(context, data, size);
	return 0;
}

static void dump(struct text *text, json_t *json)
{
	if (!json || json_dump_callback(json, append_piece, text,
					JSON_COMPACT | JSON_REAL_PRECISION(15)) < 0)
		text->failed = true;
	text_append_string(text, "\n");
	json_decref(json);
}

static json_t *begin(json_t *target)
{
	json_t *json = json_object();
	json_object_set_new(json, "schema", json_string(SCHEMA));
	json_object_set_new(json, "version", json_string(pyinspect_version()));
	json_object_set_new(json, "target", target);
	return json;
}

static void append_snapshot(struct text *text, const struct pyinspect_snapshot *snapshot,
			    const struct pyinspect_write_options *options)
{
	(void)options;
	json_t *interpreters = json_array(), *native = json_array();
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)); i++)
		json_array_append_new(interpreters, interpreter_json(interpreter));
	for (size_t i = 0; (thread = pyinspect_snapshot_native_thread(snapshot, i)); i++)
		json_array_append_new(native, native_thread_json(thread));
	json_t *json = begin(target_json(snapshot));
	json_object_set_new(json, "time", time_text(pyinspect_snapshot_time(snapshot)));
	json_object_set_new(json, "python", python_json(snapshot));
	json_object_set_new(json, "stopped_us",
			    json_real(pyinspect_snapshot_stopped_us(snapshot)));
	json_object_set_new(json, "interpreters", interpreters);
	json_object_set_new(json, "native_threads", native);
	json_object_set_new(json, "problems", snapshot_problems(snapshot));
	dump(text, json);
}

static void append_result(struct text *text, const struct pyinspect_snapshot *snapshot,
			  const struct pyinspect_write_options *options)
{
	(void)options;
	const struct pyinspect_value *result = pyinspect_snapshot_result(snapshot);
	json_t *json = begin(target_json(snapshot));
	json_object_set_new(json, "time", time_text(pyinspect_snapshot_time(snapshot)));
	json_object_set_new(json, "python", python_json(snapshot));
	json_object_set_new(json, "expression", json_text(pyinspect_value_name(result)));
	json_object_set_new(json, "value",
			    pyinspect_value_text(result) ? json_value(result)
							 : json_null());
	json_object_set_new(json, "problems", snapshot_problems(snapshot));
	dump(text, json);
}

static void append_error(struct text *text, const struct pyinspect_error *error,
			 const char *word)
{
	bool is_file = !*word || word[strspn(word, "0123456789")];
	json_t *target = json_object();
	json_object_set_new(target, "kind", json_string(is_file ? "core" : "process"));
	if (is_file)
		json_object_set_new(target, "file", json_text(word));
	else
		json_object_set_new(target, "pid",
				    json_integer((json_int_t)strtoull(word, NULL, 10)));
	struct pyinspect_problem problem = {
		.where = is_file ? "file" : "process",
		.text = pyinspect_error_message(error),
	};
	json_t *problems = json_array(), *json = begin(target);
	add_problem(problems, &problem);
	json_object_set_new(json, "problems", problems);
	dump(text, json);
}

PYINSPECT_EXPORT const struct output_ops pyinspect_json_output = {
	.snapshot = append_snapshot,
	.result = append_result,
	.error = append_error,
};
