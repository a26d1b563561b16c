/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gdb/thread_pointer.h"

/* More of a stack is never in use. */
#define DISTANCE_MAX ((uint64_t)64 << 20)
#define BLOCK        ((size_t)4096)
/* The struct's alignment, and which of its words hold its address: tcb, self. */
#define ALIGNMENT 64
#define TCB       0
#define SELF      2

uint64_t thread_above(const struct debugger *debugger, uint64_t stack_pointer)
{
	uint64_t words[BLOCK / sizeof(uint64_t)];
	uint64_t start = stack_pointer & ~(uint64_t)(BLOCK - 1);
	if (!stack_pointer || stack_pointer > UINT64_MAX - 2 * DISTANCE_MAX)
		return 0;
	for (uint64_t block = start; block - start < DISTANCE_MAX; block += BLOCK) {
		if (!debugger->read(debugger->context, block, words, BLOCK))
			return 0;
		for (size_t i = 0; i < BLOCK / sizeof(*words);
		     i += ALIGNMENT / sizeof(*words)) {
			uint64_t address = block + i * sizeof(*words);
			if (address >= stack_pointer && words[i + TCB] == address &&
			    words[i + SELF] == address)
				return address;
		}
	}
	return 0;
}
