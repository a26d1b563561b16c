/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays and scalars of numpy. Their structs are part of numpy's ABI: ndarraytypes.h,
 * PyArrayObject_fields and PyArray_Descr (numpy 2: _PyArray_LegacyDescr in
 * npy_2_compat.h); arrayscalars.h.
 */
#include <string.h>

#include "base/error.h"
#include "object/bytes.h"
#include "object/unicode.h"
#include "repr/c_number.h"
#include "repr/formatters.h"
#include "repr/member.h"
#include "repr/quoted.h"

/* Items that are shown. */
#define ARRAY_SHOWN 10
/* NPY_MAXDIMS of numpy 2. */
#define DIMENSIONS_MAX 64
/* Characters of one item that are looked for its end. */
#define ITEM_CHARACTERS_MAX 1000

struct array {
	uint64_t data, count;
	unsigned int dimensions;
	int64_t shape[DIMENSIONS_MAX], strides[DIMENSIONS_MAX];
	/** As dtype.kind; 0 if it isn't known how long an item is. */
	char kind;
	bool is_swapped;
	uint64_t item_size;
};

/* Space of a dtype's members: numpy 1 has elsize as an int, numpy 2 after the flags. */
#define DTYPE_SPACE_1 80
#define DTYPE_SPACE_2 104

static struct pyinspect_error *read_dtype(struct repr *repr, uint64_t dtype,
					  struct array *array)
{
	const struct class *class;
	uint64_t word;
	struct pyinspect_error *error = class_of(repr, dtype, &class);
	if (!error)
		error = member_read(repr, dtype, 8, 4, &word);
	if (error)
		return error;
	array->kind = (char)(word & 0xff);
	array->is_swapped = (word >> 16 & 0xff) == '>';
	uint64_t space =
		class->basic_size - layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
	if (space == DTYPE_SPACE_1)
		return member_read(repr, dtype, 16, 4, &array->item_size);
	if (space == DTYPE_SPACE_2)
		return member_read(repr, dtype, 24, 8, &array->item_size);
	array->kind = 0;
	return NULL;
}

static struct pyinspect_error *read_array(struct repr *repr, uint64_t object,
					  struct array *array)
{
	struct memory *memory = repr->view->memory;
	uint64_t count, shape = 0, strides = 0, dtype = 0;
	*array = (struct array){.count = 1};
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &array->data);
	if (!error)
		error = member_read(repr, object, 8, 4, &count);
	if (!error && count > DIMENSIONS_MAX)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has %d dimensions",
				 (int32_t)count);
	if (!error)
		error = member_read(repr, object, 16, 8, &shape);
	if (!error)
		error = member_read(repr, object, 24, 8, &strides);
	if (!error)
		error = member_read(repr, object, 40, 8, &dtype);
	if (!error && count)
		error = memory_read(memory, shape, array->shape, count * 8);
	if (!error && count)
		error = memory_read(memory, strides, array->strides, count * 8);
	if (error)
		return error;
	array->dimensions = (unsigned int)count;
	for (unsigned int i = 0; i < count; i++)
		if (array->shape[i] < 0 ||
		    __builtin_mul_overflow(array->count, (uint64_t)array->shape[i],
					   &array->count))
			return error_at(PYINSPECT_ERROR_BAD_DATA, object,
					"its shape makes no sense");
	return read_dtype(repr, dtype, array);
}

/* Address of an item, in the order of C. */
static uint64_t item_at(const struct array *array, uint64_t index)
{
	uint64_t address = array->data;
	for (unsigned int i = array->dimensions; i-- > 0;) {
		uint64_t length = (uint64_t)array->shape[i];
		address += index % length * (uint64_t)array->strides[i];
		index /= length;
	}
	return address;
}

static void write_dtype(struct repr *repr, const struct array *array)
{
	static const char *const names[128] = {
		['b'] = "bool",       ['i'] = "int",        ['u'] = "uint",
		['f'] = "float",      ['c'] = "complex",    ['S'] = "S",
		['U'] = "U",          ['V'] = "void",       ['O'] = "object",
		['M'] = "datetime64", ['m'] = "timedelta64"};
	const char *name = array->kind > 0 ? names[(unsigned char)array->kind] : NULL;
	unsigned long long size = array->item_size;
	if (array->is_swapped)
		printer_text(&repr->printer, " big-endian");
	printer_printf(&repr->printer, " %s", name ? name : "of a dtype that isn't known");
	if (name && strchr("iufc", array->kind))
		printer_printf(&repr->printer, "%llu", size * 8);
	else if (name && strchr("SU", array->kind))
		printer_printf(&repr->printer, "%llu",
			       array->kind == 'U' ? size / 4 : size);
}

