/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/member.h"

static uint64_t header_size(const struct repr *repr)
{
	return layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
}

struct pyinspect_error *member_read(const struct repr *repr, uint64_t object,
				    unsigned int at, unsigned int width, uint64_t *ret)
{
	return memory_read_unsigned(repr->view->memory, object + header_size(repr) + at,
				    width, ret);
}

bool member_try(const struct repr *repr, uint64_t object, unsigned int at,
		unsigned int width, uint64_t *ret)
{
	uint64_t value = 0;
	if (!memory_try(repr->view->memory, object + header_size(repr) + at, &value, width))
		return false;
	*ret = value;
	return true;
}

uint64_t member_space(const struct repr *repr, const struct class *class)
{
	uint64_t size = class->base->basic_size;
	return size > header_size(repr) ? size - header_size(repr) : 0;
}
