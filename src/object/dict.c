/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/dict.h"
#include "base/error.h"
#include "object/unicode.h"

/* More entries than fit into a terabyte are no dict's. */
#define ENTRIES_MAX (UINT64_C(1) << 36)

/* Empty entries in a row, which a table that has shrunk can have; see empty_max. */
#define EMPTY_MAX (UINT64_C(1) << 20)

static struct pyinspect_error *bad_dict(uint64_t address, const char *what)
{
	return error_at(PYINSPECT_ERROR_BAD_DATA, address, "the dict's keys at 0x%llx %s",
			(unsigned long long)address, what);
}

/* 2.7: an open table of {hash, key, value}; deleted entries have no value. */
static struct pyinspect_error *begin_table(const struct view *view, uint64_t object,
					   struct dict_cursor *cursor)
{
	uint64_t mask, table;
	struct pyinspect_error *error = view_read(view, object, FIELD_DICT_MASK, &mask);
	if (!error)
		error = view_read(view, object, FIELD_DICT_TABLE, &table);
	if (error)
		return error;
	if (mask >= ENTRIES_MAX)
		return bad_dict(table, "are too many");
	*cursor = (struct dict_cursor){.view = *view,
				       .entries = table,
				       .entry_size = 24,
				       .key_offset = 8,
				       .value_offset = 16,
				       .count = mask + 1,
				       .empty_max = EMPTY_MAX};
	return NULL;
}

/* Bytes of the index table. */
static struct pyinspect_error *index_size(const struct view *view, uint64_t keys,
					  uint64_t *ret)
{
	uint64_t value;
	struct pyinspect_error *error;
	if (layout_has(view->layout, FIELD_DICTKEYS_LOG2_INDEX_BYTES)) {
		error = view_read(view, keys, FIELD_DICTKEYS_LOG2_INDEX_BYTES, &value);
		if (error)
			return error;
		if (value > 40)
			return bad_dict(keys, "have an absurd size");
		*ret = UINT64_C(1) << value;
		return NULL;
	}
	error = view_read(view, keys, FIELD_DICTKEYS_TABLE_SIZE, &value);
	if (error)
		return error;
	if (value > ENTRIES_MAX)
		return bad_dict(keys, "have an absurd size");
	*ret = value * (value <= 0xff         ? 1
			: value <= 0xffff     ? 2
			: value <= 0xffffffff ? 4
					      : 8);
	return NULL;
}

/*
 * Values apart from their keys were set in any order; from 3.11 on it is kept, in bytes
 * that are numbers of entries. CPython: struct _dictvalues, get_index_from_order().
 */
static struct pyinspect_error *set_order(const struct view *view, uint64_t values,
					 struct dict_cursor *cursor)
{
	uint8_t header[2];
	struct pyinspect_error *error;
	switch (view->layout->dialect->attributes) {
	case ATTRIBUTES_DICT:
		return NULL;
	case ATTRIBUTES_VALUES_AND_DICT:
	case ATTRIBUTES_VALUES_OR_DICT:
		/* ... second, first, {count, size of all this}, values. */
		error = memory_read(view->memory, values - 2, header, sizeof(header));
		if (error)
			return error;
		cursor->count = header[0];
		cursor->order = values - 3;
		cursor->order_step = -1;
		return NULL;
	case ATTRIBUTES_INLINE_VALUES:
		/* {capacity, count, ...}, values, first, second ... */
		error = memory_read(view->memory, values - 8, header, sizeof(header));
		if (error)
			return error;
		cursor->count = header[1];
		cursor->order = values + 8 * (uint64_t)header[0];
		cursor->order_step = 1;
		return NULL;
	}
	return NULL;
}

/* 3.6 and later: header, index table, entries in the order of insertion. */
static struct pyinspect_error *begin_keys(const struct view *view, uint64_t keys,
					  uint64_t values, struct dict_cursor *cursor)
{
	uint64_t indices, count, kind = 0;
	struct pyinspect_error *error = index_size(view, keys, &indices);
	if (!error)
		error = view_read(view, keys, FIELD_DICTKEYS_ENTRY_COUNT, &count);
	if (!error && layout_has(view->layout, FIELD_DICTKEYS_KIND))
		error = view_read(view, keys, FIELD_DICTKEYS_KIND, &kind);
	if (error)
		return error;
	if (count > ENTRIES_MAX)
		return bad_dict(keys, "are too many");
	/* All keys are str: their hashes are not kept beside them. */
	bool has_hash = kind == 0;
	*cursor = (struct dict_cursor){
		.view = *view,
		.entries = keys + layout_at(view->layout, FIELD_DICTKEYS_INDICES) + indices,
		.entry_size = has_hash ? 24 : 16,
		.key_offset = has_hash ? 8 : 0,
		.value_offset = has_hash ? 16 : 8,
		.values = values,
		.entry_count = count,
		.count = count,
		.empty_max = EMPTY_MAX,
	};
	return values ? set_order(view, values, cursor) : NULL;
}

