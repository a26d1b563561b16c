/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames left out in the middle of deep stacks. */
#include <stdlib.h>
#include <unistd.h>

#include "process.h"
#include "tap.h"
#include "versions.h"

#define PATIENCE 20

static const uint32_t depths[] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 199, 200, 201, 500};
static const uint32_t limits[] = {0, 1, 2, 3, 4, 5, 9, 10, 200};

static struct pyinspect_snapshot *take(struct fake *fake, uint32_t max_frames)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	options.max_frames = max_frames;
	return fake_take(fake, &options);
}

/* Frame index of depth frames has the name f(index), innermost first. */
static bool is_frame(const struct pyinspect_thread *thread, size_t index, size_t name)
{
	char wanted[24];
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, index);
	snprintf(wanted, sizeof(wanted), "f%zu", name);
	return frame && CHECK_TEXT(pyinspect_frame_function(frame), wanted);
}

static bool check_elision(const struct pyinspect_thread *thread, size_t depth, size_t limit)
{
	size_t after = 77, omitted = pyinspect_thread_frames_omitted(thread, &after);
	size_t kept = kept_frames(thread);
	size_t wanted = limit && limit < depth ? limit : depth;
	bool good = CHECK_NUMBER(pyinspect_thread_frame_count(thread), depth);
	good &= CHECK_NUMBER(kept, wanted) && CHECK_NUMBER(omitted, depth - wanted);
	if (!good)
		return false;
	/* Half are innermost; of an odd number one more. */
	size_t head = omitted ? (limit + 1) / 2 : kept;
	if (omitted && !CHECK_NUMBER(after, head))
		return false;
	for (size_t i = 0; i < kept; i++)
		if (!is_frame(thread, i, i < head ? i : i + omitted))
			return false;
	return true;
}

static void check_version(uint32_t hexversion)
{
	struct fake fake;
	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		fake_init(&fake, hexversion);
		fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), depths[i]);
		for (size_t j = 0; j < sizeof(limits) / sizeof(limits[0]); j++) {
			struct pyinspect_snapshot *snapshot = take(&fake, limits[j]);
			REQUIRE(snapshot != NULL);
			if (!check_elision(thread_of(snapshot, 0), depths[i], limits[j]))
				printf("# %u frames, limit %u\n", depths[i], limits[j]);
			pyinspect_snapshot_free(snapshot);
		}
		fake_deinit(&fake);
	}
}

static void test_pyframes(void)
{
	check_version(VERSION(3, 10));
}

static void test_iframes(void)
{
	check_version(VERSION(3, 13));
}

static void test_largest_limit(void)
{
	struct fake fake;
	fake_init(&fake, VERSION(3, 10));
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 20);
	for (uint32_t limit = UINT32_MAX - 2; limit != 0; limit++) {
		struct pyinspect_snapshot *snapshot = take(&fake, limit);
		REQUIRE(snapshot != NULL);
		check_elision(thread_of(snapshot, 0), 20, 0);
		pyinspect_snapshot_free(snapshot);
	}
	fake_deinit(&fake);
}

#define MANY       1000000
#define MANY_BYTES 128

/* A million frames of one function, in a row. */
static void make_many(struct fake *fake)
{
	uint64_t base = UINT64_C(0x7f8000000000);
	uint64_t code = fake_code(fake, "recurse", "/app/deep.py", 1);
	image_map(&fake->world.image, base, (size_t)MANY * MANY_BYTES);
	uint64_t model = fake_frame(fake, code, 6, 0);
	char bytes[MANY_BYTES];
	enum field link = world_has(&fake->world, FIELD_IFRAME_PREVIOUS)
				  ? FIELD_IFRAME_PREVIOUS
				  : FIELD_PYFRAME_BACK;
	uint64_t at = layout_at(&fake->world.layout, link);
	memcpy(bytes, image_at(&fake->world.image, model, MANY_BYTES), MANY_BYTES);
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t previous = i ? base + (i - 1) * MANY_BYTES : 0;
		memcpy(bytes + at, &previous, 8);
		image_write(&fake->world.image, base + i * MANY_BYTES, bytes, MANY_BYTES);
	}
	fake_run(fake, fake_thread(fake, fake->interpreter, 1),
		 base + (uint64_t)(MANY - 1) * MANY_BYTES);
}

static void test_a_million(void)
{
	struct fake fake;
	/* Of the kinds of frames, the smaller: it fits into MANY_BYTES. */
	fake_init(&fake, VERSION(3, 13));
	make_many(&fake);
	alarm(PATIENCE);
	struct pyinspect_snapshot *snapshot = take(&fake, 200);
	alarm(0);
	REQUIRE(snapshot != NULL);
	const struct pyinspect_thread *thread = thread_of(snapshot, 0);
	CHECK_NUMBER(pyinspect_thread_frame_count(thread), MANY);
	CHECK_NUMBER(kept_frames(thread), 200);
	CHECK_NUMBER(pyinspect_thread_frames_omitted(thread, NULL), MANY - 200);
	CHECK_NUMBER(pyinspect_snapshot_problem_count(snapshot), 0);
	pyinspect_snapshot_free(snapshot);
	fake_deinit(&fake);
}

static void test_deadline(void)
{
	struct fake fake;
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	/* Long enough to begin, on any machine; all would take several seconds. */
	options.timeout = 0.5;
	fake_init(&fake, VERSION(3, 13));
	make_many(&fake);
	/* Reads that take their time: a page at once. */
	fake.world.image.ranges[1].most = 4096;
	fake.world.image.delay_us = 100;
	alarm(PATIENCE);
	struct pyinspect_snapshot *snapshot = fake_take(&fake, &options);
	alarm(0);
	REQUIRE(snapshot != NULL);
	const struct pyinspect_thread *thread = thread_of(snapshot, 0);
	REQUIRE(thread != NULL);
	CHECK(pyinspect_thread_frame_count(thread) < MANY);
	CHECK(pyinspect_thread_problem(thread, 0) != NULL);
	REQUIRE(pyinspect_snapshot_problem(snapshot, 0) != NULL);
	CHECK_HOLDS(pyinspect_snapshot_problem(snapshot, 0)->text, "time limit");
	pyinspect_snapshot_free(snapshot);
	fake_deinit(&fake);
}

int main(void)
{
	TEST("PyFrameObjects: the first and the last are kept, in order", test_pyframes);
	TEST("iframes: the first and the last are kept, in order", test_iframes);
	TEST("the largest limits keep all", test_largest_limit);
	TEST("a million frames are counted", test_a_million);
	TEST("the time limit ends a walk, and what was read stays", test_deadline);
	return tap_finish();
}
