/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Callables, classes, exceptions and numbers that a target in trouble may have: whatever
 * they hold, a text comes out, and says what could not be read. */
#include "objects.h"
#include "repr/repr.h"
#include "tap.h"
#include "versions.h"

#define WILD         UINT64_C(0x10)
#define REPR_ADDRESS UINT64_C(0x5000)
#define HUGE_COUNT   (UINT64_C(1) << 60)
/* Room for a struct of any object here. */
#define ROOM 512

struct bench {
	struct world world;
	struct arena arena;
	struct repr repr;
	uint64_t meta, object, tuple, list;
	/** tp_repr of the next type. */
	uint64_t next_repr;
};

static uint64_t make_tuple(struct bench *bench, const uint64_t *items, size_t count)
{
	struct world *world = &bench->world;
	uint64_t start = layout_at(&world->layout, FIELD_TUPLE_ITEMS);
	uint64_t tuple = make_object(world, bench->tuple, start + 8 * count);
	put(world, tuple, FIELD_VAR_SIZE, count);
	for (size_t i = 0; i < count; i++)
		image_write_u64(&world->image, tuple + start + 8 * i, items[i]);
	return tuple;
}

/* A type made in C, with a tp_repr of its own. */
static uint64_t make_class(struct bench *bench, const char *name, uint64_t flags)
{
	struct world *world = &bench->world;
	uint64_t type = make_type(world, name, flags);
	put(world, type, FIELD_OBJECT_TYPE, bench->meta);
	put(world, type, FIELD_TYPE_REPR, bench->next_repr);
	bench->next_repr += 16;
	return type;
}

static void set_mro(struct bench *bench, uint64_t type)
{
	uint64_t mro[] = {type, bench->object};
	put(&bench->world, type, FIELD_TYPE_MRO, make_tuple(bench, mro, 2));
	put(&bench->world, type, FIELD_TYPE_BASE, bench->object);
}

static uint64_t make_known(struct bench *bench, const char *name, uint64_t flags)
{
	uint64_t type = make_class(bench, name, flags);
	set_mro(bench, type);
	return type;
}

static void bench_init(struct bench *bench, size_t max_length)
{
	struct world *world = &bench->world;
	struct repr_limits limits = {.max_length = max_length, .max_items = 50};
	bench->next_repr = REPR_ADDRESS;
	bench->meta = make_type(world, "type", TYPE_FLAG_TYPE);
	put(world, bench->meta, FIELD_OBJECT_TYPE, bench->meta);
	put(world, bench->meta, FIELD_TYPE_REPR, 1);
	bench->tuple = make_class(bench, "tuple", TYPE_FLAG_TUPLE);
	bench->object = make_class(bench, "object", 0);
	bench->list = make_class(bench, "list", TYPE_FLAG_LIST);
	set_mro(bench, bench->tuple);
	set_mro(bench, bench->list);
	set_mro(bench, bench->object);
	set_mro(bench, bench->meta);
	bench->arena = (struct arena){0};
	repr_init(&bench->repr, &world->view, &bench->arena, NULL, &limits);
}

static void bench_deinit(struct bench *bench)
{
	repr_deinit(&bench->repr);
	arena_deinit(&bench->arena);
}

/* A bench of each version. */
#define FOR_EACH_BENCH(bench, max_length)                                                  \
	FOR_EACH_VERSION(&(bench)->world)                                                  \
	for (bool go_ = (bench_init(bench, max_length), true); go_;                        \
	     go_ = (bench_deinit(bench), false))

static const char *text_of(struct bench *bench, uint64_t object)
{
	struct pyinspect_value value = {0};
	CHECK(repr_write(&bench->repr, object, &value));
	return value.text ? value.text : "";
}

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Of an object alone, and in a tuple, whose other items are still there. */
static void check_unreadable(struct bench *bench, uint64_t object)
{
	uint64_t items[] = {bench->object, object, bench->object};
	const char *text = text_of(bench, object);
	if (!CHECK(strstr(text, "<unreadable at 0x")))
		printf("# %s\n", text);
	text = text_of(bench, make_tuple(bench, items, 3));
	const char *word = bench->world.layout.dialect->static_type_word;
	char expected[64];
	snprintf(expected, sizeof(expected), ", <%s 'object'>)", word);
	CHECK(begins(text, "(<"));
	CHECK(strlen(text) > strlen(expected) &&
	      strcmp(text + strlen(text) - strlen(expected), expected) == 0);
}

static void test_wild_types(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		check_unreadable(&bench, make_object(world, WILD, ROOM));
		check_unreadable(&bench, make_object(world, 0, ROOM));
		check_unreadable(&bench, WILD);
		/* What should be a type is an object. */
		uint64_t plain = make_object(world, bench.object, ROOM);
		check_unreadable(&bench, make_object(world, plain, ROOM));
		/* Its name leads nowhere. */
		uint64_t type = make_known(&bench, "x", 0);
		put(world, type, FIELD_TYPE_NAME, WILD);
		check_unreadable(&bench, make_object(world, type, ROOM));
	}
}

