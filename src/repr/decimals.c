/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* decimal.Decimal, in C and in Python, and fractions.Fraction. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

/*
 * PyDecObject {Py_hash_t hash; mpd_t dec; ...}, mpd_t {uint8_t flags; mpd_ssize_t exp,
 * digits, len, alloc; mpd_uint_t *data}. CPython: Modules/_decimal/_decimal.c,
 * libmpdec/mpdecimal.h; offsets are from the end of PyObject.
 */
#define MPD_FLAGS  8
#define MPD_EXP    16
#define MPD_DIGITS 24
#define MPD_LEN    32
#define MPD_DATA   48

#define MPD_NEG  1
#define MPD_INF  2
#define MPD_NAN  4
#define MPD_SNAN 8

/* A word of the coefficient holds this many digits, the first word the last ones. */
#define WORD_DIGITS 19
#define WORD_LIMIT  UINT64_C(10000000000000000000)

/* Exponents and counts beyond this make no sense: libmpdec's end at 10**18. */
#define EXPONENT_MAX (INT64_C(1) << 61)

/* Of a Decimal, what its text is made from. */
struct decimal {
	bool is_negative;
	/** "Infinity", "NaN" or "sNaN"; NULL for a number. */
	const char *special;
	/** The first digits of the coefficient, all that may be shown; and how many it
	 *  has. */
	struct text digits;
	uint64_t digit_count;
	int64_t exponent;
};

/* Digits that are wanted: one more than fit, so that the printer marks what is missing. */
static uint64_t digits_wanted(const struct repr *repr, uint64_t count)
{
	return repr->printer.room < count ? repr->printer.room + 1 : count;
}

static void write_digits(struct repr *repr, const struct decimal *number, uint64_t from,
			 uint64_t to)
{
	uint64_t end = to < number->digits.length ? to : number->digits.length;
	if (from >= end)
		return;
	printer_text(&repr->printer, number->digits.data + from);
}

/* The exponent is small enough for a number without one: General Decimal Arithmetic,
 * to-scientific-string. */
static void write_number(struct repr *repr, struct decimal *number)
{
	int64_t count = (int64_t)number->digit_count;
	int64_t left = number->exponent + count;
	int64_t point = number->exponent <= 0 && left > -6 ? left : 1;
	char *digits = number->digits.data;
	if (point <= 0) {
		printer_printf(&repr->printer, "0.%.*s", (int)-point, "000000");
		write_digits(repr, number, 0, number->digit_count);
	} else {
		/* The digits before the point, for a moment a text of their own. */
		bool has_point = point < (int64_t)number->digits.length;
		char kept = has_point ? digits[point] : '\0';
		if (has_point)
			digits[point] = '\0';
		printer_text(&repr->printer, digits);
		if (has_point) {
			digits[point] = kept;
			printer_text(&repr->printer, ".");
			write_digits(repr, number, (uint64_t)point, number->digit_count);
		}
	}
	if (left != point)
		printer_printf(&repr->printer, "E%+" PRId64, left - point);
}

static struct pyinspect_error *write_decimal(struct repr *repr, uint64_t object,
					     struct decimal *number)
{
	if (number->digits.failed)
		return &error_no_memory;
	if (number->digit_count > EXPONENT_MAX || number->exponent > EXPONENT_MAX ||
	    number->exponent < -EXPONENT_MAX || (!number->special && !number->digit_count))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"it has %" PRIu64 " digits and an exponent of %" PRId64,
				number->digit_count, number->exponent);
	printer_text(&repr->printer, number->is_negative ? "Decimal('-" : "Decimal('");
	if (number->special) {
		printer_text(&repr->printer, number->special);
		write_digits(repr, number, 0, number->digit_count);
	} else {
		write_number(repr, number);
	}
	printer_text(&repr->printer, "')");
	return NULL;
}

/* The first digits, from the last word on. */
static struct pyinspect_error *read_words(struct repr *repr, uint64_t object, uint64_t data,
					  uint64_t words, struct decimal *number)
{
	uint64_t wanted = digits_wanted(repr, number->digit_count);
	uint64_t first = number->digit_count - (words - 1) * WORD_DIGITS;
	text_append(&number->digits, "", 0);
	for (uint64_t i = words; i-- > 0 && number->digits.length < wanted;) {
		uint64_t word;
		char text[WORD_DIGITS + 1];
		struct pyinspect_error *error =
			memory_read_u64(repr->view->memory, data + i * 8, &word);
		if (!error && word >= WORD_LIMIT)
			error = error_at(PYINSPECT_ERROR_BAD_DATA, object,
					 "a part of its coefficient is no number of %d "
					 "digits",
					 WORD_DIGITS);
		if (error)
			return error;
		snprintf(text, sizeof(text), "%019" PRIu64, word);
		text_append_string(&number->digits,
				   i == words - 1 ? text + WORD_DIGITS - first : text);
	}
	return NULL;
}

