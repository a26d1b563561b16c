/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * A core dump of a process: what the kernel, or a debugger, has written of its memory.
 *
 * It is read with pread(), piece by piece: its size costs nothing, and a file that shrinks
 * meanwhile reads short. Whatever it says of itself may be a lie.
 */
#ifndef TARGET_CORE_H
#define TARGET_CORE_H

#include "target/machine.h"
#include "target/target.h"
#include "target/unpack.h"

/** A range of the process's memory, as a program header has it. */
struct core_segment {
	uint64_t address, size;
	/** Where its first bytes are in the file, and how many of them there are. */
	uint64_t offset, file_size;
	bool readable, writable, executable;
};

/** A part of a file that was mapped. */
struct core_range {
	uint64_t start, end, offset;
	/** Index of its file. */
	size_t file;
};

/** A part of a file that nobody writes into: memory that isn't dumped is as it is there. */
struct core_part {
	uint64_t offset, end;
};

#define CORE_PARTS_MAX 16

/** A file that was mapped. */
struct core_file {
	/** As the process named it, inside its own root directory. */
	char *path;
	/** It was looked for; if it was found, it is open. */
	bool was_sought;
	int fd;
	struct core_part parts[CORE_PARTS_MAX];
	size_t part_count;
	/** Why it can't be used, one sentence; NULL if nothing is wrong with it. */
	char *problem;
};

/** What the kernel's siginfo has of a signal. */
struct core_signal {
	int number, code;
	/** Who sent it, if it was sent. */
	pid_t sender;
	uid_t sender_uid;
	/** The address that it is about, if it is about one. */
	uint64_t address;
};

struct core_thread {
	/** As the process saw it, or as the debugger did that wrote the core. */
	pid_t tid;
	/** The signal that it was to get; 0 if none. */
	int signal;
	struct machine_state state;
	/** As PTRACE_GETREGS has them. */
	unsigned char registers[MACHINE_REGISTERS_SIZE];
};

struct core_word {
	uint64_t type, value;
};

struct core;

/** Look for a file that memory is needed of: sets its fd and parts, or its problem. */
typedef void (*core_seek_fn)(void *context, struct core *core, size_t file);

struct core {
	char *path;
	int fd;
	uint64_t size;
	/** Modification time of the file, in seconds since the epoch. */
	double time;
	/** Sorted by address. */
	ARRAY(struct core_segment) segments;
	/** Sorted by start. */
	ARRAY(struct core_range) ranges;
	ARRAY(struct core_file) files;
	/** In the order of the file: the one that died comes first. */
	ARRAY(struct core_thread) threads;
	/** Notes that were looked at. */
	size_t note_count;
	/** The auxiliary vector. */
	ARRAY(struct core_word) auxiliary;
	pid_t pid, parent;
	/** (uid_t)-1 if unknown. */
	uid_t uid;
	/** Name of the program and its arguments, cut short; "" if unknown. */
	char name[17], arguments[81];
	bool has_signal;
	struct core_signal signal;
	/** How long it would have to be to hold all that its headers say. */
	uint64_t full_size;
	/** Why something that it should have can't be read; NULL if all could. */
	char *problem;
	/** Whom to tell how unpacking gets on, while the core is opened. */
	const struct unpack_progress *progress;
	/** Where files are looked for; NULL where they are not. */
	core_seek_fn seek;
	void *seek_context;
};

/**
 * Open a file that should be a core dump; compressed ones are unpacked.
 *
 * @param path "-" is standard input.
 * @param progress Of unpacking; NULL is nobody.
 * @return NULL; NO_TARGET if there is no such file, PERMISSION, UNSUPPORTED or BAD_DATA:
 * it is no core dump, or one that can't be read.
 */
struct pyinspect_error *core_open(const char *path, const struct unpack_progress *progress,
				  struct core **ret);
void core_close(struct core *core);

/** Operations of a target whose context is a core; the second, where the core doesn't
 *  say which files were mapped. */
extern const struct target_ops core_ops, core_ops_without_files;

/** Read what the core itself has, as memory_read_fn. */
size_t core_read_dumped(void *context, uint64_t address, void *buffer, size_t size);

/** The segment that the address is in; NULL if there is none. */
const struct core_segment *core_find_segment(const struct core *core, uint64_t address);

/** The part of a file that was mapped at the address; NULL if none was. */
const struct core_range *core_find_range(const struct core *core, uint64_t address);

/** Index of a file, a new one if there is none of that path; SIZE_MAX without memory. */
size_t core_file_index(struct core *core, const char *path, size_t length);

/** Value of an entry of the auxiliary vector; 0 if there is none. */
uint64_t core_auxiliary(void *context, uint64_t type);

/** Has the signal killed it, and not a debugger's stop? */
bool core_has_died(const struct core *core);

#endif
