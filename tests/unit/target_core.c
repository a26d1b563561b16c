/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Core dumps that lie about themselves, and what is read of one that doesn't. */
#include <elf.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <time.h>
#include <unistd.h>

#include "image.h"
#include "tap.h"
#include "target/core.h"
#include "target/core_start.h"

#define SEGMENTS   3
#define NOTES      0x400
#define NOTES_SIZE 0xc00
#define DATA       0x2000
#define PAGE       0x1000
#define ADDRESS    UINT64_C(0x7f0000000000)
#define TOO_LONG   5.0

/* A core of two pages, and of a third one that isn't in it. */
struct sample {
	Elf64_Ehdr header;
	Elf64_Phdr segments[SEGMENTS];
	unsigned char filler[NOTES - sizeof(Elf64_Ehdr) - SEGMENTS * sizeof(Elf64_Phdr)];
	unsigned char notes[NOTES_SIZE];
	unsigned char gap[DATA - NOTES - NOTES_SIZE];
	unsigned char data[2 * PAGE];
};

static size_t add_note(struct sample *sample, size_t at, uint32_t type, const void *data,
		       size_t size)
{
	Elf64_Nhdr note = {.n_namesz = 5, .n_descsz = (uint32_t)size, .n_type = type};
	memcpy(sample->notes + at, &note, sizeof(note));
	memcpy(sample->notes + at + sizeof(note), "CORE", 5);
	memcpy(sample->notes + at + sizeof(note) + 8, data, size);
	return at + sizeof(note) + 8 + ((size + 3) & ~(size_t)3);
}

static size_t add_files(struct sample *sample, size_t at)
{
	struct {
		uint64_t count, page, start, end, offset;
		char path[16];
	} files = {1, PAGE, ADDRESS + 2 * PAGE, ADDRESS + 3 * PAGE, 1, "/nonexistent"};
	return add_note(sample, at, NT_FILE, &files, sizeof(files));
}

static struct sample *make(void)
{
	struct sample *sample = calloc(1, sizeof(*sample));
	struct elf_prstatus first = {.pr_pid = 11, .pr_cursig = SIGSEGV},
			    second = {.pr_pid = 12};
	struct elf_prpsinfo info = {.pr_pid = 11, .pr_ppid = 10, .pr_psargs = "python x "};
	siginfo_t signal = {.si_signo = SIGSEGV, .si_code = SEGV_MAPERR};
	uint64_t auxiliary[] = {AT_PHDR, ADDRESS + 64, AT_NULL, 0};
	if (!sample)
		abort();
	sample->header = (Elf64_Ehdr){.e_type = ET_CORE,
				      .e_machine = machine_elf,
				      .e_phoff = sizeof(Elf64_Ehdr),
				      .e_phentsize = sizeof(Elf64_Phdr),
				      .e_phnum = SEGMENTS};
	memcpy(sample->header.e_ident, ELFMAG, SELFMAG);
	sample->header.e_ident[EI_CLASS] = ELFCLASS64;
	sample->header.e_ident[EI_DATA] = ELFDATA2LSB;
	signal.si_addr = (void *)0x1234;
	size_t at = add_note(sample, 0, NT_PRSTATUS, &first, sizeof(first));
	at = add_note(sample, at, NT_PRPSINFO, &info, sizeof(info));
	at = add_note(sample, at, NT_SIGINFO, &signal, sizeof(signal));
	at = add_note(sample, at, NT_AUXV, auxiliary, sizeof(auxiliary));
	at = add_files(sample, at);
	at = add_note(sample, at, NT_PRSTATUS, &second, sizeof(second));
	sample->segments[0] =
		(Elf64_Phdr){.p_type = PT_NOTE, .p_offset = NOTES, .p_filesz = at};
	sample->segments[1] = (Elf64_Phdr){.p_type = PT_LOAD,
					   .p_flags = PF_R | PF_W,
					   .p_offset = DATA,
					   .p_vaddr = ADDRESS,
					   .p_filesz = 2 * PAGE,
					   .p_memsz = 2 * PAGE};
	sample->segments[2] = (Elf64_Phdr){.p_type = PT_LOAD,
					   .p_flags = PF_R,
					   .p_offset = DATA + 2 * PAGE,
					   .p_vaddr = ADDRESS + 2 * PAGE,
					   .p_memsz = PAGE};
	for (size_t i = 0; i < sizeof(sample->data); i++)
		sample->data[i] = (unsigned char)(i / 16);
	return sample;
}

