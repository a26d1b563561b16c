/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spoiler PID SEED ROUNDS LOOKS: read the variables of a process that hangs, with words of
 * its memory spoilt on the way.
 *
 * ROUNDS values are written with their attributes, each with a few of the words spoilt that
 * are read for it; then there are LOOKS whole looks, with more of them. Nothing is written
 * into the process. A line for each: "value NAME NUMBER" before it is read, and for a
 * look, which may be told to evaluate an expression, its JSON form. "end" is the last line.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repr/attributes.h"
#include "repr/variables.h"
#include "runtime/runtime.h"
#include "snapshot/snapshot.h"
#include "target/target.h"

#include "../unit/image.h"
#include "../unit/utf8.h"

/* A value or a whole look that needs more than so many calls has no end. */
#define VALUE_CALLS_MAX 2000000
#define LOOK_CALLS_MAX  20000000
#define SPOILT_MAX      16
#define PATIENCE        100
#define ACCESSES_MAX    20000
#define ACCESSES_TAKEN  40
/* Sizes of what the cache reads. */
#define BLOCK_SIZE MEMORY_BLOCK_SIZE

struct word {
	uint64_t address, value;
};

struct access {
	uint64_t address;
	size_t size;
};

struct spoiler {
	int memory;
	struct random random;
	bool is_recording;
	size_t call_count, calls_max;
	ARRAY(struct access) accesses;
	struct word spoilt[SPOILT_MAX];
	size_t spoilt_count;
	/** Types of the values, which may be mistaken for one another. */
	ARRAY(uint64_t) types;
};

static void die(const char *what)
{
	printf("failed: %s\n", what);
	fflush(stdout);
	if (getenv("SPOILER_ABORT"))
		abort();
	_exit(1);
}

static void require(struct pyinspect_error *error)
{
	if (error)
		die(pyinspect_error_message(error));
}

static void overlay(const struct spoiler *spoiler, uint64_t address, char *buffer,
		    size_t size)
{
	for (size_t i = 0; i < spoiler->spoilt_count; i++) {
		const struct word *word = &spoiler->spoilt[i];
		for (size_t j = 0; j < sizeof(word->value); j++) {
			uint64_t at = word->address + j - address;
			if (at < size)
				memcpy(buffer + at, (const char *)&word->value + j, 1);
		}
	}
}

static size_t read_spoilt(void *context, uint64_t address, void *buffer, size_t size)
{
	struct spoiler *spoiler = context;
	/* Without whole blocks there is no cache, and each word is asked for. */
	bool is_block = address % BLOCK_SIZE == 0 && size % BLOCK_SIZE == 0;
	if (spoiler->is_recording && is_block)
		return 0;
	if (++spoiler->call_count > spoiler->calls_max)
		die("there is no end of reading");
	ssize_t got = pread(spoiler->memory, buffer, size, (off_t)address);
	if (got < 0)
		return 0;
	if (spoiler->is_recording && spoiler->accesses.count < ACCESSES_MAX)
		array_push(&spoiler->accesses, (struct access){address, size});
	overlay(spoiler, address, buffer, (size_t)got);
	return (size_t)got;
}

static uint64_t random_word(struct random *random)
{
	return (uint64_t)random_next(random) << 32 | random_next(random);
}

static const struct access *any_access(struct spoiler *spoiler)
{
	uint32_t count = (uint32_t)spoiler->accesses.count;
	return &spoiler->accesses.items[random_below(&spoiler->random, count)];
}

/* What could stand there by mistake. */
static uint64_t garbage(struct spoiler *spoiler, uint64_t old)
{
	struct random *random = &spoiler->random;
	switch (random_below(random, 10)) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX - random_below(random, 4);
	case 2:
		return random_below(random, 256);
	case 3:
		return old ^ UINT64_C(1) << random_below(random, 64);
	case 4:
		return random_word(random);
	case 5:
		return old + random_below(random, 64) - 32;
	case 6:
		return UINT64_C(1) << random_below(random, 64);
	case 7:
	case 8:
		return spoiler->types
			.items[random_below(random, (uint32_t)spoiler->types.count)];
	default:
		return any_access(spoiler)->address & ~(uint64_t)7;
	}
}

