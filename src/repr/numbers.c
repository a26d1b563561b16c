/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/decimal.h"
#include "object/integer.h"
#include "repr/formatters.h"
#include "repr/real.h"
#include "repr/repr.h"

/* Ints of so many digits are converted as a whole even if few of them are shown. */
#define CHEAP_DIGITS_MAX 1000
/* Ints of so many are converted as a whole if need be: 0.1 s. */
#define EXACT_DIGITS_MAX 100000
/* Of others so many digits are shown. */
#define LEADING_DIGITS_MAX 10000

/* Of an int that has the digits; the top one can be small. */
static uint64_t most_bits(const struct integer *integer)
{
	return integer->digit_count * INTEGER_DIGIT_BITS;
}

static struct pyinspect_error *all_digits(struct repr *repr, const struct integer *integer,
					  struct leading_digits *ret)
{
	size_t count = (size_t)integer->digit_count;
	cleanup_free uint64_t *words = malloc(integer_word_count(count) * sizeof(*words));
	if (!words)
		return &error_no_memory;
	struct pyinspect_error *error = integer_words(repr->view, integer, 0, count, words);
	if (error)
		return error;
	ret->digits = decimal_digits(words, integer_word_count(count));
	if (!ret->digits)
		return &error_no_memory;
	ret->total = strlen(ret->digits);
	return NULL;
}

static struct pyinspect_error *first_digits(struct repr *repr,
					    const struct integer *integer, size_t wanted,
					    struct leading_digits *ret)
{
	/* One more, because the top digit may have few bits. */
	size_t count = decimal_leading_words(wanted) * 64 / INTEGER_DIGIT_BITS + 2;
	if (count > integer->digit_count)
		count = (size_t)integer->digit_count;
	uint64_t first = integer->digit_count - count;
	cleanup_free uint64_t *words = malloc(integer_word_count(count) * sizeof(*words));
	if (!words)
		return &error_no_memory;
	struct pyinspect_error *error =
		integer_words(repr->view, integer, first, count, words);
	if (error)
		return error;
	return decimal_leading(words, integer_word_count(count), first * INTEGER_DIGIT_BITS,
			       wanted, ret)
		       ? NULL
		       : &error_no_memory;
}

/* As many digits as are needed; none if that would take too long. */
static struct pyinspect_error *find_digits(struct repr *repr, const struct integer *integer,
					   struct leading_digits *ret)
{
	size_t room = repr->printer.room;
	uint64_t length = decimal_length(most_bits(integer));
	if (length <= CHEAP_DIGITS_MAX ||
	    (length <= EXACT_DIGITS_MAX && room >= length / 4))
		return all_digits(repr, integer, ret);
	size_t wanted = room < LEADING_DIGITS_MAX ? room : LEADING_DIGITS_MAX;
	struct pyinspect_error *error =
		first_digits(repr, integer, wanted ? wanted : 1, ret);
	if (error || ret->digits || length > EXACT_DIGITS_MAX)
		return error;
	return all_digits(repr, integer, ret);
}

static void write_digits(struct repr *repr, struct leading_digits *found,
			 const char *suffix)
{
	struct printer *printer = &repr->printer;
	size_t shown = strlen(found->digits);
	if (shown > printer->room)
		shown = printer->room;
	repr_set_total(repr, found->total);
	found->digits[shown] = '\0';
	printer_text(printer, found->digits);
	if (shown == found->total) {
		printer_text(printer, suffix);
		return;
	}
	printer->room = 0;
	printer_more(printer, found->total - shown);
}

/* For one whose digits would take too long. */
static struct pyinspect_error *write_size(struct repr *repr, const struct integer *integer)
{
	uint64_t top, bits = most_bits(integer);
	struct pyinspect_error *error =
		integer_words(repr->view, integer, integer->digit_count - 1, 1, &top);
	if (error)
		return error;
	bits -= INTEGER_DIGIT_BITS;
	for (; top; top >>= 1)
		bits++;
	printer_printf(&repr->printer, "<int of %llu bits>", (unsigned long long)bits);
	repr->has_custom_repr = true;
	return NULL;
}

static struct pyinspect_error *write_integer(struct repr *repr, uint64_t object,
					     const char *suffix)
{
	struct integer integer;
	struct leading_digits found = {0};
	struct pyinspect_error *error = integer_locate(repr->view, object, &integer);
	if (!error)
		error = find_digits(repr, &integer, &found);
	if (error)
		return error;
	if (!found.digits)
		return write_size(repr, &integer);
	if (integer.is_negative)
		printer_text(&repr->printer, "-");
	write_digits(repr, &found, suffix);
	free(found.digits);
	return NULL;
}

static struct pyinspect_error *format_int(struct repr *repr, uint64_t object,
					  const struct class *class)
{
	(void)class;
	return write_integer(repr, object, "");
}

/* 2.7's. */
static struct pyinspect_error *format_long(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	(void)class;
	return write_integer(repr, object, "L");
}

static struct pyinspect_error *format_float(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t bits;
	char text[REAL_SIZE];
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_FLOAT_VALUE, &bits);
	if (error)
		return error;
	real_write(text, bits, sizeof(bits), REAL_FLOAT);
	repr_set_total(repr, strlen(text));
	printer_text(&repr->printer, text);
	return NULL;
}

static struct pyinspect_error *format_complex(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t parts[2], at = object + layout_at(view->layout, FIELD_COMPLEX_VALUE);
	char text[COMPLEX_SIZE];
	(void)class;
	struct pyinspect_error *error = memory_read(view->memory, at, parts, sizeof(parts));
	if (error)
		return error;
	real_write_complex(text, parts, sizeof(parts[0]));
	printer_text(&repr->printer, text);
	return NULL;
}

const struct formatter number_formatters[] = {
	{.name = "int", .format = format_int},
	{.name = "long", .format = format_long},
	{.name = "float", .format = format_float},
	{.name = "complex", .format = format_complex},
	{0},
};
