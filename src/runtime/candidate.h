/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** One place where a CPython may be: recognised and proven, or refused. */
#ifndef RUNTIME_CANDIDATE_H
#define RUNTIME_CANDIDATE_H

#include "modules/image.h"
#include "runtime/runtime.h"

/** Where symbols of a candidate are looked up. */
struct scope {
	struct target *target;
	/** NULL for a target that resolves symbols itself. */
	struct image *image;
	struct runtime_search *search;
};

/**
 * See whether a scope holds a CPython that runs.
 *
 * @param runtime Has its view's memory; filled on success.
 * @param found_ret Set to whether the scope has a CPython's symbols at all.
 * @return NULL if it doesn't or if all is well; NOT_PYTHON for a CPython that is
 * not initialised; UNSUPPORTED; BAD_DATA or FAULT if it contradicts its layout.
 */
struct pyinspect_error *candidate_try(struct runtime *runtime, const struct scope *scope,
				      bool *found_ret);

#endif
