/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A walk up a stack as GDB does it: C frames of a made-up evaluation function, in an image.
 */
#include <string.h>

#include "gdb/channel.h"
#include "gdb/pairing.h"
#include "image.h"
#include "tap.h"

/* The function: 0x100 bytes, a frame of 64 bytes below the return address. */
#define FUNCTION 0x10000
#define TABLES   0x20000
#define STACK    0x30000
#define FRAMES   0x40000
#define FRAME    64
#define C_CALLER 0x55555
#define BASE     UINT64_C(0x600000000000)

static struct memory_image image;

static bool read_image(void *context, uint64_t address, void *buffer, size_t size)
{
	return image_read(context, address, buffer, size) == size;
}

static const struct debugger debugger = {.read = read_image, .context = &image};

static void write_tables(void)
{
	static const unsigned char common[] = {
		/* Its length, and that it is one. */
		16, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x90, 1, 0,
	};
	unsigned char description[28] = {24, 0, 0, 0, 24, 0, 0, 0};
	int32_t start = FUNCTION - (TABLES + 0x100 + 20 + 8);
	uint32_t size = 0x100;
	/* The frame ends 72 bytes above sp, everywhere. */
	static const unsigned char program[] = {0, 0x0c, 7, FRAME + 8};
	memcpy(description + 8, &start, 4);
	memcpy(description + 12, &size, 4);
	memcpy(description + 16, program, sizeof(program));
	image_write(&image, TABLES + 0x100, common, sizeof(common));
	image_write(&image, TABLES + 0x100 + 20, description, sizeof(description));
	struct {
		uint8_t encodings[4];
		int32_t frame;
		uint32_t count;
		int32_t start, description;
	} header = {{1, 0x1b, 3, 0x3b}, 0, 1, FUNCTION - TABLES, 0x100 + 20};
	image_write(&image, TABLES, &header, sizeof(header));
}

/* C frame number index: where its stack pointer is. */
static uint64_t stack_of(size_t index)
{
	return STACK + index * 0x100;
}

static uint64_t frame_address(size_t index)
{
	return FRAMES + index * 0x80;
}

static void begin(void)
{
	image_deinit(&image);
	image = (struct memory_image){0};
	image_map(&image, FUNCTION, 0x1000);
	image_map(&image, TABLES, 0x1000);
	image_map(&image, STACK, 0x1000);
	image_map(&image, FRAMES, 0x1000);
	write_tables();
	for (size_t i = 0; i < 8; i++)
		image_write_u64(&image, stack_of(i) + FRAME, C_CALLER + i);
}

/* Groups of one thread, as the command leaves them. */
static struct pairing *make(struct frame_group *groups, size_t count)
{
	uint64_t addresses[16];
	struct python_frames frames = {
		.header = {.base = BASE,
			   .group_count = count,
			   .evaluator = {.start = FUNCTION,
					 .end = FUNCTION + 0x100,
					 .unwind_header = TABLES}},
		.groups = groups,
		.frames = addresses,
	};
	for (size_t i = 0; i < count; i++) {
		groups[i].first = frames.header.slot_count;
		frames.header.slot_count += groups[i].count;
	}
	for (size_t i = 0; i < frames.header.slot_count; i++)
		addresses[i] = frame_address(i);
	for (size_t i = 0; i < count; i++)
		groups[i].fingerprint =
			python_frames_fingerprint(&frames, &groups[i], &debugger);
	return python_frames_save(&frames) ? pairing_create(&debugger) : NULL;
}

static struct registers registers_at(uint64_t instruction, uint64_t stack)
{
	struct registers registers = {0};
	register_set(&registers, REGISTER_PC, instruction);
	register_set(&registers, REGISTER_SP, stack);
	register_set(&registers, REGISTER_RBX, 0x1234);
	return registers;
}

/* From C frame number index the walk comes by these slots, and then to its C caller. */
static void check_walk(struct pairing *pairing, size_t index, uint64_t first, uint64_t last)
{
	struct registers registers = registers_at(FUNCTION + 0x10, stack_of(index)), caller;
	uint64_t function, end;
	CHECK(pairing_identify(pairing, &debugger, &registers, &function, &end));
	CHECK_NUMBER(function, FUNCTION);
	CHECK_NUMBER(end, stack_of(index) + FRAME + 8);
	for (uint64_t slot = first; slot <= last; slot++) {
		if (!CHECK(pairing_step(pairing, &debugger, &registers, &caller)))
			return;
		CHECK_NUMBER(caller.values[REGISTER_PC],
			     BASE + slot * SLOT_SIZE + SLOT_INSTRUCTION);
		CHECK_NUMBER(caller.values[REGISTER_SP], stack_of(index));
		registers = caller;
		CHECK(pairing_identify(pairing, &debugger, &registers, &function, &end));
		CHECK_NUMBER(function, BASE + slot * SLOT_SIZE);
		CHECK_NUMBER(end, stack_of(index) + FRAME + 8);
	}
	if (!CHECK(pairing_step(pairing, &debugger, &registers, &caller)))
		return;
	CHECK_NUMBER(caller.values[REGISTER_PC], C_CALLER + index);
	CHECK_NUMBER(caller.values[REGISTER_SP], stack_of(index) + FRAME + 8);
	CHECK_NUMBER(caller.values[REGISTER_RBX], 0x1234);
}

