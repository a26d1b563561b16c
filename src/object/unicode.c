/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/bytes.h"
#include "object/unicode.h"

/* The width of `interned`, where nothing else is said. */
#define INTERNED_BITS 2

/* CPython: struct PyASCIIObject.state, what follows `interned`. The bits above are
 * undefined. */
struct state {
	unsigned int kind;
	bool compact, ascii, ready;
};

static struct state decode_state(const struct layout *layout, uint64_t bits)
{
	bits >>= layout->is_free_threaded ? layout->dialect->unguarded_interned_bits
					  : INTERNED_BITS;
	return (struct state){
		.kind = bits & 7,
		.compact = bits >> 3 & 1,
		.ascii = bits >> 4 & 1,
		.ready = bits >> 5 & 1,
	};
}

/* A str that only the old C API has filled: wchar_t, 4 bytes each, to 3.11. */
static struct pyinspect_error *locate_not_ready(const struct view *view, uint64_t object,
						struct characters *ret)
{
	struct characters found = {.width = 4};
	struct pyinspect_error *error =
		view_read(view, object, FIELD_ASCII_WSTR, &found.address);
	if (!error)
		error = view_read(view, object, FIELD_COMPACT_WSTR_LENGTH, &found.length);
	if (!error)
		*ret = found;
	return error;
}

static struct pyinspect_error *locate(const struct view *view, uint64_t object,
				      struct characters *ret)
{
	const struct layout *layout = view->layout;
	uint64_t bits;
	struct characters found = {0};
	struct pyinspect_error *error = view_read(view, object, FIELD_ASCII_STATE, &bits);
	if (!error)
		error = view_read(view, object, FIELD_ASCII_LENGTH, &found.length);
	if (error)
		return error;
	struct state state = decode_state(layout, bits);
	if (state.kind == 0 && layout_has(layout, FIELD_ASCII_WSTR) && !state.ready)
		return locate_not_ready(view, object, ret);
	if (state.kind != 1 && state.kind != 2 && state.kind != 4)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the str at 0x%llx has characters of %u bytes",
				(unsigned long long)object, state.kind);
	found.width = state.kind;
	/* Subclasses of str are not compact, and may be ASCII all the same. */
	if (!state.compact)
		error = view_read(view, object, FIELD_UNICODE_DATA, &found.address);
	else
		found.address =
			object + layout_at(layout, state.ascii ? FIELD_ASCII_SIZE
							       : FIELD_COMPACT_SIZE);
	if (!error)
		*ret = found;
	return error;
}

static struct pyinspect_error *locate_27(const struct view *view, uint64_t object,
					 struct characters *ret)
{
	struct characters found = {.width = 4};
	if (view->layout->is_narrow) {
		found.width = 2;
		found.is_utf16 = true;
	}
	struct pyinspect_error *error =
		view_read(view, object, FIELD_UNICODE2_LENGTH, &found.length);
	if (!error)
		error = view_read(view, object, FIELD_UNICODE2_STR, &found.address);
	if (!error)
		*ret = found;
	return error;
}

struct pyinspect_error *unicode_locate(const struct view *view, uint64_t object,
				       struct characters *ret)
{
	uint64_t type, flags;
	struct characters found = {0};
	struct pyinspect_error *error = view_type(view, object, &type, &flags);
	if (error)
		return error;
	bool python2 = view->layout->dialect->bytes_are_str;
	if (python2 && (flags & TYPE_FLAG_BYTES))
		return bytes_locate(view, object, ret);
	if (!(flags & TYPE_FLAG_UNICODE))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx is no str",
				(unsigned long long)object);
	error = python2 ? locate_27(view, object, &found) : locate(view, object, &found);
	if (!error)
		error = characters_check(&found, object);
	if (!error)
		*ret = found;
	return error;
}

/* A byte as it is; but bytes that would read as a surrogate are no UTF-8, and none is
 * meant: they are written out. */
static void append_byte(struct text *text, uint32_t byte, uint32_t next)
{
	char one = (char)byte;
	if (byte == 0xed && next >= 0xa0)
		text_append_string(text, "\\xed");
	else
		text_append(text, &one, 1);
}

static struct pyinspect_error *append(struct text *text, uint64_t object,
				      const struct characters *found, const uint32_t *data,
				      size_t count)
{
	text_append(text, "", 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t c = data[i], next = i + 1 < count ? data[i + 1] : 0;
		if (found->is_utf16 && characters_are_pair(c, next)) {
			c = characters_join_pair(c, next);
			i++;
		}
		if (found->is_raw && c)
			append_byte(text, c, next);
		else if (c <= 0x10ffff)
			text_append_code_point(text, c);
		else
			return error_at(PYINSPECT_ERROR_BAD_DATA, object,
					"the str at 0x%llx has a character 0x%x",
					(unsigned long long)object, c);
	}
	return text->failed ? &error_no_memory : NULL;
}

struct pyinspect_error *unicode_read(const struct view *view, uint64_t object, size_t limit,
				     struct text *text, size_t *total_ret)
{
	struct characters found;
	struct pyinspect_error *error = unicode_locate(view, object, &found);
	if (error)
		return error;
	size_t count = found.length < limit ? (size_t)found.length : limit;
	uint32_t small[128];
	cleanup_free uint32_t *large = NULL;
	uint32_t *data = small;
	if (count > sizeof(small) / sizeof(small[0]))
		data = large = malloc(count * sizeof(*large));
	if (!data)
		return &error_no_memory;
	error = characters_read(view, &found, 0, count, data);
	if (!error)
		error = append(text, object, &found, data, count);
	if (!error && total_ret)
		*total_ret = (size_t)found.length;
	return error;
}

bool unicode_equals(const struct view *view, uint64_t object, const char *ascii)
{
	char data[64];
	struct characters found;
	size_t length = strlen(ascii);
	cleanup_error struct pyinspect_error *error = unicode_locate(view, object, &found);
	return !error && found.length == length && found.width == 1 &&
	       length <= sizeof(data) &&
	       memory_try(view->memory, found.address, data, length) &&
	       memcmp(data, ascii, length) == 0;
}
