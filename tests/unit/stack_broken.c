/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes whose lists are broken: a bounded, partial answer, and why it is so. */
#include <unistd.h>

#include "process.h"
#include "tap.h"
#include "versions.h"

/* A walk that has no end ends the program, and so fails the test. */
#define PATIENCE 20

#define FOR_EACH_PROCESS(fake)                                                             \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = (fake_init(fake, version_at(version_)), true); once_;    \
		     once_ = (fake_deinit(fake), false))

static struct pyinspect_snapshot *take(struct fake *fake)
{
	alarm(PATIENCE);
	struct pyinspect_snapshot *snapshot = fake_take(fake, NULL);
	alarm(0);
	return snapshot;
}

static uint64_t make_code(struct fake *fake)
{
	return fake_code(fake, "work", "/app/work.py", 100);
}

/* The thread's frames end with a problem that has these words. */
static void check_broken_walk(const struct pyinspect_snapshot *snapshot, size_t least,
			      size_t most, const char *words)
{
	const struct pyinspect_thread *thread = thread_of(snapshot, 0);
	if (!CHECK(thread != NULL))
		return;
	size_t count = pyinspect_thread_frame_count(thread);
	CHECK(count >= least && count <= most);
	const struct pyinspect_problem *problem = pyinspect_thread_problem(thread, 0);
	if (CHECK(problem != NULL))
		CHECK_HOLDS(problem->text, words);
}

static void test_frame_is_its_own_caller(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		uint64_t frame = fake_frame(&fake, make_code(&fake), 0, 0);
		fake_set_previous(&fake, frame, frame);
		fake_run(&fake, thread, frame);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		check_broken_walk(snapshot, 1, 4, "no end");
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_frame_cycles(void)
{
	static const size_t lengths[] = {2, 3, 7, 64, 1000};
	struct fake fake;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		FOR_EACH_PROCESS(&fake)
		{
			uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
			uint64_t code = make_code(&fake);
			uint64_t outermost = fake_frame(&fake, code, 0, 0);
			uint64_t frame = outermost;
			for (size_t j = 1; j < lengths[i]; j++)
				frame = fake_frame(&fake, code, 0, frame);
			fake_set_previous(&fake, outermost, frame);
			fake_run(&fake, thread, frame);
			struct pyinspect_snapshot *snapshot = take(&fake);
			REQUIRE(snapshot != NULL);
			check_broken_walk(snapshot, lengths[i], 4 * lengths[i], "no end");
			pyinspect_snapshot_free(snapshot);
		}
}

static void test_bogus_callers(void)
{
	static const uint64_t bogus[] = {8, UINT64_MAX, UINT64_MAX - 40,
					 UINT64_C(0xffff888000000000),
					 UINT64_C(0x7f0000000000)};
	struct fake fake;
	for (size_t i = 0; i < sizeof(bogus) / sizeof(bogus[0]); i++)
		FOR_EACH_PROCESS(&fake)
		{
			uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
			uint64_t code = make_code(&fake);
			uint64_t frame = fake_frame(&fake, code, 0, bogus[i]);
			fake_run(&fake, thread, fake_frame(&fake, code, 0, frame));
			struct pyinspect_snapshot *snapshot = take(&fake);
			REQUIRE(snapshot != NULL);
			check_broken_walk(snapshot, 2, 2, "can't read memory");
			pyinspect_snapshot_free(snapshot);
		}
}

static void test_bogus_innermost(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 2), 3);
		fake_run(&fake, thread, 8);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		check_broken_walk(snapshot, 0, 0, "can't read memory");
		/* The other thread has not suffered. */
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 1)), 3);
		CHECK(pyinspect_thread_problem(thread_of(snapshot, 1), 0) == NULL);
		CHECK_NUMBER(pyinspect_snapshot_problem_count(snapshot), 1);
		pyinspect_snapshot_free(snapshot);
	}
}

static size_t count_threads(const struct pyinspect_snapshot *snapshot)
{
	size_t count = 0;
	while (thread_of(snapshot, count))
		count++;
	return count;
}

static void check_broken_list(const struct pyinspect_snapshot *snapshot, size_t least,
			      size_t most, const char *words)
{
	size_t count = count_threads(snapshot);
	CHECK(count >= least && count <= most);
	const struct pyinspect_problem *problem = pyinspect_snapshot_problem(snapshot, 0);
	if (CHECK(problem != NULL))
		CHECK_HOLDS(problem->text, words);
}

