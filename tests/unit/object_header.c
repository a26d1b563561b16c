/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses that somebody typed, and what the garbage collector has before objects. */
#include <stdlib.h>

#include "object/header.h"
#include "tap.h"
#include "versions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where builds without a GIL have their counts, before ob_type. */
#define LOCAL   12
#define SHARED  8
#define GC_BITS 13

#define HEAP_TYPE (TYPE_FLAG_GC | TYPE_FLAG_HEAP)

/* A world with `type`, which is its own type, and two types of its. */
struct stage {
	struct world world;
	uint64_t type_type, plain_type, list_type;
};

static void finish(struct stage *stage)
{
	struct world *world = &stage->world;
	stage->type_type = make_type(world, "type", TYPE_FLAG_TYPE | TYPE_FLAG_GC);
	stage->plain_type = make_type(world, "int", TYPE_FLAG_LONG);
	stage->list_type = make_type(world, "list", TYPE_FLAG_LIST | TYPE_FLAG_GC);
	put(world, stage->type_type, FIELD_OBJECT_TYPE, stage->type_type);
	put(world, stage->plain_type, FIELD_OBJECT_TYPE, stage->type_type);
	put(world, stage->list_type, FIELD_OBJECT_TYPE, stage->type_type);
}

static void stage_init(struct stage *stage, uint32_t hexversion)
{
	world_init(&stage->world, hexversion);
	finish(stage);
}

static void stage_init_unguarded(struct stage *stage, uint32_t hexversion)
{
	world_init_unguarded(&stage->world, hexversion);
	finish(stage);
}

#define FOR_EACH_STAGE(stage)                                                              \
	for (size_t row_ = 0; row_ < dialect_count; row_++)                                \
		for (bool once_ = (stage_init(stage, version_at(row_)), true); once_;      \
		     once_ = (world_deinit(&(stage)->world), false))

static int read_header(struct stage *stage, uint64_t address, struct object_header *ret)
{
	*ret = (struct object_header){0};
	return error_code_of(object_header_read(&stage->world.view, address, ret));
}

/* There is no object, and the sentence says this of it. */
static void check_none(struct stage *stage, uint64_t address, int code, const char *words)
{
	struct object_header header;
	struct pyinspect_error *error =
		object_header_read(&stage->world.view, address, &header);
	if (!CHECK(error))
		return;
	CHECK_NUMBER(pyinspect_error_code(error), code);
	CHECK(strstr(pyinspect_error_message(error), words));
	pyinspect_error_free(error);
}

static void check_count(struct stage *stage, uint64_t word, uint64_t references,
			bool immortal)
{
	struct object_header header;
	uint64_t object = make_object(&stage->world, stage->plain_type, 64);
	put(&stage->world, object, FIELD_OBJECT_REFCNT, word);
	CHECK_NUMBER(read_header(stage, object, &header), 0);
	CHECK_NUMBER(header.address, object);
	CHECK_NUMBER(header.type, stage->plain_type);
	CHECK_NUMBER(header.type_flags, TYPE_FLAG_LONG);
	CHECK_NUMBER(header.references, references);
	CHECK_NUMBER(header.is_immortal, immortal);
}

static void test_counts(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		const struct dialect *dialect = stage.world.layout.dialect;
		check_count(&stage, 1, 1, false);
		check_count(&stage, 0, 0, false);
		check_count(&stage, 123456, 123456, false);
		check_count(&stage, 0xffffffff, 0xffffffff, dialect->has_immortals);
		check_count(&stage, 0xc0000000, 0xc0000000, dialect->has_immortals);
		if (dialect->reference_flag_bits)
			check_count(&stage, UINT64_C(0x0005) << 48 | 7, 7, false);
	}
}

static void test_freed(void)
{
	static const uint8_t fillings[] = {0xdd, 0xdb, 0xcd, 0xcb, 0xfd, 0xfb};
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t object = make_object(world, stage.plain_type, 64);
		put(world, object, FIELD_OBJECT_REFCNT, UINT64_C(0x7f1234567890));
		check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA, "was freed");
		for (size_t i = 0; i < COUNT(fillings); i++) {
			memset(image_at(&world->image, object, 64), fillings[i], 64);
			memory_forget(&world->memory);
			check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA,
				   "a debug build fills it");
		}
	}
}

