/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "modules/image.h"
#include "modules/link_map.h"

/* Real files have about ten program headers, and some thirty dynamic entries. */
#define SEGMENTS_MAX 128
#define DYNAMIC_MAX  512
/* A chain of the hash table that is longer is no hash table. */
#define CHAIN_MAX       4096
#define SYMBOL_NAME_MAX 256

const char *image_name(const struct image *image)
{
	const char *slash = strrchr(image->path, '/');
	return slash ? slash + 1 : image->path;
}

static struct pyinspect_error *bad_image(const struct image *image, const char *what)
{
	return error_at(PYINSPECT_ERROR_BAD_DATA, image->start, "%s: %s", image->path,
			what);
}

static bool read_dynamic(struct target *target, struct image *image, uint64_t address)
{
	for (int i = 0; i < DYNAMIC_MAX; i++) {
		Elf64_Dyn entry;
		if (!memory_try(&target->memory, address + (uint64_t)i * sizeof(entry),
				&entry, sizeof(entry)))
			return false;
		/* The loader has added the bias already, but not in the vdso's or musl's.
		 */
		uint64_t value = entry.d_un.d_ptr;
		if (value < image->bias)
			value += image->bias;
		switch (entry.d_tag) {
		case DT_NULL:
			return true;
		case DT_SYMTAB:
			image->symbols = value;
			break;
		case DT_STRTAB:
			image->strings = value;
			break;
		case DT_STRSZ:
			image->strings_size = entry.d_un.d_val;
			break;
		case DT_GNU_HASH:
			image->gnu_hash = value;
			break;
		case DT_HASH:
			image->hash = value;
			break;
		case DT_SONAME:
			image->soname = entry.d_un.d_val;
			break;
		}
	}
	return false;
}

static bool is_elf64(const Elf64_Ehdr *header)
{
	return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       header->e_phentsize == sizeof(Elf64_Phdr) && header->e_phnum <= SEGMENTS_MAX;
}

static void use_segment(struct image *image, const Elf64_Phdr *segment, uint64_t *dynamic)
{
	if (segment->p_type == PT_DYNAMIC)
		*dynamic = image->bias + segment->p_vaddr;
	if (segment->p_type == PT_GNU_EH_FRAME)
		image->unwind_header = image->bias + segment->p_vaddr;
	if (segment->p_type == PT_NOTE && image->note_count < NOTE_SEGMENTS_MAX)
		image->notes[image->note_count++] =
			(struct note_segment){.address = image->bias + segment->p_vaddr,
					      .size = segment->p_memsz,
					      .alignment = segment->p_align};
	if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W))
		return;
	uint64_t start = image->bias + segment->p_vaddr;
	if (image->data_start == image->data_end)
		image->data_start = start;
	if (start + segment->p_memsz > image->data_end)
		image->data_end = start + segment->p_memsz;
}

static struct pyinspect_error *load(struct target *target, struct image *image)
{
	Elf64_Ehdr header;
	Elf64_Phdr segments[SEGMENTS_MAX];
	struct pyinspect_error *error =
		memory_read(&target->memory, image->start, &header, sizeof(header));
	if (error)
		return error;
	if (!is_elf64(&header))
		return bad_image(image, "not a 64-bit ELF file of this architecture");
	error = memory_read(&target->memory, image->start + header.e_phoff, segments,
			    header.e_phnum * sizeof(segments[0]));
	if (error)
		return error;
	int first = 0;
	while (first < header.e_phnum && segments[first].p_type != PT_LOAD)
		first++;
	if (first == header.e_phnum)
		return bad_image(image, "the file has nothing to load");
	image->bias = image->start - (segments[first].p_vaddr - segments[first].p_offset);
	uint64_t dynamic = 0;
	for (int i = 0; i < header.e_phnum; i++)
		use_segment(image, &segments[i], &dynamic);
	if (dynamic && !read_dynamic(target, image, dynamic))
		return bad_image(image, "its dynamic section has no end");
	image->loaded = true;
	return NULL;
}

static bool symbol_matches(struct target *target, const struct image *image,
			   const Elf64_Sym *symbol, const char *name)
{
	char text[SYMBOL_NAME_MAX];
	size_t size = strlen(name) + 1;
	return symbol->st_shndx != SHN_UNDEF && size <= sizeof(text) &&
	       symbol->st_name < image->strings_size &&
	       memory_try(&target->memory, image->strings + symbol->st_name, text, size) &&
	       memcmp(text, name, size) == 0;
}

