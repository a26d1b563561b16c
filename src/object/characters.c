/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "object/characters.h"

struct pyinspect_error *characters_check(const struct characters *characters,
					 uint64_t object)
{
	if (characters->length <= CHARACTER_COUNT_MAX)
		return NULL;
	return error_at(PYINSPECT_ERROR_BAD_DATA, object,
			"the object at 0x%llx has a length of %lld",
			(unsigned long long)object, (long long)characters->length);
}

static uint32_t character(const char *data, unsigned int width, size_t index)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	switch (width) {
	case 1:
		memcpy(&one, data + index, 1);
		return one;
	case 2:
		memcpy(&two, data + index * 2, 2);
		return two;
	default:
		memcpy(&four, data + index * 4, 4);
		return four;
	}
}

struct pyinspect_error *characters_read(const struct view *view,
					const struct characters *characters, uint64_t first,
					size_t count, uint32_t *ret)
{
	unsigned int width = characters->width;
	struct pyinspect_error *error = memory_read(
		view->memory, characters->address + first * width, ret, count * width);
	if (error)
		return error;
	/* They become wider in place: the last one first. */
	for (size_t i = count; i-- > 0;)
		ret[i] = character((const char *)ret, width, i);
	return NULL;
}
