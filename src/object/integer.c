/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "object/integer.h"

/* No int is larger than the address space. */
#define DIGITS_MAX (UINT64_C(1) << 45)

static struct pyinspect_error *read_size(const struct view *view, uint64_t object,
					 struct integer *ret)
{
	uint64_t word;
	struct pyinspect_error *error;
	/* From 3.12 the count is above three bits of flags: 0 positive, 1 zero, 2 negative.
	 */
	if (layout_has(view->layout, FIELD_LONG_TAG)) {
		error = view_read(view, object, FIELD_LONG_TAG, &word);
		if (error)
			return error;
		ret->is_negative = (word & 3) == 2;
		ret->digit_count = word >> 3;
		return NULL;
	}
	error = view_read(view, object, FIELD_VAR_SIZE, &word);
	if (error)
		return error;
	ret->is_negative = (int64_t)word < 0;
	ret->digit_count = ret->is_negative ? -word : word;
	return NULL;
}

static struct pyinspect_error *locate_int2(const struct view *view, uint64_t object,
					   struct integer *ret)
{
	uint64_t value;
	struct pyinspect_error *error = view_read(view, object, FIELD_INT_VALUE, &value);
	if (error)
		return error;
	bool negative = (int64_t)value < 0;
	*ret = (struct integer){
		.is_negative = negative,
		.digit_count = 3,
		.word = negative ? -value : value,
	};
	return NULL;
}

struct pyinspect_error *integer_locate(const struct view *view, uint64_t object,
				       struct integer *ret)
{
	uint64_t type, flags;
	struct integer found = {0};
	struct pyinspect_error *error = view_type(view, object, &type, &flags);
	if (error)
		return error;
	if (layout_has(view->layout, FIELD_INT_VALUE) && (flags & TYPE_FLAG_INT2))
		return locate_int2(view, object, ret);
	if (!(flags & TYPE_FLAG_LONG))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx is no int",
				(unsigned long long)object);
	error = read_size(view, object, &found);
	if (error)
		return error;
	if (found.digit_count > DIGITS_MAX)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the int at 0x%llx has %llu digits of 30 bits",
				(unsigned long long)object,
				(unsigned long long)found.digit_count);
	found.address = object + layout_at(view->layout, FIELD_LONG_DIGITS);
	*ret = found;
	return NULL;
}

static struct pyinspect_error *join_digits(uint64_t address, const uint32_t *digits,
					   size_t count, uint64_t *words)
{
	memset(words, 0, integer_word_count(count) * sizeof(*words));
	for (size_t i = 0; i < count; i++) {
		size_t word = i * INTEGER_DIGIT_BITS / 64;
		unsigned int shift = i * INTEGER_DIGIT_BITS % 64;
		if (digits[i] >> INTEGER_DIGIT_BITS)
			return error_at(PYINSPECT_ERROR_BAD_DATA, address,
					"an int has a digit of 0x%x at 0x%llx", digits[i],
					(unsigned long long)address + i * sizeof(*digits));
		words[word] |= (uint64_t)digits[i] << shift;
		if (shift + INTEGER_DIGIT_BITS > 64)
			words[word + 1] = (uint64_t)digits[i] >> (64 - shift);
	}
	return NULL;
}

struct pyinspect_error *integer_words(const struct view *view,
				      const struct integer *integer, uint64_t first,
				      size_t count, uint64_t *words)
{
	uint32_t small[32];
	cleanup_free uint32_t *large = NULL;
	uint32_t *digits = small;
	if (!integer->address) {
		memset(words, 0, integer_word_count(count) * sizeof(*words));
		words[0] = integer->word;
		return NULL;
	}
	if (count > sizeof(small) / sizeof(small[0]))
		digits = large = malloc(count * sizeof(*large));
	if (!digits)
		return &error_no_memory;
	uint64_t address = integer->address + first * sizeof(*digits);
	struct pyinspect_error *error =
		memory_read(view->memory, address, digits, count * sizeof(*digits));
	return error ? error : join_digits(address, digits, count, words);
}

static struct pyinspect_error *too_large(uint64_t object)
{
	return error_at(PYINSPECT_ERROR_BAD_DATA, object,
			"the int at 0x%llx has more than 64 bits",
			(unsigned long long)object);
}

struct pyinspect_error *integer_read(const struct view *view, uint64_t object,
				     uint64_t *magnitude_ret, bool *negative_ret)
{
	struct integer integer;
	uint64_t words[2];
	struct pyinspect_error *error = integer_locate(view, object, &integer);
	if (error)
		return error;
	/* Three digits hold any 64-bit value. */
	if (integer.digit_count > 3)
		return too_large(object);
	error = integer_words(view, &integer, 0, (size_t)integer.digit_count, words);
	if (error)
		return error;
	if (integer_word_count((size_t)integer.digit_count) > 1 && words[1])
		return too_large(object);
	*negative_ret = integer.is_negative;
	*magnitude_ret = words[0];
	return NULL;
}
