/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "layout/dwarf_type.h"
#include "layout/from_dwarf.h"
#include "layout/layout.h"

/** Structs of fields.def that are the same but for their members. */
struct wanted {
	/** As in fields.def: alternatives, separated by |. */
	const char *names;
	bool found;
	/** Some alternative is a string of the file, so there may be such a struct. */
	bool possible;
};

struct search {
	/** For messages. */
	const char *file;
	/** The file's, and that of what it shares with others; NULL if it has none. */
	Dwarf *dwarf, *shared;
	struct wanted wanted[FIELD_COUNT];
	size_t wanted_count;
	/** First characters of their names: most types are told apart by them. */
	bool initials[UCHAR_MAX + 1];
	struct layout layout;
};

/** Is the text one of the alternatives? Asked of every type, so it copies nothing. */
static bool is_alternative(const char *list, const char *text)
{
	size_t length = strlen(text);
	for (const char *name = list; *name; name += *name == '|') {
		const char *end = strchrnul(name, '|');
		if ((size_t)(end - name) == length && memcmp(name, text, length) == 0)
			return true;
		name = end;
	}
	return false;
}

/** Does the text end with one of the alternatives? */
static bool ends_with_alternative(const char *list, const char *text, size_t length)
{
	for (const char *name = list; *name; name += *name == '|') {
		const char *end = strchrnul(name, '|');
		size_t name_length = (size_t)(end - name);
		if (name_length <= length &&
		    memcmp(text + length - name_length, name, name_length) == 0)
			return true;
		name = end;
	}
	return false;
}

/** Try the paths that a member has had. A bit has no offset: it counts as absent. */
static bool field_find(Dwarf_Die *aggregate, const struct field_info *info,
		       struct dwarf_member *ret)
{
	char path[ALTERNATIVE_SIZE];
	const char *paths = info->members;
	while (alternative_next(&paths, '|', path))
		if (dwarf_type_member(aggregate, path, ret) && !ret->is_bitfield)
			return true;
	return false;
}

static bool is_size(enum field field)
{
	return !field_infos[field].members[0];
}

static struct pyinspect_error *field_set(struct search *search, enum field field,
					 Dwarf_Word offset)
{
	if (offset > INT32_MAX)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "%s: the debugging information puts %s at %#llx",
				    search->file, field_infos[field].name,
				    (unsigned long long)offset);
	layout_set(&search->layout, field, (int32_t)offset, LAYOUT_SOURCE_DWARF);
	return NULL;
}

/** Resolve a member in its struct, if it is there. */
static struct pyinspect_error *field_resolve(struct search *search, enum field field,
					     Dwarf_Die *aggregate, bool *found_ret)
{
	struct dwarf_member member;
	const struct field_info *info = &field_infos[field];
	if (!field_find(aggregate, info, &member))
		return NULL;
	Dwarf_Word size = dwarf_type_size(&member.type);
	if (info->width && size != info->width)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "%s: %s (%s of %s) has %llu bytes there, not %u: this "
				    "Python's layout is none of those known",
				    search->file, info->name, info->members, info->structs,
				    (unsigned long long)size, info->width);
	*found_ret = true;
	return field_set(search, field, member.offset);
}

/**
 * Resolve all fields of a struct. One that has none of the members is another
 * struct that happens to have the name, and the search goes on; but names that
 * begin with Py are CPython's own.
 */
static struct pyinspect_error *wanted_resolve(struct search *search, struct wanted *wanted,
					      Dwarf_Die *aggregate)
{
	struct pyinspect_error *error;

	wanted->found = strncmp(wanted->names, "Py", 2) == 0;
	for (enum field i = 0; i < FIELD_COUNT; i++) {
		if (strcmp(field_infos[i].structs, wanted->names) != 0 || is_size(i))
			continue;
		error = field_resolve(search, i, aggregate, &wanted->found);
		if (error)
			return error;
	}
	for (enum field i = 0; wanted->found && i < FIELD_COUNT; i++) {
		if (strcmp(field_infos[i].structs, wanted->names) != 0 || !is_size(i))
			continue;
		error = field_set(search, i, dwarf_type_size(aggregate));
		if (error)
			return error;
	}
	return NULL;
}

static struct pyinspect_error *type_visit(struct search *search, Dwarf_Die *die)
{
	struct pyinspect_error *error;

