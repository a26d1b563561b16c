/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays and scalars of numpy. Their structs are part of numpy's ABI: ndarraytypes.h,
 * PyArrayObject_fields and PyArray_Descr (numpy 2: _PyArray_LegacyDescr in
 * npy_2_compat.h); arrayscalars.h.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "repr/formatters.h"
#include "repr/member.h"
#include "repr/quoted.h"
#include "repr/real.h"

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

/* A number of 1, 2, 4 or 8 bytes; 0 for others. */
static uint64_t take_word(const unsigned char *bytes, uint64_t size, bool is_swapped)
{
	uint64_t word = 0;
	for (uint64_t i = 0; i < size && i < 8; i++)
		word |= (uint64_t)bytes[is_swapped ? size - 1 - i : i] << (8 * i);
	return word;
}

static double take_real(const unsigned char *bytes, uint64_t size, bool is_swapped)
{
	uint64_t word = take_word(bytes, size, is_swapped);
	uint32_t half = (uint32_t)word;
	double real;
	float single;
	if (size == sizeof(real)) {
		memcpy(&real, &word, sizeof(real));
		return real;
	}
	memcpy(&single, &half, sizeof(single));
	return (double)single;
}

static void write_real(struct repr *repr, double value, enum real_form form)
{
	char text[REAL_SIZE];
	real_write(text, value, form);
	printer_text(&repr->printer, text);
}

/* CPython: Objects/complexobject.c, complex_repr(): a real part of 0.0 is left out. */
static void write_complex(struct repr *repr, const unsigned char *bytes, uint64_t size,
			  bool is_swapped)
{
	double real = take_real(bytes, size, is_swapped);
	double imaginary = take_real(bytes + size, size, is_swapped);
	if (real != 0 || signbit(real)) {
		write_real(repr, real, REAL_PART);
		write_real(repr, imaginary, REAL_PART_SIGNED);
	} else
		write_real(repr, imaginary, REAL_PART);
	printer_text(&repr->printer, "j");
}

/* How many bytes an item of a kind may have whose value is written. */
static bool is_number(const struct array *array)
{
	uint64_t size = array->item_size;
	switch (array->kind) {
	case 'b':
		return size == 1;
	case 'i':
	case 'u':
		return size == 1 || size == 2 || size == 4 || size == 8;
	case 'f':
		return size == 4 || size == 8;
	case 'c':
		return size == 8 || size == 16;
	case 'M':
	case 'm':
		return size == 8;
	}
	return false;
}

static struct pyinspect_error *write_number(struct repr *repr, const struct array *array,
					    uint64_t address)
{
	unsigned char bytes[16];
	uint64_t size = array->item_size;
	struct pyinspect_error *error =
		memory_read(repr->view->memory, address, bytes, size);
	if (error)
		return error;
	uint64_t word = take_word(bytes, size, array->is_swapped);
	unsigned int unused = size < 8 ? (unsigned int)(64 - 8 * size) : 0;
	int64_t number = (int64_t)(word << unused) >> unused;
	switch (array->kind) {
	case 'b':
		printer_text(&repr->printer, word ? "True" : "False");
		break;
	case 'u':
		printer_printf(&repr->printer, "%llu", (unsigned long long)word);
		break;
	case 'f':
		write_real(repr, take_real(bytes, size, array->is_swapped), REAL_FLOAT);
		break;
	case 'c':
		write_complex(repr, bytes, size / 2, array->is_swapped);
		break;
	default:
		if (array->kind != 'i' && number == INT64_MIN)
			printer_text(&repr->printer, "NaT");
		else
			printer_printf(&repr->printer, "%lld", (long long)number);
	}
	return NULL;
}

/* Without the zeros that fill an item up. */
static struct pyinspect_error *write_text(struct repr *repr, const struct array *array,
					  uint64_t address)
{
	uint32_t items[ITEM_CHARACTERS_MAX];
	const struct dialect *dialect = repr->view->layout->dialect;
	struct characters characters = {.address = address,
					.width = array->kind == 'U' ? 4 : 1,
					.is_raw = array->kind == 'S'};
	struct quoted_style style = {.open = array->kind == 'S' ? "b" : "", .close = ""};
	characters.length = array->item_size / characters.width;
	if (characters.length > ITEM_CHARACTERS_MAX)
		characters.length = ITEM_CHARACTERS_MAX;
	struct pyinspect_error *error = characters_read(repr->view, &characters, 0,
							(size_t)characters.length, items);
	if (error)
		return error;
	while (characters.length && !items[characters.length - 1])
		characters.length--;
	if (array->kind == 'U')
		style.printable = printable_find(dialect->unicode);
	uint64_t total = repr->total;
	error = quoted_write(repr, address, &characters, &style);
	repr->total = total;
	return error;
}

static struct pyinspect_error *write_items(struct repr *repr, const struct array *array,
					   uint64_t shown)
{
	struct pyinspect_error *error = NULL;
	bool is_text = (array->kind == 'S' || (array->kind == 'U' && !array->is_swapped));
	if (!is_text && !is_number(array)) {
		printer_text(&repr->printer, ">");
		return NULL;
	}
	for (uint64_t i = 0; i < shown && !error; i++) {
		uint64_t address = item_at(array, i);
		printer_text(&repr->printer, i ? " " : ": ");
		error = is_text ? write_text(repr, array, address)
				: write_number(repr, array, address);
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

/* numpy 1 has bool_. long double and float16 are left out. */
static const struct {
	const char *name;
	char kind;
	uint8_t size;
} scalars[] = {
	{"numpy.bool", 'b', 1},       {"numpy.bool_", 'b', 1},
	{"numpy.int8", 'i', 1},       {"numpy.int16", 'i', 2},
	{"numpy.int32", 'i', 4},      {"numpy.int64", 'i', 8},
	{"numpy.longlong", 'i', 8},   {"numpy.uint8", 'u', 1},
	{"numpy.uint16", 'u', 2},     {"numpy.uint32", 'u', 4},
	{"numpy.uint64", 'u', 8},     {"numpy.ulonglong", 'u', 8},
	{"numpy.float32", 'f', 4},    {"numpy.float64", 'f', 8},
	{"numpy.complex64", 'c', 8},  {"numpy.complex128", 'c', 16},
	{"numpy.datetime64", 'M', 8}, {"numpy.timedelta64", 'm', 8},
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
		struct pyinspect_error *error = write_number(repr, &one, value);
		if (!error)
			printer_text(&repr->printer, ">");
		return error;
	}
	return error_create(PYINSPECT_ERROR_UNSUPPORTED, "%s isn't known",
			    class->base->name);
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
	SCALAR("float32"),
	SCALAR("float64"),
	SCALAR("complex64"),
	SCALAR("complex128"),
	SCALAR("datetime64"),
	SCALAR("timedelta64"),
	{0},
};
