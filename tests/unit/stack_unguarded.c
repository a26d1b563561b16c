/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Builds without a GIL: objects that begin later, text whose state has another form,
 * frames that run a thread's own copy of the bytecode.
 */
#include "process.h"
#include "tap.h"
#include "versions.h"

#define FIRST_LINE 100
#define LINE       (FIRST_LINE + 3)
#define OFFSET     6

/* The versions whose frames say which copy they run. */
#define FOR_EACH_PROCESS(fake)                                                             \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		if (has_copies(version_))                                                  \
			for (bool once_ =                                                  \
				     (fake_init_unguarded(fake, version_at(version_)),     \
				      true);                                               \
			     once_; once_ = (fake_deinit(fake), false))

static bool has_copies(size_t version)
{
	return dialect_at(version)->debug_offsets_revision >= 2;
}

/* A code object and its copies of the bytecode. */
struct copied {
	uint64_t code, array, copies[3];
};

static struct copied make_copied(struct fake *fake)
{
	struct world *world = &fake->world;
	const struct layout *layout = &world->layout;
	struct copied copied = {
		.code = fake_code(fake, "work", "/app/work.py", FIRST_LINE)};
	copied.array = image_alloc(&world->image, 64);
	image_write_u64(&world->image, copied.array, 3);
	for (size_t i = 0; i < 3; i++) {
		copied.copies[i] =
			i ? image_alloc(&world->image, 128)
			  : copied.code + layout_at(layout, FIELD_CODE_CODE_ADAPTIVE);
		image_write_u64(&world->image, copied.array + 8 + i * 8, copied.copies[i]);
	}
	put(world, copied.code, FIELD_CODE_TLBC, copied.array);
	return copied;
}

/* A thread in a frame that says that it runs copy number index, at instruction. */
static void run_copy(struct fake *fake, const struct copied *copied, uint32_t index,
		     uint64_t instruction)
{
	uint64_t thread = fake_thread(fake, fake->interpreter, 1);
	uint64_t outer = fake_frame(fake, copied->code, OFFSET, 0);
	uint64_t frame = fake_frame(fake, copied->code, OFFSET, outer);
	put(&fake->world, frame, FIELD_IFRAME_INSTRUCTION, instruction);
	put(&fake->world, frame, FIELD_IFRAME_TLBC_INDEX, index);
	fake_run(fake, thread, frame);
}

/* Whatever the copy is, names are right, and so is the caller, which runs none. */
static void check_names(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_thread *thread = thread_of(snapshot, 0);
	REQUIRE(thread != NULL);
	REQUIRE(pyinspect_thread_frame_count(thread) == 2);
	for (size_t i = 0; i < 2; i++) {
		const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, i);
		CHECK_TEXT(pyinspect_frame_function(frame), "work");
		CHECK_TEXT(pyinspect_frame_file(frame), "/app/work.py");
	}
	const struct pyinspect_frame *outer = pyinspect_thread_frame(thread, 1);
	CHECK_NUMBER(pyinspect_frame_line(outer), LINE);
	CHECK(pyinspect_frame_problem(outer, 0) == NULL);
}

static void check_line(struct fake *fake, int32_t line, const char *problem)
{
	struct pyinspect_snapshot *snapshot = fake_take(fake, NULL);
	REQUIRE(snapshot != NULL);
	CHECK(pyinspect_snapshot_python_is_free_threaded(snapshot));
	check_names(snapshot);
	const struct pyinspect_frame *frame =
		pyinspect_thread_frame(thread_of(snapshot, 0), 0);
	CHECK_NUMBER(pyinspect_frame_line(frame), line);
	const struct pyinspect_problem *found = pyinspect_frame_problem(frame, 0);
	CHECK((found != NULL) == (problem != NULL));
	if (found && problem)
		CHECK_HOLDS(found->text, problem);
	pyinspect_snapshot_free(snapshot);
}

static void test_own_copy(void)
{
	struct fake fake;
	for (uint32_t i = 0; i < 3; i++)
		FOR_EACH_PROCESS(&fake)
		{
			struct copied copied = make_copied(&fake);
			run_copy(&fake, &copied, i, copied.copies[i] + OFFSET);
			check_line(&fake, LINE, NULL);
		}
}

