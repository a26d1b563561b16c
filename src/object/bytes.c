/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/bytes.h"
#include "base/error.h"

struct pyinspect_error *bytes_locate(const struct view *view, uint64_t object,
				     struct characters *ret)
{
	uint64_t type, flags;
	struct characters found = {.width = 1, .is_raw = true};
	struct pyinspect_error *error = view_type(view, object, &type, &flags);
	if (error)
		return error;
	if (!(flags & TYPE_FLAG_BYTES))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx is no bytes",
				(unsigned long long)object);
	enum field data =
		view->layout->dialect->bytes_are_str ? FIELD_STRING_DATA : FIELD_BYTES_DATA;
	found.address = object + layout_at(view->layout, data);
	error = view_read(view, object, FIELD_VAR_SIZE, &found.length);
	if (!error)
		error = characters_check(&found, object);
	if (!error)
		*ret = found;
	return error;
}

struct pyinspect_error *bytearray_locate(const struct view *view, uint64_t object,
					 struct characters *ret)
{
	struct characters found = {.width = 1, .is_raw = true};
	struct pyinspect_error *error =
		view_read(view, object, FIELD_VAR_SIZE, &found.length);
	if (!error)
		error = view_read(view, object, FIELD_BYTEARRAY_START, &found.address);
	if (!error)
		error = characters_check(&found, object);
	if (!error)
		*ret = found;
	return error;
}
