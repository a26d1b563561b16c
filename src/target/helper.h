/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Programs of the library's own, which it runs for what might crash. */
#ifndef TARGET_HELPER_H
#define TARGET_HELPER_H

/** Path of the program of that name; NULL if it isn't there. Freed by the caller. */
char *helper_find(const char *name);

#endif
