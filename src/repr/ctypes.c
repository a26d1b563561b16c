/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values of ctypes. CDataObject and CFieldObject are the same in all versions but for bit
 * fields. CPython: Modules/_ctypes/ctypes.h, _ctypes.c; Lib/ctypes/__init__.py.
 */
#include <string.h>

#include "base/error.h"
#include "object/unicode.h"
#include "repr/c_number.h"
#include "repr/c_string.h"
#include "repr/containers.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* Fields of a structure that are looked at. */
#define FIELDS_MAX 1000
/* Characters of a field's name. */
#define FIELD_NAME_MAX 1000

enum {
	/* CDataObject: b_ptr, b_size. */
	DATA_POINTER = 0,
	DATA_SIZE = 24,
	/* CFieldObject: offset, size; from 3.14 bitfield_size, bit_offset, before that in
	 * the size, of which the space tells. */
	FIELD_OFFSET = 0,
	FIELD_SIZE = 8,
	FIELD_BIT_COUNT = 49,
	FIELD_BIT_FIRST = 50,
	FIELD_SPACE_314 = 64,
};

/* A value in memory that has no object of its own. */
struct place {
	uint64_t type, address, size;
	uint8_t bit_first, bit_count;
};

/* The words of a level of fields or items. */
enum {
	/* struct c_field, in the arena. */
	FIELDS,
	FIELDS_READ,
	/* Of items. */
	ITEM_TYPE,
	ADDRESS,
	ITEM_SIZE,
	/* The place that was given last. */
	PLACE_ADDRESS,
	PLACE_SIZE,
	PLACE_BITS,
};

struct c_field {
	const char *name;
	/** The address is from the start of the structure. */
	struct place place;
	/** Where it is isn't known. */
	bool is_lost;
};

enum sort {
	SORT_UNKNOWN,
	SORT_SIMPLE,
	SORT_FIELDS,
	SORT_ARRAY,
	SORT_POINTER,
};

static enum sort find_sort(struct repr *repr, const struct class *class)
{
	static const struct {
		const char *name;
		enum sort sort;
	} sorts[] = {
		{"_ctypes._SimpleCData", SORT_SIMPLE}, {"_ctypes.Structure", SORT_FIELDS},
		{"_ctypes.Union", SORT_FIELDS},        {"_ctypes.Array", SORT_ARRAY},
		{"_ctypes._Pointer", SORT_POINTER},    {"_ctypes.CFuncPtr", SORT_POINTER},
		{"_ctypes.PyCFuncPtr", SORT_POINTER},
	};
	for (size_t i = 0; i < sizeof(sorts) / sizeof(*sorts); i++)
		if (lookup_inherits(repr, class, sorts[i].name))
			return sorts[i].sort;
	return SORT_UNKNOWN;
}

/* _type_ of a simple type. The codes of complex numbers are others from 3.15 on. */
enum simple_kind {
	SIMPLE_NUMBER,
	SIMPLE_ADDRESS,
	SIMPLE_CHARACTER,
	SIMPLE_STRING,
	SIMPLE_OBJECT,
};

struct simple {
	const char *code;
	unsigned int size;
	enum simple_kind kind;
	enum c_number_kind number;
	bool is_long;
};

static const struct simple simples[] = {
	{.code = "b", .size = 1, .number = C_SIGNED},
	{.code = "B", .size = 1, .number = C_UNSIGNED},
	{.code = "h", .size = 2, .number = C_SIGNED},
	{.code = "H", .size = 2, .number = C_UNSIGNED},
	{.code = "i", .size = 4, .number = C_SIGNED},
	{.code = "I", .size = 4, .number = C_UNSIGNED, .is_long = true},
	{.code = "l", .size = 8, .number = C_SIGNED},
	{.code = "L", .size = 8, .number = C_UNSIGNED, .is_long = true},
	{.code = "q", .size = 8, .number = C_SIGNED, .is_long = true},
	{.code = "Q", .size = 8, .number = C_UNSIGNED, .is_long = true},
	{.code = "?", .size = 1, .number = C_BOOL},
	{.code = "f", .size = 4, .number = C_REAL},
	{.code = "d", .size = 8, .number = C_REAL},
	{.code = "g", .size = sizeof(long double), .number = C_REAL},
	{.code = "F", .size = 8, .number = C_COMPLEX},
	{.code = "Zf", .size = 8, .number = C_COMPLEX},
	{.code = "D", .size = 16, .number = C_COMPLEX},
	{.code = "Zd", .size = 16, .number = C_COMPLEX},
	{.code = "G", .size = 2 * sizeof(long double), .number = C_COMPLEX},
	{.code = "Zg", .size = 2 * sizeof(long double), .number = C_COMPLEX},
	{.code = "P", .size = 8, .kind = SIMPLE_ADDRESS},
	/* The size is that of a character. */
	{.code = "c", .size = 1, .kind = SIMPLE_CHARACTER},
	{.code = "u", .size = 4, .kind = SIMPLE_CHARACTER},
	{.code = "z", .size = 1, .kind = SIMPLE_STRING},
	{.code = "Z", .size = 4, .kind = SIMPLE_STRING},
	{.code = "O", .size = 8, .kind = SIMPLE_OBJECT},
};

