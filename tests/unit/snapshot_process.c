/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole processes in memory images: what a snapshot says of a sound one. */
#include "process.h"
#include "tap.h"
#include "versions.h"

#define MAIN_IDENT  UINT64_C(0x7f4000001000)
#define OTHER_IDENT UINT64_C(0x7f4000002000)

/* One interpreter, two threads, three frames each; an entry frame at the end. */
static uint64_t make_two_threads(struct fake *fake)
{
	uint64_t code = fake_code(fake, "<module>", "/app/main.py", 1);
	uint64_t work = fake_code(fake, "work", "/app/work.py", 100);
	uint64_t first = fake_thread(fake, fake->interpreter, MAIN_IDENT);
	for (int i = 0; i < 2; i++) {
		uint64_t thread =
			i ? fake_thread(fake, fake->interpreter, OTHER_IDENT) : first;
		uint64_t frame = fake_entry_frame(fake, 0);
		frame = fake_frame(fake, code, 20, frame);
		frame = fake_frame(fake, work, 4, frame);
		frame = fake_entry_frame(fake, frame);
		frame = fake_frame(fake, work, 60, frame);
		fake_run(fake, thread, frame);
	}
	if (fake->runtime)
		put(&fake->world, fake->runtime, FIELD_RUNTIME_MAIN_THREAD, MAIN_IDENT);
	return first;
}

#define FOR_EACH_PROCESS(fake)                                                             \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = (fake_init(fake, version_at(version_)), true); once_;    \
		     once_ = (fake_deinit(fake), false))

static void check_frame(const struct pyinspect_thread *thread, size_t index,
			const char *function, const char *file, int32_t line)
{
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, index);
	if (!CHECK(frame != NULL))
		return;
	CHECK_TEXT(pyinspect_frame_function(frame), function);
	CHECK_TEXT(pyinspect_frame_file(frame), file);
	CHECK_NUMBER(pyinspect_frame_line(frame), line);
	CHECK_TEXT(pyinspect_frame_module(frame), "module");
	CHECK(pyinspect_frame_problem(frame, 0) == NULL);
	CHECK(pyinspect_frame_owner(frame) == PYINSPECT_OWNER_THREAD);
}

