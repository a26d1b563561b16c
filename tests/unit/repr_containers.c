/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers that no Python makes: wrong counts, cycles, pointers to nowhere. */
#include <stdlib.h>

#include "repr/attributes.h"
#include "repr/repr.h"
#include "tap.h"
#include "versions.h"

#define NOWHERE UINT64_C(0x10)
#define COUNT   4

/* A world with the types that have a formatter. */
struct types {
	struct world world;
	uint64_t type_type, tuple_type, list_type, set_type, deque_type, ordered_type;
};

/* What is shown of an object. */
struct shown {
	char *text;
	bool is_cut, has_problem;
};

/* Make a type one that class_of() can tell: a type, with a __repr__ and an order of bases.
 */
static void complete_type(struct types *types, uint64_t type)
{
	struct world *world = &types->world;
	uint64_t items = layout_at(&world->layout, FIELD_TUPLE_ITEMS);
	uint64_t mro = make_object(world, types->tuple_type, items + 8);
	put(world, mro, FIELD_VAR_SIZE, 1);
	image_write_u64(&world->image, mro + items, type);
	put(world, type, FIELD_OBJECT_TYPE, types->type_type);
	put(world, type, FIELD_TYPE_MRO, mro);
	put(world, type, FIELD_TYPE_REPR, type + 1);
}

static uint64_t make_complete(struct types *types, const char *name, uint64_t flags)
{
	uint64_t type = make_type(&types->world, name, flags);
	complete_type(types, type);
	return type;
}

static void types_init(struct types *types)
{
	struct world *world = &types->world;
	types->type_type = make_type(world, "type", TYPE_FLAG_TYPE);
	types->tuple_type = make_type(world, "tuple", TYPE_FLAG_TUPLE);
	complete_type(types, types->type_type);
	complete_type(types, types->tuple_type);
	complete_type(types, world->long_type);
	complete_type(types, world->dict_type);
	types->list_type = make_complete(types, "list", TYPE_FLAG_LIST);
	types->set_type = make_complete(types, "set", 0);
	types->deque_type = make_complete(types, "collections.deque", 0);
	types->ordered_type =
		make_complete(types, "collections.OrderedDict", TYPE_FLAG_DICT);
}

#define FOR_EACH_TYPES(types)                                                              \
	FOR_EACH_VERSION(&(types)->world)                                                  \
	for (bool made_ = (types_init(types), true); made_; made_ = false)

/* Write an object; the caller frees the text. */
static struct shown show(struct types *types, uint64_t object, size_t max_items)
{
	struct repr repr;
	struct arena arena = {0};
	struct pyinspect_value value = {0};
	struct repr_limits limits = {.max_length = 2000, .max_items = max_items};
	repr_init(&repr, &types->world.view, &arena, NULL, &limits);
	CHECK(repr_write(&repr, object, &value));
	struct shown shown = {.text = strdup(value.text ? value.text : ""),
			      .is_cut = value.is_cut,
			      .has_problem = value.problem != NULL};
	repr_deinit(&repr);
	arena_deinit(&arena);
	return shown;
}

static void check_text(struct types *types, uint64_t object, const char *text)
{
	struct shown shown = show(types, object, 50);
	CHECK_TEXT(shown.text, text);
	CHECK(!shown.has_problem);
	free(shown.text);
}

/* It begins so, and then says that it can't be read, for that reason. */
static void check_problem(struct types *types, uint64_t object, const char *start,
			  const char *why)
{
	struct shown shown = show(types, object, 50);
	CHECK(strncmp(shown.text, start, strlen(start)) == 0);
	CHECK_HOLDS(shown.text, "<unreadable at 0x");
	CHECK_HOLDS(shown.text, why);
	CHECK(shown.has_problem);
	free(shown.text);
}

static uint64_t make_list(struct types *types, const uint64_t *items, size_t count)
{
	struct world *world = &types->world;
	uint64_t list = make_object(world, types->list_type, 64);
	uint64_t array = image_alloc(&world->image, 8 * count + 8);
	image_write(&world->image, array, items, 8 * count);
	put(world, list, FIELD_VAR_SIZE, count);
	put(world, list, FIELD_LIST_ITEMS, array);
	return list;
}

