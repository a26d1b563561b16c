/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths of pathlib. Their text is made when it is asked for, and may be kept: what there is
 * to make it from differs by version.
 *
 * CPython: Lib/pathlib.py, later Lib/pathlib/_local.py and __init__.py.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/quoted.h"

/* A longer path, or one of more pieces, isn't put together. */
#define PIECE_MAX  16384
#define PIECES_MAX 1000

struct path {
	struct repr *repr;
	const struct class *class;
	uint64_t object;
	bool is_windows;
};

static bool find_sort(struct path *path)
{
	uint64_t address;
	for (size_t i = 0; (address = class_mro(path->repr, path->class, i)); i++) {
		const struct class *base = class_try(path->repr, address);
		if (!base)
			return false;
		bool is_known = base->module && strncmp(base->module, "pathlib", 7) == 0;
		/* Another class may have a text of its own. */
		if (!is_known && address != path->class->base->address &&
		    (class_dict_find(path->repr, address, "__str__") ||
		     class_dict_find(path->repr, address, "as_posix")))
			return !base->is_c ? false : true;
		if (is_known && strcmp(base->short_name, "PureWindowsPath") == 0)
			path->is_windows = true;
		if (address == path->class->base->address)
			return true;
	}
	return false;
}

static uint64_t attribute(const struct path *path, const char *name)
{
	return lookup_attribute(path->repr, path->object, name);
}

static bool append_str(const struct path *path, struct text *text, uint64_t object)
{
	size_t total;
	cleanup_error struct pyinspect_error *error =
		unicode_read(path->repr->view, object, PIECE_MAX, text, &total);
	return !error && total <= PIECE_MAX && text->length <= PIECE_MAX;
}

/* The items of a list of str; false if it is none. */
static bool list_items(const struct path *path, uint64_t list, uint64_t *items,
		       size_t *count_ret)
{
	const struct view *view = path->repr->view;
	uint64_t count, address;
	if (!view_is(view, list, TYPE_FLAG_LIST) ||
	    !view_try(view, list, FIELD_VAR_SIZE, &count) || count > PIECES_MAX ||
	    !view_try(view, list, FIELD_LIST_ITEMS, &address) ||
	    (count && !memory_try(view->memory, address, items, count * 8)))
		return false;
	*count_ret = count;
	return true;
}

/* Pieces with a separator between them, from one on. */
static bool append_joined(const struct path *path, struct text *text, uint64_t list,
			  size_t first)
{
	uint64_t items[PIECES_MAX];
	size_t count;
	if (!list_items(path, list, items, &count))
		return false;
	for (size_t i = first; i < count; i++) {
		if (i > first)
			text_append_string(text, path->is_windows ? "\\" : "/");
		if (!append_str(path, text, items[i]))
			return false;
	}
	return true;
}

/* From _drv, _root and what is behind them: _parts, whose first item repeats them, or
 * _tail_cached. */
static bool from_parts(const struct path *path, struct text *text)
{
	uint64_t drive = attribute(path, "_drv"), root = attribute(path, "_root");
	uint64_t parts = attribute(path, "_parts"), tail = attribute(path, "_tail_cached");
	if (!drive || !root || (!parts && !tail) || !append_str(path, text, drive) ||
	    !append_str(path, text, root))
		return false;
	size_t anchor = text->length;
	if (!append_joined(path, text, parts ? parts : tail, parts && anchor ? 1 : 0))
		return false;
	/* Of Windows ./c:x is not c:x. */
	if (tail && !anchor && path->is_windows && text->length > 1 && text->data[1] == ':')
		return false;
	return true;
}

/* CPython: Lib/posixpath.py, join(). */
static bool join_posix(const struct path *path, struct text *text, uint64_t list)
{
	uint64_t items[PIECES_MAX];
	size_t count;
	if (!list_items(path, list, items, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct text piece = {0};
		bool is_read = append_str(path, &piece, items[i]);
		if (is_read && *piece.data == '/')
			text->length = 0;
		else if (is_read && text->length && text->data[text->length - 1] != '/')
			text_append_string(text, "/");
		if (is_read)
			text_append(text, piece.data, piece.length);
		free(piece.data);
		if (!is_read || text->length > PIECE_MAX)
			return false;
	}
	return true;
}

/* CPython: Lib/posixpath.py, splitroot(); PurePath._parse_path(). */
static void append_normal(struct text *text, const char *raw)
{
	size_t slashes = strspn(raw, "/");
	text_append_string(text, slashes == 0 ? "" : slashes == 2 ? "//" : "/");
	size_t anchor = text->length;
	while (*raw) {
		size_t length = strcspn(raw, "/");
		if (length && !(length == 1 && *raw == '.')) {
			if (text->length > anchor)
				text_append_string(text, "/");
			text_append(text, raw, length);
		}
		raw += length;
		raw += *raw == '/';
	}
}

/* From what was given to the constructor. */
static bool from_raw_paths(const struct path *path, struct text *text)
{
	struct text joined = {0};
	uint64_t list = attribute(path, "_raw_paths");
	if (!list || path->is_windows)
		return false;
	text_append(&joined, "", 0);
	bool is_joined = join_posix(path, &joined, list);
	if (is_joined)
		append_normal(text, joined.data);
	free(joined.data);
	return is_joined;
}

static void replace_backslashes(struct text *text)
{
	for (size_t i = 0; i < text->length; i++)
		if (text->data[i] == '\\')
			text->data[i] = '/';
}

static void open_path(const struct path *path, uint64_t inner)
{
	struct level *level = repr_open_parts(path->repr, path->object);
	repr_part(path->repr, level,
		  repr_printf(path->repr, "%s(", path->class->short_name), inner);
	repr_part(path->repr, level, ")", 0);
}

static struct pyinspect_error *write_path(const struct path *path, struct text *text)
{
	uint64_t kept = attribute(path, "_str");
	if (kept && !path->is_windows) {
		open_path(path, kept);
		return NULL;
	}
	text_append(text, "", 0);
	if (kept ? !append_str(path, text, kept)
		 : !from_parts(path, text) &&
			    (text->length = 0, !from_raw_paths(path, text)))
		return repr_opaque(path->repr, path->object, path->class);
	if (!text->length)
		text_append_string(text, ".");
	if (path->is_windows)
		replace_backslashes(text);
	printer_printf(&path->repr->printer, "%s(", path->class->short_name);
	struct quoted_style style = quoted_str(path->repr);
	struct pyinspect_error *error = quoted_write_text(path->repr, text->data, &style);
	if (!error)
		printer_text(&path->repr->printer, ")");
	return error;
}

static struct pyinspect_error *format_path(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	struct path path = {.repr = repr, .class = class, .object = object};
	struct text text = {0};
	if (!find_sort(&path))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error = write_path(&path, &text);
	free(text.data);
	return error;
}

const struct formatter path_formatters[] = {
	{.name = "pathlib.PurePath", .format = format_path},
	{.name = "pathlib._local.PurePath", .format = format_path},
	{0},
};