static const struct simple *find_simple(struct repr *repr, const struct class *class)
{
	uint64_t code = class_lookup(repr, class, "_type_");
	for (size_t i = 0; code && i < sizeof(simples) / sizeof(*simples); i++)
		if (unicode_equals(repr->view, code, simples[i].code))
			return &simples[i];
	return NULL;
}

/* The type is, or inherits from, the one with the bytes in the other order. */
static bool is_swapped(struct repr *repr, const struct class *class)
{
	uint64_t base, swapped = class_lookup(repr, class, "__ctype_be__");
	for (size_t i = 0; swapped && (base = class_mro(repr, class, i)); i++)
		if (base == swapped)
			return true;
	return false;
}

static struct pyinspect_error *write_number(struct repr *repr, const struct class *class,
					    const struct simple *simple,
					    const struct place *place)
{
	struct c_number number = {.kind = simple->number,
				  .size = simple->size,
				  .is_swapped = is_swapped(repr, class),
				  .is_long = simple->is_long &&
					     repr->view->layout->dialect->bytes_are_str,
				  .is_widened = true,
				  .bit_first = place->bit_first,
				  .bit_count = place->bit_count};
	return c_number_write(repr, &number, place->address);
}

static void write_address_or(struct repr *repr, uint64_t address, const char *null)
{
	if (address)
		printer_printf(&repr->printer, "%llu", (unsigned long long)address);
	else
		printer_text(&repr->printer, null);
}

/* What .value gives; an object opens a level, which end is written behind. */
static struct pyinspect_error *write_simple(struct repr *repr, const struct class *class,
					    const struct place *place, const char *end)
{
	uint64_t address = 0;
	const struct simple *simple = find_simple(repr, class);
	struct pyinspect_error *error = NULL;
	if (!simple)
		return error_at(PYINSPECT_ERROR_UNSUPPORTED, class->address,
				"its type code isn't known");
	if (simple->kind == SIMPLE_ADDRESS || simple->kind == SIMPLE_STRING ||
	    simple->kind == SIMPLE_OBJECT)
		error = memory_read_u64(repr->view->memory, place->address, &address);
	if (error)
		return error;
	switch (simple->kind) {
	case SIMPLE_NUMBER:
		error = write_number(repr, class, simple, place);
		break;
	case SIMPLE_CHARACTER:
		error = c_string_write_some(repr, place->address, simple->size, 1);
		break;
	case SIMPLE_STRING:
		if (address)
			error = c_string_write(repr, address, simple->size, UINT64_MAX);
		else
			printer_text(&repr->printer, "None");
		break;
	case SIMPLE_ADDRESS:
		write_address_or(repr, address, "None");
		/* 2.7 makes a long of what doesn't fit into an int. */
		if (address >> 63 && repr->view->layout->dialect->bytes_are_str)
			printer_text(&repr->printer, "L");
		break;
	case SIMPLE_OBJECT:
		if (address) {
			describe_inner(repr, place->address, address, "", end);
			return NULL;
		}
		printer_text(&repr->printer, "<NULL>");
	}
	if (!error)
		printer_text(&repr->printer, end);
	return error;
}

static struct pyinspect_error *format_place(struct repr *repr, uint64_t type,
					    const struct class *metaclass);

/* The next of a level is written by its type, which finds the place in the level. */
static bool give_place(struct repr *repr, struct level *level, const struct place *place,
		       uint64_t *child_ret)
{
	level->words[PLACE_ADDRESS] = place->address;
	level->words[PLACE_SIZE] = place->size;
	level->words[PLACE_BITS] = (uint64_t)place->bit_first << 8 | place->bit_count;
	repr->child_format = format_place;
	*child_ret = place->type;
	return true;
}