static void test_list(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		uint64_t items[] = {make_int(&types.world, 7), 0, NOWHERE};
		check_text(&types, make_list(&types, items, 1), "[7]");
		check_text(&types, make_list(&types, items, 2), "[7, <NULL>]");
		uint64_t list = make_list(&types, items, 3);
		check_problem(&types, list, "[7, <NULL>, <unreadable at 0x10: ", "0x");
		put(&types.world, list, FIELD_LIST_ITEMS, NOWHERE);
		check_problem(&types, list, "[<unreadable", "");
		put(&types.world, list, FIELD_VAR_SIZE, UINT64_MAX);
		check_problem(&types, list, "<unreadable", "-1 items");
	}
}

/* Lists within one another: more than are opened. */
static void test_deep(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		uint64_t list = make_list(&types, NULL, 0);
		for (int i = 0; i < 3 * LEVELS_MAX; i++)
			list = make_list(&types, &list, 1);
		struct shown shown = show(&types, list, 50);
		CHECK(shown.is_cut && !shown.has_problem);
		CHECK(strlen(shown.text) >= LEVELS_MAX);
		free(shown.text);
	}
}

static void test_dict_count(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		uint64_t number = make_int(&types.world, 7);
		struct pair pairs[] = {{number, number}, {number, number}};
		uint64_t dict = make_dict(&types.world, DICT_GENERAL, pairs, 2);
		check_text(&types, dict, "{7: 7, 7: 7}");
		put(&types.world, dict, FIELD_DICT_USED, 5);
		check_problem(&types, dict, "{7: 7, 7: 7, <unreadable", "3 fewer");
		put(&types.world, dict, FIELD_DICT_USED, 1);
		check_text(&types, dict, "{7: 7}");
	}
}

/* A set whose slots are those; 2.7 has key and hash in the other order. */
static uint64_t make_set(struct types *types, const uint64_t *keys, size_t slots,
			 uint64_t used)
{
	struct world *world = &types->world;
	uint64_t size = layout_at(&world->layout, FIELD_SETENTRY_SIZE);
	uint64_t set = make_object(world, types->set_type, 256);
	uint64_t table = image_alloc(&world->image, size * slots);
	for (size_t i = 0; i < slots && keys; i++)
		put(world, table + size * i, FIELD_SETENTRY_KEY, keys[i]);
	put(world, set, FIELD_SET_USED, used);
	put(world, set, FIELD_SET_MASK, slots - 1);
	put(world, set, FIELD_SET_TABLE, table);
	return set;
}

static void test_set(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		bool is_old = types.world.layout.dialect->bytes_are_str;
		uint64_t number = make_int(&types.world, 7);
		uint64_t keys[COUNT] = {0, number, 0, number};
		uint64_t set = make_set(&types, keys, COUNT, 2);
		check_text(&types, set, is_old ? "set([7, 7])" : "{7, 7}");
		put(&types.world, set, FIELD_SET_USED, 3);
		check_problem(&types, set, is_old ? "set([7, 7, <" : "{7, 7, <", "1 fewer");
		put(&types.world, set, FIELD_SET_USED, 5);
		check_problem(&types, set, "<", "5 items in 4 slots");
		put(&types.world, set, FIELD_SET_MASK, UINT64_MAX);
		check_problem(&types, set, "<", "slots");
		put(&types.world, set, FIELD_SET_MASK, COUNT - 1);
		put(&types.world, set, FIELD_SET_USED, 2);
		put(&types.world, set, FIELD_SET_TABLE, NOWHERE);
		check_problem(&types, set, is_old ? "set([<" : "{<", "");
	}
}

static void test_deleted_from_set(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		struct world *world = &types.world;
		if (world->layout.dialect->bytes_are_str)
			continue;
		uint64_t keys[COUNT] = {make_int(world, 1), make_int(world, 2)};
		uint64_t set = make_set(&types, keys, COUNT, 1), table = 0;
		CHECK(!view_read(&world->view, set, FIELD_SET_TABLE, &table));
		put(world, table, FIELD_SETENTRY_HASH, UINT64_MAX);
		check_text(&types, set, "{2}");
	}
}

