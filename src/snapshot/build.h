/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** From what was captured to what the public header shows. */
#ifndef SNAPSHOT_BUILD_H
#define SNAPSHOT_BUILD_H

#include "snapshot/capture.h"

/** Name, decode and sort out; the target is not read any more. */
struct pyinspect_error *snapshot_build(struct pyinspect_snapshot *snapshot,
				       const struct capture *capture);

#endif