static bool field_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	const struct c_field *fields =
		(const struct c_field *)(uintptr_t)level->words[FIELDS];
	while (repr_more(repr, level)) {
		if (level->given > level->words[FIELDS_READ]) {
			printer_more(&repr->printer, level->count - level->given + 1);
			return false;
		}
		const struct c_field *field = &fields[level->given - 1];
		struct place place = field->place;
		place.address += level->words[ADDRESS];
		printer_printf(&repr->printer, "%s=", field->name);
		if (repr_is_secret(repr, field->name))
			printer_text(&repr->printer, REDACTED);
		else if (field->is_lost)
			repr_fail(repr, level->words[ADDRESS],
				  error_create(PYINSPECT_ERROR_BAD_DATA,
					       "its class has no such field"));
		else
			return give_place(repr, level, &place, child_ret);
	}
	return false;
}

static bool item_next(struct repr *repr, struct level *level, uint64_t *child_ret)
{
	uint64_t size = level->words[ITEM_SIZE];
	struct place place = {.type = level->words[ITEM_TYPE], .size = size};
	if (!repr_more(repr, level))
		return false;
	place.address = level->words[ADDRESS] + (level->given - 1) * size;
	return give_place(repr, level, &place, child_ret);
}

static bool locate_field(struct repr *repr, uint64_t object, struct place *ret)
{
	const struct class *class;
	uint64_t offset, size, first = 0, count = 0;
	struct pyinspect_error *error = class_of(repr, object, &class);
	bool found = !error && class->is_c &&
		     member_try(repr, object, FIELD_OFFSET, 8, &offset) &&
		     member_try(repr, object, FIELD_SIZE, 8, &size);
	pyinspect_error_free(error);
	if (!found)
		return false;
	if (member_space(repr, class) >= FIELD_SPACE_314) {
		found = member_try(repr, object, FIELD_BIT_COUNT, 1, &count) &&
			member_try(repr, object, FIELD_BIT_FIRST, 1, &first);
	} else if (size >> 16 && size >> 16 <= 64 && (size & 0xffff) < 64) {
		/* It may be the size of a large field as well: the bits of _fields_ tell.
		 */
		count = size >> 16;
		first = size & 0xffff;
	}
	ret->address = offset;
	ret->size = size;
	ret->bit_first = (uint8_t)first;
	ret->bit_count = (uint8_t)count;
	return found;
}

/* One of _fields_: (name, type) or (name, type, bits). */
static struct c_field read_field(struct repr *repr, uint64_t class, uint64_t item)
{
	uint64_t name = tuple_item(repr, item, 0), object = 0;
	struct c_field field = {.place.type = tuple_item(repr, item, 1)};
	if (name)
		field.name = repr_string(repr, name, FIELD_NAME_MAX);
	if (field.name)
		object = class_dict_find(repr, class, field.name);
	field.is_lost =
		!field.place.type || !object || !locate_field(repr, object, &field.place);
	if (!tuple_item(repr, item, 2))
		field.place.bit_first = field.place.bit_count = 0;
	if (!field.name)
		field.name = "?";
	return field;
}

/* Add the fields of one class; in *total_ret, also those that there is no room for. */
static struct pyinspect_error *add_fields(struct repr *repr, uint64_t class,
					  struct c_field *fields, size_t *count,
					  uint64_t *total)
{
	const struct view *view = repr->view;
	uint64_t here, items, item, list = class_dict_find(repr, class, "_fields_");
	if (!list || !view_is(view, list, TYPE_FLAG_LIST | TYPE_FLAG_TUPLE))
		return NULL;
	struct pyinspect_error *error = container_count(repr, list, &here);
	if (!error && view_is(view, list, TYPE_FLAG_LIST))
		error = view_read(view, list, FIELD_LIST_ITEMS, &items);
	else
		items = list + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	for (uint64_t i = 0; !error && i < here && *count < FIELDS_MAX; i++) {
		error = memory_read_u64(view->memory, items + 8 * i, &item);
		if (!error)
			fields[(*count)++] = read_field(repr, class, item);
	}
	if (!error)
		*total += here;
	return error;
}

