/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pyinspect-unpack: decompress what comes on descriptor 0 to descriptor 1.
 *
 * A process of its own: a compressed core may be made to harm who reads it. The library for
 * its format is loaded, and then all is given up that reading and writing doesn't need.
 * Exit codes: 0, 2 for an unknown format, 3 if its library isn't there, 4 for data that is
 * damaged or cut short, 5 if nobody takes what comes out.
 *
 * The libraries' interfaces are declared here: they are stable, and their headers are
 * needed nowhere else.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target/confine.h"
#include "target/unpack.h"

enum { END_UNKNOWN = 2, END_NO_LIBRARY, END_DAMAGED, END_NO_READER };

#define CHUNK        ((size_t)256 << 10)
#define CPU_SECONDS  900
#define MEMORY_LIMIT ((rlim_t)2 << 30)

static char input[CHUNK], output[CHUNK];
/** Bytes of input, and how many of them are used up. */
static size_t have, used;

/* More input, if all is used; false at its end. */
static bool refill(void)
{
	if (used < have)
		return true;
	ssize_t got = read(0, input, sizeof(input));
	used = 0;
	have = got > 0 ? (size_t)got : 0;
	return have;
}

static void give(size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t got = write(1, output + done, size - done);
		if (got <= 0)
			_exit(END_NO_READER);
		done += (size_t)got;
	}
}

static void *library(const char *name)
{
	void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		_exit(END_NO_LIBRARY);
	return handle;
}

/* A function of a library, as a pointer of the type of what it is given to. */
static void *function(void *handle, const char *name)
{
	void *found = dlsym(handle, name);
	if (!found)
		_exit(END_NO_LIBRARY);
	return found;
}

static void settle(void)
{
	confine(3, CPU_SECONDS, MEMORY_LIMIT);
}

/* zstd.h: ZSTD_inBuffer and ZSTD_outBuffer. */
struct zstd_buffer {
	void *data;
	size_t size, at;
};

static bool unpack_zstd(void)
{
	void *zstd = library("libzstd.so.1");
	void *(*create)(void) = function(zstd, "ZSTD_createDStream");
	size_t (*decompress)(void *, struct zstd_buffer *, struct zstd_buffer *) =
		function(zstd, "ZSTD_decompressStream");
	unsigned int (*is_error)(size_t) = function(zstd, "ZSTD_isError");
	settle();
	void *stream = create();
	size_t left = 1;
	while (stream && refill()) {
		struct zstd_buffer in = {input, have, used};
		struct zstd_buffer out = {output, sizeof(output), 0};
		left = decompress(stream, &out, &in);
		if (is_error(left))
			return false;
		used = in.at;
		give(out.at);
	}
	return stream && left == 0;
}

/* lz4frame.h. */
#define LZ4F_VERSION 100

static bool unpack_lz4(void)
{
	void *lz4 = library("liblz4.so.1");
	size_t (*create)(void **, unsigned int) =
		function(lz4, "LZ4F_createDecompressionContext");
	size_t (*decompress)(void *, void *, size_t *, const void *, size_t *,
			     const void *) = function(lz4, "LZ4F_decompress");
	unsigned int (*is_error)(size_t) = function(lz4, "LZ4F_isError");
	settle();
	void *context = NULL;
	size_t left = create(&context, LZ4F_VERSION);
	if (is_error(left))
		return false;
	left = 1;
	while (refill()) {
		size_t in = have - used, out = sizeof(output);
		left = decompress(context, output, &out, input + used, &in, NULL);
		if (is_error(left))
			return false;
		used += in;
		give(out);
	}
	return left == 0;
}

/* lzma/base.h: lzma_stream. */
struct lzma {
	const void *next_in;
	size_t avail_in;
	uint64_t total_in;
	void *next_out;
	size_t avail_out;
	uint64_t total_out;
	const void *allocator;
	void *internal, *reserved[4];
	uint64_t seek_pos, reserved_int;
	size_t reserved_size[2];
	int reserved_enum[2];
};
enum { LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR = 10 };
#define LZMA_MEMORY       ((uint64_t)1 << 30)
#define LZMA_CONCATENATED 8
enum { LZMA_RUN = 0, LZMA_FINISH = 3 };

static bool unpack_xz(void)
{
	void *lzma = library("liblzma.so.5");
	int (*begin)(struct lzma *, uint64_t, uint32_t) =
		function(lzma, "lzma_stream_decoder");
	int (*code)(struct lzma *, int) = function(lzma, "lzma_code");
	settle();
	struct lzma stream = {0};
	if (begin(&stream, LZMA_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
		return false;
	int end = LZMA_OK;
	while (end == LZMA_OK) {
		bool more = refill();
		stream.next_in = input + used;
		stream.avail_in = have - used;
		stream.next_out = output;
		stream.avail_out = sizeof(output);
		end = code(&stream, more ? LZMA_RUN : LZMA_FINISH);
		used = have - stream.avail_in;
		give(sizeof(output) - stream.avail_out);
		if (end == LZMA_BUF_ERROR && more)
			end = LZMA_OK;
	}
	return end == LZMA_STREAM_END;
}

/* zlib.h: z_stream. */
struct zlib {
	const void *next_in;
	unsigned int avail_in;
	unsigned long total_in;
	void *next_out;
	unsigned int avail_out;
	unsigned long total_out;
	const char *message;
	void *state, *alloc, *free, *opaque;
	int data_type;
	unsigned long adler, reserved;
};
enum { Z_OK, Z_STREAM_END };
#define Z_GZIP_WINDOW (15 + 16)
#define Z_VERSION     "1"

static bool unpack_gzip(void)
{
	void *zlib = library("libz.so.1");
	int (*begin)(struct zlib *, int, const char *, int) =
		function(zlib, "inflateInit2_");
	int (*inflate)(struct zlib *, int) = function(zlib, "inflate");
	int (*reset)(struct zlib *) = function(zlib, "inflateReset");
	settle();
	struct zlib stream = {0};
	if (begin(&stream, Z_GZIP_WINDOW, Z_VERSION, (int)sizeof(stream)) != Z_OK)
		return false;
	int end = Z_OK;
	while (refill()) {
		/* Several of them behind one another are one file. */
		if (end == Z_STREAM_END && reset(&stream) != Z_OK)
			return false;
		stream.next_in = input + used;
		stream.avail_in = (unsigned int)(have - used);
		stream.next_out = output;
		stream.avail_out = sizeof(output);
		end = inflate(&stream, 0);
		used = have - stream.avail_in;
		give(sizeof(output) - stream.avail_out);
		if (end != Z_OK && end != Z_STREAM_END)
			return false;
	}
	return end == Z_STREAM_END;
}

int main(void)
{
	static const struct {
		const char *format;
		bool (*run)(void);
	} formats[] = {
		{"zstd", unpack_zstd},
		{"lz4", unpack_lz4},
		{"xz", unpack_xz},
		{"gzip", unpack_gzip},
	};
	refill();
	const char *format = unpack_format(input, have);
	for (size_t i = 0; format && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i].format) == 0)
			_exit(formats[i].run() ? 0 : END_DAMAGED);
	_exit(END_UNKNOWN);
}
