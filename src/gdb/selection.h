/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The Python frames of GDB's selected thread, and which of them pyup and pydown have
 * selected. */
#ifndef GDB_SELECTION_H
#define GDB_SELECTION_H

#include "gdb/command.h"

struct selectable_frame {
	const struct pyinspect_frame *frame;
	uint64_t address;
};

struct selection {
	struct pyinspect_snapshot *snapshot;
	/** Innermost first; of a thread that runs in several interpreters the newest's. */
	struct selectable_frame *frames;
	/** At least one; index is that of the selected frame. */
	size_t count, index;
};

/**
 * Look at the selected thread by the session's options: values and expression are of the
 * selected frame, unless the command changes that in between.
 *
 * @return False if there is no Python frame: the answer says why.
 */
bool selection_look(struct session *session, struct selection *ret);
void selection_deinit(struct selection *selection);

/** The selected frame. */
const struct pyinspect_frame *selection_frame(const struct selection *selection);

/** Select another frame of the list, until the thread has moved. */
void selection_move(struct session *session, struct selection *selection, size_t index);

#endif
