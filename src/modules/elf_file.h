/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** An ELF file on disk: what of it is mapped, and its build-id. */
#ifndef MODULES_ELF_FILE_H
#define MODULES_ELF_FILE_H

#include <elf.h>

#include "modules/build_id.h"

#define ELF_FILE_SEGMENTS_MAX 128

struct elf_file {
	Elf64_Phdr segments[ELF_FILE_SEGMENTS_MAX];
	size_t segment_count;
	/** "" if it has none. */
	char build_id[BUILD_ID_TEXT_SIZE];
	/** Its code is not in it: it was stripped of all but debugging information. */
	bool is_debug_only;
};

/** Read the headers of an open file; false if it is no 64-bit ELF file of this machine. */
bool elf_file_read(int fd, struct elf_file *ret);

#endif