static void test_thread_cycles(void)
{
	struct fake fake;
	for (size_t length = 1; length <= 9; length++)
		FOR_EACH_PROCESS(&fake)
		{
			uint64_t thread = 0, first = 0;
			for (size_t j = 0; j < length; j++) {
				thread = fake_thread(&fake, fake.interpreter, j + 1);
				first = first ? first : thread;
			}
			put(&fake.world, first, FIELD_THREAD_NEXT, thread);
			fake_stack(&fake, thread, 2);
			struct pyinspect_snapshot *snapshot = take(&fake);
			REQUIRE(snapshot != NULL);
			check_broken_list(snapshot, length, 4 * length, "no end");
			pyinspect_snapshot_free(snapshot);
		}
}

static void test_bogus_next_thread(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		fake_stack(&fake, thread, 2);
		put(&fake.world, thread, FIELD_THREAD_NEXT, 8);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		check_broken_list(snapshot, 1, 1, "can't read memory");
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), 2);
		pyinspect_snapshot_free(snapshot);
		/* What is readable, and no thread state. */
		put(&fake.world, thread, FIELD_THREAD_NEXT, fake.globals);
		snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		check_broken_list(snapshot, 1, 1, "no thread state");
		pyinspect_snapshot_free(snapshot);
	}
}

static size_t count_interpreters(const struct pyinspect_snapshot *snapshot)
{
	size_t count = 0;
	while (pyinspect_snapshot_interpreter(snapshot, count))
		count++;
	return count;
}

static void test_interpreter_cycles(void)
{
	struct fake fake;
	for (size_t length = 1; length <= 3; length++)
		FOR_EACH_PROCESS(&fake)
		{
			uint64_t interpreter = fake.interpreter;
			fake_stack(&fake, fake_thread(&fake, interpreter, 1), 2);
			for (size_t i = 1; i < length; i++) {
				interpreter = fake_interpreter(&fake, (int64_t)i);
				fake_stack(&fake, fake_thread(&fake, interpreter, 2), 2);
			}
			put(&fake.world, fake.interpreter, FIELD_INTERPRETER_NEXT,
			    interpreter);
			struct pyinspect_snapshot *snapshot = take(&fake);
			REQUIRE(snapshot != NULL);
			size_t count = count_interpreters(snapshot);
			CHECK(pyinspect_snapshot_problem(snapshot, 0) != NULL);
			pyinspect_snapshot_free(snapshot);
			REQUIRE(count >= length && count <= 4 * length);
		}
}

static void test_bogus_next_interpreter(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 2);
		put(&fake.world, fake.interpreter, FIELD_INTERPRETER_NEXT, 8);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		CHECK(pyinspect_snapshot_problem(snapshot, 0) != NULL);
		CHECK_NUMBER(count_interpreters(snapshot), 1);
		REQUIRE(thread_of(snapshot, 0) != NULL);
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), 2);
		pyinspect_snapshot_free(snapshot);
	}
}

static const struct pyinspect_frame *frame_of(const struct pyinspect_snapshot *snapshot,
					      size_t index)
{
	return pyinspect_thread_frame(thread_of(snapshot, 0), index);
}