static void spoil(struct spoiler *spoiler, size_t count)
{
	spoiler->spoilt_count = 0;
	for (size_t i = 0; i < count && spoiler->accesses.count; i++) {
		const struct access *access = any_access(spoiler);
		uint32_t words = (uint32_t)(access->size / 8 < 64 ? access->size / 8 : 64);
		uint64_t at = access->address, old = 0;
		at += words ? 8 * (uint64_t)random_below(&spoiler->random, words) : 0;
		(void)!pread(spoiler->memory, &old, sizeof(old), (off_t)at);
		spoiler->spoilt[i] = (struct word){at, garbage(spoiler, old)};
		spoiler->spoilt_count = i + 1;
	}
}

static void check_text(const char *text)
{
	char *escaped = text ? pyinspect_escape(text) : NULL;
	if (text && (!escaped || !utf8_is_calm(escaped, strlen(escaped), false)))
		die("its text is not fit for a terminal");
	free(escaped);
}

static size_t check_values(const struct pyinspect_value *value)
{
	/* As deep as the options allow. */
	size_t count = 1;
	check_text(value->name);
	check_text(value->type);
	check_text(value->text);
	check_text(value->problem);
	for (size_t i = 0; i < value->child_count; i++)
		count += check_values(&value->children[i]);
	return count;
}

static void write_value(struct spoiler *spoiler, struct runtime *runtime, uint64_t object)
{
	static const size_t lengths[] = {1000, 7, 100000}, items[] = {50, 2, 5000};
	struct random *random = &spoiler->random;
	bool plain = spoiler->is_recording;
	struct repr repr;
	struct arena arena = {0};
	struct codes codes = {0};
	struct pyinspect_value value = {.name = "value"};
	struct repr_limits limits = {
		.max_length = lengths[plain ? 0 : random_below(random, 3)],
		.max_items = items[plain ? 0 : random_below(random, 3)],
		.depth = plain ? 1 : random_below(random, 4),
		.redact = !plain && random_below(random, 2),
	};
	spoiler->call_count = 0;
	spoiler->calls_max = VALUE_CALLS_MAX;
	memory_forget(runtime->view.memory);
	repr_init(&repr, &runtime->view, &arena, &codes, &limits);
	if (!value_fill(&repr, object, &value))
		die("there is no memory");
	check_values(&value);
	repr_deinit(&repr);
	codes_deinit(&codes);
	arena_deinit(&arena);
}

struct found {
	const char *name;
	uint64_t object;
};

struct variables_found {
	struct found *items;
	size_t count, capacity;
};

static void find_in_frames(const struct pyinspect_thread *thread,
			   struct variables_found *ret)
{
	const struct pyinspect_frame *frame;
	const struct pyinspect_value *value;
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++)
		for (size_t j = 0; (value = pyinspect_frame_variable(frame, j)); j++)
			if (value->address &&
			    !array_push(ret, (struct found){value->name, value->address}))
				die("no memory");
}

static void find_variables(const struct pyinspect_snapshot *snapshot,
			   struct variables_found *ret)
{
	const struct pyinspect_thread *thread;
	const struct pyinspect_interpreter *interpreter =
		pyinspect_snapshot_interpreter(snapshot, 0);
	for (size_t i = 0; (thread = pyinspect_interpreter_thread(interpreter, i)); i++)
		find_in_frames(thread, ret);
}

static void spoil_values(struct spoiler *spoiler, struct runtime *runtime,
			 const struct variables_found *found, size_t rounds)
{
	size_t each = rounds / found->count + 1;
	for (size_t i = 0; i < found->count; i++) {
		const struct found *one = &found->items[i];
		spoiler->accesses.count = spoiler->spoilt_count = 0;
		spoiler->is_recording = true;
		write_value(spoiler, runtime, one->object);
		spoiler->is_recording = false;
		for (size_t j = 0; j < each; j++) {
			printf("value %s %zu\n", one->name, j);
			fflush(stdout);
			spoil(spoiler, 1 + random_below(&spoiler->random, 6));
			alarm(PATIENCE);
			write_value(spoiler, runtime, one->object);
		}
	}
	spoiler->spoilt_count = 0;
}

/* Of each value some of the words that are read for it. */
static void record_all(struct spoiler *spoiler, struct runtime *runtime,
		       const struct variables_found *found)
{
	spoiler->accesses.count = 0;
	spoiler->is_recording = true;
	for (size_t i = 0; i < found->count; i++) {
		size_t before = spoiler->accesses.count;
		write_value(spoiler, runtime, found->items[i].object);
		if (spoiler->accesses.count > before + ACCESSES_TAKEN)
			spoiler->accesses.count = before + ACCESSES_TAKEN;
	}
	spoiler->is_recording = false;
}

