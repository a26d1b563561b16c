/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The variables of all frames of a reading. */
#ifndef SNAPSHOT_VALUES_H
#define SNAPSHOT_VALUES_H

#include "snapshot/capture.h"

/** Whether variables are asked for. */
bool values_are_wanted(const struct capture *capture);

/**
 * Read the variables of all frames that the capture has, from where these are now; what
 * an earlier call has read is forgotten.
 */
struct pyinspect_error *values_read(struct capture *capture);

/**
 * The frame that the options ask for, by its number or address.
 *
 * @param thread_ret Set to the number of its thread in the capture.
 * @param error_ret Set where there is none.
 */
const struct stack_frame *values_find_frame(const struct capture *capture,
					    size_t *thread_ret,
					    struct pyinspect_error **error_ret);

#endif
