/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/integer.h"
#include "base/error.h"

/* Digits have 30 bits each, so three of them hold any 64-bit value. */
#define DIGIT_BITS 30
#define DIGITS_MAX 3

static struct pyinspect_error *read_size(const struct view *view, uint64_t object,
					 uint64_t *count_ret, bool *negative_ret)
{
	uint64_t word;
	struct pyinspect_error *error;
	/* From 3.12 the count is above three bits of flags: 0 positive, 1 zero, 2 negative.
	 */
	if (layout_has(view->layout, FIELD_LONG_TAG)) {
		error = view_read(view, object, FIELD_LONG_TAG, &word);
		if (error)
			return error;
		*negative_ret = (word & 3) == 2;
		*count_ret = word >> 3;
		return NULL;
	}
	error = view_read(view, object, FIELD_VAR_SIZE, &word);
	if (error)
		return error;
	*negative_ret = (int64_t)word < 0;
	*count_ret = *negative_ret ? -word : word;
	return NULL;
}

static struct pyinspect_error *too_large(uint64_t object)
{
	return error_at(PYINSPECT_ERROR_BAD_DATA, object,
			"the int at 0x%llx has more than 64 bits",
			(unsigned long long)object);
}

static struct pyinspect_error *join_digits(uint64_t object, const uint32_t *digits,
					   uint64_t count, uint64_t *ret)
{
	uint64_t value = 0;
	for (uint64_t i = count; i-- > 0;) {
		if (digits[i] >> DIGIT_BITS)
			return error_at(PYINSPECT_ERROR_BAD_DATA, object,
					"the int at 0x%llx has a digit of 0x%x",
					(unsigned long long)object, digits[i]);
		if (value >> (64 - DIGIT_BITS))
			return too_large(object);
		value = value << DIGIT_BITS | digits[i];
	}
	*ret = value;
	return NULL;
}

static struct pyinspect_error *read_long(const struct view *view, uint64_t object,
					 uint64_t *magnitude_ret, bool *negative_ret)
{
	uint64_t count;
	uint32_t digits[DIGITS_MAX];
	struct pyinspect_error *error = read_size(view, object, &count, negative_ret);
	if (error)
		return error;
	if (count > DIGITS_MAX)
		return too_large(object);
	error = memory_read(view->memory,
			    object + layout_at(view->layout, FIELD_LONG_DIGITS), digits,
			    count * sizeof(digits[0]));
	if (error)
		return error;
	return join_digits(object, digits, count, magnitude_ret);
}

struct pyinspect_error *integer_read(const struct view *view, uint64_t object,
				     uint64_t *magnitude_ret, bool *negative_ret)
{
	uint64_t type, flags, value = 0;
	struct pyinspect_error *error = view_type(view, object, &type, &flags);
	if (error)
		return error;
	if (layout_has(view->layout, FIELD_INT_VALUE) && (flags & TYPE_FLAG_INT2)) {
		error = view_read(view, object, FIELD_INT_VALUE, &value);
		if (error)
			return error;
		*negative_ret = (int64_t)value < 0;
		*magnitude_ret = *negative_ret ? -value : value;
		return NULL;
	}
	if (!(flags & TYPE_FLAG_LONG))
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"the object at 0x%llx is no int",
				(unsigned long long)object);
	return read_long(view, object, magnitude_ret, negative_ret);
}
