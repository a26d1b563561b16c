/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What GDB is to do and to print, as a script of GDB's.
 *
 * Text is printed by GDB itself, by its `printf`: so it goes where the user has GDB's
 * output go, to a pipe, a log, a pager.
 */
#ifndef GDB_ANSWER_H
#define GDB_ANSWER_H

#include "base/arena.h"
#include "base/text.h"

/** Text that was printed once, as a command of GDB's. */
struct answer_block {
	char *text;
	size_t length;
};

struct answer {
	/** The script so far. */
	struct text script;
	/** What is to be printed next. */
	struct text pending;
	/** In the order of their numbers. */
	struct answer_blocks {
		struct answer_block *items;
		size_t count, capacity;
	} blocks;
};

/** Print text, which may have several lines; escaped already, if it is the target's. */
void answer_print(struct answer *answer, const char *text, size_t length);

/** The same by a format. */
void answer_printf(struct answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Have GDB carry out a command; nothing in it may be the target's. */
void answer_command(struct answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Where the answer's text ends now, for answer_fold(). */
size_t answer_mark(const struct answer *answer);

/**
 * What was printed since the mark may be printed again and again, as the stack of threads
 * that do the same: have GDB read it once. GDB reads scripts slowly, a byte at a time.
 */
void answer_fold(struct answer *answer, size_t mark);

/** Have GDB set one of its variables to a number. */
void answer_set(struct answer *answer, const char *variable, uint64_t value);

/** Forget all of it. */
void answer_free(struct answer *answer);

/** Write the script to where GDB finds it, and free it. */
void answer_send(struct answer *answer);

#endif
