/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/view.h"
#include "base/error.h"

struct pyinspect_error *view_read(const struct view *view, uint64_t address,
				  enum field field, uint64_t *ret)
{
	if (!layout_has(view->layout, field))
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "this Python has no member %s",
				    field_infos[field].name);
	return memory_read_unsigned(view->memory, address + layout_at(view->layout, field),
				    field_infos[field].width, ret);
}

bool view_try(const struct view *view, uint64_t address, enum field field, uint64_t *ret)
{
	uint64_t value = 0;
	if (!layout_has(view->layout, field) ||
	    !memory_try(view->memory, address + layout_at(view->layout, field), &value,
			field_infos[field].width))
		return false;
	*ret = value;
	return true;
}

struct pyinspect_error *view_type(const struct view *view, uint64_t object,
				  uint64_t *type_ret, uint64_t *flags_ret)
{
	uint64_t type, flags;
	struct pyinspect_error *error = view_read(view, object, FIELD_OBJECT_TYPE, &type);
	if (!error)
		error = view_read(view, type, FIELD_TYPE_FLAGS, &flags);
	if (error)
		return error_context(error, "type of the object at 0x%llx",
				     (unsigned long long)object);
	*type_ret = type;
	*flags_ret = flags;
	return NULL;
}

bool view_is(const struct view *view, uint64_t object, uint64_t flags)
{
	uint64_t type, type_flags;
	return view_try(view, object, FIELD_OBJECT_TYPE, &type) &&
	       view_try(view, type, FIELD_TYPE_FLAGS, &type_flags) && (type_flags & flags);
}

struct pyinspect_error *view_type_name(const struct view *view, uint64_t type, char *name,
				       size_t limit)
{
	uint64_t address;
	struct pyinspect_error *error = view_read(view, type, FIELD_TYPE_NAME, &address);
	return error ? error : memory_read_string(view->memory, address, name, limit - 1);
}
