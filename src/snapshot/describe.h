/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What a snapshot says of the process, apart from its Python. */
#ifndef SNAPSHOT_DESCRIBE_H
#define SNAPSHOT_DESCRIBE_H

#include "snapshot/snapshot.h"
#include "target/core.h"
#include "target/process.h"

/** A live one. @param executable What its link "exe" leads to; or NULL. */
void describe_process(struct pyinspect_snapshot *snapshot, const struct process *process,
		      const char *executable);

/** One that was dumped. @return NULL, or NO_MEMORY. */
struct pyinspect_error *describe_core(struct pyinspect_snapshot *snapshot,
				      const struct core *core);

/** Add to an error what of the core, or of its files, is missing; returns the new one. */
struct pyinspect_error *describe_core_failure(const struct core *core,
					      struct pyinspect_error *error);

/** What of the core, and of the files that it needs, is missing; after it was read. */
void describe_core_problems(struct pyinspect_snapshot *snapshot, const struct core *core);

#endif