static void write_shape(struct repr *repr, const struct array *array)
{
	printer_text(&repr->printer, " shape (");
	for (unsigned int i = 0; i < array->dimensions; i++)
		printer_printf(&repr->printer, "%s%lld", i ? ", " : "",
			       (long long)array->shape[i]);
	printer_text(&repr->printer, array->dimensions == 1 ? ",)" : ")");
}

/* datetime64 and timedelta64 are numbers of a unit. */
static bool is_time(const struct array *array)
{
	return array->kind == 'M' || array->kind == 'm';
}

/* What its items are, if they are numbers. */
static bool find_number(const struct array *array, struct c_number *ret)
{
	static const struct {
		char kind;
		enum c_number_kind number;
	} kinds[] = {
		{'b', C_BOOL},    {'i', C_SIGNED}, {'u', C_UNSIGNED}, {'f', C_REAL},
		{'c', C_COMPLEX}, {'M', C_SIGNED}, {'m', C_SIGNED},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].kind == array->kind && array->item_size <= UINT8_MAX) {
			*ret = (struct c_number){.kind = kinds[i].number,
						 .size = (unsigned int)array->item_size,
						 .is_swapped = array->is_swapped};
			return c_number_is_known(ret);
		}
	return false;
}

static struct pyinspect_error *write_number(struct repr *repr, const struct array *array,
					    const struct c_number *number, uint64_t address)
{
	uint64_t value;
	if (is_time(array)) {
		struct pyinspect_error *error =
			memory_read_u64(repr->view->memory, address, &value);
		if (error)
			return error;
		if (value == (number->is_swapped ? UINT64_C(0x80) : UINT64_C(1) << 63)) {
			printer_text(&repr->printer, "NaT");
			return NULL;
		}
	}
	return c_number_write(repr, number, address);
}

/* Without the zeros that fill an item up. */
static struct pyinspect_error *write_text(struct repr *repr, const struct array *array,
					  uint64_t address)
{
	uint32_t items[ITEM_CHARACTERS_MAX];
	bool is_bytes = array->kind == 'S';
	struct characters characters = {
		.address = address, .width = is_bytes ? 1 : 4, .is_raw = is_bytes};
	characters.length = array->item_size / characters.width;
	if (characters.length > ITEM_CHARACTERS_MAX)
		characters.length = ITEM_CHARACTERS_MAX;
	struct pyinspect_error *error = characters_read(repr->view, &characters, 0,
							(size_t)characters.length, items);
	if (error)
		return error;
	while (characters.length && !items[characters.length - 1])
		characters.length--;
	struct quoted_style style = is_bytes ? quoted_bytes(repr) : quoted_unicode(repr);
	return quoted_write_known(repr, items, (size_t)characters.length, &style);
}

static struct pyinspect_error *write_items(struct repr *repr, const struct array *array,
					   uint64_t shown)
{
	struct pyinspect_error *error = NULL;
	struct c_number number;
	bool is_text = (array->kind == 'S' || (array->kind == 'U' && !array->is_swapped));
	if (!is_text && !find_number(array, &number)) {
		printer_text(&repr->printer, ">");
		return NULL;
	}
	for (uint64_t i = 0; i < shown && !error; i++) {
		uint64_t address = item_at(array, i);
		printer_text(&repr->printer, i ? " " : ": ");
		error = is_text ? write_text(repr, array, address)
				: write_number(repr, array, &number, address);
	}
	if (!error)
		printer_text(&repr->printer, shown < array->count ? " ...>" : ">");
	return error;
}

static struct pyinspect_error *write_objects(struct repr *repr, uint64_t object,
					     const struct array *array, uint64_t shown)
{
	if (repr_is_open(repr, object)) {
		printer_text(&repr->printer, ": ...>");
		return NULL;
	}
	struct level *level = repr_open_parts(repr, object);
	for (uint64_t i = 0; i < shown && level; i++) {
		uint64_t item;
		struct pyinspect_error *error =
			memory_read_u64(repr->view->memory, item_at(array, i), &item);
		if (error)
			return error;
		repr_part(repr, level, i ? " " : ": ", item);
	}
	repr_part(repr, level, shown < array->count ? " ..." : "", 0);
	if (level)
		level->close = ">";
	return NULL;
}