	int tag = dwarf_tag(die);
	if (tag != DW_TAG_structure_type && tag != DW_TAG_typedef)
		return NULL;
	const char *name = dwarf_diename(die);
	if (!name || !search->initials[(unsigned char)name[0]])
		return NULL;
	for (size_t i = 0; i < search->wanted_count; i++) {
		struct wanted *wanted = &search->wanted[i];
		if (wanted->found || !is_alternative(wanted->names, name))
			continue;
		Dwarf_Die aggregate = *die;
		if (!dwarf_type_definition(&aggregate))
			continue;
		error = wanted_resolve(search, wanted, &aggregate);
		if (error)
			return error;
	}
	return NULL;
}

/** Look at the types that a unit has at its top. */
static struct pyinspect_error *unit_visit(struct search *search, Dwarf_Die *unit)
{
	Dwarf_Die die;
	if (dwarf_child(unit, &die) != 0)
		return NULL;
	do {
		struct pyinspect_error *error = type_visit(search, &die);
		if (error)
			return error;
	} while (dwarf_type_next(&die));
	return NULL;
}

static bool is_complete(const struct search *search)
{
	for (size_t i = 0; i < search->wanted_count; i++)
		if (search->wanted[i].possible && !search->wanted[i].found)
			return false;
	return true;
}

/** No unit has every struct: read on until all are found. */
static struct pyinspect_error *units_visit(struct search *search, Dwarf *dwarf)
{
	Dwarf_Die die;
	Dwarf_CU *unit = NULL;
	while (!is_complete(search) &&
	       dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
		struct pyinspect_error *error = unit_visit(search, &die);
		if (error)
			return error;
	}
	return NULL;
}

static void wanted_add(struct search *search, const char *names)
{
	for (size_t i = 0; i < search->wanted_count; i++)
		if (strcmp(search->wanted[i].names, names) == 0)
			return;
	search->wanted[search->wanted_count++].names = names;

	char name[ALTERNATIVE_SIZE];
	while (alternative_next(&names, '|', name))
		search->initials[(unsigned char)name[0]] = true;
}

/** List the structs that fields.def names. */
static void wanted_init(struct search *search)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		wanted_add(search, field_infos[i].structs);
}

static Elf_Scn *section_find(Elf *elf, const char *wanted, GElf_Shdr *header_ret)
{
	size_t names;
	if (elf_getshdrstrndx(elf, &names) != 0)
		return NULL;
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		if (!gelf_getshdr(section, header_ret))
			continue;
		const char *name = elf_strptr(elf, names, header_ret->sh_name);
		if (name && strcmp(name, wanted) == 0)
			return section;
	}
	return NULL;
}

/** A compiler put the names into .debug_str, and a linker made each of them one. */
static bool has_merged_names(Dwarf *dwarf)
{
	GElf_Shdr header;
	return section_find(dwarf_getelf(dwarf), ".debug_str", &header) &&
	       header.sh_flags & SHF_MERGE;
}

static void names_visit(struct search *search, Dwarf *dwarf)
{
	size_t length;
	const char *text;
	for (Dwarf_Off offset = 0; (text = dwarf_getstring(dwarf, offset, &length));
	     offset += length + 1)
		for (size_t i = 0; i < search->wanted_count; i++) {
			/* The linker may have merged the name with another's end. */
			struct wanted *wanted = &search->wanted[i];
			wanted->possible |=
				ends_with_alternative(wanted->names, text, length);
		}
}

/**
 * Rule out the structs that the file has no name of, else all units would be
 * read for what a version lacks. A compiler puts a name into .debug_str if the
 * section is one that gets merged and the name is longer than a reference to it.
 */
static void wanted_rule_out(struct search *search)
{
	bool merged = has_merged_names(search->dwarf);
	for (size_t i = 0; i < search->wanted_count; i++)
		search->wanted[i].possible =
			!merged || strlen(search->wanted[i].names) < sizeof(uint32_t);
	if (merged)
		names_visit(search, search->dwarf);
	if (merged && search->shared)
		names_visit(search, search->shared);
}

