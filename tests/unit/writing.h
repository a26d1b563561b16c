/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Snapshots made by hand, and what is written of them. */
#ifndef UNIT_WRITING_H
#define UNIT_WRITING_H

#include "base/text.h"
#include "snapshot/snapshot.h"

/** What a text of a target could hold to do harm. */
extern const char hostile[];

/** Fill a frame: function, file, line; its owner is the thread. */
struct pyinspect_frame a_frame(const char *function, const char *file, int32_t line);

/** A sleeping thread of these frames, all of them kept. */
struct pyinspect_thread a_thread(pid_t tid, const char *name,
				 struct pyinspect_frame *frames, size_t count);

/** The main interpreter with these threads. */
struct pyinspect_interpreter an_interpreter(struct pyinspect_thread *threads, size_t count);

/** A process with this interpreter; ended by arena_deinit(&snapshot.arena). */
struct pyinspect_snapshot a_snapshot(struct pyinspect_interpreter *interpreter);

/** The text form; freed by the caller. */
char *write_text(const struct pyinspect_snapshot *snapshot, bool all_frames, bool color);

#endif
