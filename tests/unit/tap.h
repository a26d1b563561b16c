/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Tests that speak the Test Anything Protocol.
 *
 *	static void test_empty(void)
 *	{
 *		CHECK_NUMBER(length(""), 0);
 *	}
 *
 *	int main(void)
 *	{
 *		TEST("an empty text has no length", test_empty);
 *		return tap_finish();
 *	}
 *
 * A check that fails says so and the test goes on; REQUIRE() ends it.
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct {
	unsigned int count, failed;
	/** Checks of the present test that have failed. */
	unsigned int wrong;
	/** Why the present test says nothing; NULL if it does. */
	const char *skipped;
} tap;

/** Failed checks of a test that are shown; one that loops has thousands. */
#define TAP_SHOWN 8

/* Count a failed check; false if it is not to be shown. */
static inline bool tap_count_wrong(const char *file, int line)
{
	if (++tap.wrong > TAP_SHOWN)
		return false;
	printf("# %s:%d: ", file, line);
	return true;
}

/* Text in a comment must not break its line, whatever it holds. */
static inline void tap_print_text(const char *text)
{
	if (!text) {
		fputs("NULL", stdout);
		return;
	}
	putchar('"');
	for (; *text; text++)
		if (*text >= ' ' && *text < 0x7f)
			putchar(*text);
		else
			printf("\\x%02x", (unsigned char)*text);
	putchar('"');
}

static inline bool tap_check(bool good, const char *file, int line, const char *what)
{
	if (!good && tap_count_wrong(file, line))
		printf("not so: %s\n", what);
	return good;
}

static inline bool tap_check_number(int64_t got, int64_t wanted, const char *file, int line,
				    const char *what)
{
	if (got != wanted && tap_count_wrong(file, line))
		printf("%s is %" PRId64 " (0x%" PRIx64 "), not %" PRId64 " (0x%" PRIx64
		       ")\n",
		       what, got, (uint64_t)got, wanted, (uint64_t)wanted);
	return got == wanted;
}

static inline bool tap_check_text(const char *got, const char *wanted, const char *file,
				  int line, const char *what)
{
	if (got == wanted || (got && wanted && strcmp(got, wanted) == 0))
		return true;
	if (!tap_count_wrong(file, line))
		return false;
	printf("%s is ", what);
	tap_print_text(got);
	fputs(", not ", stdout);
	tap_print_text(wanted);
	putchar('\n');
	return false;
}

static inline bool tap_check_holds(const char *got, const char *part, const char *file,
				   int line, const char *what)
{
	if (got && strstr(got, part))
		return true;
	if (!tap_count_wrong(file, line))
		return false;
	printf("%s is ", what);
	tap_print_text(got);
	fputs(", which lacks ", stdout);
	tap_print_text(part);
	putchar('\n');
	return false;
}

#define CHECK(condition) tap_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_NUMBER(got, wanted)                                                          \
	tap_check_number((int64_t)(got), (int64_t)(wanted), __FILE__, __LINE__, #got)
#define CHECK_TEXT(got, wanted)  tap_check_text((got), (wanted), __FILE__, __LINE__, #got)
#define CHECK_HOLDS(got, wanted) tap_check_holds((got), (wanted), __FILE__, __LINE__, #got)

/** A check without which the rest of the test makes no sense. */
#define REQUIRE(condition)                                                                 \
	do {                                                                               \
		if (!CHECK(condition))                                                     \
			return;                                                            \
	} while (0)

/** End the test without a verdict. */
#define SKIP(reason)                                                                       \
	do {                                                                               \
		tap.skipped = (reason);                                                    \
		return;                                                                    \
	} while (0)

static inline void tap_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	tap.wrong = 0;
	tap.skipped = NULL;
}

static inline void tap_end(const char *name)
{
	printf("%sok %u - %s%s%s\n", tap.wrong ? "not " : "", ++tap.count, name,
	       tap.skipped ? " # SKIP " : "", tap.skipped ? tap.skipped : "");
	tap.failed += tap.wrong > 0;
}

#define TEST(name, function)                                                               \
	do {                                                                               \
		tap_begin();                                                               \
		function();                                                                \
		tap_end(name);                                                             \
	} while (0)

/** Print the plan; the result is the program's exit code. */
static inline int tap_finish(void)
{
	printf("1..%u\n", tap.count);
	return tap.failed > 0;
}

#endif