static void test_index_outside(void)
{
	static const uint32_t indices[] = {3, 4, 1000, INT32_MAX, UINT32_MAX};
	struct fake fake;
	for (size_t i = 0; i < sizeof(indices) / sizeof(indices[0]); i++)
		FOR_EACH_PROCESS(&fake)
		{
			struct copied copied = make_copied(&fake);
			/* What lies behind the array looks like a copy, too. */
			image_write_u64(&fake.world.image, copied.array + 8 + 24,
					copied.copies[2]);
			run_copy(&fake, &copied, indices[i], copied.copies[2] + OFFSET);
			check_line(&fake, 0, "copy of the bytecode");
		}
}

static void test_no_copy(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct copied copied = make_copied(&fake);
		image_write_u64(&fake.world.image, copied.array + 8 + 16, 0);
		run_copy(&fake, &copied, 2, copied.copies[2] + OFFSET);
		check_line(&fake, 0, "copy of the bytecode");
	}
}

static void test_no_array(void)
{
	static const uint64_t arrays[] = {0, 8, UINT64_MAX - 3};
	struct fake fake;
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
		FOR_EACH_PROCESS(&fake)
		{
			struct copied copied = make_copied(&fake);
			put(&fake.world, copied.code, FIELD_CODE_TLBC, arrays[i]);
			run_copy(&fake, &copied, 1, copied.copies[1] + OFFSET);
			check_line(&fake, 0, "copy of the bytecode");
		}
}

/* Read in the midst of a change: the copy that the frame names isn't the one it runs. */
static void test_torn(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct copied copied = make_copied(&fake);
		run_copy(&fake, &copied, 1, copied.copies[2] + OFFSET);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		check_names(snapshot);
		const struct pyinspect_frame *frame =
			pyinspect_thread_frame(thread_of(snapshot, 0), 0);
		CHECK_NUMBER(pyinspect_frame_line(frame), 0);
		pyinspect_snapshot_free(snapshot);
	}
}

static void set_gil(struct fake *fake, uint64_t thread, unsigned int enabled)
{
	struct world *world = &fake->world;
	uint64_t gil =
		fake->interpreter + layout_at(&world->layout, FIELD_INTERPRETER_OWN_GIL);
	put(world, fake->interpreter, FIELD_INTERPRETER_GIL, gil);
	put(world, gil, FIELD_GIL_ENABLED, enabled);
	put(world, gil, FIELD_GIL_LOCKED, 1);
	put(world, gil, FIELD_GIL_LAST_HOLDER, thread);
}

/* Its struct is there all the same; PYTHON_GIL=1 turns it on. */
static void test_gil(void)
{
	static const enum pyinspect_truth locked[] = {PYINSPECT_NO, PYINSPECT_YES};
	struct fake fake;
	for (unsigned int enabled = 0; enabled < 2; enabled++)
		FOR_EACH_PROCESS(&fake)
		{
			uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
			fake_stack(&fake, thread, 1);
			set_gil(&fake, thread, enabled ? INT32_MAX : 0);
			struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
			REQUIRE(snapshot != NULL);
			CHECK_NUMBER(pyinspect_interpreter_gil_locked(
					     pyinspect_snapshot_interpreter(snapshot, 0)),
				     locked[enabled]);
			CHECK_NUMBER(pyinspect_thread_holds_gil(thread_of(snapshot, 0)),
				     locked[enabled]);
			pyinspect_snapshot_free(snapshot);
		}
}

static void test_thread_names(void)
{
	static const uint64_t idents[] = {1};
	static const char *const names[] = {"worker"};
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		put(&fake.world, fake.module_type, FIELD_TYPE_DICTOFFSET, 16);
		fake_names(&fake, fake.interpreter, idents, names, 1);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_TEXT(pyinspect_thread_name(thread_of(snapshot, 0)), "worker");
		CHECK_NUMBER(pyinspect_snapshot_problem_count(snapshot), 0);
		pyinspect_snapshot_free(snapshot);
	}
}

int main(void)
{
	TEST("a line is that of the thread's own copy of the bytecode", test_own_copy);
	TEST("an index past the copies costs the line, and is said", test_index_outside);
	TEST("a copy that isn't there costs the line, and is said", test_no_copy);
	TEST("copies that can't be read cost the line, and it is said", test_no_array);
	TEST("an instruction outside of the copy has no line", test_torn);
	TEST("the GIL is held only where it is enabled", test_gil);
	TEST("threads have their names", test_thread_names);
	return tap_finish();
}
