/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files and what is like one: Modules/_io/, Modules/mmapmodule.c, selectmodule.c; 2.7
 * Objects/fileobject.c. */
#include <string.h>

#include "base/cleanup.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

/* The beginning of a buffer that is shown: bytes or characters. */
#define CONTENTS_MAX 64

/* Space of FileIO's members in 2.7, where its flags have no "created". */
#define FILEIO_SPACE_2 24

static struct pyinspect_error *read_fd(const struct repr *repr, uint64_t object,
				       int32_t *ret)
{
	uint64_t value;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_FILEIO_FD, &value);
	if (!error)
		*ret = (int32_t)value;
	return error;
}

/* CPython: Modules/_io/fileio.c, mode_string(). */
static const char *mode_of(const struct repr *repr, uint64_t object,
			   const struct class *class)
{
	uint64_t flags = 0;
	if (!member_try(repr, object, 4, 1, &flags))
		return "?";
	if (member_space(repr, class) == FILEIO_SPACE_2)
		flags <<= 1;
	bool created = flags & 1, readable = flags & 2, writable = flags & 4;
	bool appending = flags & 8;
	if (created)
		return readable ? "xb+" : "xb";
	if (appending)
		return readable ? "ab+" : "ab";
	bool truncated = repr->view->layout->dialect->fileio_has_truncate && (flags & 64);
	if (readable && writable)
		return truncated ? "wb+" : "rb+";
	if (readable)
		return "rb";
	return "wb";
}

/* Write "<file 'name' fd 3 mode 'r'", and what stands behind it. */
static void write_file(struct repr *repr, uint64_t object, uint64_t name, int32_t fd,
		       const char *mode, const char *after)
{
	const char *number = fd < 0 ? "closed" : repr_printf(repr, "fd %d", fd);
	const char *rest = mode ? repr_printf(repr, " %s mode '%s'%s>", number, mode, after)
				: repr_printf(repr, " %s%s>", number, after);
	if (name)
		describe_inner(repr, object, name, "<file ", rest);
	else {
		printer_text(&repr->printer, "<file");
		printer_text(&repr->printer, rest);
	}
}

static struct pyinspect_error *format_fileio(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	int32_t fd;
	struct pyinspect_error *error = read_fd(repr, object, &fd);
	if (!error)
		write_file(repr, object, lookup_attribute(repr, object, "name"), fd,
			   mode_of(repr, object, class), " unbuffered");
	return error;
}

/* The FileIO at the bottom; false if it is something else. */
static bool find_fileio(struct repr *repr, uint64_t object, uint64_t *file_ret,
			const struct class **class_ret)
{
	for (int step = 0; step < 3 && object; step++) {
		const struct class *class;
		cleanup_error struct pyinspect_error *error =
			class_of(repr, object, &class);
		if (error)
			return false;
		const char *name = class->base->name;
		if (strcmp(name, "_io.FileIO") == 0) {
			*file_ret = object;
			*class_ret = class;
			return true;
		}
		if (strncmp(name, "_io.Buffered", 12) != 0 ||
		    !view_try(repr->view, object, FIELD_BUFFERED_RAW, &object))
			return false;
	}
	return false;
}

/* "ok" and "detached" of what has something below it. */
static const char *broken_state(const struct repr *repr, uint64_t object, unsigned int at)
{
	uint64_t ok = 1, detached = 0;
	member_try(repr, object, at, 4, &ok);
	member_try(repr, object, at + 4, 4, &detached);
	return detached ? " detached" : !ok ? " not initialised" : NULL;
}

static void write_broken(struct repr *repr, uint64_t object, const struct class *class,
			 const char *state)
{
	describe_class(repr, class);
	printer_text(&repr->printer, state);
	describe_end(repr, object);
}

static struct pyinspect_error *format_buffered(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint64_t raw, file;
	int32_t fd = -1;
	const struct class *file_class;
	const char *state = broken_state(repr, object, 8);
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_BUFFERED_RAW, &raw);
	if (error)
		return error;
	if (state) {
		write_broken(repr, object, class, state);
		return NULL;
	}
	if (!find_fileio(repr, raw, &file, &file_class)) {
		describe_class(repr, class);
		describe_inner(repr, object, raw, " of ", ">");
		return NULL;
	}
	error = read_fd(repr, file, &fd);
	if (!error)
		write_file(repr, object, lookup_attribute(repr, file, "name"), fd,
			   mode_of(repr, file, file_class), "");
	return error;
}