/* Open bytes as a core; they may be longer than they are, by a hole. */
static struct pyinspect_error *open_bytes(const void *bytes, size_t size, off_t apparent,
					  struct core **ret)
{
	char path[64];
	int fd = memfd_create("core", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size ||
	    (apparent && ftruncate(fd, apparent)))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct pyinspect_error *error = core_open(path, NULL, ret);
	close(fd);
	return error;
}

static struct core *open_sample(const struct sample *sample)
{
	struct core *core = NULL;
	struct pyinspect_error *error = open_bytes(sample, sizeof(*sample), 0, &core);
	if (!CHECK(!error))
		printf("# %s\n", pyinspect_error_message(error));
	pyinspect_error_free(error);
	return core;
}

static void test_contents(void)
{
	struct sample *sample = make();
	struct core *core = open_sample(sample);
	REQUIRE(core);
	CHECK_NUMBER(core->segments.count, 2);
	CHECK_NUMBER(core->threads.count, 2);
	CHECK_NUMBER(core->threads.items[0].tid, 11);
	CHECK_NUMBER(core->threads.items[1].tid, 12);
	CHECK_NUMBER(core->pid, 11);
	CHECK_NUMBER(core->parent, 10);
	CHECK_TEXT(core->arguments, "python x");
	CHECK_NUMBER(core->signal.address, 0x1234);
	CHECK_NUMBER(core_auxiliary(core, AT_PHDR), ADDRESS + 64);
	CHECK(core_has_died(core));
	CHECK(!core->problem);
	REQUIRE(core->files.count == 1 && core->ranges.count == 1);
	CHECK_TEXT(core->files.items[0].path, "/nonexistent");
	CHECK_NUMBER(core->ranges.items[0].offset, PAGE);
	core_close(core);
	free(sample);
}

static void test_memory(void)
{
	unsigned char buffer[2 * PAGE];
	struct sample *sample = make();
	struct core *core = open_sample(sample);
	REQUIRE(core);
	CHECK_NUMBER(core_ops.read(core, ADDRESS + 8, buffer, 16), 16);
	CHECK(memcmp(buffer, sample->data + 8, 16) == 0);
	/* Up to where it isn't in the core. */
	CHECK_NUMBER(core_ops.read(core, ADDRESS + 2 * PAGE - 4, buffer, 16), 4);
	CHECK_NUMBER(core_ops.read(core, ADDRESS + 2 * PAGE, buffer, 16), 0);
	CHECK_NUMBER(core_ops.read(core, ADDRESS - 1, buffer, 16), 0);
	CHECK_NUMBER(core_ops.read(core, UINT64_MAX, buffer, 16), 0);
	core_close(core);
	free(sample);
}

static void check_refused(const void *bytes, size_t size, off_t apparent, const char *why)
{
	struct core *core = NULL;
	struct pyinspect_error *error = open_bytes(bytes, size, apparent, &core);
	if (CHECK(error))
		CHECK_HOLDS(pyinspect_error_message(error), why);
	else
		core_close(core);
	pyinspect_error_free(error);
}

