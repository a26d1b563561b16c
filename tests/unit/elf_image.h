/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A small shared library as it would lie in memory. */
#ifndef UNIT_ELF_IMAGE_H
#define UNIT_ELF_IMAGE_H

#include <elf.h>

#include "image.h"
#include "target/target.h"

#define ELF_BASE UINT64_C(0x7f0000000000)

/* Places in the file, which are places in memory as well. */
#define ELF_DYNAMIC      0x200
#define ELF_SYMBOL_TABLE 0x400
#define ELF_STRINGS      0x1000
#define ELF_STRINGS_SIZE 0x400
#define ELF_GNU_HASH     0x1400
#define ELF_SYSV_HASH    0x1800
#define ELF_USED         0x1c00
#define ELF_DATA         0x3000
#define ELF_DATA_SIZE    0x2345
#define ELF_SIZE         0x8000

/** symbol_0 ... symbol_39, then _PyRuntime; before them one that is imported. */
#define ELF_SYMBOLS 40

enum elf_hash { ELF_HASH_GNU, ELF_HASH_SYSV, ELF_HASH_BOTH };

enum { ELF_SEGMENT_TEXT, ELF_SEGMENT_DATA, ELF_SEGMENT_DYNAMIC };

struct elf_gnu_hash {
	uint32_t buckets, first, bloom_size, bloom_shift;
};

struct elf_sysv_hash {
	uint32_t buckets, chains;
};

struct elf {
	struct memory_image memory;
	struct target target;
	/* What a test may spoil, in the image. */
	Elf64_Ehdr *header;
	Elf64_Phdr *segments;
	Elf64_Sym *symbols;
	struct elf_gnu_hash *gnu;
	struct elf_sysv_hash *sysv;
};

/**
 * Make a library.
 *
 * @param relocated Addresses in its dynamic section are those in memory, as glibc
 * leaves them.
 */
void elf_init(struct elf *elf, enum elf_hash hash, bool relocated);
void elf_deinit(struct elf *elf);

/** Value of symbol number index, from its base. */
uint64_t elf_symbol_value(size_t index);

/** Write entry number index of the dynamic section. */
void elf_dynamic(struct elf *elf, size_t index, int64_t tag, uint64_t value);

/** Change the value of the entry with that tag, if there is one. */
void elf_dynamic_set(struct elf *elf, int64_t tag, uint64_t value);

/** Make every chain lead in a circle, past all that a bound would allow. */
void elf_endless_chains(struct elf *elf);

#endif
