/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "target/machine.h"

#define HEAP      UINT64_C(0x7f1000000000)
#define HEAP_SIZE ((size_t)4 << 20)

/* Room for the members of any version that have no size in the layout. */
#define TYPE_ROOM 1024

/*
 * What differs in a build without a GIL, as far as it is read. CPython:
 * Include/internal/pycore_interpframe_structs.h, pycore_gil.h, Include/cpython/code.h with
 * Py_GIL_DISABLED. No table is of such a build, so sizes are made up where they differ.
 */
static void remove_guard(struct layout *layout)
{
	static const struct {
		enum field field;
		int32_t further;
	} moved[] = {
		{FIELD_RUNTIME_SIZE, 0x5000}, {FIELD_INTERPRETER_SIZE, 0x4000},
		{FIELD_GIL_SIZE, 8},          {FIELD_GIL_LAST_HOLDER, 8},
		{FIELD_GIL_LOCKED, 8},        {FIELD_GIL_COND, 8},
	};
	layout->is_free_threaded = true;
	layout_shift_objects(layout, OBJECT_HEAD_EXTRA);
	layout_set(layout, FIELD_OBJECT_TID, 0, LAYOUT_SOURCE_TABLE);
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		layout->offsets[moved[i].field] += moved[i].further;
	layout_set(layout, FIELD_GIL_ENABLED, 0, LAYOUT_SOURCE_TABLE);
	if (!layout_has(layout, FIELD_IFRAME_STACKPOINTER))
		return;
	int32_t code = layout->offsets[FIELD_CODE_CODE_ADAPTIVE];
	layout_set(layout, FIELD_CODE_TLBC, code, LAYOUT_SOURCE_TABLE);
	layout->offsets[FIELD_CODE_CODE_ADAPTIVE] += 8;
	layout->offsets[FIELD_CODE_SIZE] += 8;
	layout_set(layout, FIELD_IFRAME_TLBC_INDEX, 0x48, LAYOUT_SOURCE_TABLE);
	layout->offsets[FIELD_IFRAME_OWNER] = 0x4e;
}

static void init(struct world *world, uint32_t hexversion, bool has_gil)
{
	bool newer;
	*world = (struct world){.hexversion = hexversion};
	const struct dialect *dialect = dialect_find(hexversion, &newer);
	const struct layout_table *table =
		dialect ? dialect_table(dialect, machine_name) : NULL;
	if (!table) {
		printf("Bail out! no table for version 0x%x\n", hexversion);
		exit(99);
	}
	layout_from_table(&world->layout, table);
	if (!has_gil)
		remove_guard(&world->layout);
	world->layout.dialect = dialect;
	image_set_heap(&world->image, HEAP, HEAP_SIZE);
	image_open(&world->memory, image_read, &world->image);
	world->image.reader = &world->memory;
	world->view = (struct view){.memory = &world->memory, .layout = &world->layout};
	world->text_type = make_type(world, "str", TYPE_FLAG_UNICODE);
	world->bytes_type = make_type(world, "bytes", TYPE_FLAG_BYTES);
	world->long_type = make_type(world, "int", TYPE_FLAG_LONG);
	world->int_type = make_type(world, "int", TYPE_FLAG_INT2);
	world->dict_type = make_type(world, "dict", TYPE_FLAG_DICT);
	world->code_type = make_type(world, "code", 0);
	world->object_type = make_type(world, "object", 0);
}

void world_init(struct world *world, uint32_t hexversion)
{
	init(world, hexversion, true);
}

void world_init_unguarded(struct world *world, uint32_t hexversion)
{
	init(world, hexversion, false);
}

void world_deinit(struct world *world)
{
	memory_deinit(&world->memory);
	image_deinit(&world->image);
}

bool world_has(const struct world *world, enum field field)
{
	return layout_has(&world->layout, field);
}

static uint64_t at(const struct world *world, enum field field)
{
	return world_has(world, field) ? layout_at(&world->layout, field) : 0;
}

void put(struct world *world, uint64_t address, enum field field, uint64_t value)
{
	if (world_has(world, field))
		image_write_unsigned(&world->image, address + at(world, field),
				     field_infos[field].width, value);
}

uint64_t make_object(struct world *world, uint64_t type, size_t size)
{
	uint64_t object = image_alloc(&world->image, size);
	image_write_u64(&world->image, object, 1);
	put(world, object, FIELD_OBJECT_TYPE, type);
	return object;
}

