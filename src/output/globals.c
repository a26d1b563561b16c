/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "output/text.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

size_t first_global(const struct pyinspect_frame *frame)
{
	const struct pyinspect_value *value;
	size_t index = 0;
	while ((value = pyinspect_frame_variable(frame, index)) &&
	       pyinspect_value_kind(value) != PYINSPECT_VALUE_GLOBAL)
		index++;
	return index;
}

static bool same_global(const struct pyinspect_value *a, const struct pyinspect_value *b)
{
	return pyinspect_value_address(a) == pyinspect_value_address(b) &&
	       pyinspect_value_is_verified(a) == pyinspect_value_is_verified(b) &&
	       same_text(pyinspect_value_name(a), pyinspect_value_name(b)) &&
	       same_text(pyinspect_value_text(a), pyinspect_value_text(b));
}

/* The header doesn't tell whose globals they are: by name and content. */
static bool same_globals(const struct pyinspect_frame *a, const struct pyinspect_frame *b)
{
	const struct pyinspect_value *left, *right;
	if (!same_text(pyinspect_frame_module(a), pyinspect_frame_module(b)))
		return false;
	for (size_t i = first_global(a), j = first_global(b);; i++, j++) {
		left = pyinspect_frame_variable(a, i);
		right = pyinspect_frame_variable(b, j);
		if (!left || !right)
			return left == right;
		if (!same_global(left, right))
			return false;
	}
}

bool page_has_globals(const struct page *page, const struct pyinspect_frame *frame)
{
	for (size_t i = 0; i < page->globals->count; i++)
		if (same_globals(page->globals->items[i], frame))
			return true;
	/* Without memory they are written again. */
	(void)!array_push(page->globals, frame);
	return false;
}
