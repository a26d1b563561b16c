/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/repr.h"

/* More slots than fit into a terabyte are no set's. */
#define SLOTS_MAX (UINT64_C(1) << 36)

/* words of a level: */
enum {
	TABLE,
	SLOTS,
	INDEX,
};

/*
 * In place of a deleted item stands a dummy, whose hash is -1; in 2.7 a str, beside the
 * hash of what was there. CPython: Objects/setobject.c, dummy.
 */
static bool is_dummy(const struct repr *repr, uint64_t key, uint64_t hash)
{
	const struct view *view = repr->view;
	uint64_t own_hash;
	if (!view->layout->dialect->bytes_are_str)
		return hash == UINT64_MAX;
	/* PyStringObject: ob_shash comes behind ob_size. */
	uint64_t at = key + layout_at(view->layout, FIELD_VAR_SIZE) + 8;
	return unicode_equals(view, key, "<dummy key>") &&
	       memory_try(view->memory, at, &own_hash, sizeof(own_hash)) &&
	       own_hash != hash;
}

/* The item in a slot; 0 if it is empty. */
static struct pyinspect_error *read_slot(const struct repr *repr, uint64_t slot,
					 uint64_t *ret)
{
	uint64_t key, hash;
	struct pyinspect_error *error =
		view_read(repr->view, slot, FIELD_SETENTRY_KEY, &key);
	if (!error)
		error = view_read(repr->view, slot, FIELD_SETENTRY_HASH, &hash);
	if (!error)
		*ret = key && is_dummy(repr, key, hash) ? 0 : key;
	return error;
}

static bool set_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	uint64_t *words = level->words,
		 size = layout_at(repr->view->layout, FIELD_SETENTRY_SIZE);
	struct pyinspect_error *error = NULL;
	if (!repr_more(repr, level))
		return false;
	uint64_t left = level->count - level->given + 1;
	for (size_t empty = 0; words[INDEX] < words[SLOTS] && !error; empty++) {
		if (empty >= EMPTY_SLOTS_MAX) {
			printer_more(&repr->printer, left);
			return false;
		}
		error = read_slot(repr, words[TABLE] + words[INDEX]++ * size, child_ret);
		if (!error && *child_ret)
			return true;
	}
	if (!error)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, level->object,
				 "it has %llu fewer than it says",
				 (unsigned long long)left);
	level->count = level->given;
	repr_fail(repr, level->object, error);
	return false;
}

/* Text before and behind the items. */
static void brackets(struct repr *repr, const struct class *class, const char **open_ret,
		     const char **close_ret)
{
	if (repr->view->layout->dialect->bytes_are_str) {
		*open_ret = repr_printf(repr, "%s([", class->name);
		*close_ret = "])";
	} else if (class->address == class->base->address &&
		   strcmp(class->name, "set") == 0) {
		*open_ret = "{";
		*close_ret = "}";
	} else {
		*open_ret = repr_printf(repr, "%s({", class->name);
		*close_ret = "})";
	}
}

static struct pyinspect_error *read_table(struct repr *repr, uint64_t object,
					  uint64_t *used_ret, uint64_t words[3])
{
	const struct view *view = repr->view;
	struct pyinspect_error *error = view_read(view, object, FIELD_SET_USED, used_ret);
	if (!error)
		error = view_read(view, object, FIELD_SET_MASK, &words[SLOTS]);
	if (!error)
		error = view_read(view, object, FIELD_SET_TABLE, &words[TABLE]);
	if (!error && (words[SLOTS] >= SLOTS_MAX || *used_ret > words[SLOTS] + 1))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
				 "it has %lld items in %lld slots", (long long)*used_ret,
				 (long long)words[SLOTS] + 1);
	words[SLOTS]++;
	words[INDEX] = 0;
	return error;
}

/* CPython: Objects/setobject.c, set_repr(). */
static struct pyinspect_error *format_set(struct repr *repr, uint64_t object,
					  const struct class *class)
{
	uint64_t used, words[3];
	const char *open, *close;
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, class->name);
		printer_text(&repr->printer, "(...)");
		return NULL;
	}
	struct pyinspect_error *error = read_table(repr, object, &used, words);
	if (error)
		return error;
	if (!used && !repr->view->layout->dialect->bytes_are_str) {
		printer_text(&repr->printer, class->name);
		printer_text(&repr->printer, "()");
		return NULL;
	}
	brackets(repr, class, &open, &close);
	printer_text(&repr->printer, open);
	struct level *level = repr_open(repr, object, used, set_next, close);
	if (level)
		memcpy(level->words, words, sizeof(words));
	return NULL;
}

const struct formatter set_formatters[] = {
	{.name = "set", .format = format_set},
	{.name = "frozenset", .format = format_set},
	{0},
};