/** Without these it is not CPython that the file describes, or only its edge. */
static bool is_python(const struct layout *layout)
{
	return layout_has(layout, FIELD_INTERPRETER_NEXT) &&
	       layout_has(layout, FIELD_THREAD_NEXT) &&
	       layout_has(layout, FIELD_CODE_NAME) && layout_has(layout, FIELD_OBJECT_TYPE);
}

static struct pyinspect_error *search_run(struct search *search)
{
	struct pyinspect_error *error;

	wanted_init(search);
	wanted_rule_out(search);
	layout_clear(&search->layout);
	error = units_visit(search, search->dwarf);
	if (!error && search->shared)
		error = units_visit(search, search->shared);
	search->layout.is_free_threaded = layout_has(&search->layout, FIELD_OBJECT_TID);
	return error;
}

/**
 * Hide the sections that types don't need: dwarf_begin_elf() would inflate them,
 * which takes longer than all the rest. Only our view of the file is changed.
 */
static void sections_hide(Elf *elf)
{
	static const char *const hidden[] = {
		".debug_line",   ".debug_loclists", ".debug_rnglists", ".debug_loc",
		".debug_ranges", ".debug_aranges",  ".debug_frame",    ".debug_macro"};
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		GElf_Shdr header;
		Elf_Scn *section = section_find(elf, hidden[i], &header);
		if (!section)
			continue;
		header.sh_type = SHT_NOBITS;
		gelf_update_shdr(section, &header);
	}
}

static void cleanup_dwarf_end(Dwarf **dwarf)
{
	dwarf_end(*dwarf);
}

static void cleanup_elf_end(Elf **elf)
{
	elf_end(*elf);
}

/** Only for looking at; NULL if it has no DWARF. */
static Dwarf *begin(Elf *elf)
{
	sections_hide(elf);
	return dwarf_begin_elf(elf, DWARF_C_READ, NULL);
}

#define cleanup_elf   __attribute__((cleanup(cleanup_elf_end)))
#define cleanup_dwarf __attribute__((cleanup(cleanup_dwarf_end)))

/** Whatever the file describes: the layout may be empty. */
static struct pyinspect_error *read_layout(int fd, int shared_fd, const char *file,
					   struct layout *layout)
{
	struct pyinspect_error *error;

	elf_version(EV_CURRENT);
	cleanup_elf Elf *shared_elf =
		shared_fd < 0 ? NULL : elf_begin(shared_fd, ELF_C_READ_MMAP_PRIVATE, NULL);
	cleanup_dwarf Dwarf *shared = shared_elf ? begin(shared_elf) : NULL;
	cleanup_elf Elf *elf = elf_begin(fd, ELF_C_READ_MMAP_PRIVATE, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return error_create(PYINSPECT_ERROR_BAD_DATA, "%s: not an ELF file", file);
	cleanup_dwarf Dwarf *dwarf = begin(elf);
	if (!dwarf)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "%s: no debugging information: %s", file,
				    dwarf_errmsg(-1));
	if (shared)
		dwarf_setalt(dwarf, shared);

	struct search search = {.file = file, .dwarf = dwarf, .shared = shared};
	error = search_run(&search);
	if (error)
		return error;
	*layout = search.layout;
	return NULL;
}

struct pyinspect_error *layout_from_dwarf_fds(int fd, int shared_fd, const char *file,
					      struct layout *layout)
{
	struct layout found;
	struct pyinspect_error *error = read_layout(fd, shared_fd, file, &found);
	if (!error && !is_python(&found))
		return error_create(PYINSPECT_ERROR_NOT_PYTHON,
				    "%s: its debugging information is not Python's", file);
	if (!error)
		*layout = found;
	return error;
}

struct pyinspect_error *layout_from_dwarf_fd(int fd, const char *file,
					     struct layout *layout)
{
	return layout_from_dwarf_fds(fd, -1, file, layout);
}

struct pyinspect_error *layout_from_dwarf(const char *file, struct layout *layout)
{
	cleanup_close int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_system(errno, file, "cannot open %s", file);
	return layout_from_dwarf_fd(fd, file, layout);
}

struct pyinspect_error *layout_add_from_dwarf(const char *file, struct layout *layout)
{
	struct layout found;
	cleanup_close int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_system(errno, file, "cannot open %s", file);
	struct pyinspect_error *error = read_layout(fd, -1, file, &found);
	if (!error)
		layout_complete(layout, &found);
	return error;
}
