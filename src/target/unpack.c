/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/program.h"
#include "target/helper.h"
#include "target/unpack.h"

#define HELPER_NAME "pyinspect-unpack"
/* Of processes, the largest have terabytes of address space, and dump little of it. */
#define SIZE_LIMIT ((uint64_t)1 << 40)
/* Left on the disk for all others. */
#define DISK_RESERVE ((uint64_t)256 << 20)
/* Some 300 MB come in a second, of zeros more. */
#define UNPACK_NS  ((uint64_t)900 * 1000000000)
#define BLOCK_SIZE ((size_t)4096)
/* How often progress is told. */
#define PROGRESS_BYTES ((uint64_t)16 << 20)

const char *unpack_format(const void *bytes, size_t size)
{
	static const struct {
		const char *name, *magic;
		size_t size;
	} formats[] = {
		{"zstd", "\x28\xb5\x2f\xfd", 4},
		{"lz4", "\x04\x22\x4d\x18", 4},
		{"xz", "\xfd\x37zXZ\0", 6},
		{"gzip", "\x1f\x8b\x08", 3},
	};
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (size >= formats[i].size &&
		    memcmp(bytes, formats[i].magic, formats[i].size) == 0)
			return formats[i].name;
	return NULL;
}

/* Where it goes. */
struct sink {
	int fd;
	uint64_t size, written, disk_limit;
	const struct unpack_progress *progress;
	/** When that is told again. */
	uint64_t told;
	/** Why it takes no more; NULL if it does. */
	const char *full;
	/** It was compressed. */
	bool is_packed;
};

static int open_nameless(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	char *path = NULL;
	if (asprintf(&path, "%s/pyinspect-XXXXXX", folder) < 0)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}

static struct pyinspect_error *open_sink(struct sink *sink)
{
	const char *folder = secure_getenv("TMPDIR");
	struct statvfs system;
	if (!folder || !*folder)
		folder = "/var/tmp";
	sink->fd = open_nameless(folder);
	if (sink->fd < 0)
		return error_system(errno, folder,
				    "no file can be made in %s, for a core that can't be "
				    "read where it is (set TMPDIR)",
				    folder);
	if (fstatvfs(sink->fd, &system) != 0)
		return NULL;
	uint64_t left = (uint64_t)system.f_bavail * system.f_frsize;
	sink->disk_limit = left > DISK_RESERVE ? left - DISK_RESERVE : 0;
	return NULL;
}

static bool is_zero(const char *data, size_t size)
{
	return !*data && memcmp(data, data + 1, size - 1) == 0;
}

static bool write_piece(struct sink *sink, const char *data, size_t size)
{
	if (is_zero(data, size)) {
		sink->size += size;
		return true;
	}
	sink->written += size;
	if (sink->written > sink->disk_limit) {
		sink->full = "there is not enough room for it in the folder of temporary "
			     "files (set TMPDIR)";
		return false;
	}
	while (size) {
		ssize_t got = pwrite(sink->fd, data, size, (off_t)sink->size);
		if (got <= 0) {
			sink->full = strerrordesc_np(errno);
			return false;
		}
		data += got;
		size -= (size_t)got;
		sink->size += (uint64_t)got;
	}
	return true;
}

/* A bomb is mostly something else: that isn't unpacked in vain. */
static bool is_core(const char *data, size_t size)
{
	Elf64_Ehdr header;
	if (size < sizeof(header))
		return true;
	memcpy(&header, data, sizeof(header));
	return memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_type == ET_CORE;
}

static bool goes_on(struct sink *sink)
{
	if (!sink->progress || sink->size < sink->told)
		return true;
	sink->told = sink->size + PROGRESS_BYTES;
	return sink->progress->tell(sink->progress->context, sink->size);
}

/* In blocks of the file, so that those of zeros are left out. */
static bool take(void *context, const char *data, size_t size)
{
	struct sink *sink = context;
	if (!sink->size && sink->is_packed && !is_core(data, size))
		sink->full = "it is not a core dump";
	else if (!goes_on(sink))
		sink->full = "it was given up";
	while (size && !sink->full) {
		size_t piece = BLOCK_SIZE - (size_t)(sink->size % BLOCK_SIZE);
		if (piece > size)
			piece = size;
		if (sink->size + piece > SIZE_LIMIT) {
			sink->full = "it would be larger than a terabyte";
			return false;
		}
		if (!write_piece(sink, data, piece))
			return false;
		data += piece;
		size -= piece;
	}
	return !sink->full;
}

static struct pyinspect_error *copy(int fd, const char *path, struct sink *sink)
{
	char chunk[65536];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0 && !take(sink, chunk, (size_t)got))
			break;
	return got < 0 ? error_system(errno, path, "can't read %s", path) : NULL;
}

static struct pyinspect_error *run_helper(int fd, const char *path, const char *format,
					  struct sink *sink)
{
	cleanup_free char *helper = helper_find(HELPER_NAME);
	if (!helper)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "%s is compressed by %s, and the program " HELPER_NAME
				    ", which would decompress it, is missing",
				    path, format);
	char *arguments[] = {HELPER_NAME, NULL};
	struct text unused = {0};
	struct program program = {.path = helper,
				  .arguments = arguments,
				  .fds = {fd, -1, -1, -1},
				  .deadline = program_clock() + UNPACK_NS,
				  .limit = SIZE_MAX,
				  .take = take,
				  .context = sink};
	struct pyinspect_error *error = program_run(&program, &unused);
	free(unused.data);
	return error;
}

/* What the helper's exit codes mean, see unpack_main.c. */
static struct pyinspect_error *explain(struct pyinspect_error *error, const char *path,
				       const char *format)
{
	const char *message = pyinspect_error_message(error);
	const char *why = NULL;
	if (strstr(message, "failed with code 3"))
		why = "which needs its library, and that is not installed here";
	else if (strstr(message, "failed with code"))
		why = "and the compressed data is damaged or cut short";
	if (!why)
		return error_context(error, "%s", path);
	struct pyinspect_error *explained =
		error_create(PYINSPECT_ERROR_BAD_DATA, "%s: it is compressed by %s, %s",
			     path, format, why);
	pyinspect_error_free(error);
	return explained;
}

struct pyinspect_error *unpack(int fd, const char *path, const char *format,
			       const struct unpack_progress *progress, int *fd_ret)
{
	struct sink sink = {.fd = -1,
			    .disk_limit = UINT64_MAX,
			    .progress = progress,
			    .is_packed = format};
	struct pyinspect_error *error = open_sink(&sink);
	if (error)
		return error;
	cleanup_close int opened = sink.fd;
	error = format ? run_helper(fd, path, format, &sink) : copy(fd, path, &sink);
	if (sink.full) {
		pyinspect_error_free(error);
		return error_create(PYINSPECT_ERROR_BAD_DATA, "%s can't be unpacked: %s",
				    path, sink.full);
	}
	/* What came before a cut is shown: its headers come first. */
	bool is_partly_there = error && format && sink.size > BLOCK_SIZE &&
			       strstr(pyinspect_error_message(error), "code 4");
	if (error && !is_partly_there)
		return format ? explain(error, path, format) : error;
	pyinspect_error_free(error);
	if (ftruncate(opened, (off_t)sink.size) != 0)
		return error_system(errno, path, "%s can't be unpacked", path);
	*fd_ret = take_fd(&opened);
	return NULL;
}