static void test_addresses(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		struct object_header header;
		uint64_t object = make_object(world, stage.plain_type, 64);
		put(world, object, FIELD_OBJECT_REFCNT, 1);
		check_none(&stage, 0, PYINSPECT_ERROR_BAD_DATA, "NULL");
		check_none(&stage, 0x1000, PYINSPECT_ERROR_FAULT, "nothing can be read");
		check_none(&stage, UINT64_MAX - 7, PYINSPECT_ERROR_FAULT, "nothing can be");
		check_none(&stage, object + 4, PYINSPECT_ERROR_BAD_DATA, "multiples of 8");
		check_none(&stage, object + 16, PYINSPECT_ERROR_BAD_DATA, "is none");
		if (!world->layout.dialect->stackref_tag) {
			check_none(&stage, object + 1, PYINSPECT_ERROR_BAD_DATA,
				   "multiples of 8");
			continue;
		}
		CHECK_NUMBER(read_header(&stage, object + 1, &header), 0);
		CHECK_NUMBER(header.address, object);
		check_none(&stage, 1, PYINSPECT_ERROR_BAD_DATA, "NULL");
		check_none(&stage, 5 << 2 | 3, PYINSPECT_ERROR_BAD_DATA, "this one is 5");
		check_none(&stage, (uint64_t)-5 << 2 | 3, PYINSPECT_ERROR_BAD_DATA,
			   "this one is -5");
	}
}

/* Of what is no type, and of types whose types lead nowhere. */
static void test_types(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		struct object_header header;
		uint64_t one = make_type(world, "one", TYPE_FLAG_TYPE);
		uint64_t two = make_type(world, "two", TYPE_FLAG_TYPE);
		uint64_t object = make_object(world, one, 64);
		put(world, object, FIELD_OBJECT_REFCNT, 1);
		check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA, "is none");
		put(world, one, FIELD_OBJECT_TYPE, two);
		put(world, two, FIELD_OBJECT_TYPE, one);
		check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA, "is none");
		put(world, two, FIELD_OBJECT_TYPE, stage.type_type);
		CHECK_NUMBER(read_header(&stage, object, &header), 0);
		put(world, object, FIELD_OBJECT_TYPE, one + 4);
		check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA, "is none");
		put(world, object, FIELD_OBJECT_TYPE, stage.plain_type);
		CHECK_NUMBER(read_header(&stage, object, &header), 0);
		put(world, stage.plain_type, FIELD_OBJECT_TYPE, object);
		check_none(&stage, object, PYINSPECT_ERROR_BAD_DATA, "is none");
	}
}

static uint64_t put_counts(struct stage *stage, uint32_t local, uint64_t shared)
{
	struct world *world = &stage->world;
	uint64_t object = make_object(world, stage->plain_type, 64);
	uint64_t type = object + layout_at(&world->layout, FIELD_OBJECT_TYPE);
	image_write_unsigned(&world->image, type - LOCAL, 4, local);
	image_write_u64(&world->image, type - SHARED, shared);
	return object;
}

static void check_unguarded(struct stage *stage, uint32_t local, uint64_t shared,
			    uint64_t references, bool immortal)
{
	struct object_header header;
	uint64_t object = put_counts(stage, local, shared);
	CHECK_NUMBER(read_header(stage, object, &header), 0);
	CHECK_NUMBER(header.references, references);
	CHECK_NUMBER(header.is_immortal, immortal);
}

static void test_unguarded(void)
{
	struct stage stage;
	struct gc_header gc;
	stage_init_unguarded(&stage, VERSION(3, 14));
	check_unguarded(&stage, 3, 0, 3, false);
	check_unguarded(&stage, 3, 4 << 2 | 3, 7, false);
	/* What others gave back without having taken it. */
	check_unguarded(&stage, 3, (uint64_t)-2 << 2 | 1, 1, false);
	check_unguarded(&stage, 3, ((uint64_t)INT64_MAX / 8 + 2) << 2, 5, false);
	check_unguarded(&stage, UINT32_MAX, 0, UINT32_MAX, true);
	check_none(&stage, put_counts(&stage, 0, (uint64_t)-9 << 2),
		   PYINSPECT_ERROR_BAD_DATA, "reference count");
	CHECK_NUMBER(gc_header_size(&stage.world.view), 0);

	uint64_t object = make_object(&stage.world, stage.list_type, 64);
	uint64_t type = object + layout_at(&stage.world.layout, FIELD_OBJECT_TYPE);
	image_write_unsigned(&stage.world.image, type - GC_BITS, 1, 0xf1);
	CHECK_NUMBER(error_code_of(gc_header_read(&stage.world.view, object, &gc)), 0);
	CHECK(gc.is_tracked && !gc.is_finalized && !gc.address);
	image_write_unsigned(&stage.world.image, type - GC_BITS, 1, 0xf2);
	CHECK_NUMBER(error_code_of(gc_header_read(&stage.world.view, object, &gc)), 0);
	CHECK(!gc.is_tracked && gc.is_finalized);
	world_deinit(&stage.world);
}

/* An object of the collector's, with its header; what that says is in the words of 3.8 and
 * later, or before that in its count. */