static bool try_symbol(struct target *target, const struct image *image, uint32_t index,
		       const char *name, struct symbol *ret)
{
	Elf64_Sym symbol;
	if (!memory_try(&target->memory, image->symbols + (uint64_t)index * sizeof(symbol),
			&symbol, sizeof(symbol)) ||
	    !symbol_matches(target, image, &symbol, name))
		return false;
	*ret = (struct symbol){.address = image->bias + symbol.st_value,
			       .size = symbol.st_size};
	return true;
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;
	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

/* The table: header, bloom filter of 64-bit words, buckets, chains. */
static struct pyinspect_error *search_gnu_hash(struct target *target,
					       const struct image *image, const char *name,
					       struct symbol *ret)
{
	struct {
		uint32_t buckets, first, bloom_size, bloom_shift;
	} header;
	struct memory *memory = &target->memory;
	struct pyinspect_error *error =
		memory_read(memory, image->gnu_hash, &header, sizeof(header));
	if (error)
		return error;
	if (header.buckets == 0 || header.bloom_size == 0)
		return NULL;
	uint32_t hash = gnu_hash(name), index;
	uint64_t at = image->gnu_hash + sizeof(header), word;
	error = memory_read_u64(memory, at + 8 * (uint64_t)(hash / 64 % header.bloom_size),
				&word);
	if (error || !(word >> (hash % 64) & 1) ||
	    !(word >> ((hash >> (header.bloom_shift & 31)) % 64) & 1))
		return error;
	at += 8 * (uint64_t)header.bloom_size;
	error = memory_read(memory, at + 4 * (uint64_t)(hash % header.buckets), &index,
			    sizeof(index));
	if (error || index < header.first)
		return error;
	at += 4 * (uint64_t)header.buckets;
	for (int i = 0; i < CHAIN_MAX; i++, index++) {
		uint32_t other;
		error = memory_read(memory, at + 4 * (uint64_t)(index - header.first),
				    &other, sizeof(other));
		if (error)
			return error;
		if ((other | 1) == (hash | 1) &&
		    try_symbol(target, image, index, name, ret))
			return NULL;
		if (other & 1)
			return NULL;
	}
	return bad_image(image, "its hash table of symbols has a chain without an end");
}

static uint32_t sysv_hash(const char *name)
{
	uint32_t hash = 0;
	for (; *name; name++) {
		hash = (hash << 4) + (unsigned char)*name;
		uint32_t high = hash & 0xf0000000;
		hash = (hash ^ high >> 24) & ~high;
	}
	return hash;
}

static struct pyinspect_error *search_hash(struct target *target, const struct image *image,
					   const char *name, struct symbol *ret)
{
	struct {
		uint32_t buckets, chains;
	} header;
	struct memory *memory = &target->memory;
	uint32_t index;
	struct pyinspect_error *error =
		memory_read(memory, image->hash, &header, sizeof(header));
	if (error || header.buckets == 0)
		return error;
	uint64_t at = image->hash + sizeof(header);
	error = memory_read(memory, at + 4 * (uint64_t)(sysv_hash(name) % header.buckets),
			    &index, sizeof(index));
	at += 4 * (uint64_t)header.buckets;
	for (int i = 0; i < CHAIN_MAX && !error && index; i++) {
		if (try_symbol(target, image, index, name, ret))
			return NULL;
		error = memory_read(memory, at + 4 * (uint64_t)index, &index,
				    sizeof(index));
	}
	if (!error && index)
		error = bad_image(image,
				  "its hash table of symbols has a chain without an end");
	return error;
}

struct pyinspect_error *image_symbol_find(struct target *target, struct image *image,
					  const char *name, struct symbol *ret)
{
	struct pyinspect_error *error = image->loaded ? NULL : load(target, image);
	if (error)
		return error;
	struct symbol symbol = {0};
	if (!image->symbols || !image->strings)
		error = NULL;
	else if (image->gnu_hash)
		error = search_gnu_hash(target, image, name, &symbol);
	else if (image->hash)
		error = search_hash(target, image, name, &symbol);
	if (!error)
		*ret = symbol;
	return error;
}

struct pyinspect_error *image_symbol(struct target *target, struct image *image,
				     const char *name, uint64_t *address_ret)
{
	struct symbol symbol;
	struct pyinspect_error *error = image_symbol_find(target, image, name, &symbol);
	if (!error)
		*address_ret = symbol.address;
	return error;
}

/* The executable first, then what is named after Python, then the others. */
static int rank(const struct image *image, const char *executable)
{
	if (executable && strcmp(image->path, executable) == 0)
		return 0;
	const char *name = image_name(image);
	if (strncmp(name, "libpython", strlen("libpython")) == 0)
		return 1;
	/* Extension modules have names like _json.cpython-311-x86_64-linux-gnu.so. */
	return strstr(name, "python") && !strstr(name, ".cpython-") ? 2 : 3;
}

struct listing {
	struct images *images;
	bool failed;
};

static bool add_mapping(void *context, const struct mapping *mapping)
{
	struct listing *listing = context;
	if (mapping->offset != 0 || !mapping->readable)
		return true;
	struct image image = {.path = strdup(mapping->path),
			      .device = mapping->device,
			      .inode = mapping->inode,
			      .start = mapping->start,
			      .end = mapping->end};
	if (image.path && array_push(listing->images, image))
		return true;
	free(image.path);
	listing->failed = true;
	return false;
}

static void sort(struct images *images, const char *executable)
{
	/* Few, and the order within a rank stays: an insertion sort. */
	for (size_t i = 1; i < images->count; i++) {
		struct image image = images->items[i];
		size_t j = i;
		for (; j > 0 &&
		       rank(&images->items[j - 1], executable) > rank(&image, executable);
		     j--)
			images->items[j] = images->items[j - 1];
		images->items[j] = image;
	}
}

struct pyinspect_error *images_list(struct target *target, const char *executable,
				    struct images *ret)
{
	struct images images = {0};
	struct listing listing = {.images = &images};
	struct pyinspect_error *error =
		target->ops->mappings
			? target->ops->mappings(target->context, add_mapping, &listing)
			: link_map_list(target, add_mapping, &listing);
	if (!error && listing.failed)
		error = &error_no_memory;
	if (error) {
		images_deinit(&images);
		return error;
	}
	sort(&images, executable);
	*ret = images;
	return NULL;
}

void images_deinit(struct images *images)
{
	for (size_t i = 0; i < images->count; i++)
		free(images->items[i].path);
	free(images->items);
	*images = (struct images){0};
}
