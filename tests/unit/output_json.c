/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON form, read again by the library that wrote it and by a strict decoder. */
#include <jansson.h>
#include <stdlib.h>

#include "output/output.h"
#include "process.h"
#include "tap.h"
#include "utf8.h"
#include "versions.h"
#include "writing.h"

extern const struct output_ops pyinspect_json_output;

static json_t *parse(const char *text, size_t size)
{
	json_error_t error;
	json_t *json =
		json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!CHECK(json != NULL))
		printf("# at %d: %s\n", error.position, error.text);
	return json;
}

/* Written as one line of valid UTF-8, and parsed. */
static json_t *write_json(const struct pyinspect_snapshot *snapshot)
{
	struct text text = {0};
	struct pyinspect_write_options options = {.size = sizeof(options)};
	pyinspect_json_output.snapshot(&text, snapshot, &options);
	CHECK(!text.failed && utf8_is_valid(text.data, text.length));
	CHECK(text.data && strchr(text.data, '\n') == text.data + text.length - 1);
	json_t *json = parse(text.data, text.length);
	free(text.data);
	return json;
}

static json_t *member(json_t *json, const char *path)
{
	char name[64];
	while (json && *path) {
		size_t length = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		json = json_is_array(json) ? json_array_get(json, (size_t)atoi(name))
					   : json_object_get(json, name);
		path += length + (path[length] == '.');
	}
	return json;
}

static void check_string(json_t *json, const char *path, const char *wanted)
{
	if (!CHECK_TEXT(json_string_value(member(json, path)), wanted))
		printf("# %s\n", path);
}

static void check_integer(json_t *json, const char *path, json_int_t wanted)
{
	CHECK(json_is_integer(member(json, path)));
	if (!CHECK_NUMBER(json_integer_value(member(json, path)), wanted))
		printf("# %s\n", path);
}

static void check_null(json_t *json, const char *path)
{
	if (!CHECK(json_is_null(member(json, path))))
		printf("# %s\n", path);
}

static void test_members(void)
{
	struct pyinspect_frame frames[] = {a_frame("inner", "/app/a.py", 12),
					   a_frame(NULL, NULL, 0)};
	struct pyinspect_thread thread = a_thread(4711, "MainThread", frames, 2);
	struct pyinspect_interpreter interpreter = an_interpreter(&thread, 1);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	thread.omitted = 5;
	thread.omitted_after = 1;
	thread.frame_count = 7;
	thread.daemon = PYINSPECT_UNKNOWN;
	json_t *json = write_json(&snapshot);
	check_string(json, "schema", "pyinspect/1");
	check_integer(json, "target.pid", 4711);
	check_null(json, "target.uid");
	check_string(json, "python.version", "3.13.0");
	check_string(json, "time", "2023-11-14T22:13:20.250000Z");
	check_integer(json, "interpreters.0.threads.0.tid", 4711);
	check_string(json, "interpreters.0.threads.0.ident", "139637976732263");
	check_null(json, "interpreters.0.threads.0.daemon");
	check_integer(json, "interpreters.0.threads.0.frame_count", 7);
	check_integer(json, "interpreters.0.threads.0.frames_omitted.after", 1);
	check_integer(json, "interpreters.0.threads.0.frames_omitted.count", 5);
	check_string(json, "interpreters.0.threads.0.frames.0.function", "inner");
	check_integer(json, "interpreters.0.threads.0.frames.0.line", 12);
	check_null(json, "interpreters.0.threads.0.frames.1.function");
	check_null(json, "interpreters.0.threads.0.frames.1.line");
	CHECK_NUMBER(json_array_size(member(json, "interpreters.0.threads.0.frames")), 2);
	json_decref(json);
}

static void test_hostile(void)
{
	static const char wanted[] =
		"a\nb\x1b[2J\x07\\\x7f\xc2\x9b"
		"31m\xe2\x80\xae\xe2\x80\xa8\\udc80\\xff\0\xef\xbf\xbe";
	const char *arguments[] = {hostile};
	struct pyinspect_frame frame = a_frame(hostile, hostile, 1);
	struct pyinspect_thread thread = a_thread(1, hostile, &frame, 1);
	struct pyinspect_interpreter interpreter = an_interpreter(&thread, 1);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	frame.source = hostile;
	snapshot.executable = hostile;
	snapshot.arguments = arguments;
	snapshot.argument_count = 1;
	snapshot_add_problem(&snapshot, &frame.problems, hostile, hostile);
	json_t *json = write_json(&snapshot);
	static const char *const paths[] = {
		"target.executable",
		"target.command_line.0",
		"interpreters.0.threads.0.name",
		"interpreters.0.threads.0.frames.0.function",
		"interpreters.0.threads.0.frames.0.file",
		"interpreters.0.threads.0.frames.0.source",
		"interpreters.0.threads.0.frames.0.problems.0.text"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		json_t *string = member(json, paths[i]);
		REQUIRE(json_is_string(string));
		CHECK_NUMBER(json_string_length(string), sizeof(wanted) - 1);
		CHECK(memcmp(json_string_value(string), wanted, sizeof(wanted)) == 0);
	}
	json_decref(json);
	arena_deinit(&snapshot.arena);
}

/* Every byte value in every place of a name. */
static void test_any_bytes(void)
{
	char name[4] = {0};
	struct pyinspect_frame frame = a_frame(name, "/a", 1);
	struct pyinspect_thread thread = a_thread(1, NULL, &frame, 1);
	struct pyinspect_interpreter interpreter = an_interpreter(&thread, 1);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	struct random random = {99};
	for (int i = 0; i < 600; i++) {
		for (int j = 0; j < 3; j++)
			name[j] = (char)(1 + random_below(&random, 255));
		json_t *json = write_json(&snapshot);
		json_decref(json);
		REQUIRE(json != NULL);
	}
}

static void test_error(void)
{
	struct text text = {0};
	struct pyinspect_target *target = NULL;
	struct pyinspect_callbacks callbacks = {0};
	struct pyinspect_error *error =
		pyinspect_target_open_callbacks(&callbacks, NULL, &target);
	REQUIRE(error != NULL);
	CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_ARGUMENT);
	pyinspect_json_output.error(&text, error, hostile);
	CHECK(utf8_is_valid(text.data, text.length));
	json_t *json = parse(text.data, text.length);
	check_string(json, "target.kind", "core");
	CHECK_NUMBER(json_array_size(member(json, "problems")), 1);
	json_decref(json);
	free(text.data);
	pyinspect_error_free(error);
}

static void test_real_snapshots(void)
{
	for (size_t i = 0; i < dialect_count; i++) {
		struct fake fake;
		fake_init(&fake, version_at(i));
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 2), 300);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		json_t *json = write_json(snapshot);
		check_null(json, "target.pid");
		check_string(json, "interpreters.0.threads.0.frames.2.function", "f2");
		check_integer(json, "interpreters.0.threads.1.frames_omitted.count", 100);
		json_decref(json);
		pyinspect_snapshot_free(snapshot);
		fake_deinit(&fake);
	}
}

int main(void)
{
	TEST("members have their places and types", test_members);
	TEST("hostile text comes out of JSON as what it is", test_hostile);
	TEST("any bytes give valid JSON", test_any_bytes);
	TEST("an error is an object, too", test_error);
	TEST("snapshots of every version give valid JSON", test_real_snapshots);
	return tap_finish();
}
