/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The exceptions of the threads of a dumped process. */
#ifndef SNAPSHOT_EXCEPTIONS_H
#define SNAPSHOT_EXCEPTIONS_H

#include "snapshot/capture.h"

/** Read them; the target doesn't move. @return NULL, or NO_MEMORY. */
struct pyinspect_error *exceptions_read(struct capture *capture);

#endif
