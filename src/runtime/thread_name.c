/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/dict.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "runtime/code.h"
#include "runtime/runtime.h"

/* What of a Thread object is of use. */
enum attribute {
	ATTRIBUTE_NAME,
	ATTRIBUTE_DAEMON,
	ATTRIBUTE_IDENT,
	/** Any other one. */
	ATTRIBUTE_OTHER,
	ATTRIBUTE_COUNT,
};

struct attributes_found {
	uint64_t values[ATTRIBUTE_COUNT];
};

/* Keys that were compared already: nearly all Threads have the same strs as keys. */
struct known_keys {
	struct {
		uint64_t key;
		enum attribute attribute;
	} items[32];
	size_t count;
};

static enum attribute compare_key(const struct view *view, uint64_t key)
{
	const struct dialect *dialect = view->layout->dialect;
	return unicode_equals(view, key, dialect->thread_name)     ? ATTRIBUTE_NAME
	       : unicode_equals(view, key, dialect->thread_daemon) ? ATTRIBUTE_DAEMON
	       : unicode_equals(view, key, dialect->thread_ident)  ? ATTRIBUTE_IDENT
								   : ATTRIBUTE_OTHER;
}

static enum attribute attribute_of(const struct view *view, uint64_t key,
				   struct known_keys *known)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->items[i].key == key)
			return known->items[i].attribute;
	enum attribute attribute = compare_key(view, key);
	if (known->count < sizeof(known->items) / sizeof(*known->items)) {
		known->items[known->count].key = key;
		known->items[known->count++].attribute = attribute;
	}
	return attribute;
}

static struct pyinspect_error *find_attributes(struct dict_cursor *cursor,
					       struct known_keys *known,
					       struct attributes_found *ret)
{
	uint64_t key, value;
	while (dict_next(cursor, &key, &value))
		ret->values[attribute_of(&cursor->view, key, known)] = value;
	return cursor->error;
}

static void note(struct thread_name *thread, struct arena *arena,
		 struct pyinspect_error *error, const char *what)
{
	if (!thread->problem)
		thread->problem =
			arena_printf(arena, "%s: %s", what, pyinspect_error_message(error));
	pyinspect_error_free(error);
}

static void read_name(const struct view *view, uint64_t object, struct arena *arena,
		      struct thread_name *ret)
{
	struct text text = {0};
	/* threading makes a str of it, but the attribute can be set to anything. */
	if (!view_is(view, object, TYPE_FLAG_UNICODE | TYPE_FLAG_BYTES))
		return;
	struct pyinspect_error *error = unicode_read(view, object, NAME_LIMIT, &text, NULL);
	if (error)
		note(ret, arena, error, "name");
	else
		ret->name = arena_copy(arena, text.data, text.length);
	free(text.data);
}

static void read_daemon(const struct view *view, uint64_t object, struct arena *arena,
			struct thread_name *ret)
{
	uint64_t magnitude;
	bool negative;
	if (!view_is(view, object, TYPE_FLAG_LONG | TYPE_FLAG_INT2))
		return;
	struct pyinspect_error *error = integer_read(view, object, &magnitude, &negative);
	if (error)
		note(ret, arena, error, "daemon flag");
	else
		ret->daemon = magnitude ? PYINSPECT_YES : PYINSPECT_NO;
}

/* The Thread's own ident must be the key's: the dict may have changed meanwhile. */
static bool idents_agree(const struct view *view, uint64_t object, uint64_t ident)
{
	uint64_t magnitude;
	bool negative;
	cleanup_error struct pyinspect_error *error =
		integer_read(view, object, &magnitude, &negative);
	return !error && !negative && magnitude == ident;
}

/* An entry of threading._active, as it is looked at step by step. */
struct entry {
	uint64_t ident, object;
	struct dict_cursor attributes;
	struct attributes_found found;
	/** Why the attributes are missing; NULL if they aren't. */
	struct pyinspect_error *error;
};

struct entries {
	struct entry *items;
	size_t count, capacity;
};

static struct thread_name read_entry(const struct view *view, struct entry *entry,
				     struct arena *arena)
{
	struct thread_name thread = {.ident = entry->ident, .daemon = PYINSPECT_UNKNOWN};
	const uint64_t *found = entry->found.values;
	if (entry->error) {
		note(&thread, arena, entry->error, "name");
		entry->error = NULL;
		return thread;
	}
	if (found[ATTRIBUTE_IDENT] &&
	    !idents_agree(view, found[ATTRIBUTE_IDENT], entry->ident))
		return thread;
	if (found[ATTRIBUTE_NAME])
		read_name(view, found[ATTRIBUTE_NAME], arena, &thread);
	if (found[ATTRIBUTE_DAEMON])
		read_daemon(view, found[ATTRIBUTE_DAEMON], arena, &thread);
	return thread;
}

