/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_image.h"

/* More than symbols, so that some are empty. */
#define BUCKETS 67
#define COUNT   (ELF_SYMBOLS + 3)
/* The null symbol and the imported one are in no chain of the GNU table. */
#define FIRST 2

static const struct target_ops ops = {.read = image_read};

uint64_t elf_symbol_value(size_t index)
{
	return ELF_DATA + 16 * index;
}

static const char *name_of(const struct elf *elf, size_t symbol)
{
	return (const char *)elf->header + ELF_STRINGS + elf->symbols[symbol].st_name;
}

static void add_symbols(struct elf *elf)
{
	char *strings = (char *)elf->header + ELF_STRINGS;
	size_t used = 1;
	for (size_t i = 1; i < COUNT; i++) {
		elf->symbols[i].st_name = (Elf64_Word)used;
		if (i == 1)
			used += (size_t)sprintf(strings + used, "imported") + 1;
		else if (i == COUNT - 1)
			used += (size_t)sprintf(strings + used, "_PyRuntime") + 1;
		else
			used += (size_t)sprintf(strings + used, "symbol_%zu", i - FIRST) +
				1;
		elf->symbols[i].st_shndx = i == 1 ? SHN_UNDEF : 5;
		elf->symbols[i].st_value = i == 1 ? 0 : elf_symbol_value(i - FIRST);
	}
}

/* The hash functions as their specifications have them, byte by byte. */
static uint32_t hash_gnu(const char *name)
{
	uint32_t hash = 5381;
	while (*name)
		hash = (hash << 5) + hash + (uint8_t)*name++;
	return hash;
}

static uint32_t hash_sysv(const char *name)
{
	uint32_t hash = 0;
	while (*name) {
		hash = (hash << 4) + (uint8_t)*name++;
		uint32_t top = hash & 0xf0000000;
		if (top)
			hash ^= top >> 24;
		hash &= ~top;
	}
	return hash;
}

/* The GNU table wants the symbols in the order of their buckets. */
static void sort_symbols(struct elf *elf)
{
	for (size_t i = FIRST + 1; i < COUNT; i++) {
		Elf64_Sym symbol = elf->symbols[i];
		uint32_t bucket = hash_gnu(name_of(elf, i)) % BUCKETS;
		size_t j = i;
		for (; j > FIRST && hash_gnu(name_of(elf, j - 1)) % BUCKETS > bucket; j--)
			elf->symbols[j] = elf->symbols[j - 1];
		elf->symbols[j] = symbol;
	}
}

static void add_gnu_hash(struct elf *elf)
{
	*elf->gnu = (struct elf_gnu_hash){BUCKETS, FIRST, 2, 6};
	uint64_t *bloom = (uint64_t *)(elf->gnu + 1);
	uint32_t *buckets = (uint32_t *)(bloom + 2), *chains = buckets + BUCKETS;
	for (uint32_t i = FIRST; i < COUNT; i++) {
		uint32_t hash = hash_gnu(name_of(elf, i));
		bool last = i == COUNT - 1 ||
			    hash_gnu(name_of(elf, i + 1)) % BUCKETS != hash % BUCKETS;
		bloom[hash / 64 % 2] |=
			UINT64_C(1) << hash % 64 | UINT64_C(1) << (hash >> 6) % 64;
		if (!buckets[hash % BUCKETS])
			buckets[hash % BUCKETS] = i;
		chains[i - FIRST] = (hash & ~1u) | last;
	}
}

static void add_sysv_hash(struct elf *elf)
{
	*elf->sysv = (struct elf_sysv_hash){BUCKETS, COUNT};
	uint32_t *buckets = (uint32_t *)(elf->sysv + 1), *chains = buckets + BUCKETS;
	for (uint32_t i = 1; i < COUNT; i++) {
		uint32_t bucket = hash_sysv(name_of(elf, i)) % BUCKETS;
		chains[i] = buckets[bucket];
		buckets[bucket] = i;
	}
}