static void test_no_code(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		const uint64_t others[] = {0, 8, UINT64_MAX - 7, fake.globals,
					   make_str(&fake.world, "x")};
		uint64_t frame = fake_frame(&fake, make_code(&fake), 0, 0);
		for (size_t i = 0; i < 5; i++)
			frame = fake_frame(&fake, others[i], 0, frame);
		fake_run(&fake, thread, frame);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), 6);
		for (size_t i = 0; i < 5; i++) {
			REQUIRE(frame_of(snapshot, i) != NULL);
			CHECK_TEXT(pyinspect_frame_function(frame_of(snapshot, i)), NULL);
			CHECK_NUMBER(pyinspect_frame_line(frame_of(snapshot, i)), 0);
			CHECK(pyinspect_frame_problem(frame_of(snapshot, i), 0) != NULL);
		}
		CHECK_TEXT(pyinspect_frame_function(frame_of(snapshot, 5)), "work");
		CHECK(pyinspect_frame_problem(frame_of(snapshot, 5), 0) == NULL);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_names_unreadable(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		uint64_t code = make_code(&fake);
		put(&fake.world, code, FIELD_CODE_NAME, 8);
		put(&fake.world, code, FIELD_CODE_QUALNAME, UINT64_MAX);
		put(&fake.world, code, FIELD_CODE_FILENAME, fake.globals);
		fake_run(&fake, thread, fake_frame(&fake, code, 4, 0));
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		const struct pyinspect_frame *frame = frame_of(snapshot, 0);
		REQUIRE(frame != NULL);
		CHECK_TEXT(pyinspect_frame_function(frame), NULL);
		CHECK_TEXT(pyinspect_frame_qualname(frame), NULL);
		CHECK_TEXT(pyinspect_frame_file(frame), NULL);
		/* The line is in another object. */
		CHECK_NUMBER(pyinspect_frame_line(frame), 102);
		CHECK(pyinspect_frame_problem(frame, 0) != NULL);
		CHECK(pyinspect_snapshot_problem_count(snapshot) >= 1);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_line_table_unreadable(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		for (int i = 0; i < 3; i++) {
			uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
			uint64_t code = make_code(&fake);
			uint64_t table = make_bytes(&fake.world, "x", 1);
			put(&fake.world, table, FIELD_VAR_SIZE,
			    i == 0 ? UINT64_MAX : UINT64_C(1) << 30);
			put(&fake.world, code, FIELD_CODE_LINETABLE,
			    i == 2 ? fake.globals : table);
			fake_run(&fake, thread, fake_frame(&fake, code, 4, 0));
			struct pyinspect_snapshot *snapshot = take(&fake);
			REQUIRE(snapshot != NULL);
			size_t last = count_threads(snapshot) - 1;
			const struct pyinspect_frame *frame =
				pyinspect_thread_frame(thread_of(snapshot, last), 0);
			REQUIRE(frame != NULL);
			CHECK_TEXT(pyinspect_frame_function(frame), "work");
			CHECK_NUMBER(pyinspect_frame_line(frame), 0);
			REQUIRE(pyinspect_frame_problem(frame, 0) != NULL);
			CHECK_HOLDS(pyinspect_frame_problem(frame, 0)->text,
				    i == 2 ? "no bytes object" : "bytes");
			pyinspect_snapshot_free(snapshot);
		}
	}
}

static void test_instruction_outside(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		uint64_t frame = fake_frame(&fake, make_code(&fake), 4, 0);
		put(&fake.world, frame, FIELD_IFRAME_INSTRUCTION, UINT64_MAX);
		put(&fake.world, frame, FIELD_PYFRAME_LASTI, 0x7fffffff);
		fake_run(&fake, thread, frame);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		CHECK_TEXT(pyinspect_frame_function(frame_of(snapshot, 0)), "work");
		pyinspect_snapshot_free(snapshot);
	}
}

/* The module's name may be anything that a module does to its globals. */
static void test_odd_globals(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		const uint64_t odd[] = {
			8, make_str(&fake.world, "no dict"),
			make_names(&fake.world, "other", UINT64_C(8), NULL),
			make_names(&fake.world, "__name__", UINT64_C(8), NULL),
			make_names(&fake.world, "__name__", make_int(&fake.world, 5),
				   NULL)};
		uint64_t frame = 0;
		for (size_t i = 0; i < 5; i++) {
			fake.globals = odd[i];
			frame = fake_frame(&fake, make_code(&fake), 0, frame);
		}
		fake_run(&fake, thread, frame);
		struct pyinspect_snapshot *snapshot = take(&fake);
		REQUIRE(snapshot != NULL);
		for (size_t i = 0; i < 5; i++) {
			REQUIRE(frame_of(snapshot, i) != NULL);
			CHECK_TEXT(pyinspect_frame_module(frame_of(snapshot, i)), NULL);
			CHECK_TEXT(pyinspect_frame_function(frame_of(snapshot, i)), "work");
		}
		pyinspect_snapshot_free(snapshot);
	}
}

int main(void)
{
	TEST("a frame that is its own caller ends the walk", test_frame_is_its_own_caller);
	TEST("a cycle of frames of any length ends the walk", test_frame_cycles);
	TEST("callers at no address end the walk, and what came before stays",
	     test_bogus_callers);
	TEST("an innermost frame at no address costs one thread's frames",
	     test_bogus_innermost);
	TEST("a cycle of threads ends the list", test_thread_cycles);
	TEST("a next thread that is none ends the list", test_bogus_next_thread);
	TEST("a cycle of interpreters ends the list", test_interpreter_cycles);
	TEST("a next interpreter that is none ends the list", test_bogus_next_interpreter);
	TEST("what runs is no code: the frame is there, with a problem", test_no_code);
	TEST("names that can't be read leave the line", test_names_unreadable);
	TEST("a line table that can't be read leaves the name", test_line_table_unreadable);
	TEST("an instruction outside of the code leaves the name",
	     test_instruction_outside);
	TEST("odd globals leave the module's name out", test_odd_globals);
	return tap_finish();
}