static uint64_t make_collected(struct stage *stage)
{
	struct world *world = &stage->world;
	size_t size = layout_at(&world->layout, FIELD_GCHEAD_SIZE);
	uint64_t head = image_alloc(&world->image, size + 64);
	put(world, head + size, FIELD_OBJECT_REFCNT, 1);
	put(world, head + size, FIELD_OBJECT_TYPE, stage->list_type);
	return head + size;
}

static void put_head(struct stage *stage, uint64_t object, uint64_t next, uint64_t previous,
		     int64_t references)
{
	struct world *world = &stage->world;
	uint64_t head = object - layout_at(&world->layout, FIELD_GCHEAD_SIZE);
	unsigned int shift = world->layout.dialect->gc_refs_shift;
	put(world, head, FIELD_GCHEAD_NEXT, next);
	put(world, head, FIELD_GCHEAD_PREV, previous);
	put(world, head, FIELD_GCHEAD_REFS, (uint64_t)references << shift);
}

static struct gc_header read_gc(struct stage *stage, uint64_t object, int code)
{
	struct gc_header gc = {0};
	CHECK_NUMBER(error_code_of(gc_header_read(&stage->world.view, object, &gc)), code);
	return gc;
}

static void test_collector(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t size = gc_header_size(&world->view);
		uint64_t a = make_collected(&stage), b = make_collected(&stage);
		put_head(&stage, a, b - size, b - size, -3);
		put_head(&stage, b, a - size, a - size, -3);
		struct gc_header gc = read_gc(&stage, a, 0);
		CHECK_NUMBER(gc.address, a - size);
		CHECK_NUMBER(gc.next, b - size);
		CHECK_NUMBER(gc.previous, b - size);
		CHECK(gc.is_tracked && !gc.is_collecting && !gc.is_finalized);
		CHECK(!gc.has_references);

		put_head(&stage, a, 0, 0, -2);
		gc = read_gc(&stage, a, 0);
		CHECK(!gc.is_tracked && !gc.next && !gc.previous);

		/* The other's neighbours are no longer its own. */
		read_gc(&stage, b, PYINSPECT_ERROR_BAD_DATA);
		put_head(&stage, b, 0x1000, 0x1000, -3);
		read_gc(&stage, b, PYINSPECT_ERROR_BAD_DATA);
		check_none(&stage, 0x1000, PYINSPECT_ERROR_FAULT, "nothing can be read");
	}
}

/* While a collection counts, references are where a pointer was, or in their own place. */
static void test_collecting(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		uint64_t size = gc_header_size(&world->view);
		uint64_t a = make_collected(&stage), b = make_collected(&stage);
		bool has_marks = !world_has(world, FIELD_GCHEAD_REFS);
		put_head(&stage, a, b - size, has_marks ? 5 << 2 | 2 | 1 : b - size, 5);
		put_head(&stage, b, a - size, has_marks ? 1 << 2 | 2 : a - size, 1);
		struct gc_header gc = read_gc(&stage, a, 0);
		CHECK(gc.is_tracked && gc.is_collecting && gc.has_references);
		CHECK_NUMBER(gc.references, 5);
		CHECK_NUMBER(gc.is_finalized, has_marks);
		CHECK_NUMBER(gc.previous, has_marks ? 0 : b - size);
		if (!has_marks && world->layout.dialect->gc_refs_shift) {
			put(world, a - size, FIELD_GCHEAD_REFS, 5 << 1 | 1);
			CHECK(read_gc(&stage, a, 0).is_finalized);
		}
	}
}

static void test_who_has_a_header(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.world;
		struct object_header header;
		uint64_t number = make_object(world, stage.plain_type, 64);
		uint64_t heap = make_type(world, "Heap", HEAP_TYPE);
		put(world, heap, FIELD_OBJECT_TYPE, stage.type_type);
		const struct {
			uint64_t object;
			bool has;
		} rows[] = {
			{number, false},
			{make_collected(&stage), true},
			{stage.list_type, false},
			{heap, true},
		};
		put(world, number, FIELD_OBJECT_REFCNT, 1);
		for (size_t i = 0; i < COUNT(rows); i++) {
			CHECK_NUMBER(read_header(&stage, rows[i].object, &header), 0);
			CHECK_NUMBER(gc_header_is_there(&world->view, &header),
				     rows[i].has);
		}
	}
}

int main(void)
{
	TEST("references are counted, or said to be immortal", test_counts);
	TEST("what was freed is no object", test_freed);
	TEST("an address that can be none of an object's", test_addresses);
	TEST("what is no type", test_types);
	TEST("counts of builds without a GIL", test_unguarded);
	TEST("neighbours in the lists of the collector", test_collector);
	TEST("a collection that is under way", test_collecting);
	TEST("who has a header of the collector's", test_who_has_a_header);
	return tap_finish();
}
