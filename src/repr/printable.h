/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Which characters repr() of a str shows as they are: a matter of Unicode's version. */
#ifndef REPR_PRINTABLE_H
#define REPR_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A generated table: scripts/gen-printable. */
struct printable {
	/** As struct dialect.unicode has it. */
	const char *unicode;
	/** Code points where printable ones begin and end, in turn. */
	const uint32_t *edges;
	size_t count;
};

/** @param unicode May be NULL. @return NULL if there is no such table. */
const struct printable *printable_find(const char *unicode);

/** str.isprintable(); of ASCII alone if the table is NULL. */
bool printable_has(const struct printable *printable, uint32_t code_point);

#endif