/* Bytes round a Thread object that hold its attributes, or lead to them. */
#define BEFORE_OBJECT 0x20
#define BEHIND_OBJECT 0xa0
/* Bytes of a short str, and of an int. */
#define SMALL_OBJECT 0x50

/* Where the attributes are: those of all threads in one call, and then their values. */
static void begin_all_attributes(const struct view *view, struct entries *entries,
				 struct memory_range *ranges)
{
	for (size_t i = 0; i < entries->count; i++)
		ranges[i] = (struct memory_range){entries->items[i].object - BEFORE_OBJECT,
						  BEFORE_OBJECT + BEHIND_OBJECT};
	memory_prefetch_many(view->memory, ranges, entries->count);
	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->items[i];
		entry->error = attributes_begin(view, entry->object, &entry->attributes);
		ranges[i] = (struct memory_range){.address = entry->attributes.values,
						  .size = BEHIND_OBJECT};
	}
	memory_prefetch_many(view->memory, ranges, entries->count);
}

static void find_all_attributes(const struct view *view, struct entries *entries,
				struct memory_range *ranges)
{
	size_t count = 0;
	struct known_keys known = {.count = 0};
	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->items[i];
		const uint64_t *found = entry->found.values;
		if (entry->error)
			continue;
		entry->error = find_attributes(&entry->attributes, &known, &entry->found);
		ranges[count++] =
			(struct memory_range){found[ATTRIBUTE_NAME], SMALL_OBJECT};
		ranges[count++] =
			(struct memory_range){found[ATTRIBUTE_IDENT], SMALL_OBJECT};
	}
	memory_prefetch_many(view->memory, ranges, count);
}

static bool find_all(const struct view *view, struct entries *entries)
{
	struct memory_range *ranges = calloc(entries->count * 2 + 1, sizeof(*ranges));
	if (!ranges)
		return false;
	begin_all_attributes(view, entries, ranges);
	find_all_attributes(view, entries, ranges);
	free(ranges);
	return true;
}

/* Is it sys.modules at all? */
static struct pyinspect_error *check_modules(const struct view *view, uint64_t modules)
{
	uint64_t module, key, value;
	struct dict_cursor cursor;
	struct pyinspect_error *error = dict_find(view, modules, "sys", &module);
	if (error || module)
		return error;
	error = dict_begin(view, modules, &cursor);
	if (!error && dict_next(&cursor, &key, &value))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, modules,
				 "its sys.modules has no sys: the program has replaced it");
	return error;
}

static struct pyinspect_error *find_active(const struct view *view, uint64_t modules,
					   uint64_t *ret)
{
	struct dict_cursor cursor;
	uint64_t module, key, value;
	*ret = 0;
	/* It isn't there yet. */
	if (!modules)
		return NULL;
	if (!view_is(view, modules, TYPE_FLAG_DICT))
		return error_at(PYINSPECT_ERROR_BAD_DATA, modules,
				"its sys.modules is no dict");
	struct pyinspect_error *error = dict_find(view, modules, "threading", &module);
	if (!error && !module)
		error = check_modules(view, modules);
	if (error || !module)
		return error;
	error = attributes_begin(view, module, &cursor);
	if (error)
		return error;
	while (!*ret && dict_next(&cursor, &key, &value))
		if (unicode_equals(view, key, "_active") &&
		    view_is(view, value, TYPE_FLAG_DICT))
			*ret = value;
	return cursor.error;
}

static struct pyinspect_error *list_entries(const struct view *view, uint64_t active,
					    struct entries *ret)
{
	uint64_t key, object, ident;
	struct dict_cursor cursor;
	bool negative;
	struct pyinspect_error *error = dict_begin(view, active, &cursor);
	while (!error && dict_next(&cursor, &key, &object)) {
		if (ret->count == TSTATES_MAX)
			return error_create(PYINSPECT_ERROR_BAD_DATA,
					    "threading._active has too many entries");
		cleanup_error struct pyinspect_error *odd =
			integer_read(view, key, &ident, &negative);
		if (!odd &&
		    !array_push(ret, (struct entry){.ident = ident, .object = object}))
			return &error_no_memory;
	}
	return error ? error : cursor.error;
}

struct pyinspect_error *thread_names_read(const struct runtime *runtime,
					  const struct raw_interpreter *interpreter,
					  struct arena *arena, struct thread_names *ret)
{
	const struct view *view = &runtime->view;
	uint64_t active;
	struct entries entries = {0};
	struct pyinspect_error *error = find_active(view, interpreter->modules, &active);
	if (!error && active)
		error = list_entries(view, active, &entries);
	bool memory = find_all(view, &entries);
	for (size_t i = 0; i < entries.count; i++) {
		struct thread_name thread = read_entry(view, &entries.items[i], arena);
		thread.interpreter = interpreter->address;
		memory = memory && array_push(ret, thread);
	}
	free(entries.items);
	if (!error && !memory)
		return &error_no_memory;
	return error ? error_context(error, "names of threads") : NULL;
}
