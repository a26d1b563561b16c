/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who holds the GIL and who waits for it, by C libraries whose conditions differ. */
#include <stdlib.h>

#include "process.h"
#include "runtime/gil.h"
#include "tap.h"
#include "versions.h"

#define HOLDER UINT64_C(0x7f1234)

/* A process whose GIL is held, and what is read of it. */
struct bench {
	struct fake fake;
	struct runtime runtime;
	struct raw_interpreter interpreter;
	uint64_t gil, condition;
};

/* The versions whose interpreters have a GIL. */
#define FOR_EACH_BENCH(bench)                                                              \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = bench_init(bench, version_at(version_)); once_;          \
		     once_ = (bench_deinit(bench), false))

static bool bench_init(struct bench *bench, uint32_t hexversion)
{
	struct world *world = &bench->fake.world;
	const struct layout *layout = &world->layout;
	*bench = (struct bench){0};
	fake_init(&bench->fake, hexversion);
	if (!layout_has(layout, FIELD_INTERPRETER_GIL)) {
		fake_deinit(&bench->fake);
		return false;
	}
	bench->runtime.layout = *layout;
	bench->runtime.view = world->view;
	bench->interpreter.address = bench->fake.interpreter;
	bench->gil = image_alloc(&world->image, layout_at(layout, FIELD_GIL_SIZE));
	bench->condition = bench->gil + layout_at(layout, FIELD_GIL_COND);
	put(world, bench->fake.interpreter, FIELD_INTERPRETER_GIL, bench->gil);
	put(world, bench->gil, FIELD_GIL_LOCKED, 1);
	put(world, bench->gil, FIELD_GIL_LAST_HOLDER, HOLDER);
	return true;
}

static void bench_deinit(struct bench *bench)
{
	free(bench->interpreter.gil_waiters.items);
	fake_deinit(&bench->fake);
}

static bool is_awaited(const struct bench *bench, uint64_t futex)
{
	return gil_is_awaited_at(&bench->runtime, &bench->interpreter, futex);
}

/* Waiters as musl links them, the newest first; the last leads to `end`. */
static void link_nodes(struct bench *bench, uint64_t *nodes, size_t count, uint64_t end)
{
	struct memory_image *image = &bench->fake.world.image;
	for (size_t i = count; i-- > 0; end = nodes[i]) {
		nodes[i] = image_alloc(image, 64);
		image_write_u64(image, nodes[i] + 8, end);
	}
	image_write_u64(image, bench->condition + 8, end);
}

static void test_inside(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench)
	{
		/* glibc: a count of waits, and where groups of waiters begin. */
		image_write_u64(&bench.fake.world.image, bench.condition, 0x2468);
		image_write_u64(&bench.fake.world.image, bench.condition + 8, 0x2345);
		gil_read(&bench.runtime, &bench.interpreter);
		CHECK_NUMBER(bench.interpreter.gil_holder, HOLDER);
		CHECK_NUMBER(bench.interpreter.gil_waiters.count, 0);
		CHECK(is_awaited(&bench, bench.condition + 0x20));
		CHECK(!is_awaited(&bench, bench.gil - 4));
		CHECK(!is_awaited(&bench, 0x2345 + 0x14));
	}
}

static void test_linked(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench)
	{
		uint64_t nodes[70];
		size_t count = sizeof(nodes) / sizeof(nodes[0]);
		link_nodes(&bench, nodes, count, 0);
		gil_read(&bench.runtime, &bench.interpreter);
		CHECK_NUMBER(bench.interpreter.gil_waiters.count, count);
		for (size_t i = 0; i < count; i++) {
			CHECK(is_awaited(&bench, nodes[i] + 0x14));
			CHECK(!is_awaited(&bench, nodes[i]));
		}
	}
}

static void test_not_held(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench)
	{
		uint64_t nodes[2];
		link_nodes(&bench, nodes, 2, 0);
		put(&bench.fake.world, bench.gil, FIELD_GIL_LOCKED, 0);
		gil_read(&bench.runtime, &bench.interpreter);
		CHECK_NUMBER(bench.interpreter.gil_locked, PYINSPECT_NO);
		CHECK_NUMBER(bench.interpreter.gil_waiters.count, 0);
	}
}

static void test_broken(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench)
	{
		uint64_t nodes[9];
		link_nodes(&bench, nodes, 9, 8);
		gil_read(&bench.runtime, &bench.interpreter);
		/* The last one can't be read, and was told all the same. */
		CHECK_NUMBER(bench.interpreter.gil_waiters.count, 10);
	}
	FOR_EACH_BENCH(&bench)
	{
		uint64_t nodes[9];
		link_nodes(&bench, nodes, 9, 0);
		image_write_u64(&bench.fake.world.image, nodes[8] + 8, nodes[2]);
		gil_read(&bench.runtime, &bench.interpreter);
		CHECK(bench.interpreter.gil_waiters.count >= 9);
		CHECK(bench.interpreter.gil_waiters.count < 50);
	}
}

int main(void)
{
	TEST("glibc: a waiter's futex is in the condition", test_inside);
	TEST("musl: a waiter's futex is in its node of the list", test_linked);
	TEST("what nobody holds nobody waits for", test_not_held);
	TEST("a list that is broken or has no end ends", test_broken);
	return tap_finish();
}
