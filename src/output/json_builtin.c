/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output/output.h"

extern const struct output_ops pyinspect_json_output;

struct pyinspect_error *json_output_find(const struct output_ops **ret)
{
	*ret = &pyinspect_json_output;
	return NULL;
}