static bool is_paired(struct pairing *pairing, size_t index)
{
	struct registers registers = registers_at(FUNCTION + 0x10, stack_of(index)), caller;
	return pairing_step(pairing, &debugger, &registers, &caller);
}

static void test_marks(void)
{
	begin();
	struct frame_group groups[] = {{.mark = stack_of(0) + 16, .count = 3},
				       {.mark = stack_of(2) + 24, .count = 1}};
	struct pairing *pairing = make(groups, 2);
	if (!CHECK(pairing != NULL))
		return;
	check_walk(pairing, 0, 0, 2);
	CHECK(!is_paired(pairing, 1));
	check_walk(pairing, 2, 3, 3);
	/* Once more, as GDB does. */
	check_walk(pairing, 0, 0, 2);
	pairing_destroy(pairing);
}

static void test_addresses(void)
{
	begin();
	struct frame_group groups[] = {{.count = 1}, {.count = 1}, {.count = 1}};
	/* A C frame has its own frame and its caller's; the last one nothing. */
	image_write_u64(&image, stack_of(0) + 8, frame_address(1));
	image_write_u64(&image, stack_of(0) + 32, frame_address(0));
	image_write_u64(&image, stack_of(1) + 8, frame_address(0));
	image_write_u64(&image, stack_of(1) + 16, frame_address(1));
	struct pairing *pairing = make(groups, 3);
	if (!CHECK(pairing != NULL))
		return;
	check_walk(pairing, 0, 0, 0);
	check_walk(pairing, 1, 1, 1);
	CHECK(!is_paired(pairing, 2));
	pairing_destroy(pairing);
}

/* As pyexpat's: code in C made the second one. */
static void test_frame_without_activation(void)
{
	begin();
	struct frame_group groups[] = {{.count = 1}, {.count = 1}, {.count = 1}};
	image_write_u64(&image, stack_of(0) + 8, frame_address(0));
	image_write_u64(&image, stack_of(3) + 8, frame_address(2));
	struct pairing *pairing = make(groups, 3);
	if (!CHECK(pairing != NULL))
		return;
	check_walk(pairing, 0, 0, 0);
	check_walk(pairing, 3, 1, 2);
	pairing_destroy(pairing);
}

static void test_gone(void)
{
	begin();
	struct frame_group groups[] = {{.mark = stack_of(0) + 16, .count = 1},
				       {.mark = stack_of(1) + 16, .count = 1}};
	struct pairing *pairing = make(groups, 2);
	if (!CHECK(pairing != NULL))
		return;
	image_write_u64(&image, frame_address(0) + 8, 7);
	CHECK(!is_paired(pairing, 0));
	check_walk(pairing, 1, 1, 1);
	image_write_u64(&image, frame_address(1) + 8, 7);
	CHECK(!is_paired(pairing, 1));
	pairing_destroy(pairing);
}

static void test_other_code(void)
{
	begin();
	struct frame_group groups[] = {{.mark = stack_of(0) + 16, .count = 1}};
	struct pairing *pairing = make(groups, 1);
	struct registers registers = registers_at(FUNCTION + 0x100, stack_of(0)), caller;
	if (!CHECK(pairing != NULL))
		return;
	CHECK(!pairing_step(pairing, &debugger, &registers, &caller));
	/* Slots that nobody has come to by their C frame, and those that aren't there. */
	registers = registers_at(BASE + SLOT_INSTRUCTION, stack_of(0));
	CHECK(!pairing_step(pairing, &debugger, &registers, &caller));
	registers = registers_at(BASE + SLOT_SIZE + SLOT_INSTRUCTION, stack_of(0));
	CHECK(!pairing_step(pairing, &debugger, &registers, &caller));
	pairing_destroy(pairing);
}

static void test_spoilt_table(void)
{
	begin();
	struct frame_group groups[] = {{.mark = stack_of(0) + 16, .count = 1}};
	struct pairing *pairing = make(groups, 1);
	CHECK(pairing != NULL);
	pairing_destroy(pairing);
	CHECK(channel_replace(CHANNEL_FRAMES, "x", 1));
	CHECK(pairing_create(&debugger) == NULL);
	groups[0].count = 3;
	struct python_frames frames = {
		.header = {.group_count = 1, .slot_count = 2},
		.groups = groups,
		.frames = (uint64_t[]){1, 2},
	};
	CHECK(python_frames_save(&frames));
	CHECK(pairing_create(&debugger) == NULL);
}

int main(void)
{
	TEST("a C frame that has the mark runs the group", test_marks);
	TEST("without marks, one that has the frame's address does, in order",
	     test_addresses);
	TEST("a frame that no C frame runs stands with the next one outwards",
	     test_frame_without_activation);
	TEST("a frame that has changed isn't shown", test_gone);
	TEST("other code is left to GDB", test_other_code);
	TEST("a table that can't be is none", test_spoilt_table);
	image_deinit(&image);
	return tap_finish();
}
