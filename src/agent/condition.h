/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Conditions of breakpoints, compiled once. */
#ifndef AGENT_CONDITION_H
#define AGENT_CONDITION_H

#include "agent/value.h"

/** Whether a condition, a text or whatever eval() takes, is true in a frame. -1 with its
 * exception, if it raises. */
int condition_holds(struct object *condition, struct object *frame);

/** Forget what was compiled. */
void condition_forget(void);

#endif