void elf_endless_chains(struct elf *elf)
{
	uint64_t *bloom = (uint64_t *)(elf->gnu + 1);
	uint32_t *buckets = (uint32_t *)(bloom + 2);
	uint32_t *words = (uint32_t *)(elf->sysv + 1);
	if (elf->gnu->buckets) {
		/* Nothing but hashes that no chain ends with, up to the end of memory. */
		char *chains = (char *)(buckets + BUCKETS);
		memset(chains, 0x10, (size_t)((char *)elf->header + ELF_SIZE - chains));
		memset(bloom, 0xff, 2 * sizeof(*bloom));
		for (size_t i = 0; i < BUCKETS; i++)
			buckets[i] = FIRST;
	} else {
		for (size_t i = 0; i < BUCKETS + COUNT; i++)
			words[i] = 2;
	}
}

void elf_dynamic(struct elf *elf, size_t index, int64_t tag, uint64_t value)
{
	Elf64_Dyn entry = {.d_tag = tag, .d_un.d_val = value};
	image_write(&elf->memory, ELF_BASE + ELF_DYNAMIC + index * sizeof(entry), &entry,
		    sizeof(entry));
}

void elf_dynamic_set(struct elf *elf, int64_t tag, uint64_t value)
{
	Elf64_Dyn *entry = (Elf64_Dyn *)((char *)elf->header + ELF_DYNAMIC);
	for (; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == tag)
			entry->d_un.d_val = value;
}

static void add_dynamic(struct elf *elf, enum elf_hash hash, bool relocated)
{
	uint64_t bias = relocated ? ELF_BASE : 0;
	size_t i = 0;
	elf_dynamic(elf, i++, DT_SONAME, 1);
	elf_dynamic(elf, i++, DT_STRTAB, bias + ELF_STRINGS);
	elf_dynamic(elf, i++, DT_SYMTAB, bias + ELF_SYMBOL_TABLE);
	elf_dynamic(elf, i++, DT_STRSZ, ELF_STRINGS_SIZE);
	if (hash != ELF_HASH_SYSV)
		elf_dynamic(elf, i++, DT_GNU_HASH, bias + ELF_GNU_HASH);
	if (hash != ELF_HASH_GNU)
		elf_dynamic(elf, i++, DT_HASH, bias + ELF_SYSV_HASH);
	elf_dynamic(elf, i, DT_NULL, 0);
}

static void add_headers(struct elf *elf)
{
	memcpy(elf->header->e_ident, ELFMAG, SELFMAG);
	elf->header->e_ident[EI_CLASS] = ELFCLASS64;
	elf->header->e_ident[EI_DATA] = ELFDATA2LSB;
	elf->header->e_phoff = sizeof(Elf64_Ehdr);
	elf->header->e_phnum = 3;
	elf->header->e_phentsize = sizeof(Elf64_Phdr);
	elf->segments[ELF_SEGMENT_TEXT] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_memsz = ELF_DATA};
	elf->segments[ELF_SEGMENT_DATA] = (Elf64_Phdr){.p_type = PT_LOAD,
						       .p_flags = PF_R | PF_W,
						       .p_offset = ELF_DATA,
						       .p_vaddr = ELF_DATA,
						       .p_memsz = ELF_DATA_SIZE};
	elf->segments[ELF_SEGMENT_DYNAMIC] =
		(Elf64_Phdr){.p_type = PT_DYNAMIC, .p_vaddr = ELF_DYNAMIC};
}

void elf_init(struct elf *elf, enum elf_hash hash, bool relocated)
{
	*elf = (struct elf){.target = {.ops = &ops}};
	char *bytes = (char *)image_map(&elf->memory, ELF_BASE, ELF_SIZE)->bytes;
	elf->header = (Elf64_Ehdr *)bytes;
	elf->segments = (Elf64_Phdr *)(elf->header + 1);
	elf->symbols = (Elf64_Sym *)(bytes + ELF_SYMBOL_TABLE);
	elf->gnu = (struct elf_gnu_hash *)(bytes + ELF_GNU_HASH);
	elf->sysv = (struct elf_sysv_hash *)(bytes + ELF_SYSV_HASH);
	image_open(&elf->target.memory, image_read, &elf->memory);
	elf->memory.reader = &elf->target.memory;
	elf->target.context = &elf->memory;
	add_headers(elf);
	add_symbols(elf);
	sort_symbols(elf);
	if (hash != ELF_HASH_SYSV)
		add_gnu_hash(elf);
	if (hash != ELF_HASH_GNU)
		add_sysv_hash(elf);
	add_dynamic(elf, hash, relocated);
}

void elf_deinit(struct elf *elf)
{
	memory_deinit(&elf->target.memory);
	image_deinit(&elf->memory);
}
