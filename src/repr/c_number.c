/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/c_number.h"

#include <string.h>

#include "repr/real.h"

/* long double, and a complex of two. */
#define LONG_DOUBLE_SIZE sizeof(long double)
#define NUMBER_SIZE_MAX  (2 * sizeof(long double))

bool c_number_is_known(const struct c_number *number)
{
	unsigned int size = number->size;
	switch (number->kind) {
	case C_BOOL:
		return size == 1;
	case C_SIGNED:
	case C_UNSIGNED:
		return size == 1 || size == 2 || size == 4 || size == 8;
	case C_REAL:
		return size == 2 || size == 4 || size == 8 ||
		       (size == LONG_DOUBLE_SIZE && number->is_widened);
	case C_COMPLEX:
		return size == 8 || size == 16 ||
		       (size == 2 * LONG_DOUBLE_SIZE && number->is_widened);
	}
	return false;
}

static uint64_t take_word(const unsigned char *bytes, unsigned int size, bool is_swapped)
{
	uint64_t word = 0;
	for (unsigned int i = 0; i < size; i++)
		word |= (uint64_t)bytes[is_swapped ? size - 1 - i : i] << (8 * i);
	return word;
}

/* The bits of a real, and their size in *size. */
static uint64_t take_real(const struct c_number *number, const unsigned char *bytes,
			  unsigned int *size)
{
	long double large;
	double value;
	uint64_t word;
	if (*size == LONG_DOUBLE_SIZE) {
		memcpy(&large, bytes, sizeof(large));
		value = (double)large;
	} else {
		word = take_word(bytes, *size, number->is_swapped);
		if (!number->is_widened || *size == sizeof(value))
			return word;
		value = real_widen(word, *size);
	}
	*size = sizeof(value);
	memcpy(&word, &value, sizeof(word));
	return word;
}

static void write_real(struct repr *repr, const struct c_number *number,
		       const unsigned char *bytes)
{
	char text[REAL_SIZE];
	unsigned int size = number->size;
	uint64_t bits = take_real(number, bytes, &size);
	real_write(text, bits, size, REAL_FLOAT);
	printer_text(&repr->printer, text);
}

static void write_complex(struct repr *repr, const struct c_number *number,
			  const unsigned char *bytes)
{
	char text[COMPLEX_SIZE];
	unsigned int half = number->size / 2, size = half;
	uint64_t parts[2];
	parts[0] = take_real(number, bytes, &size);
	size = half;
	parts[1] = take_real(number, bytes + half, &size);
	real_write_complex(text, parts, size);
	printer_text(&repr->printer, text);
}

static void write_integer(struct repr *repr, const struct c_number *number, uint64_t word)
{
	unsigned int bits = number->bit_count ? number->bit_count : 8 * number->size;
	unsigned int unused = bits < 64 ? 64 - bits : 0;
	word = word >> (number->bit_first & 63) << unused;
	if (number->kind == C_SIGNED)
		printer_printf(&repr->printer, "%lld",
			       (long long)((int64_t)word >> unused));
	else
		printer_printf(&repr->printer, "%llu",
			       (unsigned long long)(word >> unused));
	if (number->is_long)
		printer_text(&repr->printer, "L");
}

struct pyinspect_error *c_number_write(struct repr *repr, const struct c_number *number,
				       uint64_t address)
{
	unsigned char bytes[NUMBER_SIZE_MAX];
	struct pyinspect_error *error =
		memory_read(repr->view->memory, address, bytes, number->size);
	if (error)
		return error;
	switch (number->kind) {
	case C_REAL:
		write_real(repr, number, bytes);
		break;
	case C_COMPLEX:
		write_complex(repr, number, bytes);
		break;
	case C_BOOL:
		printer_text(&repr->printer, bytes[0] ? "True" : "False");
		break;
	default:
		write_integer(repr, number,
			      take_word(bytes, number->size, number->is_swapped));
	}
	return NULL;
}