static void test_name_without_end(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, 100)
	{
		struct world *world = &bench.world;
		struct image_range *range =
			image_map(&world->image, UINT64_C(0x7000000), IMAGE_PAGE);
		memset(range->bytes, 'x', IMAGE_PAGE);
		uint64_t type = make_known(&bench, "x", 0);
		put(world, type, FIELD_TYPE_NAME, range->address);
		const char *text = text_of(&bench, make_object(world, type, ROOM));
		CHECK(begins(text, "<xxxx"));
		CHECK(strlen(text) < 200);
	}
}

static void test_odd_orders(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		uint64_t type = make_class(&bench, "x.y", 0);
		uint64_t mro[] = {type, type, bench.tuple, type};
		put(world, type, FIELD_TYPE_MRO, make_tuple(&bench, mro, 4));
		uint64_t object = make_object(world, type, ROOM);
		CHECK(begins(text_of(&bench, object), "<x.y at 0x"));
		/* One that says that it is endless. */
		type = make_class(&bench, "x.z", 0);
		uint64_t endless = make_tuple(&bench, mro, 1);
		put(world, endless, FIELD_VAR_SIZE, HUGE_COUNT);
		put(world, type, FIELD_TYPE_MRO, endless);
		object = make_object(world, type, ROOM);
		CHECK(begins(text_of(&bench, object), "<x.z at 0x"));
		/* None at all, and one that is no tuple. */
		type = make_class(&bench, "x.a", 0);
		object = make_object(world, type, ROOM);
		CHECK(begins(text_of(&bench, object), "<x.a at 0x"));
		type = make_class(&bench, "x.b", 0);
		put(world, type, FIELD_TYPE_MRO, object);
		object = make_object(world, type, ROOM);
		CHECK(begins(text_of(&bench, object), "<x.b at 0x"));
	}
}

static void test_builtin_definitions(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		uint64_t type = make_known(&bench, "builtin_function_or_method", 0);
		uint64_t object = make_object(world, type, ROOM);
		check_unreadable(&bench, object);
		put(world, object, FIELD_CFUNCTION_DEFINITION, WILD);
		check_unreadable(&bench, object);
		uint64_t definition = image_alloc(&world->image, 64);
		put(world, object, FIELD_CFUNCTION_DEFINITION, definition);
		check_unreadable(&bench, object);
		put(world, definition, FIELD_METHODDEF_NAME, WILD);
		check_unreadable(&bench, object);
		put(world, definition, FIELD_METHODDEF_NAME, make_c_string(world, "len"));
		CHECK_TEXT(text_of(&bench, object), "<built-in function len>");
		put(world, object, FIELD_CFUNCTION_SELF, WILD);
		check_unreadable(&bench, object);
	}
}

static void test_methods_of_themselves(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, 1000)
	{
		struct world *world = &bench.world;
		bool is_old = world->layout.dialect->bytes_are_str;
		uint64_t type = make_known(&bench, is_old ? "instancemethod" : "method", 0);
		uint64_t object = make_object(world, type, ROOM);
		put(world, object, FIELD_METHOD_FUNCTION, object);
		put(world, object, FIELD_METHOD_SELF, object);
		/* No name can be found by going from method to method. */
		CHECK(strstr(text_of(&bench, object), "method at 0x"));
		uint64_t function =
			make_object(world, make_known(&bench, "function", 0), ROOM);
		put(world, function, is_old ? FIELD_FUNCTION_NAME : FIELD_FUNCTION_QUALNAME,
		    make_str(world, "f"));
		put(world, object, FIELD_METHOD_FUNCTION, function);
		const char *text = text_of(&bench, object);
		CHECK(begins(text, is_old ? "<bound method ?.f of <bound method ?.f of "
					  : "<bound method f of <bound method f of "));
		CHECK(strlen(text) < 1100);
		put(world, function, is_old ? FIELD_FUNCTION_NAME : FIELD_FUNCTION_QUALNAME,
		    WILD);
		check_unreadable(&bench, function);
	}
}

static void test_descriptors(void)
{
	static const char *const names[] = {"method_descriptor",
					    "getset_descriptor",
					    "member_descriptor",
					    "wrapper_descriptor",
					    "method-wrapper",
					    "super",
					    "code",
					    "functools.partial"};
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			uint64_t type = make_known(&bench, names[i], 0);
			uint64_t object = make_object(world, type, ROOM);
			uint64_t head = layout_at(&world->layout, FIELD_OBJECT_SIZE);
			for (uint64_t at = head; at < ROOM; at += 8)
				image_write_u64(&world->image, object + at, WILD);
			check_unreadable(&bench, object);
		}
	}
}

