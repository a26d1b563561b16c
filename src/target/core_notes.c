/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/procfs.h>

#include "base/cleanup.h"
#include "target/core_notes.h"

/* A process has some thousand threads at most, and a thread some five notes. */
#define THREADS_MAX ((size_t)1 << 17)
#define NOTES_MAX   (8 * THREADS_MAX)
/* Linux: fs/binfmt_elf.c, MAX_FILE_NOTE_SIZE. */
#define FILES_SIZE_MAX ((size_t)4 << 20)
#define AUXILIARY_MAX  64

struct note {
	uint32_t type;
	uint64_t offset, size;
};

void core_note_problem(struct core *core, const char *format, ...)
{
	va_list arguments;
	if (core->problem)
		return;
	va_start(arguments, format);
	if (vasprintf(&core->problem, format, arguments) < 0)
		core->problem = NULL;
	va_end(arguments);
}

static bool read_at(const struct core *core, uint64_t offset, void *buffer, size_t size)
{
	return offset <= INT64_MAX &&
	       pread(core->fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

static struct pyinspect_error *add_status(struct core *core, const struct note *note)
{
	struct elf_prstatus status;
	if (note->size < sizeof(status) ||
	    !read_at(core, note->offset, &status, sizeof(status))) {
		core_note_problem(core, "the note on a thread is too short");
		return NULL;
	}
	_Static_assert(sizeof(status.pr_reg) <= MACHINE_REGISTERS_SIZE, "room for them");
	struct core_thread thread = {
		.tid = status.pr_pid,
		.signal = status.pr_cursig,
		.state = machine_state_of(&status.pr_reg),
	};
	memcpy(thread.registers, &status.pr_reg, sizeof(status.pr_reg));
	if (core->threads.count == THREADS_MAX) {
		core_note_problem(core, "only %zu of its threads are looked at",
				  THREADS_MAX);
		return NULL;
	}
	return array_push(&core->threads, thread) ? NULL : &error_no_memory;
}

static void read_process(struct core *core, const struct note *note)
{
	struct elf_prpsinfo info;
	if (note->size < sizeof(info) ||
	    !read_at(core, note->offset, &info, sizeof(info))) {
		core_note_problem(core, "the note on the process is too short");
		return;
	}
	core->pid = info.pr_pid;
	core->parent = info.pr_ppid;
	core->uid = info.pr_uid;
	memcpy(core->name, info.pr_fname, sizeof(info.pr_fname));
	memcpy(core->arguments, info.pr_psargs, sizeof(info.pr_psargs));
	/* The kernel puts a blank behind each argument. */
	for (size_t length = strlen(core->arguments);
	     length && core->arguments[length - 1] == ' '; length--)
		core->arguments[length - 1] = '\0';
}

/* Of the union in it only some members mean something, by number and code. */
static void read_signal(struct core *core, const struct note *note)
{
	siginfo_t info;
	if (note->size < sizeof(info) || !read_at(core, note->offset, &info, sizeof(info)))
		return;
	core->has_signal = true;
	core->signal = (struct core_signal){.number = info.si_signo, .code = info.si_code};
	/* Linux: kernel/signal.c: what is sent by a call has a code that isn't positive. */
	if (info.si_code <= 0) {
		core->signal.sender = info.si_pid;
		core->signal.sender_uid = info.si_uid;
	} else {
		core->signal.address = (uint64_t)(uintptr_t)info.si_addr;
	}
}

static struct pyinspect_error *read_auxiliary(struct core *core, const struct note *note)
{
	struct core_word words[AUXILIARY_MAX];
	size_t size = note->size < sizeof(words) ? (size_t)note->size : sizeof(words);
	size -= size % sizeof(words[0]);
	if (!read_at(core, note->offset, words, size))
		return NULL;
	for (size_t i = 0; i < size / sizeof(words[0]) && words[i].type != AT_NULL; i++)
		if (!array_push(&core->auxiliary, words[i]))
			return &error_no_memory;
	return NULL;
}

/* A count, the size of a page, then start, end and offset of each; their paths behind. */
struct files_note {
	const char *text, *end;
	uint64_t words[2];
};

static struct pyinspect_error *add_ranges(struct core *core, const char *data, size_t size)
{
	struct {
		uint64_t count, page_size;
	} head;
	uint64_t entry[3];
	memcpy(&head, data, sizeof(head));
	if (head.count > (size - sizeof(head)) / sizeof(entry)) {
		core_note_problem(core, "the note on mapped files doesn't hold as many as "
					"it says");
		head.count = 0;
	}
	const char *text = data + sizeof(head) + head.count * sizeof(entry);
	for (uint64_t i = 0; i < head.count; i++) {
		const char *end = memchr(text, '\0', (size_t)(data + size - text));
		memcpy(entry, data + sizeof(head) + i * sizeof(entry), sizeof(entry));
		if (!end) {
			core_note_problem(core, "the note on mapped files is cut short");
			break;
		}
		struct core_range range = {
			.start = entry[0],
			.end = entry[1],
			.offset = entry[2] * head.page_size,
			.file = core_file_index(core, text, (size_t)(end - text)),
		};
		if (range.file == SIZE_MAX ||
		    (range.end > range.start && !array_push(&core->ranges, range)))
			return &error_no_memory;
		text = end + 1;
	}
	return NULL;
}

static struct pyinspect_error *read_files(struct core *core, const struct note *note)
{
	if (note->size < 2 * sizeof(uint64_t) || note->size > FILES_SIZE_MAX) {
		core_note_problem(core, "the note on mapped files makes no sense");
		return NULL;
	}
	cleanup_free char *data = malloc((size_t)note->size);
	if (!data)
		return &error_no_memory;
	if (read_at(core, note->offset, data, (size_t)note->size))
		return add_ranges(core, data, (size_t)note->size);
	core_note_problem(core, "the note on mapped files is cut short");
	return NULL;
}

/* Belongs to the thread before it. */
static void read_thread_pointer(struct core *core, const struct note *note)
{
	uint64_t pointer;
	if (core->threads.count && note->size >= sizeof(pointer) &&
	    read_at(core, note->offset, &pointer, sizeof(pointer)))
		core->threads.items[core->threads.count - 1].state.thread_pointer = pointer;
}

static struct pyinspect_error *use_note(struct core *core, const struct note *note)
{
	switch (note->type) {
	case NT_PRSTATUS:
		return add_status(core, note);
	case NT_PRPSINFO:
		read_process(core, note);
		break;
	case NT_SIGINFO:
		/* A debugger writes one for each thread; the first is what it is about. */
		if (!core->has_signal)
			read_signal(core, note);
		break;
	case NT_AUXV:
		return core->auxiliary.count ? NULL : read_auxiliary(core, note);
	case NT_FILE:
		return core->ranges.count ? NULL : read_files(core, note);
	case NT_ARM_TLS:
		read_thread_pointer(core, note);
		break;
	}
	return NULL;
}

static uint64_t aligned(uint64_t size)
{
	return (size + 3) & ~(uint64_t)3;
}

struct pyinspect_error *core_read_notes(struct core *core, uint64_t offset, uint64_t size)
{
	struct pyinspect_error *error = NULL;
	uint64_t end = offset + size;
	while (core->note_count++ < NOTES_MAX && offset < end && !error) {
		Elf64_Nhdr header;
		if (!read_at(core, offset, &header, sizeof(header))) {
			core_note_problem(core, "its notes are cut short");
			break;
		}
		/* Nobody writes such: zeros of a hole. */
		if (!header.n_namesz && !header.n_descsz)
			break;
		struct note note = {
			.type = header.n_type,
			.offset = offset + sizeof(header) + aligned(header.n_namesz),
			.size = header.n_descsz,
		};
		offset = note.offset + aligned(note.size);
		error = use_note(core, &note);
	}
	return error;
}
