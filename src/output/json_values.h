/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Values in the JSON form. */
#ifndef OUTPUT_JSON_VALUES_H
#define OUTPUT_JSON_VALUES_H

#include <jansson.h>

#include "pyinspect.h"

/** Text of the target, or null. */
json_t *json_text(const char *value);

/** A value with all that is below it. */
json_t *json_value(const struct pyinspect_value *value);

/** The variables of a frame. */
json_t *json_variables(const struct pyinspect_frame *frame);

#endif
