/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "modules/build_id.h"

/* Real images have some two notes of a hundred bytes in all. */
#define NOTES_MAX 64

void build_id_text(const void *bytes, size_t size, char text[BUILD_ID_TEXT_SIZE])
{
	*text = '\0';
	for (size_t i = 0; i < size && size <= BUILD_ID_MAX; i++)
		sprintf(text + 2 * i, "%02x", ((const unsigned char *)bytes)[i]);
}

bool build_id_is_valid(const char *text)
{
	size_t length = strspn(text, "0123456789abcdef");
	return !text[length] && length >= 4 && length < BUILD_ID_TEXT_SIZE &&
	       length % 2 == 0;
}

static uint64_t aligned(uint64_t size, uint64_t to)
{
	return (size + to - 1) / to * to;
}

static bool is_build_id(struct target *target, const Elf64_Nhdr *note, uint64_t name)
{
	char text[4];
	return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof(text) &&
	       memory_try(&target->memory, name, text, sizeof(text)) &&
	       memcmp(text, ELF_NOTE_GNU, sizeof(text)) == 0;
}

static bool read_notes(struct target *target, const struct note_segment *segment,
		       char text[BUILD_ID_TEXT_SIZE])
{
	unsigned char bytes[BUILD_ID_MAX];
	uint64_t at = segment->address, end = at + segment->size;
	/* Notes that are aligned to 8 say so by the segment; all others are to 4. */
	uint64_t to = segment->alignment == 8 ? 8 : 4;
	for (int i = 0; i < NOTES_MAX && at < end; i++) {
		Elf64_Nhdr note;
		if (!memory_try(&target->memory, at, &note, sizeof(note)))
			return false;
		uint64_t name = at + sizeof(note);
		uint64_t description =
			at + aligned(sizeof(note) + (uint64_t)note.n_namesz, to);
		if (is_build_id(target, &note, name) && note.n_descsz <= sizeof(bytes) &&
		    memory_try(&target->memory, description, bytes, note.n_descsz)) {
			build_id_text(bytes, note.n_descsz, text);
			return true;
		}
		at = description + aligned(note.n_descsz, to);
	}
	return false;
}

void build_id_read(struct target *target, const struct image *image,
		   char text[BUILD_ID_TEXT_SIZE])
{
	*text = '\0';
	for (size_t i = 0; i < image->note_count; i++)
		if (read_notes(target, &image->notes[i], text))
			return;
}
