/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The build-id of an ELF image: what tells one build of a program from all others, and
 * leads to its debugging information.
 */
#ifndef MODULES_BUILD_ID_H
#define MODULES_BUILD_ID_H

#include "modules/image.h"

/** Most bytes of a build-id: the linkers' have 8 to 32. */
#define BUILD_ID_MAX 64
/** Size of one in hexadecimal digits, with the NUL. */
#define BUILD_ID_TEXT_SIZE (2 * BUILD_ID_MAX + 1)

/** Write bytes as hexadecimal digits; text is "" for none, and for too many. */
void build_id_text(const void *bytes, size_t size, char text[BUILD_ID_TEXT_SIZE]);

/** Is the text one that build_id_text() writes, and not empty? */
bool build_id_is_valid(const char *text);

/**
 * Read the build-id of an image that is mapped into the target.
 *
 * @param text "" if the image has none, or its notes can't be read.
 */
void build_id_read(struct target *target, const struct image *image,
		   char text[BUILD_ID_TEXT_SIZE]);

#endif
