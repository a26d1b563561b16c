/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/code_table.h"

#include <stdlib.h>

#include "agent/frame.h"

enum { BUCKETS = 1024 };

static struct entry {
	struct entry *next;
	struct object *code;      /* as a number only */
	struct object *reference; /* a weak one, which ends the entry */
	struct object *lines;
} * buckets[BUCKETS];

static struct entry **bucket_of(const struct object *code)
{
	return &buckets[((uintptr_t)code >> 5) % BUCKETS];
}

static void entry_free(struct entry *entry)
{
	drop(entry->reference);
	drop(entry->lines);
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
	cleanup_drop struct object *lines = callback ? code_lines(code) : NULL;
	struct entry *entry = lines ? calloc(1, sizeof(*entry)) : NULL;
	if (!entry)
		return NULL;
	entry->reference = py.PyWeakref_NewRef(code, callback);
	if (!entry->reference) {
		free(entry);
		return NULL;
	}
	entry->code = code;
	entry->lines = hold(lines);
	return entry;
}

struct object *code_table_lines(struct object *code)
{
	struct entry **bucket = bucket_of(code);
	for (struct entry *entry = *bucket; entry; entry = entry->next)
		if (entry->code == code)
			return hold(entry->lines);
	struct entry *entry = entry_create(code);
	if (!entry)
		return NULL;
	entry->next = *bucket;
	*bucket = entry;
	return hold(entry->lines);
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
