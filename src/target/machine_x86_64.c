/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>

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
