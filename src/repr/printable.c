/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "repr/printable.h"

#include "repr/tables/unicode_11_0.h"
#include "repr/tables/unicode_12_1.h"
#include "repr/tables/unicode_13_0.h"
#include "repr/tables/unicode_14_0.h"
#include "repr/tables/unicode_15_0.h"
#include "repr/tables/unicode_15_1.h"
#include "repr/tables/unicode_16_0.h"
#include "repr/tables/unicode_17_0.h"
#include "repr/tables/unicode_9_0.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TABLE(name, table)                                                                 \
	{                                                                                  \
		.unicode = (name), .edges = (table), .count = COUNT(table)                 \
	}

static const struct printable tables[] = {
	TABLE("9.0", unicode_9_0),   TABLE("11.0", unicode_11_0),
	TABLE("12.1", unicode_12_1), TABLE("13.0", unicode_13_0),
	TABLE("14.0", unicode_14_0), TABLE("15.0", unicode_15_0),
	TABLE("15.1", unicode_15_1), TABLE("16.0", unicode_16_0),
	TABLE("17.0", unicode_17_0),
};

const struct printable *printable_find(const char *unicode)
{
	for (size_t i = 0; unicode && i < COUNT(tables); i++)
		if (strcmp(tables[i].unicode, unicode) == 0)
			return &tables[i];
	return NULL;
}

bool printable_has(const struct printable *printable, uint32_t code_point)
{
	if (code_point < 0x7f || !printable)
		return code_point >= ' ' && code_point < 0x7f;
	/* How many edges are not behind it. */
	size_t low = 0, high = printable->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (printable->edges[middle] <= code_point)
			low = middle + 1;
		else
			high = middle;
	}
	return low % 2 == 1;
}