/* Write what a structure or union holds: those of its bases come first. */
static struct pyinspect_error *open_fields(struct repr *repr, uint64_t object,
					   const struct class *class, uint64_t address)
{
	size_t bases = 0, count = 0;
	uint64_t total = 0;
	struct c_field *fields = arena_alloc(repr->arena, FIELDS_MAX * sizeof(*fields));
	struct pyinspect_error *error = fields ? NULL : &error_no_memory;
	while (class_mro(repr, class, bases))
		bases++;
	while (!error && bases-- > 0)
		error = add_fields(repr, class_mro(repr, class, bases), fields, &count,
				   &total);
	if (error)
		return error;
	printer_text(&repr->printer, total ? ": " : "");
	struct level *level = repr_open(repr, object, total, field_next, ">");
	if (level) {
		level->words[FIELDS] = (uint64_t)(uintptr_t)fields;
		level->words[FIELDS_READ] = count;
		level->words[ADDRESS] = address;
	}
	return NULL;
}

/* Bytes of one item: ctypes.resize() gives an array more memory than it has items, and the
 * class can say anything. 0: they don't fit. */
static uint64_t item_size(enum sort sort, const struct simple *simple, uint64_t count,
			  uint64_t size)
{
	uint64_t one = count ? size / count : 0;
	if (sort == SORT_POINTER ||
	    (simple && (simple->kind == SIMPLE_ADDRESS || simple->kind == SIMPLE_STRING ||
			simple->kind == SIMPLE_OBJECT)))
		return one < sizeof(uint64_t) ? 0 : sizeof(uint64_t);
	if (simple)
		return one < simple->size ? 0 : simple->size;
	return one;
}

/* Write the items of an array; those of char and wchar_t are a text to the first NUL. */
static struct pyinspect_error *open_items(struct repr *repr, uint64_t object,
					  const struct class *class, uint64_t address,
					  uint64_t size, const char *text_end,
					  const char *close)
{
	const struct class *item = NULL;
	uint64_t type = class_lookup(repr, class, "_type_");
	int64_t count;
	if (!type || !lookup_integer(repr, class_lookup(repr, class, "_length_"), &count) ||
	    count < 0 || (uint64_t)count > CONTAINER_ITEMS_MAX)
		return error_at(PYINSPECT_ERROR_BAD_DATA, class->address,
				"its class has no _type_ or _length_");
	struct pyinspect_error *error = class_at(repr, type, &item);
	if (error)
		return error;
	enum sort sort = find_sort(repr, item);
	const struct simple *simple = sort == SORT_SIMPLE ? find_simple(repr, item) : NULL;
	uint64_t one = item_size(sort, simple, (uint64_t)count, size);
	if (count && size && !one)
		return error_at(PYINSPECT_ERROR_BAD_DATA, class->address,
				"%lld items don't fit into its %llu bytes",
				(long long)count, (unsigned long long)size);
	if (simple && simple->kind == SIMPLE_CHARACTER) {
		error = c_string_write(repr, address, simple->size, (uint64_t)count);
		if (!error)
			printer_text(&repr->printer, text_end);
		return error;
	}
	printer_text(&repr->printer, "[");
	struct level *level = repr_open(repr, object, (uint64_t)count, item_next, close);
	if (level) {
		level->words[ITEM_TYPE] = type;
		level->words[ADDRESS] = address;
		level->words[ITEM_SIZE] = one;
	}
	return NULL;
}

static struct pyinspect_error *write_pointer(struct repr *repr, uint64_t address)
{
	uint64_t target;
	struct pyinspect_error *error =
		memory_read_u64(repr->view->memory, address, &target);
	if (error)
		return error;
	if (target)
		printer_printf(&repr->printer, " pointer to 0x%llx>",
			       (unsigned long long)target);
	else
		printer_text(&repr->printer, " null pointer>");
	return NULL;
}

static struct pyinspect_error *write_place(struct repr *repr, const struct place *place)
{
	const struct class *class;
	struct pyinspect_error *error = class_at(repr, place->type, &class);
	if (error)
		return error;
	switch (find_sort(repr, class)) {
	case SORT_SIMPLE:
		return write_simple(repr, class, place, "");
	case SORT_ARRAY:
		return open_items(repr, place->address, class, place->address, place->size,
				  "", "]");
	case SORT_FIELDS:
		describe_class(repr, class);
		return open_fields(repr, place->address, class, place->address);
	case SORT_POINTER:
		describe_class(repr, class);
		return write_pointer(repr, place->address);
	default:
		return error_at(PYINSPECT_ERROR_BAD_DATA, place->type,
				"it is no type of ctypes");
	}
}