uint64_t make_c_string(struct world *world, const char *text)
{
	uint64_t address = image_alloc(&world->image, strlen(text) + 1);
	image_write(&world->image, address, text, strlen(text) + 1);
	return address;
}

uint64_t make_type(struct world *world, const char *name, uint64_t flags)
{
	uint64_t type = make_object(world, 0, TYPE_ROOM);
	put(world, type, FIELD_TYPE_NAME, make_c_string(world, name));
	put(world, type, FIELD_TYPE_FLAGS, flags);
	return type;
}

uint64_t make_bytes(struct world *world, const void *data, size_t size)
{
	enum field field =
		world->layout.dialect->bytes_are_str ? FIELD_STRING_DATA : FIELD_BYTES_DATA;
	uint64_t object =
		make_object(world, world->bytes_type, at(world, field) + size + 1);
	put(world, object, FIELD_VAR_SIZE, size);
	image_write(&world->image, object + at(world, field), data, size);
	return object;
}

static uint64_t make_unicode2(struct world *world, const void *characters, size_t count)
{
	uint64_t object = make_object(world, world->text_type, 64);
	uint64_t data = image_alloc(&world->image, count * 4 + 4);
	image_write(&world->image, data, characters, count * 4);
	put(world, object, FIELD_UNICODE2_LENGTH, count);
	put(world, object, FIELD_UNICODE2_STR, data);
	return object;
}

static unsigned int interned_bits(const struct world *world)
{
	const struct layout *layout = &world->layout;
	return layout->is_free_threaded ? layout->dialect->unguarded_interned_bits : 2;
}

uint64_t make_text(struct world *world, struct str_form form, const void *characters,
		   size_t count)
{
	if (world_has(world, FIELD_UNICODE2_STR))
		return make_unicode2(world, characters, count);
	size_t size = count * form.kind;
	size_t header = at(world, form.ascii ? FIELD_ASCII_SIZE : FIELD_COMPACT_SIZE);
	uint64_t object = make_object(world, world->text_type, 96 + size + 4);
	uint64_t data = object + header;
	put(world, object, FIELD_ASCII_LENGTH, count);
	/* The undefined bits above are set: nobody may look at them. */
	unsigned int state = 0xabcdef00u >> 2 | form.kind |
			     (unsigned int)form.compact << 3 |
			     (unsigned int)form.ascii << 4 | (unsigned int)form.ready << 5;
	put(world, object, FIELD_ASCII_STATE, state << interned_bits(world));
	if (!form.compact) {
		data = image_alloc(&world->image, size + 4);
		put(world, object, FIELD_UNICODE_DATA, data);
	}
	image_write(&world->image, data, characters, size);
	return object;
}

uint64_t make_str(struct world *world, const char *ascii)
{
	struct str_form form = {.kind = 1, .ascii = true, .compact = true, .ready = true};
	if (world->layout.dialect->bytes_are_str)
		return make_bytes(world, ascii, strlen(ascii));
	return make_text(world, form, ascii, strlen(ascii));
}

uint64_t make_digits(struct world *world, const uint32_t *digits, size_t count,
		     bool negative)
{
	uint64_t object = make_object(world, world->long_type,
				      at(world, FIELD_LONG_DIGITS) + 4 * count);
	/* Bit 2, of small ints that are static, means nothing here. */
	uint64_t sign = count == 0 ? 1 : negative ? 2 : 0;
	put(world, object, FIELD_VAR_SIZE, negative ? -(uint64_t)count : count);
	put(world, object, FIELD_LONG_TAG, (uint64_t)count << 3 | 4 | sign);
	image_write(&world->image, object + at(world, FIELD_LONG_DIGITS), digits,
		    4 * count);
	return object;
}

uint64_t make_int(struct world *world, int64_t value)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	uint32_t digits[3];
	size_t count = 0;
	for (; rest; rest >>= 30)
		digits[count++] = rest & 0x3fffffff;
	return make_digits(world, digits, count, value < 0);
}

static uint64_t make_table(struct world *world, const struct pair *pairs, size_t count)
{
	/* As 2.7: a power of two, with room; full slots with others between them. */
	size_t slots = 8;
	while (slots < count * 2)
		slots *= 2;
	uint64_t object = make_object(world, world->dict_type, 256);
	uint64_t table = image_alloc(&world->image, slots * 24);
	for (size_t i = 0; i < count; i++) {
		uint64_t entry[3] = {0x1234, pairs[i].key, pairs[i].value};
		image_write(&world->image, table + 48 * i, entry, sizeof(entry));
	}
	put(world, object, FIELD_DICT_USED, count);
	put(world, object, FIELD_DICT_MASK, slots - 1);
	put(world, object, FIELD_DICT_TABLE, table);
	return object;
}