/* A great table with nothing in it: what is left out is said, after a while. */
static void test_sparse_set(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		uint64_t set = make_set(&types, NULL, (size_t)1 << 17, 3);
		size_t before = types.world.image.reads;
		struct shown shown = show(&types, set, 50);
		CHECK_HOLDS(shown.text, "... 3 more");
		CHECK(shown.is_cut);
		CHECK(types.world.image.reads - before <=
		      EMPTY_SLOTS_MAX * 16 / 1024 + 100);
		free(shown.text);
	}
}

static uint64_t make_block(struct types *types, uint64_t item)
{
	struct world *world = &types->world;
	uint64_t size = layout_at(&world->layout, FIELD_DEQUE_BLOCK_SIZE);
	uint64_t block = image_alloc(&world->image, size);
	for (uint64_t i = 0; i < (size - 16) / 8; i++)
		image_write_u64(&world->image,
				block + layout_at(&world->layout, FIELD_DEQUE_BLOCK_DATA) +
					8 * i,
				item);
	return block;
}

/* 2.7 has no PyVarObject there. */
static void put_length(struct types *types, uint64_t deque, uint64_t count)
{
	bool has_size = world_has(&types->world, FIELD_DEQUE_SIZE);
	put(&types->world, deque, has_size ? FIELD_DEQUE_SIZE : FIELD_VAR_SIZE, count);
}

static uint64_t make_deque(struct types *types, uint64_t block, uint64_t index,
			   uint64_t count)
{
	struct world *world = &types->world;
	uint64_t deque = make_object(world, types->deque_type, 256);
	put_length(types, deque, count);
	put(world, deque, FIELD_DEQUE_LEFT_BLOCK, block);
	put(world, deque, FIELD_DEQUE_LEFT_INDEX, index);
	put(world, deque, FIELD_DEQUE_MAXLEN, UINT64_MAX);
	return deque;
}

static void test_deque(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		struct world *world = &types.world;
		uint64_t number = make_int(world, 7), block = make_block(&types, number);
		uint64_t deque = make_deque(&types, block, 60, 2);
		check_text(&types, deque, "deque([7, 7])");
		/* The next block is at no address. */
		put_length(&types, deque, 10);
		check_problem(&types, deque, "deque([7, 7, ", "");
		put(world, block, FIELD_DEQUE_BLOCK_RIGHT, NOWHERE);
		check_problem(&types, deque, "deque([7, 7, ", "0x");
		/* It is its own neighbour. */
		put(world, block, FIELD_DEQUE_BLOCK_RIGHT, block);
		put_length(&types, deque, UINT64_C(1) << 30);
		struct shown shown = show(&types, deque, SIZE_MAX);
		CHECK_HOLDS(shown.text, "its blocks are a cycle");
		free(shown.text);
		check_problem(&types, make_deque(&types, block, 65, 1), "<", "item 65");
		check_problem(&types, make_deque(&types, block, 0, UINT64_MAX), "<",
			      "-1 items");
		check_problem(&types, make_deque(&types, NOWHERE, 0, 1), "deque([<", "");
	}
}

/* A node of an OrderedDict's list. */
static uint64_t make_node(struct types *types, uint64_t key, uint64_t next)
{
	struct world *world = &types->world;
	uint64_t node = image_alloc(&world->image, 64);
	put(world, node, FIELD_ODICT_NODE_KEY, key);
	put(world, node, FIELD_ODICT_NODE_HASH, 5);
	put(world, node, FIELD_ODICT_NODE_NEXT, next);
	return node;
}

/* An OrderedDict with one key in its table, in the first slot that a hash of 5 leads to. */
static uint64_t make_ordered(struct types *types, uint64_t key, uint64_t first)
{
	struct world *world = &types->world;
	struct pair pair = {key, make_int(world, 8)};
	uint64_t plain = make_dict(world, DICT_GENERAL, &pair, 1), keys = 0;
	CHECK(!view_read(&world->view, plain, FIELD_DICT_KEYS, &keys));
	image_write_unsigned(&world->image,
			     keys + layout_at(&world->layout, FIELD_DICTKEYS_INDICES) + 5,
			     1, 0);
	put(world, keys, FIELD_DICTKEYS_LOG2_SIZE, 3);
	uint64_t ordered = make_object(world, types->ordered_type, 256);
	put(world, ordered, FIELD_DICT_KEYS, keys);
	put(world, ordered, FIELD_DICT_USED, 1);
	put(world, ordered, FIELD_ODICT_FIRST, first);
	return ordered;
}

