/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "target/machine.h"
#include "target/syscalls_x86_64.h"

const char machine_name[] = "x86_64";
const uint16_t machine_elf = EM_X86_64;
const uint32_t machine_audit = AUDIT_ARCH_X86_64;

/* glibc's struct pthread (nptl/descr.h), musl's (src/internal/pthread_impl.h). */
const uint16_t machine_tid_offsets[] = {0x2d0, 0x30, 0};

const char *syscall_name(int number)
{
	if (number < 0 ||
	    (size_t)number >= sizeof(syscall_names) / sizeof(syscall_names[0]))
		return NULL;
	return syscall_names[number];
}

bool syscall_is_futex(int number)
{
	/* A wait that was interrupted by a stop goes on under another number; its
	 * arguments are the same. */
	return number == SYS_futex || number == SYS_restart_syscall;
}

uint64_t machine_operand(struct memory *memory, uint64_t function)
{
	/* Opcode and a ModRM byte of mod 0, rm 5: a 32-bit displacement from the next
	 * instruction. These occur in the functions that are asked for. */
	static const struct {
		uint8_t bytes[2], immediate;
	} forms[] = {
		{{0x8b, 0x05}, 0}, /* mov disp(%rip),%rax */
		{{0x8b, 0x0d}, 0}, /* mov disp(%rip),%rcx */
		{{0x83, 0x3d}, 1}, /* cmp $imm8,disp(%rip) */
		{{0x39, 0x05}, 0}, /* cmp %rax,disp(%rip) */
	};
	uint8_t code[32];
	if (!memory_try(memory, function, code, sizeof(code)))
		return 0;
	for (size_t i = 0; i + 7 <= sizeof(code) && code[i] != 0xc3; i++)
		for (size_t j = 0; j < sizeof(forms) / sizeof(forms[0]); j++) {
			int32_t displacement;
			if (memcmp(code + i, forms[j].bytes, 2) != 0)
				continue;
			memcpy(&displacement, code + i + 2, 4);
			return function + i + 6 + forms[j].immediate +
			       (uint64_t)(int64_t)displacement;
		}
	return 0;
}

#define REGISTER(name)                                                                     \
	{                                                                                  \
#name, offsetof(struct user_regs_struct, name)                             \
	}

const struct machine_register machine_registers[] = {
	REGISTER(rip), REGISTER(rsp),    REGISTER(rbp),     REGISTER(rax),
	REGISTER(rbx), REGISTER(rcx),    REGISTER(rdx),     REGISTER(rsi),
	REGISTER(rdi), REGISTER(r8),     REGISTER(r9),      REGISTER(r10),
	REGISTER(r11), REGISTER(r12),    REGISTER(r13),     REGISTER(r14),
	REGISTER(r15), REGISTER(eflags), REGISTER(fs_base), REGISTER(gs_base),
	{NULL, 0},
};

const size_t machine_registers_size = sizeof(struct user_regs_struct);

_Static_assert(sizeof(struct user_regs_struct) <= MACHINE_REGISTERS_SIZE, "room for them");

struct machine_state machine_state_of(const void *registers)
{
	struct user_regs_struct r;
	memcpy(&r, registers, sizeof(r));
	/* Linux: arch/x86/entry: of a thread that came to the kernel by a fault or an
	 * interrupt, orig_ax is no number of a call. */
	bool is_call = r.orig_rax < sizeof(syscall_names) / sizeof(syscall_names[0]);
	return (struct machine_state){
		.instruction = r.rip,
		.stack = r.rsp,
		.thread_pointer = r.fs_base,
		.syscall = is_call ? (int)r.orig_rax : -1,
		.syscall_argument = is_call ? r.rdi : 0,
	};
}