/* Slots of the index table, and the bytes of one. */
static size_t index_slots(size_t count)
{
	size_t slots = 8;
	while (slots * 2 / 3 < count)
		slots *= 2;
	return slots;
}

static size_t index_bytes(size_t slots)
{
	return slots <= 0xff ? 1 : slots <= 0xffff ? 2 : 4;
}

static void put_indices(struct world *world, uint64_t keys, size_t slots)
{
	size_t bytes = slots * index_bytes(slots), log2 = 0;
	while (((size_t)1 << log2) < bytes)
		log2++;
	put(world, keys, FIELD_DICTKEYS_TABLE_SIZE, slots);
	put(world, keys, FIELD_DICTKEYS_LOG2_INDEX_BYTES, log2);
	memset(image_at(&world->image, keys + at(world, FIELD_DICTKEYS_INDICES), bytes),
	       0xff, bytes);
}

uint64_t make_keys(struct world *world, enum dict_form form, const struct pair *pairs,
		   size_t count)
{
	bool has_hash = form == DICT_GENERAL || !world_has(world, FIELD_DICTKEYS_KIND);
	size_t slots = index_slots(count), entry_size = has_hash ? 24 : 16;
	size_t header = at(world, FIELD_DICTKEYS_INDICES) + slots * index_bytes(slots);
	uint64_t keys = image_alloc(&world->image, header + entry_size * slots);
	put(world, keys, FIELD_DICTKEYS_KIND, has_hash ? 0 : form == DICT_SPLIT ? 2 : 1);
	put(world, keys, FIELD_DICTKEYS_ENTRY_COUNT, count);
	put_indices(world, keys, slots);
	for (size_t i = 0; i < count; i++) {
		uint64_t value = form == DICT_SPLIT ? 0 : pairs[i].value;
		uint64_t entry[3] = {0x1234, pairs[i].key, value};
		image_write(&world->image, keys + header + i * entry_size,
			    entry + 3 - entry_size / 8, entry_size);
	}
	return keys;
}

void put_order(struct world *world, uint64_t values, const uint8_t *order, size_t count)
{
	enum attributes form = world->layout.dialect->attributes;
	bool is_behind = form == ATTRIBUTES_INLINE_VALUES;
	uint8_t header[2] = {(uint8_t)count, (uint8_t)count};
	if (form == ATTRIBUTES_DICT)
		return;
	image_write(&world->image, values - (is_behind ? 8 : 2), header, sizeof(header));
	for (size_t i = 0; i < count; i++)
		image_write_unsigned(&world->image,
				     is_behind ? values + 8 * count + i : values - 3 - i, 1,
				     order ? order[i] : i);
}

/* The address that a dict has of its values; more is behind it than they take. */
static uint64_t make_values(struct world *world, const struct pair *pairs, size_t count)
{
	bool header = world->layout.dialect->attributes == ATTRIBUTES_INLINE_VALUES;
	uint64_t values =
		image_alloc(&world->image, 8 * count + 2 * ORDER_ROOM) + ORDER_ROOM;
	for (size_t i = 0; i < count; i++)
		image_write_u64(&world->image, values + 8 * i, pairs[i].value);
	put_order(world, values, NULL, count);
	return header ? values - 8 : values;
}

uint64_t make_dict(struct world *world, enum dict_form form, const struct pair *pairs,
		   size_t count)
{
	if (world_has(world, FIELD_DICT_TABLE))
		return make_table(world, pairs, count);
	uint64_t object = make_object(world, world->dict_type, 64);
	put(world, object, FIELD_DICT_USED, count);
	put(world, object, FIELD_DICT_KEYS, make_keys(world, form, pairs, count));
	put(world, object, FIELD_DICT_VALUES,
	    form == DICT_SPLIT ? make_values(world, pairs, count) : 0);
	return object;
}

uint64_t make_names(struct world *world, ...)
{
	struct pair pairs[32];
	size_t count = 0;
	const char *name;
	va_list arguments;
	va_start(arguments, world);
	while (count < 32 && (name = va_arg(arguments, const char *)))
		pairs[count++] =
			(struct pair){make_str(world, name), va_arg(arguments, uint64_t)};
	va_end(arguments);
	return make_dict(world, DICT_TEXT_KEYS, pairs, count);
}