static struct pyinspect_error *format_text(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t buffer, encoding, file, mode;
	int32_t fd = -1;
	const struct class *file_class;
	const char *state = broken_state(repr, object, 0);
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_TEXTIO_BUFFER, &buffer);
	if (!error)
		error = view_read(repr->view, object, FIELD_TEXTIO_ENCODING, &encoding);
	if (error)
		return error;
	if (state) {
		write_broken(repr, object, class, state);
		return NULL;
	}
	const char *name = encoding ? repr_string(repr, encoding, CONTENTS_MAX) : NULL;
	const char *behind = repr_printf(repr, " encoding %s", name ? name : "?");
	if (!find_fileio(repr, buffer, &file, &file_class)) {
		describe_class(repr, class);
		printer_text(&repr->printer, behind);
		describe_inner(repr, object, buffer, " of ", ">");
		return NULL;
	}
	mode = lookup_attribute(repr, object, "mode");
	error = read_fd(repr, file, &fd);
	if (!error)
		write_file(repr, object, lookup_attribute(repr, file, "name"), fd,
			   mode ? repr_string(repr, mode, CONTENTS_MAX) : NULL, behind);
	return error;
}

static void write_contents_end(struct repr *repr, uint64_t shown, uint64_t size)
{
	printer_text(&repr->printer, shown < size ? "'...>" : "'>");
}

static struct pyinspect_error *format_bytesio(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	bool is_2 = repr->view->layout->dialect->bytes_are_str;
	unsigned char contents[CONTENTS_MAX];
	uint64_t buffer, size;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &buffer);
	if (!error)
		error = member_read(repr, object, 16, 8, &size);
	if (error)
		return error;
	if (!buffer) {
		write_broken(repr, object, class, " closed");
		return NULL;
	}
	describe_class(repr, class);
	printer_printf(&repr->printer, " of %llu bytes", (unsigned long long)size);
	describe_address(repr, object);
	if (!is_2)
		buffer += layout_at(repr->view->layout, FIELD_BYTES_DATA);
	uint64_t shown = size < CONTENTS_MAX ? size : CONTENTS_MAX;
	if (!size || !memory_try(repr->view->memory, buffer, contents, shown)) {
		printer_text(&repr->printer, ">");
		return NULL;
	}
	printer_text(&repr->printer, is_2 ? ": '" : ": b'");
	describe_bytes(repr, contents, shown);
	write_contents_end(repr, shown, size);
	return NULL;
}

/* Where StringIO says that it is closed, by the space of its members. */
static unsigned int stringio_closed_at(const struct repr *repr, const struct class *class)
{
	switch (member_space(repr, class)) {
	case 80:
		return 33;
	case 104:
		/* 3.6 to 3.11, whose type is static; and from 3.14. */
		return class->base->is_heap ? 49 : 57;
	case 152:
		return 97;
	}
	return 0;
}

/* CPython: Modules/_io/stringio.c: the text is in buf, else in an accumulator. */
#define STRINGIO_REALIZED 1

static bool read_characters(const struct repr *repr, uint64_t object, uint32_t *ret,
			    size_t count)
{
	uint64_t state, buffer;
	return !repr->view->layout->dialect->bytes_are_str &&
	       member_try(repr, object, 32, 4, &state) && state == STRINGIO_REALIZED &&
	       member_try(repr, object, 0, 8, &buffer) &&
	       memory_try(repr->view->memory, buffer, ret, count * sizeof(*ret));
}

static void write_characters(struct repr *repr, const uint32_t *characters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned char byte = (unsigned char)characters[i];
		if (characters[i] < 0x80)
			describe_bytes(repr, &byte, 1);
		else if (characters[i] <= 0x10ffff)
			printer_character(&repr->printer, characters[i]);
	}
}

