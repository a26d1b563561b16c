/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables for unwinders of this very program, against what the compiler knows. */
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/unwind_program.h"
#include "gdb/unwind_table.h"
#include "image.h"
#include "tap.h"

#ifdef __x86_64__

/* The program's own memory, as far as it is of its file or its stack. */
static bool read_own(void *context, uint64_t address, void *buffer, size_t size)
{
	memcpy(buffer, (const void *)(uintptr_t)address, size);
	return true;
}

static const struct debugger own = {.read = read_own};

/* The first one is the program's. */
static int find_header(struct dl_phdr_info *info, size_t size, void *header)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
			*(uint64_t *)header = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
	return 1;
}

static uint64_t header_of_program(void)
{
	uint64_t header = 0;
	dl_iterate_phdr(find_header, &header);
	return header;
}

#define READ_REGISTER(registers, number, name)                                             \
	do {                                                                               \
		uint64_t value_;                                                           \
		__asm__ volatile("mov %%" name ", %0" : "=m"(value_));                     \
		register_set(registers, number, value_);                                   \
	} while (0)

/* The registers here; inline, so that it is the function that asks. */
static inline __attribute__((always_inline)) void read_registers(struct registers *ret)
{
	uint64_t here;
	*ret = (struct registers){0};
	__asm__ volatile("lea 0(%%rip), %0" : "=r"(here));
	READ_REGISTER(ret, REGISTER_RBX, "rbx");
	READ_REGISTER(ret, REGISTER_RBP, "rbp");
	READ_REGISTER(ret, REGISTER_SP, "rsp");
	READ_REGISTER(ret, REGISTER_R12, "r12");
	READ_REGISTER(ret, REGISTER_R12 + 1, "r13");
	READ_REGISTER(ret, REGISTER_R12 + 2, "r14");
	READ_REGISTER(ret, REGISTER_R15, "r15");
	register_set(ret, REGISTER_PC, here);
}

static __attribute__((noinline)) void inner(struct unwind_table *table, uint64_t *end_ret)
{
	struct registers registers;
	struct unwound first, second;
	read_registers(&registers);
	if (!CHECK(unwind_table_step(table, &own, &registers, &first)))
		return;
	CHECK_NUMBER(first.caller.values[REGISTER_PC],
		     (uint64_t)(uintptr_t)__builtin_return_address(0));
	CHECK_NUMBER(first.end, (uint64_t)(uintptr_t)__builtin_dwarf_cfa());
	CHECK_NUMBER(first.function, (uint64_t)(uintptr_t)inner);
	if (CHECK(unwind_table_step(table, &own, &first.caller, &second)))
		*end_ret = second.end;
}

static __attribute__((noinline)) void outer(struct unwind_table *table)
{
	char room[200];
	uint64_t end = 0;
	__asm__ volatile("" : : "r"(room) : "memory");
	inner(table, &end);
	CHECK_NUMBER(end, (uint64_t)(uintptr_t)__builtin_dwarf_cfa());
	__asm__ volatile("" : : "r"(room) : "memory");
}

static void test_own_stack(void)
{
	struct unwind_table table = {0};
	if (!CHECK(unwind_table_read(&table, &own, header_of_program())))
		return;
	outer(&table);
	unwind_table_deinit(&table);
}

static void test_elsewhere(void)
{
	struct unwind_table table = {0};
	struct registers registers = {0};
	struct unwound unwound;
	CHECK(!unwind_table_read(&table, &own, 0));
	REQUIRE(unwind_table_read(&table, &own, header_of_program()));
	register_set(&registers, REGISTER_SP, (uint64_t)(uintptr_t)&table);
	register_set(&registers, REGISTER_PC, 16);
	CHECK(!unwind_table_step(&table, &own, &registers, &unwound));
	register_set(&registers, REGISTER_PC, UINT64_MAX);
	CHECK(!unwind_table_step(&table, &own, &registers, &unwound));
	unwind_table_deinit(&table);
}

/* A description as compilers write it. */
static const unsigned char common[] = {
	0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1, 0, 0,
};
static const unsigned char description[] = {
	/* Of 0x100 bytes from 0x1000 on; in words that are relative to address 0. */
	0,
	0,
	0,
	0,
	0xfc,
	0x0f,
	0,
	0,
	0,
	1,
	0,
	0,
	0,
	/* At 1: 16 bytes from sp, rbp is saved; at 4: from rbp. */
	0x41,
	0x0e,
	16,
	0x86,
	2,
	0x43,
	0x0d,
	6,
	/* At 0x40: as at the start, until 0x50. */
	0x02,
	0x3c,
	0x0a,
	0x0c,
	7,
	8,
	0x50,
	0x0b,
};

static bool run(const unsigned char *bytes, size_t size, uint64_t instruction,
		struct unwind_program *ret)
{
	return unwind_program_run(ret, (struct unwind_bytes){common, sizeof(common), 0},
				  (struct unwind_bytes){bytes, size, 0}, instruction);
}

static void check_frame(uint64_t instruction, unsigned int number, int64_t offset)
{
	struct unwind_program program;
	if (!CHECK(run(description, sizeof(description), instruction, &program)))
		return;
	CHECK_NUMBER(program.function, 0x1000);
	CHECK_NUMBER(program.frame_register, number);
	CHECK_NUMBER(program.frame_offset, offset);
	CHECK_NUMBER(program.rules[REGISTER_PC].kind, UNWIND_SAVED);
	CHECK_NUMBER(program.rules[REGISTER_PC].value, -8);
}

static void test_rows(void)
{
	struct unwind_program program;
	check_frame(0x1000, REGISTER_SP, 8);
	check_frame(0x1001, REGISTER_SP, 16);
	check_frame(0x103f, REGISTER_RBP, 16);
	check_frame(0x1040, REGISTER_SP, 8);
	check_frame(0x1050, REGISTER_RBP, 16);
	CHECK(!run(description, sizeof(description), 0xfff, &program));
	CHECK(!run(description, sizeof(description), 0x1100, &program));
}

/* An answer or none, and nothing read beside the bytes: sanitizers tell. */
static void test_spoilt(void)
{
	struct random random = {1};
	for (int i = 0; i < 200000; i++) {
		size_t size = 1 + random_below(&random, sizeof(description));
		unsigned char *bytes = malloc(size);
		struct unwind_program program;
		REQUIRE(bytes != NULL);
		memcpy(bytes, description, size);
		for (uint32_t n = random_below(&random, 4); n > 0; n--)
			bytes[random_below(&random, (uint32_t)size)] =
				(unsigned char)random_next(&random);
		run(bytes, size, 0x1000 + random_below(&random, 0x100), &program);
		unwind_program_run(
			&program, (struct unwind_bytes){bytes, size, 0},
			(struct unwind_bytes){description, sizeof(description), 0}, 0x1000);
		free(bytes);
	}
	CHECK(true);
}

int main(void)
{
	TEST("this program's own frames are found", test_own_stack);
	TEST("there is none where there is no function", test_elsewhere);
	TEST("each instruction has what was said before it", test_rows);
	TEST("spoilt descriptions do no harm", test_spoilt);
	return tap_finish();
}

#else

int main(void)
{
	printf("1..0 # SKIP registers are those of x86_64\n");
	return 0;
}

#endif
