/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes of which words are spoilt at random: an answer or an error, and an end. */
#include <stdlib.h>
#include <unistd.h>

#include "process.h"
#include "tap.h"
#include "utf8.h"
#include "versions.h"
#include "writing.h"

#define SEED   UINT64_C(0xbadc0de)
#define ROUNDS 60
/* A walk that has no end ends the program, and so fails the test. */
#define PATIENCE 30

static const uint64_t idents[] = {11, 12, 13};
static const char *const names[] = {"MainThread", "worker", "\x1b[2J"};

static void make_process(struct fake *fake)
{
	for (size_t i = 0; i < 3; i++)
		fake_stack(fake, fake_thread(fake, fake->interpreter, idents[i]), 6 + i);
	fake_names(fake, fake->interpreter, idents, names, 3);
	uint64_t sub = fake_interpreter(fake, 1);
	fake_stack(fake, fake_thread(fake, sub, 99), 2);
}

/* A word that could stand there by mistake. */
static uint64_t garbage(struct random *random, const struct fake *fake)
{
	const struct image_range *heap = &fake->world.image.ranges[0];
	uint64_t used = fake->world.image.next - heap->address;
	switch (random_below(random, 8)) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return random_below(random, 256);
	case 3:
		return UINT64_C(1) << random_below(random, 64);
	case 4:
		return (uint64_t)random_next(random) << 32 | random_next(random);
	default:
		/* Into the image: another object, or the middle of one. */
		return heap->address + random_below(random, (uint32_t)used / 8) * 8;
	}
}

static void spoil(struct random *random, struct fake *fake)
{
	struct memory_image *image = &fake->world.image;
	uint64_t start = image->ranges[0].address, word;
	uint32_t words = (uint32_t)((image->next - start) / 8);
	for (uint32_t left = 1 + random_below(random, 8); left > 0;) {
		uint64_t address = start + 8 * (uint64_t)random_below(random, words);
		memcpy(&word, image_at(image, address, 8), 8);
		/* Most of an image is zeros, which nobody reads. */
		if (!word && random_below(random, 200))
			continue;
		image_write_u64(image, address, garbage(random, fake));
		left--;
	}
}

/* Whether what is shown of it is fit for a terminal. */
static bool look(struct fake *fake)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_snapshot *snapshot = NULL;
	struct pyinspect_target *target = fake_open(fake);
	options.timeout = 1;
	struct pyinspect_error *error =
		pyinspect_snapshot_take(target, &options, &snapshot);
	bool good = true;
	if (!error) {
		char *text = write_text(snapshot, false, false);
		good = utf8_is_calm(text, strlen(text), true);
		free(text);
	}
	pyinspect_error_free(error);
	pyinspect_snapshot_free(snapshot);
	pyinspect_target_close(target);
	return good;
}

static void check_version(uint32_t hexversion)
{
	struct random random = {SEED + hexversion};
	for (int round = 0; round < ROUNDS; round++) {
		struct fake fake;
		fake_init(&fake, hexversion);
		make_process(&fake);
		spoil(&random, &fake);
		alarm(PATIENCE);
		bool good = look(&fake);
		alarm(0);
		fake_deinit(&fake);
		if (!CHECK(good)) {
			printf("# version 0x%x, seed 0x%" PRIx64 ", round %d\n", hexversion,
			       SEED, round);
			return;
		}
	}
}

static uint32_t version;

static void test_version(void)
{
	check_version(version);
}

int main(void)
{
	for (size_t i = 0; i < dialect_count; i++) {
		char name[80];
		version = version_at(i);
		snprintf(name, sizeof(name), "%u.%u: a spoilt process gives an end",
			 dialect_at(i)->major, dialect_at(i)->minor);
		TEST(name, test_version);
	}
	return tap_finish();
}
