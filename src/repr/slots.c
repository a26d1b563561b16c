/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/slots.h"
#include "base/cleanup.h"

#define SLOT_NAME_MAX 1000

/* CPython: Include/descrobject.h, Py_T_OBJECT_EX; 2.7 to 3.11 Include/structmember.h,
 * T_OBJECT_EX. */
#define MEMBER_OBJECT_EX 16

struct slot_cursor slots_begin(struct repr *repr, uint64_t class)
{
	const struct view *view = repr->view;
	struct slot_cursor cursor = {.repr = repr};
	uint64_t slots, count, flags;
	/* ht_slots is a tuple of the names, without __dict__ and __weakref__. */
	if (!view_try(view, class, FIELD_TYPE_FLAGS, &flags) || !(flags & TYPE_FLAG_HEAP) ||
	    !view_try(view, class, FIELD_HEAPTYPE_SLOTS, &slots) || !slots ||
	    !view_is(view, slots, TYPE_FLAG_TUPLE) ||
	    !view_try(view, slots, FIELD_VAR_SIZE, &count) ||
	    !view_try(view, class, FIELD_TYPE_MEMBERS, &cursor.member))
		return cursor;
	cursor.left = count < SLOTS_MAX ? count : SLOTS_MAX;
	return cursor;
}

bool slots_next(struct slot_cursor *cursor, uint64_t object, struct slot *ret)
{
	const struct view *view = cursor->repr->view;
	char name[SLOT_NAME_MAX + 1];
	while (cursor->left) {
		uint64_t text, type, offset, member = cursor->member;
		cursor->left--;
		cursor->member += layout_at(view->layout, FIELD_MEMBERDEF_SIZE);
		if (!view_try(view, member, FIELD_MEMBERDEF_NAME, &text) || !text ||
		    !view_try(view, member, FIELD_MEMBERDEF_TYPE, &type) ||
		    !view_try(view, member, FIELD_MEMBERDEF_OFFSET, &offset))
			break;
		cleanup_error struct pyinspect_error *error =
			memory_read_string(view->memory, text, name, sizeof(name) - 1);
		if (error || type != MEMBER_OBJECT_EX ||
		    !memory_try(view->memory, object + offset, &ret->object,
				sizeof(ret->object)))
			continue;
		ret->name = repr_printf(cursor->repr, "%s", name);
		return true;
	}
	cursor->left = 0;
	return false;
}