/* From 3.13 a header stands before the first value. */
static uint64_t first_value(const struct view *view, uint64_t values)
{
	bool header = view->layout->dialect->attributes == ATTRIBUTES_INLINE_VALUES;
	return values && header ? values + 8 : values;
}

struct pyinspect_error *dict_begin(const struct view *view, uint64_t object,
				   struct dict_cursor *cursor)
{
	if (!view_is(view, object, TYPE_FLAG_DICT))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx is no dict",
				(unsigned long long)object);
	if (layout_has(view->layout, FIELD_DICT_TABLE))
		return begin_table(view, object, cursor);
	uint64_t keys, values;
	struct pyinspect_error *error = view_read(view, object, FIELD_DICT_KEYS, &keys);
	if (!error)
		error = view_read(view, object, FIELD_DICT_VALUES, &values);
	if (error)
		return error;
	return begin_keys(view, keys, first_value(view, values), cursor);
}

/* Keys that are brought into the cache in one call: fewer at first, since what is looked
 * for may be the first one. */
#define AHEAD_MIN 64
#define AHEAD_MAX 128
/* Bytes of a short str, or of an int. */
#define KEY_SIZE 0x50

/* Keys lie anywhere: one call for many of them instead of one for each. */
static void prefetch_keys(struct dict_cursor *cursor)
{
	struct memory *memory = cursor->view.memory;
	struct memory_range ranges[AHEAD_MAX];
	uint64_t words[AHEAD_MAX * 3], first = cursor->index;
	size_t count = cursor->prefetched ? AHEAD_MAX : AHEAD_MIN, found = 0;
	if (count > cursor->count - first)
		count = cursor->count - first;
	cursor->prefetched = first + count;
	if (!memory_try(memory, cursor->entries + first * cursor->entry_size, words,
			count * cursor->entry_size))
		return;
	for (size_t i = 0; i < count; i++) {
		uint64_t key = words[(i * cursor->entry_size + cursor->key_offset) / 8];
		if (key)
			ranges[found++] = (struct memory_range){key, KEY_SIZE};
	}
	memory_prefetch_many(memory, ranges, found);
}

/* The number of the entry that comes next. */
static struct pyinspect_error *next_index(struct dict_cursor *cursor, uint64_t *ret)
{
	uint64_t place = cursor->index++;
	uint8_t index;
	if (!cursor->order) {
		*ret = place;
		return NULL;
	}
	uint64_t at =
		cursor->order_step > 0 ? cursor->order + place : cursor->order - place;
	struct pyinspect_error *error =
		memory_read(cursor->view.memory, at, &index, sizeof(index));
	if (!error && index >= cursor->entry_count)
		error = bad_dict(cursor->entries, "are fewer than their order says");
	if (!error)
		*ret = index;
	return error;
}

static struct pyinspect_error *read_entry(struct dict_cursor *cursor, uint64_t *key_ret,
					  uint64_t *value_ret)
{
	struct memory *memory = cursor->view.memory;
	uint64_t words[3] = {0}, index;
	if (!cursor->order && cursor->index >= cursor->prefetched)
		prefetch_keys(cursor);
	struct pyinspect_error *error = next_index(cursor, &index);
	if (!error)
		error = memory_read(memory, cursor->entries + index * cursor->entry_size,
				    words, cursor->entry_size);
	*key_ret = words[cursor->key_offset / 8];
	*value_ret = words[cursor->value_offset / 8];
	if (!error && cursor->values)
		error = memory_read_u64(memory, cursor->values + index * 8, value_ret);
	return error;
}

bool dict_next(struct dict_cursor *cursor, uint64_t *key_ret, uint64_t *value_ret)
{
	uint64_t first = cursor->index, key, value;
	while (cursor->index < cursor->count) {
		cursor->gave_up =
			cursor->empty_max && cursor->index - first >= cursor->empty_max;
		if (cursor->gave_up)
			return false;
		cursor->error = read_entry(cursor, &key, &value);
		if (cursor->error)
			return false;
		if (!key || !value)
			continue;
		*key_ret = key;
		*value_ret = value;
		return true;
	}
	return false;
}

/* Entries, empty ones too, that are looked through for a name; a namespace has fewer. */
#define SEARCHED_MAX (UINT64_C(1) << 18)
/* Keys that can't be read, after which these are no keys. */
#define UNREADABLE_MAX 16

