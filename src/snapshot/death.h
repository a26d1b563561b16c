/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Why a dumped process died. */
#ifndef SNAPSHOT_DEATH_H
#define SNAPSHOT_DEATH_H

#include "snapshot/snapshot.h"

/** Fill snapshot->death, if a signal has killed the process; files are still looked for.
 *
 * @return NULL, or NO_MEMORY. */
struct pyinspect_error *death_describe(struct pyinspect_snapshot *snapshot,
				       struct target *target);

#endif
