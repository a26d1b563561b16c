/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that are described, when they are broken: each costs its own text. */
#include "base/arena.h"
#include "repr/repr.h"
#include "tap.h"
#include "versions.h"

/* The text of an object, in the arena. */
static const char *text_of(struct world *world, struct arena *arena, uint64_t object)
{
	struct repr repr;
	struct codes codes = {0};
	struct repr_limits limits = {.max_length = 400, .max_items = 50};
	struct pyinspect_value value = {0};
	repr_init(&repr, &world->view, arena, &codes, &limits);
	CHECK(repr_write(&repr, object, &value));
	repr_deinit(&repr);
	codes_deinit(&codes);
	return value.text ? value.text : "";
}

static void check_holds(struct world *world, uint64_t object, const char *expected)
{
	struct arena arena = {0};
	const char *text = text_of(world, &arena, object);
	CHECK_HOLDS(text, expected);
	arena_deinit(&arena);
}

/* A type whose mro is itself, and an object of it. */
static uint64_t make_instance_of(struct world *world, const char *name, uint64_t space)
{
	uint64_t type = make_type(world, name, 0);
	put(world, type, FIELD_OBJECT_TYPE, make_type(world, "type", TYPE_FLAG_TYPE));
	uint64_t tuple_type = make_type(world, "tuple", TYPE_FLAG_TUPLE);
	uint64_t mro = make_object(world, tuple_type, 64);
	put(world, mro, FIELD_VAR_SIZE, 1);
	image_write_u64(&world->image, mro + layout_at(&world->layout, FIELD_TUPLE_ITEMS),
			type);
	put(world, type, FIELD_TYPE_MRO, mro);
	put(world, type, FIELD_TYPE_REPR, 0x1234);
	put(world, type, FIELD_TYPE_BASICSIZE,
	    layout_at(&world->layout, FIELD_OBJECT_SIZE) + space);
	return make_object(world, type, 256);
}

/* A lock of a size that no version has. */
static void test_lock(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t lock = make_instance_of(&world, "_thread.lock", 4000);
		check_holds(&world, lock, "it is no lock of a form that is known>");
		uint64_t byte = make_instance_of(&world, "_thread.lock", 8);
		check_holds(&world, byte, "<lock unlocked at 0x");
	}
}

static void test_generator(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t generator = make_instance_of(&world, "generator", 100);
		put(&world, generator, FIELD_GENERATOR_FRAME, 0xdead0000);
		put(&world, generator, FIELD_GENERATOR_STATE, 0x55);
		check_holds(&world, generator,
			    world_has(&world, FIELD_GENERATOR_STATE) ? "its state is 85>"
								     : "<unreadable at 0x");
	}
}

/* tb_next leads back to itself: the walk ends, and says so or can't read the frame. */
static void test_traceback(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t traceback = make_instance_of(&world, "traceback", 48);
		uint64_t frame = make_object(&world, world.object_type, 512);
		put(&world, frame, FIELD_PYFRAME_IFRAME, frame);
		put(&world, traceback, FIELD_TRACEBACK_FRAME, frame);
		put(&world, traceback, FIELD_TRACEBACK_NEXT, traceback);
		check_holds(&world, traceback, "<traceback in ?, frames without an end>");
	}
}

static void test_numpy_shape(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t array = make_instance_of(&world, "numpy.ndarray", 80);
		uint64_t header = layout_at(&world.layout, FIELD_OBJECT_SIZE);
		image_write_u64(&world.image, array + header + 8, 0x7fffffff);
		check_holds(&world, array, "it has 2147483647 dimensions");
	}
}

/* A memoryview of no bytes of an owner that isn't there. */
static void test_wild_owner(void)
{
	struct world world;
	FOR_EACH_VERSION(&world)
	{
		uint64_t view = make_instance_of(&world, "memoryview", 136);
		put(&world, view, FIELD_MEMORYVIEW_OBJECT, 0xdead0000);
		check_holds(&world, view, "<memoryview, 0 bytes, format 'B'>");
		uint64_t reference = make_instance_of(&world, "weakref", 40);
		put(&world, reference, FIELD_WEAKREF_OBJECT, 0xdead0000);
		check_holds(&world, reference, "to an object that can't be read at 0x");
	}
}

int main(void)
{
	TEST("a lock of a size that no version has", test_lock);
	TEST("a generator in a state that there isn't", test_generator);
	TEST("a traceback without an end", test_traceback);
	TEST("an array of more dimensions than there can be", test_numpy_shape);
	TEST("a view and a reference that lead nowhere", test_wild_owner);
	return tap_finish();
}
