/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/line_program.h"
#include "gdb/python_frames.h"
#include "gdb/symbol_file.h"

enum section {
	SECTION_NONE,
	SECTION_TEXT,
	SECTION_SYMBOLS,
	SECTION_STRINGS,
	SECTION_ABBREVIATIONS,
	SECTION_ENTRIES,
	SECTION_LINES,
	SECTION_NAMES,
	SECTION_COUNT,
};

static const struct {
	const char *name;
	uint32_t type, link;
	uint64_t flags, entry_size, alignment;
} sections[SECTION_COUNT] = {
	[SECTION_TEXT] = {".text", SHT_PROGBITS, 0, SHF_ALLOC | SHF_EXECINSTR, 0,
			  SLOT_SIZE},
	[SECTION_SYMBOLS] = {".symtab", SHT_SYMTAB, SECTION_STRINGS, 0, sizeof(Elf64_Sym),
			     8},
	[SECTION_STRINGS] = {".strtab", SHT_STRTAB, 0, 0, 0, 1},
	[SECTION_ABBREVIATIONS] = {".debug_abbrev", SHT_PROGBITS, 0, 0, 0, 1},
	[SECTION_ENTRIES] = {".debug_info", SHT_PROGBITS, 0, 0, 0, 1},
	[SECTION_LINES] = {".debug_line", SHT_PROGBITS, 0, 0, 0, 1},
	[SECTION_NAMES] = {".shstrtab", SHT_STRTAB, 0, 0, 0, 1},
};

/* DWARF's numbers, as far as they are used. */
enum {
	TAG_COMPILE_UNIT = 0x11,
	TAG_SUBPROGRAM = 0x2e,
	ATTRIBUTE_NAME = 0x03,
	ATTRIBUTE_LINES = 0x10,
	ATTRIBUTE_LOW = 0x11,
	ATTRIBUTE_HIGH = 0x12,
	ATTRIBUTE_LANGUAGE = 0x13,
	FORM_ADDRESS = 0x01,
	FORM_8_BYTES = 0x07,
	FORM_STRING = 0x08,
	FORM_1_BYTE = 0x0b,
	FORM_OFFSET = 0x17,
	/* What the user types to GDB beside such a frame is C still. */
	LANGUAGE_C99 = 0x0c,
};

enum { ENTRY_UNIT = 1, ENTRY_FUNCTION };

static void write_abbreviation(struct text *text, uint8_t code, uint8_t tag,
			       bool has_children, const uint8_t *attributes, size_t size)
{
	append_unsigned(text, code);
	append_unsigned(text, tag);
	append_fixed(text, has_children, 1);
	text_append(text, (const char *)attributes, size);
	append_fixed(text, 0, 2);
}

static void write_abbreviations(struct text *text)
{
	static const uint8_t unit[] = {
		ATTRIBUTE_LANGUAGE, FORM_1_BYTE,  ATTRIBUTE_NAME, FORM_STRING,
		ATTRIBUTE_LOW,      FORM_ADDRESS, ATTRIBUTE_HIGH, FORM_8_BYTES,
		ATTRIBUTE_LINES,    FORM_OFFSET,
	};
	static const uint8_t function[] = {
		ATTRIBUTE_NAME, FORM_STRING,    ATTRIBUTE_LOW,
		FORM_ADDRESS,   ATTRIBUTE_HIGH, FORM_8_BYTES,
	};
	write_abbreviation(text, ENTRY_UNIT, TAG_COMPILE_UNIT, true, unit, sizeof(unit));
	write_abbreviation(text, ENTRY_FUNCTION, TAG_SUBPROGRAM, false, function,
			   sizeof(function));
	append_fixed(text, 0, 1);
}

static void append_name(struct text *text, const char *name)
{
	text_append(text, name, strlen(name) + 1);
}

