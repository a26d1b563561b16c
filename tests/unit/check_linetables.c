/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Usage: check_linetables <DUMP
 *
 * Decode the line tables that dump_linetables.py has printed, and compare with what
 * Python made of them. Prints how many code objects agreed; the exit code is 1 if any
 * place differs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/linetable.h"

struct code {
	enum line_table kind;
	int32_t first_line;
	uint8_t *table;
	size_t size;
};

struct counts {
	unsigned int codes, places, wrong;
};

static bool read_code(struct code *code, char *line)
{
	int kind, start = 0;
	if (sscanf(line, "code %d %" SCNd32 " %n", &kind, &code->first_line, &start) < 2 ||
	    !start)
		return false;
	char *hex = line + start;
	hex[strcspn(hex, "\n")] = '\0';
	code->kind = (enum line_table)kind;
	code->size = *hex == '-' ? 0 : strlen(hex) / 2;
	free(code->table);
	code->table = malloc(code->size + 1);
	for (size_t i = 0; i < code->size; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &code->table[i]) != 1)
			return false;
	return true;
}

static bool is_same(const struct location *a, const struct location *b)
{
	return a->line == b->line && a->end_line == b->end_line && a->column == b->column &&
	       a->end_column == b->end_column;
}

static void check_place(const struct code *code, int64_t offset,
			const struct location *wanted, struct counts *counts)
{
	struct location found = {0};
	struct pyinspect_error *error = linetable_decode(
		code->kind, code->table, code->size, code->first_line, offset, &found);
	counts->places++;
	if (!error && is_same(&found, wanted))
		return;
	if (counts->wrong++ < 5)
		printf("# code %u at %" PRId64 ": %s, line %d-%d, columns %d-%d; Python "
		       "says %d-%d, %d-%d\n",
		       counts->codes, offset, error ? pyinspect_error_message(error) : "ok",
		       found.line, found.end_line, found.column, found.end_column,
		       wanted->line, wanted->end_line, wanted->column, wanted->end_column);
	pyinspect_error_free(error);
}

/* The first, a middle and the last byte of a stretch. */
static bool check_stretch(const struct code *code, const char *line, struct counts *counts)
{
	int64_t start, end;
	struct location wanted;
	if (sscanf(line, "at %" SCNd64 " %" SCNd64 " %d %d %d %d", &start, &end,
		   &wanted.line, &wanted.end_line, &wanted.column, &wanted.end_column) != 6)
		return false;
	if (start >= end)
		return true;
	check_place(code, start, &wanted, counts);
	check_place(code, start + (end - start) / 2, &wanted, counts);
	check_place(code, end - 1, &wanted, counts);
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	struct code code = {0};
	struct counts counts = {0};
	while (getline(&line, &size, stdin) > 0) {
		bool good;
		if (line[0] == 'c') {
			counts.codes++;
			good = read_code(&code, line);
		} else {
			good = counts.codes && check_stretch(&code, line, &counts);
		}
		if (!good) {
			printf("# not understood: %s", line);
			return 2;
		}
	}
	printf("%u code objects, %u places, %u wrong\n", counts.codes, counts.places,
	       counts.wrong);
	free(code.table);
	free(line);
	return counts.wrong > 0 || counts.codes == 0;
}
