/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The notes of a core dump: threads, signal, mapped files. */
#ifndef TARGET_CORE_NOTES_H
#define TARGET_CORE_NOTES_H

#include "target/core.h"

/**
 * Read the notes that lie in a part of the file. What makes no sense is left out, and
 * core->problem says so.
 *
 * @return NULL, or NO_MEMORY.
 *
 * Linux: fs/binfmt_elf.c, fill_note_info() and fill_files_note().
 */
struct pyinspect_error *core_read_notes(struct core *core, uint64_t offset, uint64_t size);

/** Note that something of the core can't be read; the first such sentence stays. */
void core_note_problem(struct core *core, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