static void test_two_threads(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK(pyinspect_snapshot_interpreter(snapshot, 1) == NULL);
		CHECK(thread_of(snapshot, 2) == NULL);
		CHECK_NUMBER(pyinspect_snapshot_problem_count(snapshot), 0);
		for (size_t i = 0; i < 2; i++) {
			const struct pyinspect_thread *thread = thread_of(snapshot, i);
			REQUIRE(thread != NULL);
			CHECK_NUMBER(pyinspect_thread_ident(thread),
				     i ? OTHER_IDENT : MAIN_IDENT);
			CHECK_NUMBER(pyinspect_thread_frame_count(thread), 3);
			CHECK(pyinspect_thread_is_verified(thread));
			check_frame(thread, 0, "work", "/app/work.py", 130);
			check_frame(thread, 1, "work", "/app/work.py", 102);
			check_frame(thread, 2, "<module>", "/app/main.py", 11);
			CHECK(pyinspect_thread_frame(thread, 3) == NULL);
		}
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_what_is_said_of_it(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		char start[16];
		const struct dialect *dialect = fake.world.layout.dialect;
		make_two_threads(&fake);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		snprintf(start, sizeof(start), "%u.%u.0", dialect->major, dialect->minor);
		CHECK_TEXT(pyinspect_snapshot_python_version(snapshot), start);
		CHECK(!pyinspect_snapshot_python_is_newer(snapshot));
		CHECK_NUMBER(pyinspect_snapshot_layout_source(snapshot),
			     dialect->debug_offsets_revision
				     ? PYINSPECT_LAYOUT_DEBUG_OFFSETS
				     : PYINSPECT_LAYOUT_TABLE);
		CHECK_NUMBER(pyinspect_snapshot_pid(snapshot), 0);
		CHECK_TEXT(pyinspect_snapshot_executable(snapshot), NULL);
		CHECK(pyinspect_snapshot_argument(snapshot, 0) == NULL);
		CHECK(pyinspect_snapshot_native_thread(snapshot, 0) == NULL);
		CHECK(pyinspect_snapshot_elapsed_seconds(snapshot) < 0);
		CHECK(pyinspect_snapshot_stopped_us(snapshot) == 0);
		CHECK(pyinspect_snapshot_note(snapshot, 0) != NULL);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_main_thread(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(pyinspect_thread_is_main(thread_of(snapshot, 0)),
			     world_has(&fake.world, FIELD_RUNTIME_MAIN_THREAD));
		CHECK(!pyinspect_thread_is_main(thread_of(snapshot, 1)));
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_all_frames(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
		options.all_frames = true;
		make_two_threads(&fake);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, &options);
		REQUIRE(snapshot != NULL);
		const struct pyinspect_thread *thread = thread_of(snapshot, 0);
		bool entries = fake.world.layout.dialect->owners.first_native != UINT8_MAX;
		CHECK_NUMBER(pyinspect_thread_frame_count(thread), entries ? 5 : 3);
		const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, 1);
		CHECK_NUMBER(pyinspect_frame_owner(frame) == PYINSPECT_OWNER_NATIVE,
			     entries);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_names(void)
{
	static const uint64_t idents[] = {OTHER_IDENT, 5, MAIN_IDENT};
	static const char *const names[] = {"worker-1", "gone", "MainThread"};
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		fake_names(&fake, fake.interpreter, idents, names, 3);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_TEXT(pyinspect_thread_name(thread_of(snapshot, 0)), "MainThread");
		CHECK_TEXT(pyinspect_thread_name(thread_of(snapshot, 1)), "worker-1");
		CHECK_NUMBER(pyinspect_thread_daemon(thread_of(snapshot, 1)), PYINSPECT_NO);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_no_names(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		put(&fake.world, fake.interpreter, FIELD_INTERPRETER_MODULES, 8);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_TEXT(pyinspect_thread_name(thread_of(snapshot, 0)), NULL);
		CHECK_NUMBER(pyinspect_thread_daemon(thread_of(snapshot, 0)),
			     PYINSPECT_UNKNOWN);
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), 3);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_thread_without_frames(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		uint64_t thread = fake_thread(&fake, fake.interpreter, 77);
		fake_run(&fake, thread, 0);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		const struct pyinspect_thread *idle = thread_of(snapshot, 2);
		REQUIRE(idle != NULL);
		CHECK_NUMBER(pyinspect_thread_frame_count(idle), 0);
		CHECK(pyinspect_thread_frame(idle, 0) == NULL);
		CHECK_NUMBER(pyinspect_snapshot_problem_count(snapshot), 0);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_two_interpreters(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make_two_threads(&fake);
		uint64_t sub = fake_interpreter(&fake, 1);
		fake_stack(&fake, fake_thread(&fake, sub, 99), 2);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		const struct pyinspect_interpreter *main =
			pyinspect_snapshot_interpreter(snapshot, 0);
		const struct pyinspect_interpreter *other =
			pyinspect_snapshot_interpreter(snapshot, 1);
		REQUIRE(main && other);
		CHECK(pyinspect_snapshot_interpreter(snapshot, 2) == NULL);
		CHECK(pyinspect_interpreter_is_main(main));
		CHECK(!pyinspect_interpreter_is_main(other));
		CHECK(pyinspect_interpreter_thread(main, 1) != NULL);
		CHECK(pyinspect_interpreter_thread(other, 0) != NULL);
		CHECK(pyinspect_interpreter_thread(other, 1) == NULL);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_not_begun(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, MAIN_IDENT);
		uint64_t code = fake_code(&fake, "generator", "/app/main.py", 33);
		fake_run(&fake, thread, fake_frame(&fake, code, -2, 0));
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		check_frame(thread_of(snapshot, 0), 0, "generator", "/app/main.py", 33);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_generator(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, MAIN_IDENT);
		uint64_t code = fake_code(&fake, "generator", "/app/main.py", 33);
		uint64_t frame = fake_frame(&fake, code, 0, 0);
		/* CO_GENERATOR, and the frame's owner where frames have one. */
		put(&fake.world, code, FIELD_CODE_FLAGS, 0x20);
		put(&fake.world, frame, FIELD_IFRAME_OWNER, 1);
		fake_run(&fake, thread, frame);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		const struct pyinspect_frame *seen =
			pyinspect_thread_frame(thread_of(snapshot, 0), 0);
		REQUIRE(seen != NULL);
		CHECK_NUMBER(pyinspect_frame_owner(seen), PYINSPECT_OWNER_GENERATOR);
		pyinspect_snapshot_free(snapshot);
	}
}

int main(void)
{
	TEST("two threads with three frames each are seen as they are", test_two_threads);
	TEST("version and layout are told, and nothing that isn't known",
	     test_what_is_said_of_it);
	TEST("the main thread is known where the runtime tells", test_main_thread);
	TEST("entry frames are shown on demand", test_all_frames);
	TEST("threads have the names that threading gives them", test_names);
	TEST("without sys.modules there are no names, but all frames", test_no_names);
	TEST("a thread without frames is an answer, not a problem",
	     test_thread_without_frames);
	TEST("interpreters have their own threads, the main one first",
	     test_two_interpreters);
	TEST("a frame that has not begun is at its first line", test_not_begun);
	TEST("a generator's frame is known", test_generator);
	return tap_finish();
}