static struct pyinspect_error *format_stringio(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	uint32_t contents[CONTENTS_MAX];
	uint64_t size, closed = 0;
	unsigned int at = stringio_closed_at(repr, class);
	struct pyinspect_error *error = member_read(repr, object, 16, 8, &size);
	if (!error && at)
		error = member_read(repr, object, at, 1, &closed);
	if (error)
		return error;
	if (closed) {
		write_broken(repr, object, class, " closed");
		return NULL;
	}
	describe_class(repr, class);
	printer_printf(&repr->printer, " of %llu characters", (unsigned long long)size);
	describe_address(repr, object);
	uint64_t shown = size < CONTENTS_MAX ? size : CONTENTS_MAX;
	if (!size || !read_characters(repr, object, contents, shown)) {
		printer_text(&repr->printer, ">");
		return NULL;
	}
	printer_text(&repr->printer, ": '");
	write_characters(repr, contents, shown);
	write_contents_end(repr, shown, size);
	return NULL;
}

/* glibc's FILE: its first word has this in the upper half, and the descriptor is at 112.
 * glibc: libio/bits/types/struct_FILE.h. */
#define FILE_MAGIC         0xfbad
#define FILE_DESCRIPTOR_AT 112

/* 2.7's file. */
static struct pyinspect_error *format_file2(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	const struct view *view = repr->view;
	uint64_t stream, name, mode, word, fd;
	(void)class;
	struct pyinspect_error *error =
		view_read(view, object, FIELD_FILE2_STREAM, &stream);
	if (!error)
		error = view_read(view, object, FIELD_FILE2_NAME, &name);
	if (!error)
		error = view_read(view, object, FIELD_FILE2_MODE, &mode);
	if (error)
		return error;
	const char *text = repr_string(repr, mode, CONTENTS_MAX);
	if (!stream)
		write_file(repr, object, name, -1, text, "");
	else if (memory_try(view->memory, stream, &word, 4) &&
		 (word >> 16 & 0xffff) == FILE_MAGIC &&
		 !memory_read_unsigned(view->memory, stream + FILE_DESCRIPTOR_AT, 4, &fd))
		write_file(repr, object, name, (int32_t)fd, text, "");
	else
		describe_inner(repr, object, name, "<file ",
			       repr_printf(repr, " open mode '%s'>", text ? text : "?"));
	return NULL;
}

/* {data, size, pos} */
static struct pyinspect_error *format_mmap(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t data, size, position;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &data);
	if (!error)
		error = member_read(repr, object, 8, 8, &size);
	if (!error)
		error = member_read(repr, object, 16, 8, &position);
	if (error)
		return error;
	if (!data) {
		write_broken(repr, object, class, " closed");
		return NULL;
	}
	describe_class(repr, class);
	printer_printf(&repr->printer, " of %llu bytes", (unsigned long long)size);
	describe_address(repr, object);
	printer_printf(&repr->printer, ", position %llu>", (unsigned long long)position);
	return NULL;
}

static struct pyinspect_error *format_epoll(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t fd;
	struct pyinspect_error *error = member_read(repr, object, 0, 4, &fd);
	if (error)
		return error;
	describe_class(repr, class);
	if ((int32_t)fd < 0)
		printer_text(&repr->printer, " closed>");
	else
		printer_printf(&repr->printer, " fd %d>", (int32_t)fd);
	return NULL;
}

static struct pyinspect_error *format_poll(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t dict, count;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &dict);
	if (!error)
		error = view_read(repr->view, dict, FIELD_DICT_USED, &count);
	if (error)
		return error;
	describe_class(repr, class);
	printer_printf(&repr->printer, " of %llu descriptor%s", (unsigned long long)count,
		       count == 1 ? "" : "s");
	describe_end(repr, object);
	return NULL;
}

const struct formatter file_formatters[] = {
	{.name = "_io.FileIO", .format = format_fileio},
	{.name = "_io.BufferedReader", .format = format_buffered},
	{.name = "_io.BufferedWriter", .format = format_buffered},
	{.name = "_io.BufferedRandom", .format = format_buffered},
	{.name = "_io.TextIOWrapper", .format = format_text},
	{.name = "_io.BytesIO", .format = format_bytesio},
	{.name = "_io.StringIO", .format = format_stringio},
	{.name = "file", .format = format_file2},
	{.name = "mmap.mmap", .format = format_mmap},
	{.name = "select.epoll", .format = format_epoll},
	{.name = "select.poll", .format = format_poll},
	{0},
};
