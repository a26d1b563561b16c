/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * How GDB's commands and the plug-in exchange data: files in memory, which are GDB's own
 * descriptors of fixed numbers.
 *
 * GDB's language can write a value to a file and run commands of a file, by a name that is
 * known when the command is defined. /proc/self/fd/NUMBER is such a name, in which no other
 * GDB, no other user and no full disk can interfere, and which is gone when GDB is.
 */
#ifndef GDB_CHANNEL_H
#define GDB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The numbers are those in gdbinit/: high enough for GDB not to come there. */
enum channel {
	/** Text: the command and its arguments, each ended by a NUL. */
	CHANNEL_WORDS = 1000,
	/** Numbers of 8 bytes that GDB knows, see request.h. */
	CHANNEL_NUMBERS,
	/** What `info auxv` prints, where it is needed. */
	CHANNEL_AUXV,
	/**
	 * Commands for GDB: the answer. A new file for each command: one that runs others
	 * (`thread apply 2 pystack`) is still read while these answer.
	 */
	CHANNEL_ANSWER,
	/** Python frames in GDB's backtrace, see python_frames.h. */
	CHANNEL_FRAMES,
	/** Their names and lines: an ELF file for `add-symbol-file`. */
	CHANNEL_SYMBOLS,
	/** Of each thread, what request.h has. */
	CHANNEL_THREADS,
	/** Commands for GDB: what became of the last command, see channel_tell(). */
	CHANNEL_STATE,
	/** What `show user` prints of hooks, where it is needed. */
	CHANNEL_HOOKS,
	CHANNEL_END,
};

/**
 * Have the files: an empty one for the answer, and the others, unless they are there.
 *
 * @return Why they can't be had, a sentence; NULL for success.
 */
const char *channel_open(void);

/**
 * All that is in a file.
 *
 * @param data_ret Freed by the caller with free(); a NUL follows it.
 * @return False if it is not there or can't be read.
 */
bool channel_read(enum channel channel, char **data_ret, size_t *size_ret);

/** Replace what is in a file. */
bool channel_write(enum channel channel, const char *data, size_t size);

/**
 * Have the macros know that the files are there, whether GDB holds the plug-in as its JIT
 * reader, and the serial number of the request that was answered last.
 */
void channel_tell(bool loaded, uint64_t answered);

/** Replace the file: whoever still has the old one open keeps that. */
bool channel_replace(enum channel channel, const char *data, size_t size);

#endif
