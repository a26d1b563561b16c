/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What depends on the architecture of the target, and on its C library.
 *
 * An architecture is one file, machine_NAME.c; the reader's is the target's.
 */
#ifndef TARGET_MACHINE_H
#define TARGET_MACHINE_H

#include <stddef.h>

#include "target/memory.h"

/** As uname -m names it: tables of layouts are chosen by it. */
extern const char machine_name[];

/** The same as ELF files have it in e_machine, and as seccomp has it (AUDIT_ARCH_*). */
extern const uint16_t machine_elf;
extern const uint32_t machine_audit;

/** Name of a system call; NULL if it has none. */
const char *syscall_name(int number);

/** It is a call that waits in a futex whose address is the first argument. */
bool syscall_is_futex(int number);

/**
 * The variable that a short function reads: the operand of its first instruction
 * that addresses memory relative to the program counter.
 *
 * @return Its address, or 0 if there is no such instruction in the first bytes.
 */
uint64_t machine_operand(struct memory *memory, uint64_t function);

/**
 * Places of the thread id in what pthread_self() points to, by C library, ended
 * by 0. All but the right one hold something else.
 */
extern const uint16_t machine_tid_offsets[];

/** Most bytes of the general registers of a thread. */
#define MACHINE_REGISTERS_SIZE 280

/** Where a thread stood. Zero is "not known", but for syscall. */
struct machine_state {
	uint64_t instruction, stack, thread_pointer;
	/** Number of the system call that it was in; negative if in none or not known. */
	int syscall;
	uint64_t syscall_argument;
};

/** Size of the general registers in a core's notes, as PTRACE_GETREGS has them. */
extern const size_t machine_registers_size;

/** What the general registers say. */
struct machine_state machine_state_of(const void *registers);

/** Registers that people want to see; ended by a NULL name. All are words of 8 bytes. */
struct machine_register {
	const char *name;
	size_t offset;
};
extern const struct machine_register machine_registers[];

#endif