static void test_ordered(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		struct world *world = &types.world;
		if (!world_has(world, FIELD_ODICT_FIRST))
			continue;
		bool has_dict = world->layout.dialect->ordered_dict_has_dict;
		const char *start =
			has_dict ? "OrderedDict({7: 8, " : "OrderedDict([(7, 8), ";
		uint64_t number = make_int(world, 7);
		uint64_t node = make_node(&types, number, 0);
		uint64_t ordered = make_ordered(&types, number, node);
		check_text(&types, ordered,
			   has_dict ? "OrderedDict({7: 8})" : "OrderedDict([(7, 8)])");
		put(world, ordered, FIELD_DICT_USED, 3);
		check_problem(&types, ordered, start, "2 fewer");
		put(world, node, FIELD_ODICT_NODE_NEXT,
		    make_node(&types, make_int(world, 7), 0));
		check_problem(&types, ordered, start, "not in its table");
		put(world, node, FIELD_ODICT_NODE_NEXT, NOWHERE);
		check_problem(&types, ordered, start, "0x");
		put(world, node, FIELD_ODICT_NODE_NEXT, node);
		put(world, ordered, FIELD_DICT_USED, 1000);
		check_problem(&types, ordered, start, "its list is a cycle");
	}
}

/* Each word of each container turned into each garbage: all ends, and nothing falls over.
 */
static void test_garbage(void)
{
	static const uint64_t garbage[] = {0,
					   1,
					   8,
					   UINT64_MAX,
					   UINT64_C(1) << 63,
					   UINT64_C(1) << 40,
					   UINT64_C(0x7fffffffffffffff),
					   UINT64_C(0x7f1000000001)};
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		struct world *world = &types.world;
		uint64_t number = make_int(world, 7), keys[COUNT] = {number};
		struct pair pair = {number, number};
		uint64_t objects[] = {
			make_list(&types, &number, 1),
			make_set(&types, keys, COUNT, 1),
			make_deque(&types, make_block(&types, number), 0, 1),
			make_dict(world, DICT_GENERAL, &pair, 1),
			make_dict(world, DICT_SPLIT, &pair, 1),
		};
		for (size_t i = 0; i < 5 * 8 * 8; i++) {
			uint64_t at = objects[i / 64] + 8 * (i / 8 % 8), before = 0;
			CHECK(!memory_read_u64(&world->memory, at, &before));
			image_write_u64(&world->image, at, garbage[i % 8]);
			struct shown shown = show(&types, objects[i / 64], 50);
			CHECK(*shown.text);
			free(shown.text);
			image_write_u64(&world->image, at, before);
		}
	}
}

/* Where each list holds the next one fifty times, there is no end of items to look at. */
static void test_multiplied(void)
{
	struct types types;
	FOR_EACH_TYPES(&types)
	{
		uint64_t items[50], list = make_list(&types, NULL, 0);
		for (int level = 0; level < 8; level++) {
			for (size_t i = 0; i < 50; i++)
				items[i] = list;
			list = make_list(&types, items, 50);
		}
		struct repr repr;
		struct arena arena = {0};
		struct pyinspect_value value = {0};
		struct repr_limits limits = {
			.max_length = 100, .max_items = 50, .depth = 1};
		repr_init(&repr, &types.world.view, &arena, NULL, &limits);
		CHECK(value_fill(&repr, list, &value));
		CHECK(value.problem && strstr(value.problem, "more attributes and items"));
		repr_deinit(&repr);
		arena_deinit(&arena);
	}
}

int main(void)
{
	TEST("items that aren't there cost just these", test_list);
	TEST("lists deep within one another come to an end", test_deep);
	TEST("a dict that says to have more than it has", test_dict_count);
	TEST("sets with a wrong count, size or table", test_set);
	TEST("what was deleted from a set is not shown", test_deleted_from_set);
	TEST("a great empty set costs few reads", test_sparse_set);
	TEST("a deque with wrong counts, blocks in a ring or at no address", test_deque);
	TEST("an OrderedDict whose list and table contradict each other", test_ordered);
	TEST("lists that hold one another many times come to an end", test_multiplied);
	TEST("garbage in a container leads to an end", test_garbage);
	return tap_finish();
}