static void test_exception_arguments(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		uint64_t type = make_known(&bench, "BaseException", TYPE_FLAG_EXCEPTION);
		uint64_t object = make_object(world, type, ROOM), self[] = {object};
		put(world, object, FIELD_EXCEPTION_ARGS, WILD);
		check_unreadable(&bench, object);
		uint64_t arguments = make_tuple(&bench, NULL, 0);
		put(world, object, FIELD_EXCEPTION_ARGS, arguments);
		CHECK_TEXT(text_of(&bench, object), "BaseException()");
		put(world, arguments, FIELD_VAR_SIZE, HUGE_COUNT);
		check_unreadable(&bench, object);
		/* Python itself would find no end. */
		put(world, object, FIELD_EXCEPTION_ARGS, make_tuple(&bench, self, 1));
		CHECK(begins(text_of(&bench, object), "BaseException("));
	}
}

static void test_decimals(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, 1000)
	{
		struct world *world = &bench.world;
		uint64_t type = make_known(&bench, "decimal.Decimal", 0);
		uint64_t object = make_object(world, type, ROOM);
		uint64_t head = layout_at(&world->layout, FIELD_OBJECT_SIZE);
		/* {flags, exp, digits, len, alloc, data} */
		uint64_t mpd = object + head + 8, data = image_alloc(&world->image, 64);
		struct memory_image *image = &world->image;
		check_unreadable(&bench, object);
		image_write_u64(image, mpd + 16, 3);
		image_write_u64(image, mpd + 24, 1);
		check_unreadable(&bench, object);
		image_write_u64(image, mpd + 40, data);
		image_write_u64(image, data, 123);
		CHECK_TEXT(text_of(&bench, object), "Decimal('123')");
		image_write_u64(image, mpd + 8, (uint64_t)-2);
		CHECK_TEXT(text_of(&bench, object), "Decimal('1.23')");
		image_write_u64(image, mpd + 8, (uint64_t)INT64_MIN);
		check_unreadable(&bench, object);
		image_write_u64(image, mpd + 8, 0);
		image_write_u64(image, data, UINT64_MAX);
		check_unreadable(&bench, object);
		/* Words that its digits don't fill, and more than there is memory. */
		image_write_u64(image, mpd + 24, 2);
		check_unreadable(&bench, object);
		image_write_u64(image, mpd + 16, 19 * HUGE_COUNT);
		image_write_u64(image, mpd + 24, HUGE_COUNT);
		check_unreadable(&bench, object);
	}
}

static void test_old_bases(void)
{
	struct bench bench;
	FOR_EACH_BENCH(&bench, SIZE_MAX)
	{
		struct world *world = &bench.world;
		if (!world_has(world, FIELD_OLDCLASS_BASES))
			continue;
		uint64_t old = make_object(world, make_known(&bench, "classobj", 0), ROOM);
		uint64_t type = make_known(&bench, "instance", 0), bases[] = {old, old};
		uint64_t object = make_object(world, type, ROOM);
		uint64_t empty = make_dict(world, DICT_GENERAL, NULL, 0);
		put(world, object, FIELD_OLDINSTANCE_CLASS, old);
		put(world, object, FIELD_OLDINSTANCE_DICT, empty);
		check_unreadable(&bench, object);
		put(world, old, FIELD_OLDCLASS_NAME, make_str(world, "Old"));
		put(world, old, FIELD_OLDCLASS_DICT, empty);
		put(world, old, FIELD_OLDCLASS_BASES, make_tuple(&bench, NULL, 0));
		CHECK(begins(text_of(&bench, object), "<?.Old instance at 0x"));
		/* A class that is its own base has no end of bases: who knows. */
		put(world, old, FIELD_OLDCLASS_BASES, make_tuple(&bench, bases, 2));
		CHECK(begins(text_of(&bench, object), "<?.Old at 0x"));
		put(world, old, FIELD_OLDCLASS_BASES, WILD);
		CHECK(begins(text_of(&bench, object), "<?.Old at 0x"));
	}
}

int main(void)
{
	TEST("wild types cost their objects alone", test_wild_types);
	TEST("a name without an end is cut", test_name_without_end);
	TEST("orders of bases with cycles, without an end or at all", test_odd_orders);
	TEST("definitions of built-in functions may lead anywhere",
	     test_builtin_definitions);
	TEST("methods of themselves come to an end", test_methods_of_themselves);
	TEST("members that lead nowhere are unreadable", test_descriptors);
	TEST("arguments of exceptions", test_exception_arguments);
	TEST("coefficients of decimals", test_decimals);
	TEST("old classes that are their own bases", test_old_bases);
	return tap_finish();
}
