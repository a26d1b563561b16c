/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "modules/elf_file.h"
#include "target/machine.h"

/* Sections that are looked at: real files have some forty. */
#define SECTIONS_MAX 256

static size_t read_file(void *context, uint64_t offset, void *buffer, size_t size)
{
	const int *fd = context;
	ssize_t got = offset <= INT64_MAX ? pread(*fd, buffer, size, (off_t)offset) : -1;
	return got > 0 ? (size_t)got : 0;
}

static const struct target_ops file_ops = {.read = read_file};

/* By its notes as they lie in the file. */
static void read_build_id(int fd, struct elf_file *file)
{
	struct target target = {.ops = &file_ops, .context = &fd};
	struct image image = {0};
	for (size_t i = 0; i < file->segment_count; i++) {
		const Elf64_Phdr *segment = &file->segments[i];
		if (segment->p_type == PT_NOTE && image.note_count < NOTE_SEGMENTS_MAX)
			image.notes[image.note_count++] =
				(struct note_segment){.address = segment->p_offset,
						      .size = segment->p_filesz,
						      .alignment = segment->p_align};
	}
	memory_init(&target.memory, read_file, NULL, &fd);
	build_id_read(&target, &image, file->build_id);
	memory_deinit(&target.memory);
}

/* A detached file keeps all headers, but its code takes no room. */
static bool lacks_code(int fd, const Elf64_Ehdr *header)
{
	Elf64_Shdr section;
	for (uint64_t i = 0; i < header->e_shnum && i < SECTIONS_MAX; i++) {
		uint64_t offset = header->e_shoff + i * sizeof(section);
		if (read_file(&fd, offset, &section, sizeof(section)) != sizeof(section))
			return false;
		if (section.sh_type == SHT_NOBITS && section.sh_flags & SHF_EXECINSTR)
			return true;
	}
	return false;
}

bool elf_file_read(int fd, struct elf_file *ret)
{
	Elf64_Ehdr header;
	if (read_file(&fd, 0, &header, sizeof(header)) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != machine_elf ||
	    header.e_phentsize != sizeof(Elf64_Phdr) ||
	    header.e_phnum > ELF_FILE_SEGMENTS_MAX)
		return false;
	size_t size = header.e_phnum * sizeof(ret->segments[0]);
	if (read_file(&fd, header.e_phoff, ret->segments, size) != size)
		return false;
	ret->segment_count = header.e_phnum;
	ret->is_debug_only = lacks_code(fd, &header);
	read_build_id(fd, ret);
	return true;
}
