/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Names whose values nobody should see who only wants to know why a process hangs. */
#ifndef REPR_SECRETS_H
#define REPR_SECRETS_H

#include <stdbool.h>

/** What stands for the value of such a name. */
#define REDACTED "<redacted>"

/**
 * Whether a name looks like that of a password, a token or a key.
 *
 * A name is taken apart into words at everything that is no letter or digit, and where a
 * capital follows a small letter; case doesn't matter. The words are in the manual page.
 *
 * @param more More words that make a secret, ended by NULL; or NULL.
 */
bool secrets_match(const char *name, const char *const *more);

/** Whether a line of code has such a name, and something in quotes that may be its value.
 */
bool secrets_in_source(const char *line, const char *const *more);

#endif
