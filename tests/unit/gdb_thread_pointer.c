/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which thread a stack belongs to, in images of stacks. */
#include "gdb/thread_pointer.h"
#include "tap.h"

#define BASE  UINT64_C(0x7f0000000000)
#define WORDS ((size_t)4 * 4096 / sizeof(uint64_t))

static uint64_t memory[WORDS];
static size_t readable;

static bool read_image(void *context, uint64_t address, void *buffer, size_t size)
{
	if (address < BASE || address - BASE + size > readable)
		return false;
	memcpy(buffer, (const char *)memory + (address - BASE), size);
	return true;
}

static const struct debugger debugger = {.read = read_image};

static uint64_t address_of(size_t word)
{
	return BASE + word * sizeof(uint64_t);
}

/* A struct of a thread: its first and third words are its address. */
static uint64_t put_thread(size_t word)
{
	memory[word] = memory[word + 2] = address_of(word);
	return address_of(word);
}

static void prepare(void)
{
	memset(memory, 0, sizeof(memory));
	readable = sizeof(memory);
}

static void test_next(void)
{
	prepare();
	uint64_t first = put_thread(64), second = put_thread(1024);
	CHECK_NUMBER(thread_above(&debugger, BASE), first);
	CHECK_NUMBER(thread_above(&debugger, first), first);
	CHECK_NUMBER(thread_above(&debugger, first + 8), second);
	CHECK_NUMBER(thread_above(&debugger, second - 8), second);
}

static void test_none(void)
{
	prepare();
	CHECK_NUMBER(thread_above(&debugger, BASE + 40), 0);
	put_thread(1024);
	readable = 4096;
	CHECK_NUMBER(thread_above(&debugger, BASE + 40), 0);
	CHECK_NUMBER(thread_above(&debugger, 0), 0);
	CHECK_NUMBER(thread_above(&debugger, 8), 0);
	CHECK_NUMBER(thread_above(&debugger, UINT64_MAX), 0);
}

static void test_alike(void)
{
	prepare();
	/* A word that is its own address; one that isn't where a struct can begin. */
	memory[64] = address_of(64);
	put_thread(73);
	CHECK_NUMBER(thread_above(&debugger, BASE), 0);
}

int main(void)
{
	TEST("the struct above the stack pointer is the thread's", test_next);
	TEST("a stack without one belongs to no thread", test_none);
	TEST("what looks a bit like one isn't taken for it", test_alike);
	return tap_finish();
}
