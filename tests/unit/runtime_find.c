/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the Python in a target: what is recognised, refused, or read all the same. */
#include "layout/debug_offsets.h"
#include "process.h"
#include "tap.h"
#include "versions.h"

#define FOR_EACH_PROCESS(fake)                                                             \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = (fake_init(fake, version_at(version_)), true); once_;    \
		     once_ = (fake_deinit(fake), false))

/* The error of a look; NULL if it succeeds. */
static struct pyinspect_error *take(struct fake *fake)
{
	struct pyinspect_snapshot *snapshot = NULL;
	struct pyinspect_target *target = fake_open(fake);
	struct pyinspect_error *error = pyinspect_snapshot_take(target, NULL, &snapshot);
	pyinspect_snapshot_free(snapshot);
	pyinspect_target_close(target);
	return error;
}

static void check_refused(struct fake *fake, enum pyinspect_error_code code,
			  const char *words)
{
	struct pyinspect_error *error = take(fake);
	if (!CHECK(error != NULL))
		return;
	CHECK_NUMBER(pyinspect_error_code(error), code);
	CHECK_HOLDS(pyinspect_error_message(error), words);
	pyinspect_error_free(error);
}

static void set_hexversion(struct fake *fake, uint32_t hexversion)
{
	struct world *world = &fake->world;
	put(world, fake->interpreter, FIELD_INTERPRETER_SYSDICT,
	    make_names(world, "hexversion", make_int(world, hexversion), NULL));
}

static void test_no_interpreter(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		image_write_u64(&fake.world.image, fake.head_pointer, 0);
		check_refused(&fake, PYINSPECT_ERROR_NOT_PYTHON, "not initialised");
	}
}

static void test_no_thread(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		check_refused(&fake, PYINSPECT_ERROR_NOT_PYTHON, "not initialised");
	}
}

static void test_no_hexversion_yet(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 1);
		put(&fake.world, fake.interpreter, FIELD_INTERPRETER_SYSDICT,
		    make_names(&fake.world, "path", UINT64_C(8), NULL));
		check_refused(&fake, PYINSPECT_ERROR_NOT_PYTHON, "not initialised");
	}
}

static void test_another_version(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 1);
		set_hexversion(&fake, 0x03050000);
		struct pyinspect_error *error = take(&fake);
		CHECK(error != NULL);
		pyinspect_error_free(error);
	}
}

static void test_thread_of_another(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
		put(&fake.world, thread, FIELD_THREAD_INTERPRETER, fake.globals);
		/* What tells its version is refused for what it is. */
		if (fake.world.layout.dialect->version_symbol)
			check_refused(&fake, PYINSPECT_ERROR_NOT_PYTHON, "does not belong");
		else
			CHECK(error_code_of(take(&fake)) != 0);
	}
}

/* What a version tells of itself is enough for one that nobody knew. */
static void test_newer(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		if (version_ != dialect_count - 1)
			continue;
		uint32_t newer = fake.world.hexversion + 0x10000;
		image_write_u64(&fake.world.image, fake.runtime + 8, newer);
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		set_hexversion(&fake, newer);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK(pyinspect_snapshot_python_is_newer(snapshot));
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), 3);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_much_newer(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		if (!fake.world.layout.dialect->debug_offsets_revision)
			continue;
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		image_write_u64(&fake.world.image, fake.runtime + 8, 0x040000f0);
		check_refused(&fake, PYINSPECT_ERROR_UNSUPPORTED, "4.0.0");
	}
}

static void test_offsets_outside(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		if (!fake.world.layout.dialect->debug_offsets_revision)
			continue;
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		image_write_u64(&fake.world.image, fake.runtime + 0x28, UINT64_C(1) << 40);
		check_refused(&fake, PYINSPECT_ERROR_BAD_DATA, "interpreters_head");
	}
}

static void test_no_symbols(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		fake.symbol_count = 0;
		check_refused(&fake, PYINSPECT_ERROR_NOT_PYTHON, "");
	}
}

static void test_symbols_elsewhere(void)
{
	static const uint64_t places[] = {8, UINT64_MAX, UINT64_MAX - 100,
					  UINT64_C(0x7f1000000000)};
	struct fake fake;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		FOR_EACH_PROCESS(&fake)
		{
			fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
			fake.symbols[0].address = places[i];
			struct pyinspect_error *error = take(&fake);
			CHECK(error != NULL);
			pyinspect_error_free(error);
		}
}

/* Without a word on the version, each that could be is tried until one proves itself. */
static void test_found_by_proof(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		const struct dialect *dialect = fake.world.layout.dialect;
		char version[16];
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		snprintf(version, sizeof(version), "%u.%u ", dialect->major,
			 dialect->minor);
		CHECK_HOLDS(pyinspect_snapshot_layout_name(snapshot), version);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_gil(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct world *world = &fake.world;
		uint64_t holder = fake_thread(&fake, fake.interpreter, 1);
		fake_stack(&fake, holder, 1);
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 2), 1);
		uint64_t gil = image_alloc(&world->image, 512);
		put(world, fake.interpreter, FIELD_INTERPRETER_GIL, gil);
		if (!world_has(world, FIELD_INTERPRETER_GIL) && fake.runtime)
			gil = fake.runtime + layout_at(&world->layout, FIELD_RUNTIME_GIL);
		put(world, gil, FIELD_GIL_LOCKED, 1);
		put(world, gil, FIELD_GIL_LAST_HOLDER, holder);
		/* 2.7 and 3.6 have a variable, whose symbol is the second. */
		if (!fake.runtime)
			image_write_u64(&world->image, fake.symbols[1].address, holder);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(pyinspect_thread_holds_gil(thread_of(snapshot, 0)),
			     PYINSPECT_YES);
		CHECK_NUMBER(pyinspect_thread_holds_gil(thread_of(snapshot, 1)),
			     PYINSPECT_NO);
		pyinspect_snapshot_free(snapshot);
		/* The last holder stays when the lock is let go. */
		put(world, gil, FIELD_GIL_LOCKED, 0);
		if (!fake.runtime)
			image_write_u64(&world->image, fake.symbols[1].address, 0);
		snapshot = fake_take(&fake, NULL);
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(pyinspect_thread_holds_gil(thread_of(snapshot, 0)),
			     PYINSPECT_NO);
		pyinspect_snapshot_free(snapshot);
	}
}

int main(void)
{
	TEST("every version is recognised", test_found_by_proof);
	TEST("without an interpreter it is not initialised", test_no_interpreter);
	TEST("without a thread it is not initialised", test_no_thread);
	TEST("without sys.hexversion it is not initialised", test_no_hexversion_yet);
	TEST("what says that it is another version is refused", test_another_version);
	TEST("a thread of another interpreter is no proof", test_thread_of_another);
	TEST("a newer version is read by what it tells of itself", test_newer);
	TEST("a version 4 is refused", test_much_newer);
	TEST("offsets outside of their structs are refused", test_offsets_outside);
	TEST("a target without Python's symbols is no Python", test_no_symbols);
	TEST("symbols at other places are refused", test_symbols_elsewhere);
	TEST("who holds the GIL is known, and that nobody does", test_gil);
	return tap_finish();
}
