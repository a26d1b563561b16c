/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "target/mappings.h"

/* Linux 6.11, include/uapi/linux/fs.h: struct procmap_query. Older headers lack it. */
struct procmap_query {
	uint64_t size, query_flags, query_addr;
	uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};
#define PROCMAP_QUERY_IOCTL _IOWR('f', 17, struct procmap_query)
#define QUERY_READABLE      0x01
#define QUERY_WRITABLE      0x02
#define QUERY_EXECUTABLE    0x04
#define QUERY_OR_NEXT       0x10
#define QUERY_FILE_BACKED   0x20

#define PATH_SIZE ((size_t)4096)

bool mapping_parse(char *line, struct mapping *ret)
{
	char permissions[5] = "";
	unsigned int major, minor;
	int path = 0;
	struct mapping m = {0};
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n",
		   &m.start, &m.end, permissions, &m.offset, &major, &minor, &m.inode,
		   &path) < 7)
		return false;
	m.readable = permissions[0] == 'r';
	m.writable = permissions[1] == 'w';
	m.executable = permissions[2] == 'x';
	m.device = (uint64_t)major << 32 | minor;
	line[strcspn(line, "\n")] = '\0';
	m.path = line + path;
	*ret = m;
	return true;
}

static struct pyinspect_error *read_lines(int fd, mapping_fn callback, void *context)
{
	FILE *file = fdopen(fd, "r");
	if (!file)
		return &error_no_memory;
	cleanup_free char *line = NULL;
	size_t size = 0;
	struct mapping mapping;
	while (getline(&line, &size, file) > 0)
		if (mapping_parse(line, &mapping) && mapping.inode &&
		    !callback(context, &mapping))
			break;
	bool failed = ferror(file);
	int number = errno;
	fclose(file);
	return failed ? error_system(number, "maps", "can't read the mappings") : NULL;
}

/* Returns 0, or the errno of the first query that failed. */
static int query_each(int fd, mapping_fn callback, void *context)
{
	char path[PATH_SIZE];
	uint64_t address = 0;
	for (;;) {
		struct procmap_query query = {
			.size = sizeof(query),
			.query_flags = QUERY_OR_NEXT | QUERY_FILE_BACKED,
			.query_addr = address,
			.vma_name_size = sizeof(path),
			.vma_name_addr = (uint64_t)(uintptr_t)path,
		};
		if (ioctl(fd, PROCMAP_QUERY_IOCTL, &query) < 0)
			return errno == ENOENT ? 0 : errno;
		struct mapping mapping = {
			.start = query.vma_start,
			.end = query.vma_end,
			.offset = query.vma_offset,
			.readable = query.vma_flags & QUERY_READABLE,
			.writable = query.vma_flags & QUERY_WRITABLE,
			.executable = query.vma_flags & QUERY_EXECUTABLE,
			.device = (uint64_t)query.dev_major << 32 | query.dev_minor,
			.inode = query.inode,
			.path = query.vma_name_size ? path : "",
		};
		if (!callback(context, &mapping) || query.vma_end <= address)
			return 0;
		address = query.vma_end;
	}
}

struct pyinspect_error *mappings_read(int proc_fd, mapping_fn callback, void *context)
{
	cleanup_close int fd = openat(proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_system(errno, "maps", "can't open the list of mappings");
	int number = query_each(fd, callback, context);
	if (number == 0)
		return NULL;
	/* Nothing was reported yet: a kernel without the query refuses the first one. */
	if (number == ENOTTY || number == EINVAL)
		return read_lines(take_fd(&fd), callback, context);
	return error_system(number, "maps", "can't read the mappings");
}