static struct pyinspect_error *read_c_decimal(struct repr *repr, uint64_t object,
					      struct decimal *number)
{
	uint64_t flags, exponent, words, data;
	struct pyinspect_error *error = member_read(repr, object, MPD_FLAGS, 1, &flags);
	if (!error)
		error = member_read(repr, object, MPD_EXP, 8, &exponent);
	if (!error)
		error = member_read(repr, object, MPD_DIGITS, 8, &number->digit_count);
	if (!error)
		error = member_read(repr, object, MPD_LEN, 8, &words);
	if (!error)
		error = member_read(repr, object, MPD_DATA, 8, &data);
	if (error)
		return error;
	number->is_negative = flags & MPD_NEG;
	number->special = flags & MPD_INF    ? "Infinity"
			  : flags & MPD_NAN  ? "NaN"
			  : flags & MPD_SNAN ? "sNaN"
					     : NULL;
	number->exponent = (int64_t)exponent;
	if (flags & MPD_INF || (number->special && !number->digit_count)) {
		number->digit_count = 0;
		return NULL;
	}
	if (!words || number->digit_count > EXPONENT_MAX ||
	    words != (number->digit_count + WORD_DIGITS - 1) / WORD_DIGITS)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"it has %" PRIu64 " digits in %" PRIu64 " words",
				number->digit_count, words);
	return read_words(repr, object, data, words, number);
}

/* CPython: Modules/_decimal/_decimal.c, dec_repr(). The context's capitals, "E" or "e", are
 * a thing of the thread that asks: those of the default are taken. */
static struct pyinspect_error *format_c_decimal(struct repr *repr, uint64_t object,
						const struct class *class)
{
	struct decimal number = {0};
	(void)class;
	struct pyinspect_error *error = read_c_decimal(repr, object, &number);
	if (!error)
		error = write_decimal(repr, object, &number);
	free(number.digits.data);
	return error;
}

/* _exp: a number, or a letter for what is none. */
static struct pyinspect_error *read_exponent(struct repr *repr, uint64_t object,
					     struct decimal *number)
{
	uint64_t magnitude;
	bool negative;
	const struct view *view = repr->view;
	if (unicode_equals(view, object, "F"))
		number->special = "Infinity";
	else if (unicode_equals(view, object, "n"))
		number->special = "NaN";
	else if (unicode_equals(view, object, "N"))
		number->special = "sNaN";
	if (number->special)
		return NULL;
	struct pyinspect_error *error = integer_read(view, object, &magnitude, &negative);
	if (!error && magnitude > EXPONENT_MAX)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object, "it is no exponent");
	if (!error)
		number->exponent = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return error;
}

static struct pyinspect_error *read_python_decimal(struct repr *repr, uint64_t object,
						   struct decimal *number)
{
	uint64_t sign = lookup_attribute(repr, object, "_sign"), magnitude;
	uint64_t digits = lookup_attribute(repr, object, "_int");
	uint64_t exponent = lookup_attribute(repr, object, "_exp");
	size_t total = 0;
	if (!sign || !digits || !exponent)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"it has no _sign, _int or _exp");
	struct pyinspect_error *error =
		integer_read(repr->view, sign, &magnitude, &number->is_negative);
	if (!error)
		error = read_exponent(repr, exponent, number);
	number->is_negative = !error && magnitude;
	bool is_infinite = !error && number->special && *number->special == 'I';
	if (!error && !is_infinite)
		error = unicode_read(repr->view, digits, digits_wanted(repr, UINT64_MAX),
				     &number->digits, &total);
	number->digit_count = total;
	return error;
}

/* CPython: Lib/_pydecimal.py, Decimal.__repr__(); 2.7 Lib/decimal.py. */
static struct pyinspect_error *format_python_decimal(struct repr *repr, uint64_t object,
						     const struct class *class)
{
	struct decimal number = {0};
	if (lookup_is_overridden(repr, class, (const char *const[]){"__str__", NULL}))
		return repr_opaque(repr, object, class);
	struct pyinspect_error *error = read_python_decimal(repr, object, &number);
	if (!error)
		error = write_decimal(repr, object, &number);
	free(number.digits.data);
	return error;
}

/* str() of 2.7's long is not its repr(): it has no L. */
static const char *number_text(struct repr *repr, uint64_t object)
{
	uint64_t magnitude;
	bool negative;
	cleanup_error struct pyinspect_error *error =
		integer_read(repr->view, object, &magnitude, &negative);
	return error ? NULL
		     : repr_printf(repr, "%s%" PRIu64, negative ? "-" : "", magnitude);
}

/* CPython: Lib/fractions.py, Fraction.__repr__(). */
static struct pyinspect_error *format_fraction(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	const struct dialect *dialect = repr->view->layout->dialect;
	uint64_t above = lookup_attribute(repr, object, "_numerator");
	uint64_t below = lookup_attribute(repr, object, "_denominator");
	if (!above || !below)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"it has no _numerator or _denominator");
	const char *name = dialect->class_names_are_fixed ? "Fraction" : class->short_name;
	const char *first = number_text(repr, above), *second = number_text(repr, below);
	if (first && second) {
		printer_text(&repr->printer,
			     repr_printf(repr, "%s(%s, %s)", name, first, second));
		return NULL;
	}
	if (dialect->bytes_are_str)
		return repr_opaque(repr, object, class);
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, repr_printf(repr, "%s(", name), above);
	repr_part(repr, level, ", ", below);
	repr_part(repr, level, ")", 0);
	return NULL;
}

const struct formatter decimal_formatters[] = {
	{.name = "decimal.Decimal", .format = format_c_decimal},
	{0},
};

const struct formatter python_number_formatters[] = {
	{.name = "decimal.Decimal", .format = format_python_decimal},
	{.name = "fractions.Fraction", .format = format_fraction},
	{0},
};
