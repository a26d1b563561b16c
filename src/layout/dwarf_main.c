/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pyinspect-dwarf: say what the debugging information of a file has about CPython.
 *
 * A process of its own, because the file is chosen by the target and libdw was made for
 * files that a compiler has written: it may crash, and has nothing that is worth taking.
 * Descriptor 0 is the file, 3 that of what it shares with others, 1 a pipe: see
 * dwarf_report.h. It opens no file, and can't.
 */
#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "layout/dwarf_report.h"
#include "layout/from_dwarf.h"
#include "target/confine.h"
#include "target/machine.h"

enum {
	FD_FILE = 0,
	FD_SHARED = 3,
	FD_COUNT,
	/** Seconds of processor time: 0.1 is usual. */
	CPU_LIMIT = 20,
	/** Entries of a symbol table: CPython's have some 20,000. */
	SYMBOLS_MAX = 4000000,
};

#define MEMORY_LIMIT ((rlim_t)4 << 30)

static uint32_t crc32_of(const unsigned char *data, size_t size)
{
	uint32_t table[256];
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < size; i++)
		crc = crc >> 8 ^ table[(crc ^ data[i]) & 0xff];
	return ~crc;
}

static void report_crc(struct dwarf_report *report)
{
	struct stat status;
	if (fstat(FD_FILE, &status) != 0 || status.st_size <= 0)
		return;
	size_t size = (size_t)status.st_size;
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, FD_FILE, 0);
	if (data == MAP_FAILED)
		return;
	report->crc = crc32_of(data, size);
	report->has_crc = true;
	munmap(data, size);
}

static void use_symbol(struct dwarf_report *report, const GElf_Sym *symbol,
		       const char *name)
{
	for (int i = 0; i < DWARF_SYMBOL_COUNT && name; i++)
		if (symbol->st_shndx != SHN_UNDEF &&
		    GELF_ST_TYPE(symbol->st_info) == STT_OBJECT &&
		    strcmp(name, dwarf_symbol_names[i]) == 0)
			report->symbols[i] = symbol->st_value;
}

static void report_symbols(Elf *elf, struct dwarf_report *report)
{
	GElf_Shdr header;
	GElf_Sym symbol;
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB ||
		    !header.sh_entsize)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		uint64_t count = data ? data->d_size / header.sh_entsize : 0;
		for (uint64_t i = 0; i < count && i < SYMBOLS_MAX; i++)
			if (gelf_getsym(data, (int)i, &symbol))
				use_symbol(report, &symbol,
					   elf_strptr(elf, header.sh_link, symbol.st_name));
		return;
	}
}

static void take_name(const char *name, char *ret, size_t size)
{
	if (name && strlen(name) < size)
		strcpy(ret, name);
}

static void report_links(Elf *elf, struct dwarf_report *report)
{
	const void *id;
	GElf_Word crc;
	ssize_t size = dwelf_elf_gnu_build_id(elf, &id);
	if (size > 0)
		build_id_text(id, (size_t)size, report->build_id);
	take_name(dwelf_elf_gnu_debuglink(elf, &crc), report->debuglink,
		  sizeof(report->debuglink));
	if (*report->debuglink)
		report->debuglink_crc = crc;
}

/* The section holds a path, its NUL, and the build-id. */
static void use_altlink(const Elf_Data *data, struct dwarf_report *report)
{
	size_t length = strnlen(data->d_buf, data->d_size);
	if (length == data->d_size)
		return;
	build_id_text((const char *)data->d_buf + length + 1, data->d_size - length - 1,
		      report->altlink_id);
	take_name(data->d_buf, report->altlink, sizeof(report->altlink));
}

static Elf_Scn *section_find(Elf *elf, const char *wanted)
{
	size_t names;
	GElf_Shdr header;
	if (elf_getshdrstrndx(elf, &names) != 0)
		return NULL;
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, names, header.sh_name)
					   : NULL;
		if (name && strcmp(name, wanted) == 0)
			return section;
	}
	return NULL;
}

/* Not by libdw, which would inflate all the sections that it knows. */
static void report_altlink(Elf *elf, struct dwarf_report *report)
{
	Elf_Scn *section = section_find(elf, ".gnu_debugaltlink");
	Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
	/* It stays in a file whose debugging information was taken out. */
	if (data && data->d_buf && section_find(elf, ".debug_info"))
		use_altlink(data, report);
}

/* Whether the shared file is the one that the file means. */
static bool shared_fits(const struct dwarf_report *report)
{
	const void *id;
	char text[BUILD_ID_TEXT_SIZE] = "";
	Elf *elf = elf_begin(FD_SHARED, ELF_C_READ_MMAP_PRIVATE, NULL);
	ssize_t size = elf ? dwelf_elf_gnu_build_id(elf, &id) : -1;
	if (size > 0)
		build_id_text(id, (size_t)size, text);
	elf_end(elf);
	return *text && strcmp(text, report->altlink_id) == 0;
}

static bool is_own_machine(Elf *elf)
{
	GElf_Ehdr header;
	return elf && gelf_getehdr(elf, &header) && header.e_machine == machine_elf &&
	       gelf_getclass(elf) == ELFCLASS64;
}

static void report_layout(struct dwarf_report *report, bool has_shared)
{
	static const char name[] = "file";
	if (*report->altlink_id && !has_shared) {
		take_name("a part of its debugging information is in another file",
			  report->error, sizeof(report->error));
		return;
	}
	struct pyinspect_error *error = layout_from_dwarf_fds(
		FD_FILE, has_shared ? FD_SHARED : -1, name, &report->layout);
	report->has_layout = !error;
	if (error)
		snprintf(report->error, sizeof(report->error), "%s",
			 pyinspect_error_message(error) + sizeof(name) + 1);
	pyinspect_error_free(error);
}

static void fill(struct dwarf_report *report, bool wants_crc)
{
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(FD_FILE, ELF_C_READ_MMAP_PRIVATE, NULL);
	if (is_own_machine(elf)) {
		report_links(elf, report);
		report_symbols(elf, report);
		report_altlink(elf, report);
		if (wants_crc)
			report_crc(report);
		report_layout(report, *report->altlink_id && shared_fits(report));
	} else {
		take_name("not an ELF file of this architecture", report->error,
			  sizeof(report->error));
	}
	elf_end(elf);
}

int main(int argc, char **argv)
{
	static struct dwarf_report report;
	struct text text = {0};
	/* For people: without a pipe it is not what they look for. */
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--crc") != 0)) {
		fputs("Usage: pyinspect-dwarf [--crc] <FILE\n"
		      "A helper of pyinspect's: prints what FILE's DWARF says of CPython.\n",
		      stderr);
		return 2;
	}
	confine(FD_COUNT, CPU_LIMIT, MEMORY_LIMIT);
	dwarf_report_init(&report);
	fill(&report, argc == 2);
	dwarf_report_write(&report, &text);
	bool failed = text.failed ||
		      write(STDOUT_FILENO, text.data, text.length) != (ssize_t)text.length;
	free(text.data);
	return failed;
}