static struct pyinspect_error *format_place(struct repr *repr, uint64_t type,
					    const struct class *metaclass)
{
	const uint64_t *words = repr->levels[repr->level_count - 1].words;
	struct place place = {.type = type,
			      .address = words[PLACE_ADDRESS],
			      .size = words[PLACE_SIZE],
			      .bit_first = (uint8_t)(words[PLACE_BITS] >> 8),
			      .bit_count = (uint8_t)words[PLACE_BITS]};
	(void)metaclass;
	struct pyinspect_error *error = write_place(repr, &place);
	if (error)
		repr_fail(repr, place.address, error);
	return NULL;
}

static struct pyinspect_error *read_place(const struct repr *repr, uint64_t object,
					  const struct class *class, struct place *ret)
{
	ret->type = class->address;
	ret->bit_first = ret->bit_count = 0;
	struct pyinspect_error *error =
		member_read(repr, object, DATA_POINTER, 8, &ret->address);
	return error ? error : member_read(repr, object, DATA_SIZE, 8, &ret->size);
}

/* CPython: Simple_repr(). Only the types that ctypes itself makes have a value in it. */
static struct pyinspect_error *format_simple(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	struct place place;
	uint64_t base;
	const struct class *parent = class;
	struct pyinspect_error *error =
		view_read(repr->view, class->address, FIELD_TYPE_BASE, &base);
	if (!error)
		error = class_at(repr, base, &parent);
	if (!error)
		error = read_place(repr, object, class, &place);
	if (error)
		return error;
	if (strcmp(parent->name, "_ctypes._SimpleCData") != 0) {
		printer_printf(&repr->printer, "<%s object", class->name);
		describe_end(repr, object);
		return NULL;
	}
	printer_printf(&repr->printer, "%s(", class->name);
	return write_simple(repr, class, &place, ")");
}

/* c_char_p and c_wchar_p, whose __repr__ shows the address. */
static struct pyinspect_error *format_string(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	struct place place;
	uint64_t address;
	struct pyinspect_error *error = read_place(repr, object, class, &place);
	if (!error)
		error = memory_read_u64(repr->view->memory, place.address, &address);
	if (error)
		return error;
	printer_printf(&repr->printer, "%s(", class_short_name(class));
	write_address_or(repr, address, "None");
	printer_text(&repr->printer, ")");
	return NULL;
}

static bool begin_description(struct repr *repr, uint64_t object, const struct class *class)
{
	describe_class(repr, class);
	describe_address(repr, object);
	if (!repr_is_open(repr, object))
		return true;
	printer_text(&repr->printer, ": ...>");
	return false;
}

static struct pyinspect_error *format_fields(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	struct place place;
	struct pyinspect_error *error = read_place(repr, object, class, &place);
	if (error || !begin_description(repr, object, class))
		return error;
	return open_fields(repr, object, class, place.address);
}

static struct pyinspect_error *format_array(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	struct place place;
	struct pyinspect_error *error = read_place(repr, object, class, &place);
	if (error || !begin_description(repr, object, class))
		return error;
	printer_text(&repr->printer, ": ");
	return open_items(repr, object, class, place.address, place.size, ">", "]>");
}

/* A function of a library has its name as an attribute. */
static struct pyinspect_error *format_pointer(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	struct place place;
	struct pyinspect_error *error = read_place(repr, object, class, &place);
	if (error)
		return error;
	uint64_t name = lookup_attribute(repr, object, "__name__");
	describe_class(repr, class);
	printer_text(&repr->printer, name ? " " : "");
	describe_try_str(repr, name);
	describe_address(repr, object);
	printer_text(&repr->printer, ",");
	return write_pointer(repr, place.address);
}

const struct formatter ctypes_formatters[] = {
	{.name = "_ctypes._SimpleCData", .format = format_simple},
	{.name = "_ctypes.Structure", .format = format_fields},
	{.name = "_ctypes.Union", .format = format_fields},
	{.name = "_ctypes.Array", .format = format_array},
	{.name = "_ctypes._Pointer", .format = format_pointer},
	{.name = "_ctypes.CFuncPtr", .format = format_pointer},
	{.name = "_ctypes.PyCFuncPtr", .format = format_pointer},
	{0},
};

const struct formatter ctypes_classes[] = {
	{.name = "ctypes.c_char_p", .format = format_string},
	{.name = "ctypes.c_wchar_p", .format = format_string},
	{.name = "ctypes.py_object", .format = format_simple},
	{0},
};
