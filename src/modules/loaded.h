/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Which files were mapped into a dumped process, where its core has no note on them. */
#ifndef MODULES_LOADED_H
#define MODULES_LOADED_H

#include "target/core.h"

/**
 * Give the core ranges of its files, by the dynamic loader's list and by their program
 * headers, as far as these are in the core. Without them it stays as it is.
 *
 * @return NULL, or NO_MEMORY.
 */
struct pyinspect_error *loaded_find(struct core *core);

#endif