static void write_entries(struct text *text, const struct symbol *symbols, size_t count,
			  uint64_t base)
{
	struct text unit = {0};
	append_fixed(&unit, 4, 2);
	append_fixed(&unit, 0, 4);
	append_fixed(&unit, sizeof(base), 1);
	append_unsigned(&unit, ENTRY_UNIT);
	append_fixed(&unit, LANGUAGE_C99, 1);
	append_name(&unit, "Python");
	append_fixed(&unit, base, 8);
	append_fixed(&unit, count * SLOT_SIZE, 8);
	append_fixed(&unit, 0, 4);
	for (size_t i = 0; i < count; i++) {
		append_unsigned(&unit, ENTRY_FUNCTION);
		append_name(&unit, symbols[i].name);
		append_fixed(&unit, base + i * SLOT_SIZE, 8);
		append_fixed(&unit, SLOT_SIZE, 8);
	}
	append_fixed(&unit, 0, 1);
	append_fixed(text, unit.length, 4);
	append_moved(text, &unit);
}

/* As it is, GDB takes some names for those of other languages: a.b for Ada's a[b]. */
static void append_symbol_name(struct text *text, const char *name)
{
	text_append_string(text, "Python ");
	append_name(text, name);
}

static void write_symbols(struct text *text, struct text *strings,
			  const struct symbol *symbols, size_t count, uint64_t base)
{
	Elf64_Sym none = {0};
	text_append(text, (const char *)&none, sizeof(none));
	append_fixed(strings, 0, 1);
	for (size_t i = 0; i < count; i++) {
		Elf64_Sym symbol = {
			.st_name = (Elf64_Word)strings->length,
			.st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC),
			.st_shndx = SECTION_TEXT,
			.st_value = base + i * SLOT_SIZE,
			.st_size = SLOT_SIZE,
		};
		text_append(text, (const char *)&symbol, sizeof(symbol));
		append_symbol_name(strings, symbols[i].name);
	}
}

static void write_text(struct text *text, size_t count)
{
	static const char slot[SLOT_SIZE];
	for (size_t i = 0; i < count; i++)
		text_append(text, slot, sizeof(slot));
}

static void write_header(struct text *ret, uint64_t table)
{
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT, ELFOSABI_NONE},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_shoff = table,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = SECTION_COUNT,
		.e_shstrndx = SECTION_NAMES,
	};
	text_append(ret, (const char *)&header, sizeof(header));
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + SLOT_SIZE - 1) / SLOT_SIZE * SLOT_SIZE;
}

/* Header, sections, and the table of them. */
static void assemble(struct text *contents, size_t count, uint64_t base, struct text *ret)
{
	Elf64_Shdr table[SECTION_COUNT] = {0};
	uint64_t offset = aligned(sizeof(Elf64_Ehdr));
	append_fixed(&contents[SECTION_NAMES], 0, 1);
	for (int i = 1; i < SECTION_COUNT; i++) {
		table[i].sh_name = (Elf64_Word)contents[SECTION_NAMES].length;
		append_name(&contents[SECTION_NAMES], sections[i].name);
	}
	for (int i = 1; i < SECTION_COUNT; i++) {
		table[i].sh_type = sections[i].type;
		table[i].sh_flags = sections[i].flags;
		table[i].sh_link = sections[i].link;
		table[i].sh_entsize = sections[i].entry_size;
		table[i].sh_addralign = sections[i].alignment;
		table[i].sh_offset = offset;
		table[i].sh_size = contents[i].length;
		offset = aligned(offset + contents[i].length);
	}
	table[SECTION_TEXT].sh_addr = base;
	table[SECTION_SYMBOLS].sh_info = (Elf64_Word)count + 1;
	write_header(ret, offset);
	for (int i = 1; i < SECTION_COUNT; i++) {
		while (ret->length < table[i].sh_offset && !ret->failed)
			append_fixed(ret, 0, 1);
		append_moved(ret, &contents[i]);
	}
	while (ret->length < offset && !ret->failed)
		append_fixed(ret, 0, 1);
	text_append(ret, (const char *)table, sizeof(table));
}

void symbol_file_write(const struct symbol *symbols, size_t count, uint64_t base,
		       struct text *ret)
{
	struct text contents[SECTION_COUNT] = {0};
	write_text(&contents[SECTION_TEXT], count);
	write_symbols(&contents[SECTION_SYMBOLS], &contents[SECTION_STRINGS], symbols,
		      count, base);
	write_abbreviations(&contents[SECTION_ABBREVIATIONS]);
	write_entries(&contents[SECTION_ENTRIES], symbols, count, base);
	line_program_write(symbols, count, base, &contents[SECTION_LINES]);
	assemble(contents, count, base, ret);
}
