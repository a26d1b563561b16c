/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library used from several threads at once, each on targets of its own. */
#include <pthread.h>
#include <stdlib.h>

#include "process.h"
#include "tap.h"
#include "versions.h"
#include "writing.h"

#define THREADS 8
#define ROUNDS  12

struct worker {
	pthread_t thread;
	unsigned int number, wrong;
	/** One snapshot that all read at the same time. */
	const struct pyinspect_snapshot *shared;
	const char *shared_text;
};

static bool take_and_write(unsigned int version)
{
	struct fake fake;
	fake_init(&fake, version_at(version));
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 30);
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 2), 300);
	struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
	bool good = snapshot && thread_of(snapshot, 1) &&
		    pyinspect_thread_frame_count(thread_of(snapshot, 1)) == 300;
	char *text = snapshot ? write_text(snapshot, false, false) : NULL;
	good = good && strstr(text, "f299") && strstr(text, "[100 of 300 frames");
	free(text);
	pyinspect_snapshot_free(snapshot);
	fake_deinit(&fake);
	return good;
}

static void *run(void *context)
{
	struct worker *worker = context;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int version = (worker->number + i) % (unsigned int)dialect_count;
		worker->wrong += !take_and_write(version);
		char *text = write_text(worker->shared, true, true);
		worker->wrong += strcmp(text, worker->shared_text) != 0;
		free(text);
	}
	return NULL;
}

static void test_many_threads(void)
{
	struct worker workers[THREADS];
	struct fake fake;
	fake_init(&fake, VERSION(3, 13));
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 30);
	struct pyinspect_snapshot *shared = fake_take(&fake, NULL);
	REQUIRE(shared != NULL);
	fake_deinit(&fake);
	char *text = write_text(shared, true, true);
	for (unsigned int i = 0; i < THREADS; i++) {
		workers[i] =
			(struct worker){.number = i, .shared = shared, .shared_text = text};
		REQUIRE(pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		CHECK_NUMBER(workers[i].wrong, 0);
	}
	free(text);
	pyinspect_snapshot_free(shared);
}

static void test_target_again(void)
{
	struct fake fake;
	fake_init(&fake, VERSION(3, 10));
	uint64_t thread = fake_thread(&fake, fake.interpreter, 1);
	struct pyinspect_target *target = fake_open(&fake);
	for (size_t depth = 1; depth < 5; depth++) {
		struct pyinspect_snapshot *snapshot = NULL;
		fake_stack(&fake, thread, depth);
		CHECK(!pyinspect_snapshot_take(target, NULL, &snapshot));
		REQUIRE(snapshot != NULL);
		CHECK_NUMBER(pyinspect_thread_frame_count(thread_of(snapshot, 0)), depth);
		pyinspect_snapshot_free(snapshot);
	}
	/* Nothing of what was seen before is taken for what is. */
	struct pyinspect_snapshot *snapshot = NULL;
	image_write_u64(&fake.world.image, fake.head_pointer, 0);
	CHECK_NUMBER(error_code_of(pyinspect_snapshot_take(target, NULL, &snapshot)),
		     PYINSPECT_ERROR_NOT_PYTHON);
	pyinspect_target_close(target);
	fake_deinit(&fake);
}

static void test_snapshot_outlives_target(void)
{
	struct fake fake;
	fake_init(&fake, VERSION(3, 14));
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 3);
	struct pyinspect_snapshot *snapshot = fake_take(&fake, NULL);
	fake_deinit(&fake);
	REQUIRE(snapshot != NULL);
	const struct pyinspect_frame *frame =
		pyinspect_thread_frame(thread_of(snapshot, 0), 0);
	CHECK_TEXT(pyinspect_frame_function(frame), "f0");
	CHECK_TEXT(pyinspect_frame_file(frame), "/app/main.py");
	pyinspect_snapshot_free(snapshot);
}

/* An older caller's struct is shorter: what it lacks has its default. */
static void test_shorter_options(void)
{
	struct fake fake;
	struct pyinspect_options options = {.size = offsetof(struct pyinspect_options, tid),
					    .max_frames = 2,
					    .tid = 12345};
	fake_init(&fake, VERSION(3, 10));
	fake_stack(&fake, fake_thread(&fake, fake.interpreter, 1), 9);
	struct pyinspect_snapshot *snapshot = fake_take(&fake, &options);
	REQUIRE(snapshot != NULL);
	CHECK_NUMBER(kept_frames(thread_of(snapshot, 0)), 2);
	pyinspect_snapshot_free(snapshot);
	fake_deinit(&fake);
}

static void test_nothing(void)
{
	pyinspect_target_close(NULL);
	pyinspect_snapshot_free(NULL);
	pyinspect_error_free(NULL);
	CHECK(pyinspect_version()[0] != '\0');
}

static size_t read_nothing(void *context, uint64_t address, void *buffer, size_t size)
{
	return 0;
}

static uint64_t no_symbol(void *context, const char *name)
{
	return 0;
}

static uint64_t any_symbol(void *context, const char *name)
{
	return 0x1000;
}

static void check_no_python(uint64_t (*symbol)(void *, const char *))
{
	struct pyinspect_callbacks callbacks = {
		.size = sizeof(callbacks), .read = read_nothing, .symbol = symbol};
	struct pyinspect_target *target = NULL;
	struct pyinspect_snapshot *snapshot = NULL;
	CHECK(!pyinspect_target_open_callbacks(&callbacks, NULL, &target));
	REQUIRE(target != NULL);
	int code = error_code_of(pyinspect_snapshot_take(target, NULL, &snapshot));
	CHECK(code == PYINSPECT_ERROR_NOT_PYTHON || code == PYINSPECT_ERROR_FAULT);
	CHECK(snapshot == NULL);
	pyinspect_target_close(target);
}

static void test_no_python(void)
{
	check_no_python(no_symbol);
	check_no_python(any_symbol);
}

int main(void)
{
	TEST("several threads use targets of their own, and read one snapshot",
	     test_many_threads);
	TEST("a target can be looked at again", test_target_again);
	TEST("a snapshot outlives its target", test_snapshot_outlives_target);
	TEST("options may be those of an older header", test_shorter_options);
	TEST("nothing can be closed and freed", test_nothing);
	TEST("a target that is no Python is refused", test_no_python);
	return tap_finish();
}
