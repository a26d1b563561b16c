/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which C frame runs which Python frames, as each version tells it. */
#include "process.h"
#include "pyinspect_native.h"
#include "tap.h"
#include "versions.h"

#define FOR_EACH_PROCESS(fake)                                                             \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = (fake_init(fake, version_at(version_)), true); once_;    \
		     once_ = (fake_deinit(fake), false))

/* Three frames: the innermost two are run by one C frame where the version can do that. */
struct example {
	uint64_t thread, frames[3];
	/** Of the inner and the outer C frame; 0 where there is none. */
	uint64_t entries[2];
	uint64_t cframes[4];
};

static bool is_one_each(const struct fake *fake)
{
	return !world_has(&fake->world, FIELD_IFRAME_PREVIOUS);
}

static bool has_cframes(const struct fake *fake)
{
	return world_has(&fake->world, FIELD_CFRAME_PREVIOUS) &&
	       world_has(&fake->world, FIELD_THREAD_CFRAME);
}

/* From the innermost to that of the thread state, which says nothing. */
static void link_cframes(struct fake *fake, struct example *example, size_t count,
			 const uint64_t *frames)
{
	struct world *world = &fake->world;
	uint64_t previous = 0;
	for (size_t i = count + 1; i-- > 0;) {
		uint64_t cframe = image_alloc(&world->image, 64);
		put(world, cframe, FIELD_CFRAME_PREVIOUS, previous);
		if (world_has(world, FIELD_CFRAME_CURRENT_FRAME) && i < count)
			put(world, cframe, FIELD_CFRAME_CURRENT_FRAME, frames[i]);
		example->cframes[i] = previous = cframe;
	}
	put(world, example->thread, FIELD_THREAD_CFRAME, previous);
}

static struct example make(struct fake *fake)
{
	struct example example = {.thread = fake_thread(fake, fake->interpreter, 1)};
	uint64_t code = fake_code(fake, "work", "/app/work.py", 100);
	example.entries[1] = fake_entry_frame(fake, 0);
	example.frames[2] = fake_frame(fake, code, 0, example.entries[1]);
	example.entries[0] = fake_entry_frame(fake, example.frames[2]);
	example.frames[1] = fake_frame(fake, code, 0, example.entries[0]);
	example.frames[0] = fake_frame(fake, code, 0, example.frames[1]);
	fake_run(fake, example.thread, example.frames[0]);
	if (world_has(&fake->world, FIELD_IFRAME_IS_ENTRY)) {
		put(&fake->world, example.frames[1], FIELD_IFRAME_IS_ENTRY, 1);
		put(&fake->world, example.frames[2], FIELD_IFRAME_IS_ENTRY, 1);
	}
	if (has_cframes(fake)) {
		uint64_t innermost[] = {example.frames[0], example.frames[2]};
		link_cframes(fake, &example, is_one_each(fake) ? 3 : 2, innermost);
	}
	return example;
}

static struct pyinspect_snapshot *take(struct fake *fake, uint32_t max_frames)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	options.activations = true;
	options.max_frames = max_frames;
	return fake_take(fake, &options);
}

static void check(const struct pyinspect_snapshot *snapshot, size_t index, size_t first,
		  size_t count, size_t omitted, uint64_t address)
{
	struct pyinspect_activation activation;
	if (!CHECK(pyinspect_thread_activation(thread_of(snapshot, 0), index, &activation)))
		return;
	CHECK_NUMBER(activation.first, first);
	CHECK_NUMBER(activation.count, count);
	CHECK_NUMBER(activation.omitted, omitted);
	CHECK_NUMBER(activation.address, address);
}

/* What is in the C frame of an activation. */
static uint64_t mark(const struct fake *fake, const struct example *example, size_t index)
{
	if (is_one_each(fake))
		return has_cframes(fake) ? example->cframes[index] : 0;
	return world_has(&fake->world, FIELD_IFRAME_IS_ENTRY) ? example->cframes[index]
							      : example->entries[index];
}

static void test_each_version(void)
{
	struct fake fake;
	struct pyinspect_activation none;
	FOR_EACH_PROCESS(&fake)
	{
		struct example example = make(&fake);
		struct pyinspect_snapshot *snapshot = take(&fake, 0);
		REQUIRE(snapshot != NULL);
		size_t count = is_one_each(&fake) ? 3 : 2;
		if (is_one_each(&fake)) {
			for (size_t i = 0; i < 3; i++)
				check(snapshot, i, i, 1, 0, mark(&fake, &example, i));
		} else {
			check(snapshot, 0, 0, 2, 0, mark(&fake, &example, 0));
			check(snapshot, 1, 2, 1, 0, mark(&fake, &example, 1));
		}
		CHECK(!pyinspect_thread_activation(thread_of(snapshot, 0), count, &none));
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_left_out(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make(&fake);
		struct pyinspect_snapshot *snapshot = take(&fake, 2);
		struct pyinspect_activation activation;
		const struct pyinspect_thread *thread;
		size_t kept = 0, omitted = 0;
		REQUIRE(snapshot != NULL);
		thread = thread_of(snapshot, 0);
		for (size_t i = 0; pyinspect_thread_activation(thread, i, &activation);
		     i++) {
			CHECK_NUMBER(activation.first, kept);
			kept += activation.count;
			omitted += activation.omitted;
		}
		CHECK_NUMBER(kept, 2);
		CHECK_NUMBER(omitted, 1);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_not_asked(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		make(&fake);
		struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
		struct pyinspect_activation activation;
		struct pyinspect_evaluator evaluator;
		REQUIRE(snapshot != NULL);
		CHECK(!pyinspect_thread_activation(thread_of(snapshot, 0), 0, &activation));
		CHECK(!pyinspect_snapshot_evaluator(snapshot, &evaluator));
		pyinspect_snapshot_free(snapshot);
	}
}

/* Code that makes a frame of its own, or switches stacks: not as many CFrames as frames. */
static void test_other_count(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct example example = make(&fake);
		if (!has_cframes(&fake))
			continue;
		/* The second is missing. */
		put(&fake.world, example.cframes[0], FIELD_CFRAME_PREVIOUS,
		    example.cframes[is_one_each(&fake) ? 2 : 1]);
		struct pyinspect_snapshot *snapshot = take(&fake, 0);
		REQUIRE(snapshot != NULL);
		if (is_one_each(&fake))
			for (size_t i = 0; i < 3; i++)
				check(snapshot, i, i, 1, 0, 0);
		pyinspect_snapshot_free(snapshot);
	}
}

static void test_cycle(void)
{
	struct fake fake;
	FOR_EACH_PROCESS(&fake)
	{
		struct example example = make(&fake);
		if (!has_cframes(&fake))
			continue;
		put(&fake.world, example.cframes[1], FIELD_CFRAME_PREVIOUS,
		    example.cframes[0]);
		struct pyinspect_snapshot *snapshot = take(&fake, 0);
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(kept_frames(thread_of(snapshot, 0)), 3);
		pyinspect_snapshot_free(snapshot);
	}
}

int main(void)
{
	TEST("each version tells which C frame runs which frames", test_each_version);
	TEST("frames that are left out are counted where they are", test_left_out);
	TEST("who doesn't ask is told nothing", test_not_asked);
	TEST("where counts differ there are no addresses", test_other_count);
	TEST("a cycle of CFrames ends", test_cycle);
	return tap_finish();
}