static struct pyinspect_error *find_key(struct dict_cursor *cursor, uint64_t object,
					const char *key, uint64_t *value_ret)
{
	uint64_t entry_key, value, type;
	unsigned int unreadable = 0;
	bool is_cut = cursor->count > SEARCHED_MAX;
	if (is_cut)
		cursor->count = SEARCHED_MAX;
	while (dict_next(cursor, &entry_key, &value)) {
		if (unicode_equals(&cursor->view, entry_key, key)) {
			*value_ret = value;
			return NULL;
		}
		if (!view_try(&cursor->view, entry_key, FIELD_OBJECT_TYPE, &type) &&
		    ++unreadable > UNREADABLE_MAX)
			return error_at(PYINSPECT_ERROR_FAULT, object,
					"too many keys of the object at 0x%llx can't be "
					"read",
					(unsigned long long)object);
	}
	if (!cursor->error && is_cut)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx has too many entries to look for a "
				"name among them",
				(unsigned long long)object);
	if (!cursor->error)
		*value_ret = 0;
	return cursor->error;
}

struct pyinspect_error *dict_find(const struct view *view, uint64_t object, const char *key,
				  uint64_t *value_ret)
{
	struct dict_cursor cursor;
	struct pyinspect_error *error = dict_begin(view, object, &cursor);
	return error ? error : find_key(&cursor, object, key, value_ret);
}

struct pyinspect_error *attributes_find(const struct view *view, uint64_t object,
					const char *name, uint64_t *value_ret)
{
	struct dict_cursor cursor;
	struct pyinspect_error *error = attributes_begin(view, object, &cursor);
	return error ? error : find_key(&cursor, object, name, value_ret);
}

/* Slots of the index table that are looked at for one key. */
#define PROBES_MAX 4096

/* The index table of a dict's keys. */
struct index_table {
	uint64_t address, slots;
	unsigned int width;
};

static struct pyinspect_error *read_index_table(const struct view *view, uint64_t keys,
						struct index_table *ret)
{
	uint64_t size = 0, slots = 0;
	bool has_log2 = layout_has(view->layout, FIELD_DICTKEYS_LOG2_SIZE);
	struct pyinspect_error *error = index_size(view, keys, &size);
	if (!error)
		error = view_read(view, keys,
				  has_log2 ? FIELD_DICTKEYS_LOG2_SIZE
					   : FIELD_DICTKEYS_TABLE_SIZE,
				  &slots);
	if (error)
		return error;
	if (has_log2)
		slots = slots < 40 ? UINT64_C(1) << slots : 0;
	if (!slots || (slots & (slots - 1)) || size % slots || size / slots > 8)
		return bad_dict(keys, "have an absurd size");
	*ret = (struct index_table){
		.address = keys + layout_at(view->layout, FIELD_DICTKEYS_INDICES),
		.slots = slots,
		.width = (unsigned int)(size / slots)};
	return NULL;
}

/* The key and the value of an entry; false if there is no such entry. */
static bool entry_at(struct dict_cursor *cursor, uint64_t index, uint64_t *key_ret,
		     uint64_t *value_ret)
{
	struct dict_cursor one = *cursor;
	one.order = 0;
	one.index = index;
	one.prefetched = UINT64_MAX;
	if (index >= cursor->entry_count)
		return false;
	struct pyinspect_error *error = read_entry(&one, key_ret, value_ret);
	pyinspect_error_free(error);
	return !error;
}

/*
 * Follow the chain of slots of a hash. Before 3.7 the first step was made with
 * the whole hash. CPython: lookdict().
 */
static bool probe(struct dict_cursor *cursor, const struct index_table *table, uint64_t key,
		  uint64_t hash, bool shifts_first, uint64_t *value_ret)
{
	uint64_t mask = table->slots - 1, slot = hash & mask, perturb = hash, found, value;
	uint64_t empty = UINT64_MAX >> (64 - 8 * table->width);
	for (int i = 0; i < PROBES_MAX; i++) {
		uint64_t index = 0;
		if (!memory_try(cursor->view.memory, table->address + slot * table->width,
				&index, table->width) ||
		    index == empty)
			return false;
		if (entry_at(cursor, index, &found, &value) && found == key) {
			*value_ret = value;
			return true;
		}
		perturb = i || shifts_first ? perturb >> 5 : perturb;
		slot = (slot * 5 + perturb + 1) & mask;
	}
	return false;
}