static struct pyinspect_error *format_array(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	struct array array;
	struct pyinspect_error *error = read_array(repr, object, &array);
	if (error)
		return error;
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class_full_name(repr, class));
	write_dtype(repr, &array);
	write_shape(repr, &array);
	uint64_t shown = array.count < ARRAY_SHOWN ? array.count : ARRAY_SHOWN;
	if (array.kind == 'O')
		return write_objects(repr, object, &array, shown);
	return write_items(repr, &array, shown);
}

/* numpy 1 has bool_. long double is left out. */
static const struct {
	const char *name;
	char kind;
	uint8_t size;
} scalars[] = {
	{"numpy.bool", 'b', 1},        {"numpy.bool_", 'b', 1},
	{"numpy.int8", 'i', 1},        {"numpy.int16", 'i', 2},
	{"numpy.int32", 'i', 4},       {"numpy.int64", 'i', 8},
	{"numpy.longlong", 'i', 8},    {"numpy.uint8", 'u', 1},
	{"numpy.uint16", 'u', 2},      {"numpy.uint32", 'u', 4},
	{"numpy.uint64", 'u', 8},      {"numpy.ulonglong", 'u', 8},
	{"numpy.float16", 'f', 2},     {"numpy.float32", 'f', 4},
	{"numpy.float64", 'f', 8},     {"numpy.complex64", 'c', 8},
	{"numpy.complex128", 'c', 16}, {"numpy.datetime64", 'M', 8},
	{"numpy.timedelta64", 'm', 8},
};

static struct pyinspect_error *format_scalar(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	uint64_t value = object + layout_at(repr->view->layout, FIELD_OBJECT_SIZE);
	for (size_t i = 0; i < sizeof(scalars) / sizeof(*scalars); i++) {
		struct array one = {.kind = scalars[i].kind, .item_size = scalars[i].size};
		if (strcmp(scalars[i].name, class->base->name) != 0)
			continue;
		printer_text(&repr->printer, "<");
		printer_text(&repr->printer, class_full_name(repr, class));
		printer_text(&repr->printer, " ");
		struct c_number number;
		struct pyinspect_error *error =
			find_number(&one, &number)
				? write_number(repr, &one, &number, value)
				: error_at(PYINSPECT_ERROR_UNSUPPORTED, object,
					   "numbers of its size aren't known");
		if (!error)
			printer_text(&repr->printer, ">");
		return error;
	}
	return error_create(PYINSPECT_ERROR_UNSUPPORTED, "%s isn't known",
			    class->base->name);
}

/* numpy.str_ is a str, numpy.bytes_ a bytes; in 2.7 these are unicode_ and string_. */
static struct pyinspect_error *format_text_scalar(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	struct characters characters;
	bool is_bytes = class->flags & TYPE_FLAG_BYTES;
	struct quoted_style style = is_bytes ? quoted_bytes(repr) : quoted_unicode(repr);
	struct pyinspect_error *error =
		is_bytes ? bytes_locate(repr->view, object, &characters)
			 : unicode_locate(repr->view, object, &characters);
	if (error)
		return error;
	printer_printf(&repr->printer, "<%s ", class_full_name(repr, class));
	style.close = ">";
	return quoted_write(repr, object, &characters, &style);
}

#define SCALAR(tp_name)                                                                    \
	{                                                                                  \
		.name = "numpy." tp_name, .format = format_scalar                          \
	}

const struct formatter array_formatters[] = {
	{.name = "numpy.ndarray", .format = format_array},
	SCALAR("bool"),
	SCALAR("bool_"),
	SCALAR("int8"),
	SCALAR("int16"),
	SCALAR("int32"),
	SCALAR("int64"),
	SCALAR("longlong"),
	SCALAR("uint8"),
	SCALAR("uint16"),
	SCALAR("uint32"),
	SCALAR("uint64"),
	SCALAR("ulonglong"),
	SCALAR("float16"),
	SCALAR("float32"),
	SCALAR("float64"),
	SCALAR("complex64"),
	SCALAR("complex128"),
	SCALAR("datetime64"),
	SCALAR("timedelta64"),
	{.name = "numpy.str_", .format = format_text_scalar},
	{.name = "numpy.bytes_", .format = format_text_scalar},
	{.name = "numpy.unicode_", .format = format_text_scalar},
	{.name = "numpy.string_", .format = format_text_scalar},
	{0},
};