static bool write_out(void *context, const char *data, size_t size)
{
	(void)context;
	return fwrite(data, 1, size, stdout) == size;
}

static bool write_nowhere(void *context, const char *data, size_t size)
{
	(void)context;
	if (!utf8_is_calm(data, size, true))
		die("the text is not fit for a terminal");
	return true;
}

static void look(struct spoiler *spoiler, struct pyinspect_target *target, const char *name)
{
	static const char *const forms[] = {"%s",          "%s[0]",        "%s[-1]",
					    "%s['a']",     "%s.a",         "%s.__class__",
					    "%s.__dict__", "%s[0].a['b']", "%s['a'][1]"};
	struct random *random = &spoiler->random;
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_write_options json = {.size = sizeof(json),
					       .format = PYINSPECT_FORMAT_JSON};
	struct pyinspect_snapshot *snapshot = NULL;
	char expression[200];
	uint32_t form = random_below(random, sizeof(forms) / sizeof(forms[0]));
	snprintf(expression, sizeof(expression), forms[form], name);
	options.locals = options.globals = true;
	options.depth = random_below(random, 4);
	options.redact = random_below(random, 2);
	options.max_items = 1 + random_below(random, 100);
	options.max_length = 1 + random_below(random, 2000);
	/* Names of values need not be those of the innermost frame. */
	options.frame = random_below(random, 3);
	options.expression = expression;
	spoiler->call_count = 0;
	spoiler->calls_max = LOOK_CALLS_MAX;
	struct pyinspect_error *error =
		pyinspect_snapshot_take(target, &options, &snapshot);
	if (!error) {
		require(pyinspect_snapshot_write(snapshot, NULL, write_nowhere, NULL));
		require(pyinspect_snapshot_write(snapshot, &json, write_out, NULL));
	}
	pyinspect_error_free(error);
	pyinspect_snapshot_free(snapshot);
}

static void spoil_looks(struct spoiler *spoiler, struct pyinspect_target *target,
			const struct variables_found *found, size_t looks)
{
	for (size_t i = 0; i < looks; i++) {
		uint32_t any = random_below(&spoiler->random, (uint32_t)found->count);
		const char *name = found->items[any].name;
		printf("look %s %zu\n", name, i);
		fflush(stdout);
		spoil(spoiler, SPOILT_MAX);
		alarm(PATIENCE);
		look(spoiler, target, name);
	}
	spoiler->spoilt_count = 0;
}

/* The types that the values are of. */
static void find_types(struct spoiler *spoiler, const struct variables_found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		uint64_t type = 0;
		(void)!pread(spoiler->memory, &type, sizeof(type),
			     (off_t)(found->items[i].object + 8));
		if (!array_push(&spoiler->types, type))
			die("no memory");
	}
}

int main(int argc, char **argv)
{
	struct spoiler spoiler = {0};
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_target *target;
	struct pyinspect_snapshot *snapshot;
	struct variables_found found = {0};
	struct runtime runtime = {0};
	struct runtime_search search = {0};
	char path[40];
	if (argc < 5)
		return 2;
	snprintf(path, sizeof(path), "/proc/%s/mem", argv[1]);
	spoiler.memory = open(path, O_RDONLY | O_CLOEXEC);
	spoiler.random.state = strtoull(argv[2], NULL, 0);
	options.locals = options.globals = true;
	require(pyinspect_target_open(argv[1], &target));
	require(pyinspect_snapshot_take(target, &options, &snapshot));
	require(runtime_find(target->target, &search, &runtime));
	dwarf_findings_deinit(&search.dwarf);
	find_variables(snapshot, &found);
	if (!found.count)
		die("there are no variables");
	find_types(&spoiler, &found);
	target->target->memory.read = read_spoilt;
	target->target->memory.read_many = NULL;
	target->target->memory.context = &spoiler;
	spoil_values(&spoiler, &runtime, &found, strtoul(argv[3], NULL, 10));
	record_all(&spoiler, &runtime, &found);
	spoil_looks(&spoiler, target, &found, strtoul(argv[4], NULL, 10));
	puts("end");
	runtime_deinit(&runtime);
	pyinspect_snapshot_free(snapshot);
	pyinspect_target_close(target);
	free(found.items);
	free(spoiler.accesses.items);
	free(spoiler.types.items);
	return 0;
}
