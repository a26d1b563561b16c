/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "modules/image.h"
#include "snapshot/death.h"
#include "target/core.h"
#include "target/signal_name.h"

/* An offset from a NULL pointer is the place of a member or a small index. */
#define NEAR_NULL UINT64_C(0x10000)
/* A function takes so much stack at most before it writes into it. */
#define NEAR_STACK UINT64_C(0x100000)
/* glibc's and others' messages are a line. */
#define MESSAGE_MAX ((size_t)4096)

struct scene {
	struct arena *arena;
	const struct core *core;
	uint64_t address;
	const struct core_segment *segment;
};

static bool is_fault(const struct core_signal *signal)
{
	return (signal->number == SIGSEGV || signal->number == SIGBUS) &&
	       signal->code > 0 && signal->code != SI_KERNEL;
}

static bool is_in(const struct core_segment *segment, uint64_t address)
{
	return segment && address - segment->address < segment->size;
}

/* The thread whose stack is in the segment; 0 if it is no stack. */
static pid_t stack_owner(const struct core *core, const struct core_segment *segment)
{
	for (size_t i = 0; i < core->threads.count; i++) {
		const struct machine_state *state = &core->threads.items[i].state;
		/* The C library keeps what it knows of a thread on top of its stack. */
		if (is_in(segment, state->stack) || is_in(segment, state->thread_pointer))
			return core->threads.items[i].tid;
	}
	return is_in(segment, core_auxiliary((void *)core, AT_RANDOM)) ? core->pid : 0;
}

/* The segment above the address, if it begins soon. */
static const struct core_segment *next_above(const struct scene *scene, uint64_t limit)
{
	const struct core *core = scene->core;
	uint64_t from = scene->segment ? scene->segment->address + scene->segment->size
				       : scene->address;
	for (size_t i = 0; i < core->segments.count; i++) {
		const struct core_segment *segment = &core->segments.items[i];
		if (segment->address >= from)
			return segment->address - from <= limit ? segment : NULL;
	}
	return NULL;
}

static bool stack_was_near(const struct scene *scene)
{
	uint64_t stack = scene->core->threads.items[0].state.stack;
	uint64_t distance =
		stack > scene->address ? stack - scene->address : scene->address - stack;
	return distance <= NEAR_STACK;
}

/* Stacks grow down: what ends one is below it. Newer C libraries guard pages of it without
 * a mapping of their own. */
static pid_t overflown_stack(const struct scene *scene)
{
	const struct core_segment *segment = scene->segment;
	if (!stack_was_near(scene))
		return 0;
	if (segment && segment->readable && segment->writable)
		return stack_owner(scene->core, segment);
	const struct core_segment *above = next_above(scene, segment ? 0 : NEAR_STACK);
	return above && above->writable ? stack_owner(scene->core, above) : 0;
}

static const char *file_at(const struct scene *scene)
{
	const struct core_range *range = core_find_range(scene->core, scene->address);
	return range ? scene->core->files.items[range->file].path : NULL;
}

static const char *describe_segment(const struct scene *scene)
{
	const struct core_segment *segment = scene->segment;
	const char *file = file_at(scene);
	const char *rights = segment->writable     ? "memory that can be written"
			     : segment->executable ? "code"
			     : segment->readable   ? "memory that can only be read"
						   : "memory that nobody may use";
	pid_t owner = stack_owner(scene->core, segment);
	if (owner)
		return arena_printf(scene->arena, "%s: the stack of thread %d", rights,
				    owner);
	return file ? arena_printf(scene->arena, "%s of %s", rights, file) : rights;
}

/* What lies at the address of a fault, in words. */
static const char *describe_place(const struct scene *scene)
{
	pid_t owner = overflown_stack(scene);
	if (owner)
		return arena_printf(
			scene->arena,
			"the end of the stack of thread %d: the stack has overflown",
			owner);
	if (scene->address < NEAR_NULL && !scene->segment)
		return "near 0: a NULL pointer was followed";
	return scene->segment ? describe_segment(scene) : "nothing is mapped there";
}

/* glibc: malloc and assert leave their last words for debuggers. struct abort_msg_s. */
static const char *read_abort_message(struct target *target, struct image *image,
				      struct arena *arena)
{
	uint64_t variable = 0, address = 0;
	char text[MESSAGE_MAX + 1];
	pyinspect_error_free(image_symbol(target, image, "__abort_msg", &variable));
	if (!variable ||
	    !memory_try(&target->memory, variable, &address, sizeof(address)) || !address)
		return NULL;
	struct pyinspect_error *error = memory_read_string(
		&target->memory, address + sizeof(uint32_t), text, MESSAGE_MAX);
	pyinspect_error_free(error);
	if (error)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return arena_copy(arena, text, strlen(text));
}

static const char *find_abort_message(struct target *target, struct arena *arena)
{
	struct images images = {0};
	const char *message = NULL;
	pyinspect_error_free(images_list(target, NULL, &images));
	for (size_t i = 0; i < images.count && !message; i++)
		if (strncmp(image_name(&images.items[i]), "libc.so", 7) == 0 ||
		    strncmp(image_name(&images.items[i]), "libc-", 5) == 0)
			message = read_abort_message(target, &images.items[i], arena);
	images_deinit(&images);
	return message;
}

static void describe_signal(struct pyinspect_death *death, const struct core *core,
			    struct arena *arena)
{
	const struct core_signal *signal = &core->signal;
	death->code = signal->code;
	death->reason = signal_reason(signal->number, signal->code);
	if (signal->code <= 0) {
		death->sender_pid = signal->sender;
		death->sender_uid = signal->sender_uid;
		return;
	}
	death->has_address =
		is_fault(signal) || signal->number == SIGILL || signal->number == SIGFPE;
	if (death->has_address)
		death->address = signal->address;
	struct scene scene = {
		.arena = arena,
		.core = core,
		.address = signal->address,
		.segment = core_find_segment(core, signal->address),
	};
	if (is_fault(signal))
		death->place = describe_place(&scene);
}

struct pyinspect_error *death_describe(struct pyinspect_snapshot *snapshot,
				       struct target *target)
{
	const struct core *core = target->core;
	char name[SIGNAL_NAME_SIZE];
	if (!core_has_died(core))
		return NULL;
	struct pyinspect_death *death = arena_alloc(&snapshot->arena, sizeof(*death));
	if (!death)
		return &error_no_memory;
	death->signal = core->threads.items[0].signal;
	signal_name(death->signal, name);
	death->signal_name = arena_copy(&snapshot->arena, name, strlen(name));
	death->tid = core->threads.items[0].tid;
	death->sender_uid = (uid_t)-1;
	if (core->has_signal && core->signal.number == death->signal)
		describe_signal(death, core, &snapshot->arena);
	if (death->signal == SIGABRT)
		death->message = find_abort_message(target, &snapshot->arena);
	snapshot->death = death;
	return death->signal_name ? NULL : &error_no_memory;
}