struct pyinspect_error *dict_find_object(const struct view *view, uint64_t object,
					 uint64_t key, uint64_t hash, uint64_t *value_ret)
{
	struct dict_cursor cursor;
	struct index_table table;
	uint64_t keys, value = 0;
	struct pyinspect_error *error = dict_begin(view, object, &cursor);
	if (!error)
		error = view_read(view, object, FIELD_DICT_KEYS, &keys);
	if (!error)
		error = read_index_table(view, keys, &table);
	if (error)
		return error;
	if (probe(&cursor, &table, key, hash, true, &value) ||
	    probe(&cursor, &table, key, hash, false, &value))
		*value_ret = value;
	else
		*value_ret = 0;
	return NULL;
}

static void begin_nothing(const struct view *view, struct dict_cursor *cursor)
{
	*cursor = (struct dict_cursor){.view = *view};
}

/* The values of an instance; their names are those of its class. */
static struct pyinspect_error *begin_values(const struct view *view, uint64_t type,
					    uint64_t values, struct dict_cursor *cursor)
{
	uint64_t keys;
	struct pyinspect_error *error =
		view_read(view, type, FIELD_HEAPTYPE_CACHED_KEYS, &keys);
	return error ? error : begin_keys(view, keys, values, cursor);
}

static struct pyinspect_error *begin_optional_dict(const struct view *view, uint64_t dict,
						   struct dict_cursor *cursor)
{
	if (dict)
		return dict_begin(view, dict, cursor);
	begin_nothing(view, cursor);
	return NULL;
}

/* The dict pointer of a type that has one at tp_dictoffset. */
static struct pyinspect_error *begin_pointer(const struct view *view, uint64_t object,
					     uint64_t type, struct dict_cursor *cursor)
{
	uint64_t word, basic, item, size, dict;
	struct pyinspect_error *error = view_read(view, type, FIELD_TYPE_DICTOFFSET, &word);
	if (error)
		return error;
	/* Counted from the end of an object whose size varies. */
	if ((int64_t)word < 0) {
		error = view_read(view, type, FIELD_TYPE_BASICSIZE, &basic);
		if (!error)
			error = view_read(view, type, FIELD_TYPE_ITEMSIZE, &item);
		if (!error)
			error = view_read(view, object, FIELD_VAR_SIZE, &size);
		if (error)
			return error;
		if ((int64_t)size < 0)
			size = -size;
		word += (basic + item * size + 7) & ~UINT64_C(7);
	}
	if ((int64_t)word <= 0) {
		begin_nothing(view, cursor);
		return NULL;
	}
	error = memory_read_u64(view->memory, object + word, &dict);
	return error ? error : begin_optional_dict(view, dict, cursor);
}

static struct pyinspect_error *begin_inline(const struct view *view, uint64_t object,
					    uint64_t type, uint64_t flags, uint64_t dict,
					    struct dict_cursor *cursor)
{
	uint64_t size;
	/* {capacity, size, embedded, valid}. CPython: struct _dictvalues. */
	uint8_t header[4] = {0};
	if (dict || !(flags & TYPE_FLAG_INLINE_VALUES))
		return begin_optional_dict(view, dict, cursor);
	struct pyinspect_error *error = view_read(view, type, FIELD_TYPE_BASICSIZE, &size);
	if (!error)
		error = memory_read(view->memory, object + size, header, sizeof(header));
	if (error || !header[3]) {
		begin_nothing(view, cursor);
		return error;
	}
	return begin_values(view, type, first_value(view, object + size), cursor);
}

static uint64_t managed_dict_before(const struct view *view)
{
	const struct dialect *dialect = view->layout->dialect;
	return view->layout->is_free_threaded ? dialect->unguarded_dict_before
					      : dialect->managed_dict_before;
}

struct pyinspect_error *attributes_begin(const struct view *view, uint64_t object,
					 struct dict_cursor *cursor)
{
	const struct dialect *dialect = view->layout->dialect;
	uint64_t type, flags, dict, values = 0;
	struct pyinspect_error *error = view_type(view, object, &type, &flags);
	if (error)
		return error;
	if (dialect->attributes == ATTRIBUTES_DICT || !(flags & TYPE_FLAG_MANAGED_DICT))
		return begin_pointer(view, object, type, cursor);
	error = memory_read_u64(view->memory, object - managed_dict_before(view), &dict);
	if (!error && dialect->attributes == ATTRIBUTES_VALUES_AND_DICT)
		error = memory_read_u64(view->memory,
					object - dialect->managed_values_before, &values);
	if (error)
		return error;
	if (dialect->attributes == ATTRIBUTES_INLINE_VALUES)
		return begin_inline(view, object, type, flags, dict, cursor);
	/* Bit 0 tells values from a dict, in the same word. */
	if (dialect->attributes == ATTRIBUTES_VALUES_OR_DICT && (dict & 1))
		values = dict + 1;
	if (values)
		return begin_values(view, type, values, cursor);
	return begin_optional_dict(view, dict, cursor);
}
