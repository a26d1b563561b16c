/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "target/machine.h"
#include "target/syscalls_aarch64.h"

const char machine_name[] = "aarch64";
const uint16_t machine_elf = EM_AARCH64;
const uint32_t machine_audit = AUDIT_ARCH_AARCH64;

/* glibc's struct pthread (nptl/descr.h), musl's (src/internal/pthread_impl.h): what stands
 * before the id is less than where the thread pointer is in front of them. */
const uint16_t machine_tid_offsets[] = {0xd0, 0x20, 0};

const char *syscall_name(int number)
{
	if (number < 0 ||
	    (size_t)number >= sizeof(syscall_names) / sizeof(syscall_names[0]))
		return NULL;
	return syscall_names[number];
}

bool syscall_is_futex(int number)
{
	return number == SYS_futex || number == SYS_restart_syscall;
}

#define RETURN 0xd65f03c0u

/* adrp Xd, page: false for another instruction. */
static bool is_page(uint32_t instruction, uint64_t address, uint32_t *register_ret,
		    uint64_t *page_ret)
{
	if ((instruction & 0x9f000000u) != 0x90000000u)
		return false;
	uint64_t pages =
		(uint64_t)(instruction >> 5 & 0x7ffff) << 2 | (instruction >> 29 & 3);
	/* 21 bits with a sign. */
	pages = (pages ^ 0x100000) - 0x100000;
	*register_ret = instruction & 31;
	*page_ret = (address & ~UINT64_C(0xfff)) + (pages << 12);
	return true;
}

/* ldr Xt or Wt, [Xn, offset]: false for another instruction or register. */
static bool is_load(uint32_t instruction, uint32_t base, uint64_t *offset_ret)
{
	/* The size of what is loaded is also the unit of the offset. */
	uint32_t form = instruction & 0xffc00000u;
	if ((form != 0xf9400000u && form != 0xb9400000u) || (instruction >> 5 & 31) != base)
		return false;
	*offset_ret = (uint64_t)(instruction >> 10 & 0xfff) << (instruction >> 30);
	return true;
}

uint64_t machine_operand(struct memory *memory, uint64_t function)
{
	uint32_t code[16], page_register = UINT32_MAX;
	uint64_t page = 0, offset;
	if (!memory_try(memory, function, code, sizeof(code)))
		return 0;
	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]) && code[i] != RETURN; i++) {
		if (is_page(code[i], function + i * 4, &page_register, &page))
			continue;
		if (page && is_load(code[i], page_register, &offset))
			return page + offset;
	}
	return 0;
}

#define GENERAL(number)                                                                    \
	{                                                                                  \
		"x" #number, number * 8                                                    \
	}

const struct machine_register machine_registers[] = {
	{"pc", offsetof(struct user_regs_struct, pc)},
	{"sp", offsetof(struct user_regs_struct, sp)},
	GENERAL(0),
	GENERAL(1),
	GENERAL(2),
	GENERAL(3),
	GENERAL(4),
	GENERAL(5),
	GENERAL(6),
	GENERAL(7),
	GENERAL(8),
	GENERAL(9),
	GENERAL(10),
	GENERAL(11),
	GENERAL(12),
	GENERAL(13),
	GENERAL(14),
	GENERAL(15),
	GENERAL(16),
	GENERAL(17),
	GENERAL(18),
	GENERAL(19),
	GENERAL(20),
	GENERAL(21),
	GENERAL(22),
	GENERAL(23),
	GENERAL(24),
	GENERAL(25),
	GENERAL(26),
	GENERAL(27),
	GENERAL(28),
	GENERAL(29),
	GENERAL(30),
	{NULL, 0},
};

const size_t machine_registers_size = sizeof(struct user_regs_struct);

_Static_assert(sizeof(struct user_regs_struct) <= MACHINE_REGISTERS_SIZE, "room for them");

struct machine_state machine_state_of(const void *registers)
{
	struct user_regs_struct r;
	memcpy(&r, registers, sizeof(r));
	/* The thread pointer has a note of its own; the number of a call isn't kept. */
	return (struct machine_state){.instruction = r.pc, .stack = r.sp, .syscall = -1};
}
