/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/code_table.h"

#include <stdlib.h>

#include "agent/frame.h"

enum { BUCKETS = 1024 };

struct entry {
	struct entry *next;
	struct object *code;      /* as a number only */
	struct object *reference; /* a weak one, which ends the entry */
	struct object *lines;     /* NULL: not asked for yet */
	unsigned events[TOOL_COUNT];
	struct break_lines breaks;
};

static struct entry *buckets[BUCKETS];

static struct entry **bucket_of(const struct object *code)
{
	return &buckets[((uintptr_t)code >> 5) % BUCKETS];
}

static void entry_free(struct entry *entry)
{
	drop(entry->reference);
	drop(entry->lines);
	break_lines_clear(&entry->breaks);
	free(entry);
}

static struct object *forget(struct object *unused, struct object *reference)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry **link = &buckets[i]; *link; link = &(*link)->next)
			if ((*link)->reference == reference) {
				struct entry *entry = *link;
				*link = entry->next;
				entry_free(entry);
				return hold(none);
			}
	return hold(none);
}

static struct method forget_function = {"forget", forget, METHOD_ONE, NULL};

static struct entry *entry_create(struct object *code)
{
	cleanup_drop struct object *callback =
		py.PyCFunction_NewEx(&forget_function, NULL, NULL);
	cleanup_drop struct object *reference =
		callback ? py.PyWeakref_NewRef(code, callback) : NULL;
	struct entry *entry = reference ? calloc(1, sizeof(*entry)) : NULL;
	if (!entry)
		return NULL;
	entry->code = code;
	entry->reference = hold(reference);
	return entry;
}

static struct entry *known_entry(const struct object *code)
{
	for (struct entry *entry = *bucket_of(code); entry; entry = entry->next)
		if (entry->code == code)
			return entry;
	return NULL;
}

static struct entry *entry_of(struct object *code)
{
	struct entry *known = known_entry(code);
	if (known)
		return known;
	struct entry *entry = entry_create(code);
	if (!entry) {
		if (!py.PyErr_Occurred())
			py.PyErr_SetString(py.runtime_error, "out of memory");
		return NULL;
	}
	struct entry **bucket = bucket_of(code);
	entry->next = *bucket;
	*bucket = entry;
	return entry;
}

struct object *code_table_lines(struct object *code)
{
	struct entry *entry = entry_of(code);
	if (entry && !entry->lines)
		entry->lines = code_lines(code);
	return entry && entry->lines ? hold(entry->lines) : NULL;
}

unsigned *code_table_events(struct object *code, int tool)
{
	struct entry *entry = entry_of(code);
	return entry ? &entry->events[tool] : NULL;
}

const struct break_lines *code_table_known_breaks(const struct object *code)
{
	const struct entry *entry = known_entry(code);
	return entry ? &entry->breaks : NULL;
}

struct break_lines *code_table_breaks(struct object *code)
{
	struct entry *entry = entry_of(code);
	return entry ? &entry->breaks : NULL;
}

/* The function may run what it likes: the entry is kept by its code object. */
int code_table_each(int tool,
		    int (*function)(struct object *code, unsigned events, void *data),
		    void *data)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry *entry = buckets[i], *next; entry; entry = next) {
			cleanup_drop struct object *code = hold(entry->code);
			if (function(code, entry->events[tool], data) < 0)
				return -1;
			next = entry->next;
		}
	return 0;
}

void code_table_forget_events(int tool)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct entry *entry = buckets[i]; entry; entry = entry->next)
			entry->events[tool] = 0;
}

void code_table_clear(void)
{
	for (int i = 0; i < BUCKETS; i++)
		while (buckets[i]) {
			struct entry *entry = buckets[i];
			buckets[i] = entry->next;
			entry_free(entry);
		}
}