static void test_refusals(void)
{
	struct sample *sample = make();
	check_refused("", 0, 0, "empty");
	check_refused("\177ELF", 4, 0, "too short");
	check_refused("hello", 5, 1000, "not a core dump");
	check_refused("", 0, (off_t)1 << 40, "not a core dump");
	sample->header.e_type = ET_DYN;
	check_refused(sample, sizeof(*sample), 0, "not a core dump");
	sample->header.e_type = ET_CORE;
	sample->header.e_machine = EM_S390;
	check_refused(sample, sizeof(*sample), 0, "another architecture");
	sample->header.e_machine = machine_elf;
	sample->header.e_ident[EI_CLASS] = ELFCLASS32;
	check_refused(sample, sizeof(*sample), 0, "32-bit");
	sample->header.e_ident[EI_CLASS] = ELFCLASS64;
	sample->header.e_ident[EI_DATA] = ELFDATA2MSB;
	check_refused(sample, sizeof(*sample), 0, "big-endian");
	sample->header.e_ident[EI_DATA] = ELFDATA2LSB;
	sample->header.e_phnum = 0;
	check_refused(sample, sizeof(*sample), 0, "no memory");
	sample->header.e_phnum = PN_XNUM;
	sample->header.e_shoff = UINT64_MAX - 3;
	check_refused(sample, sizeof(*sample), 0, "cut short");
	sample->header.e_phnum = 1000;
	check_refused(sample, sizeof(*sample), 0, "cut short");
	free(sample);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* All that may be opened is read all over, and closed. */
static void use(const void *bytes, size_t size, off_t apparent)
{
	unsigned char buffer[256];
	struct core *core = NULL;
	struct arena arena = {0};
	struct core_start start;
	double before = seconds();
	struct pyinspect_error *error = open_bytes(bytes, size, apparent, &core);
	for (uint64_t i = 0; !error && i < 64; i++)
		core_ops.read(core, ADDRESS + i * 0x111, buffer, sizeof(buffer));
	if (!error)
		CHECK(core_start_read(core, "PYTHON", &arena, &start));
	if (!error)
		core_close(core);
	arena_deinit(&arena);
	pyinspect_error_free(error);
	CHECK(seconds() - before < TOO_LONG);
}

/* A hole of a terabyte as notes; each segment the same notes; sizes beyond everything. */
static void test_lies(void)
{
	struct sample *sample = make();
	sample->segments[0].p_filesz = (uint64_t)1 << 40;
	use(sample, sizeof(*sample), (off_t)1 << 40);
	sample->segments[0].p_offset = UINT64_MAX - 64;
	use(sample, sizeof(*sample), 0);
	sample->segments[1].p_offset = UINT64_MAX - PAGE;
	use(sample, sizeof(*sample), 0);
	sample->segments[1].p_vaddr = UINT64_MAX - 1;
	use(sample, sizeof(*sample), 0);
	free(sample);
	sample = make();
	sample->segments[1].p_filesz = sample->segments[1].p_memsz = UINT64_MAX / 2;
	use(sample, sizeof(*sample), 0);
	struct core *core = open_sample(sample);
	if (core) {
		CHECK_HOLDS(core->problem, "cut short");
		core_close(core);
	}
	free(sample);
}

/* A thousand threads of one second each would be too many: the same notes again and
 * again are bounded in all. */
static void test_many(void)
{
	size_t count = 60000, size = sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr);
	struct sample *sample = make();
	char *bytes = calloc(1, size + NOTES_SIZE);
	REQUIRE(bytes);
	sample->header.e_phnum = (uint16_t)count;
	memcpy(bytes, &sample->header, sizeof(sample->header));
	sample->segments[0].p_offset = size;
	for (size_t i = 0; i < count; i++)
		memcpy(bytes + sizeof(Elf64_Ehdr) + i * sizeof(Elf64_Phdr),
		       &sample->segments[0], sizeof(Elf64_Phdr));
	memcpy(bytes + size, sample->notes, NOTES_SIZE);
	use(bytes, size + NOTES_SIZE, 0);
	free(bytes);
	free(sample);
}

#define SPOILT_ROUNDS 4000

static void test_spoilt(void)
{
	uint64_t state = 88172645463325252u;
	for (int round = 0; round < SPOILT_ROUNDS; round++) {
		struct sample *sample = make();
		unsigned char *bytes = (unsigned char *)sample;
		for (int i = 0; i < 4; i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			size_t at = (size_t)(state >> 20) % (NOTES + NOTES_SIZE);
			bytes[at] = state & 64 ? 0xff : (unsigned char)state;
		}
		use(sample, state & 128 ? sizeof(*sample) : (size_t)(state >> 8) % DATA, 0);
		free(sample);
	}
}

int main(void)
{
	TEST("a core's segments, threads, signal and files", test_contents);
	TEST("memory is read as far as it is in the core", test_memory);
	TEST("what is no core of this machine is refused in words", test_refusals);
	TEST("lying sizes and a hole of a terabyte end soon", test_lies);
	TEST("notes that are told again and again end soon", test_many);
	TEST("spoilt headers and notes crash nothing", test_spoilt);
	return tap_finish();
}
