/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The symbol file of Python frames, as libdw and libelf read it. */
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/python_frames.h"
#include "gdb/symbol_file.h"
#include "tap.h"

#define BASE UINT64_C(0x600000000000)

static const struct symbol symbols[] = {
	{"app.leaf", "/srv/app.py", 3},          {"app.<module>", "/srv/app.py", 2000000},
	{"<7 Python frames left out>", NULL, 0}, {"app.odd", "/srv/a\nb.py", 7},
	{"app.odd", "/srv/app.py", 0},           {"x.y", "x.py", 1},
};
#define COUNT (sizeof(symbols) / sizeof(symbols[0]))

struct opened {
	struct text file;
	Elf *elf;
	Dwarf *dwarf;
};

static bool open_file(struct opened *ret, size_t count)
{
	*ret = (struct opened){0};
	elf_version(EV_CURRENT);
	symbol_file_write(symbols, count, BASE, &ret->file);
	ret->elf = elf_memory(ret->file.data, ret->file.length);
	ret->dwarf = ret->elf ? dwarf_begin_elf(ret->elf, DWARF_C_READ, NULL) : NULL;
	return ret->dwarf != NULL;
}

static void close_file(struct opened *opened)
{
	dwarf_end(opened->dwarf);
	elf_end(opened->elf);
	free(opened->file.data);
}

/* The line of an address is that of the last row before it, unless the table ends. */
static void check_line(Dwarf_Die *unit, size_t index, const char *file, int line)
{
	Dwarf_Line *row = dwarf_getsrc_die(unit, BASE + index * SLOT_SIZE + SLOT_SIZE - 1);
	int found = 0;
	if (!CHECK((row != NULL) == (file != NULL)) || !row)
		return;
	CHECK_TEXT(dwarf_linesrc(row, NULL, NULL), file);
	dwarf_lineno(row, &found);
	CHECK_NUMBER(found, line);
}

static void test_lines(void)
{
	struct opened opened;
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;
	REQUIRE(open_file(&opened, COUNT));
	CHECK_NUMBER(dwarf_get_units(opened.dwarf, NULL, &cu, NULL, NULL, &unit, NULL), 0);
	check_line(&unit, 0, "/srv/app.py", 3);
	check_line(&unit, 1, "/srv/app.py", 2000000);
	check_line(&unit, 2, NULL, 0);
	check_line(&unit, 3, "/srv/a\\nb.py", 7);
	check_line(&unit, 4, NULL, 0);
	check_line(&unit, 5, "x.py", 1);
	close_file(&opened);
}

static void test_functions(void)
{
	struct opened opened;
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit, function;
	size_t count = 0;
	REQUIRE(open_file(&opened, COUNT));
	CHECK_NUMBER(dwarf_get_units(opened.dwarf, NULL, &cu, NULL, NULL, &unit, NULL), 0);
	CHECK_NUMBER(dwarf_child(&unit, &function), 0);
	do {
		Dwarf_Addr low = 0, high = 0;
		REQUIRE(count < COUNT);
		dwarf_lowpc(&function, &low);
		dwarf_highpc(&function, &high);
		CHECK_TEXT(dwarf_diename(&function), symbols[count].name);
		CHECK_NUMBER(low, BASE + count * SLOT_SIZE);
		CHECK_NUMBER(high, low + SLOT_SIZE);
		count++;
	} while (dwarf_siblingof(&function, &function) == 0);
	CHECK_NUMBER(count, COUNT);
	close_file(&opened);
}

static void test_symbols(void)
{
	struct opened opened;
	Elf_Scn *section = NULL;
	size_t found = 0;
	REQUIRE(open_file(&opened, COUNT));
	while ((section = elf_nextscn(opened.elf, section))) {
		GElf_Shdr header;
		GElf_Sym symbol;
		REQUIRE(gelf_getshdr(section, &header) != NULL);
		if (header.sh_type != SHT_SYMTAB)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		for (size_t i = 0; i < COUNT; i++) {
			REQUIRE(gelf_getsym(data, (int)i + 1, &symbol) != NULL);
			char wanted[64];
			snprintf(wanted, sizeof(wanted), "Python %s", symbols[i].name);
			CHECK_TEXT(elf_strptr(opened.elf, header.sh_link, symbol.st_name),
				   wanted);
			CHECK_NUMBER(symbol.st_value, BASE + i * SLOT_SIZE);
			found++;
		}
	}
	CHECK_NUMBER(found, COUNT);
	close_file(&opened);
}

static void test_none(void)
{
	struct opened opened;
	CHECK(open_file(&opened, 0));
	close_file(&opened);
}

int main(void)
{
	TEST("each slot has its file and line, or none", test_lines);
	TEST("each slot is a function", test_functions);
	TEST("each slot has a symbol", test_symbols);
	TEST("a file of nothing is one", test_none);
	return tap_finish();
}
