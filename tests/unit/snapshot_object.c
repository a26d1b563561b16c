/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a snapshot says of an object that is asked for by its address, and of who waits for
 * the GIL where a caller knows the futex of a thread. */
#include <stdlib.h>

#include "process.h"
#include "tap.h"
#include "versions.h"

#define IDENT   UINT64_C(0x1111)
#define WAITER  UINT64_C(0x2222)
#define UNKNOWN UINT64_C(0x3333)

/* A process with a thread, and objects whose types are types. */
struct stage {
	struct fake fake;
	uint64_t type_type, list_type, thread;
};

static void stage_init(struct stage *stage, uint32_t hexversion)
{
	struct fake *fake = &stage->fake;
	fake_init(fake, hexversion);
	stage->type_type = make_type(&fake->world, "type", TYPE_FLAG_TYPE);
	stage->list_type = make_type(&fake->world, "list", TYPE_FLAG_LIST | TYPE_FLAG_GC);
	put(&fake->world, stage->type_type, FIELD_OBJECT_TYPE, stage->type_type);
	put(&fake->world, stage->list_type, FIELD_OBJECT_TYPE, stage->type_type);
	put(&fake->world, fake->world.text_type, FIELD_OBJECT_TYPE, stage->type_type);
	put(&fake->world, fake->world.bytes_type, FIELD_OBJECT_TYPE, stage->type_type);
	stage->thread = fake_thread(fake, fake->interpreter, IDENT);
	fake_stack(fake, stage->thread, 3);
}

#define FOR_EACH_STAGE(stage)                                                              \
	for (size_t row_ = 0; row_ < dialect_count; row_++)                                \
		for (bool once_ = (stage_init(stage, version_at(row_)), true); once_;      \
		     once_ = (fake_deinit(&(stage)->fake), false))

static uint64_t make_list(struct stage *stage)
{
	struct world *world = &stage->fake.world;
	size_t size = layout_at(&world->layout, FIELD_GCHEAD_SIZE);
	uint64_t head = image_alloc(&world->image, size + 64);
	put(world, head + size, FIELD_OBJECT_REFCNT, 2);
	put(world, head + size, FIELD_OBJECT_TYPE, stage->list_type);
	put(world, head, FIELD_GCHEAD_REFS,
	    (uint64_t)-2 << world->layout.dialect->gc_refs_shift);
	return head + size;
}

/* The value; the snapshot is left to the caller. */
static const struct pyinspect_value *ask(struct stage *stage, uint64_t object,
					 uint64_t gc_head, struct pyinspect_snapshot **ret)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	options.object = object;
	options.gc_head = gc_head;
	options.max_length = 5;
	/* No thread of Python's. */
	options.ident = UNKNOWN;
	*ret = fake_take(&stage->fake, &options);
	return CHECK(*ret) ? pyinspect_snapshot_result(*ret) : NULL;
}

static void test_object(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct pyinspect_snapshot *snapshot;
		uint64_t list = make_list(&stage);
		uint64_t size = layout_at(&stage.fake.world.layout, FIELD_GCHEAD_SIZE);
		for (int behind = 0; behind < 2; behind++) {
			const struct pyinspect_value *value =
				behind ? ask(&stage, 0, list - size, &snapshot)
				       : ask(&stage, list, 0, &snapshot);
			const struct pyinspect_object *object =
				value ? pyinspect_value_object(value) : NULL;
			if (CHECK(object)) {
				CHECK_NUMBER(pyinspect_value_address(value), list);
				CHECK_NUMBER(object->type, stage.list_type);
				CHECK_NUMBER(object->references, 2);
				CHECK_NUMBER(object->gc_head, list - size);
				CHECK(object->has_gc && !object->gc_tracked);
				CHECK(object->gc_references < 0);
				CHECK(!object->string);
			}
			pyinspect_snapshot_free(snapshot);
		}
	}
}

static void test_string(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct pyinspect_snapshot *snapshot;
		const struct pyinspect_value *value =
			ask(&stage, make_str(&stage.fake.world, "a text"), 0, &snapshot);
		const struct pyinspect_object *object =
			value ? pyinspect_value_object(value) : NULL;
		if (CHECK(object)) {
			CHECK_TEXT(object->string, "a tex");
			CHECK_NUMBER(object->string_omitted, 1);
			CHECK(!object->has_gc && !object->gc_head);
		}
		pyinspect_snapshot_free(snapshot);
	}
}

/* It is a problem of the snapshot's, too, and the threads are there. */
static void test_none(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct pyinspect_snapshot *snapshot;
		const struct pyinspect_value *value = ask(&stage, 0x1000, 0, &snapshot);
		if (CHECK(value)) {
			CHECK(!pyinspect_value_object(value));
			CHECK(!pyinspect_value_text(value));
			CHECK(pyinspect_value_problem(value));
			const struct pyinspect_problem *problem =
				pyinspect_snapshot_problem(snapshot, 0);
			CHECK_TEXT(problem ? problem->where : NULL, "object");
		}
		pyinspect_snapshot_free(snapshot);
	}
}

/* What is shown of an object that is being freed, or whose header is broken, is doubted. */
static void test_doubt(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.fake.world;
		struct pyinspect_snapshot *snapshot;
		uint64_t list = make_list(&stage);
		uint64_t head = list - layout_at(&world->layout, FIELD_GCHEAD_SIZE);
		put(world, list, FIELD_OBJECT_REFCNT, 0);
		const struct pyinspect_value *value = ask(&stage, list, 0, &snapshot);
		CHECK(value && pyinspect_value_object(value) &&
		      strstr(pyinspect_value_problem(value), "reference count is 0"));
		pyinspect_snapshot_free(snapshot);
		put(world, list, FIELD_OBJECT_REFCNT, 1);
		put(world, head, FIELD_GCHEAD_NEXT, 0x1000);
		put(world, head, FIELD_GCHEAD_REFS,
		    (uint64_t)-3 << world->layout.dialect->gc_refs_shift);
		value = ask(&stage, list, 0, &snapshot);
		CHECK(value && pyinspect_value_object(value) &&
		      strstr(pyinspect_value_problem(value), "is in no list"));
		pyinspect_snapshot_free(snapshot);
		value = ask(&stage, 0, head, &snapshot);
		CHECK(value && !pyinspect_value_object(value));
		pyinspect_snapshot_free(snapshot);
	}
}

static size_t read_stage(void *context, uint64_t address, void *buffer, size_t size)
{
	struct stage *stage = context;
	return image_read(&stage->fake.world.image, address, buffer, size);
}

static uint64_t symbol_of_stage(void *context, const char *name)
{
	const struct fake *fake = &((struct stage *)context)->fake;
	for (size_t i = 0; i < fake->symbol_count; i++)
		if (strcmp(fake->symbols[i].name, name) == 0)
			return fake->symbols[i].address;
	return 0;
}

static uint64_t gil_of(const struct stage *stage)
{
	uint64_t gil = 0;
	view_try(&stage->fake.world.view, stage->fake.interpreter, FIELD_INTERPRETER_GIL,
		 &gil);
	return gil;
}

static bool futex_of_stage(void *context, uint64_t ident, uint64_t *address_ret)
{
	*address_ret = ident == WAITER ? gil_of(context) + 0x20 : 0;
	return ident != UNKNOWN;
}

static void check_waits(struct stage *stage)
{
	const struct pyinspect_callbacks callbacks = {
		.size = sizeof(callbacks),
		.read = read_stage,
		.symbol = symbol_of_stage,
		.futex = futex_of_stage,
	};
	struct pyinspect_target *target;
	struct pyinspect_snapshot *snapshot = NULL;
	if (!CHECK_NUMBER(error_code_of(pyinspect_target_open_callbacks(&callbacks, stage,
									&target)),
			  0))
		return;
	CHECK_NUMBER(error_code_of(pyinspect_snapshot_take(target, NULL, &snapshot)), 0);
	const struct pyinspect_thread *thread;
	CHECK(snapshot && thread_of(snapshot, 2));
	for (size_t i = 0; snapshot && (thread = thread_of(snapshot, i)); i++) {
		uint64_t ident = pyinspect_thread_ident(thread);
		enum pyinspect_truth waits = pyinspect_thread_waits_for_gil(thread);
		CHECK_NUMBER(waits, ident == WAITER    ? PYINSPECT_YES
				    : ident == UNKNOWN ? PYINSPECT_UNKNOWN
						       : PYINSPECT_NO);
		CHECK_NUMBER(pyinspect_thread_holds_gil(thread),
			     ident == IDENT ? PYINSPECT_YES : PYINSPECT_NO);
	}
	pyinspect_snapshot_free(snapshot);
	pyinspect_target_close(target);
}

static void test_futex(void)
{
	struct stage stage;
	FOR_EACH_STAGE(&stage)
	{
		struct world *world = &stage.fake.world;
		if (!world_has(world, FIELD_INTERPRETER_GIL))
			continue;
		uint64_t gil = image_alloc(&world->image,
					   layout_at(&world->layout, FIELD_GIL_SIZE));
		put(world, stage.fake.interpreter, FIELD_INTERPRETER_GIL, gil);
		put(world, gil, FIELD_GIL_LOCKED, 1);
		put(world, gil, FIELD_GIL_LAST_HOLDER, stage.thread);
		fake_thread(&stage.fake, stage.fake.interpreter, WAITER);
		fake_thread(&stage.fake, stage.fake.interpreter, UNKNOWN);
		check_waits(&stage);
	}
}

int main(void)
{
	TEST("an object by its address and by its header's", test_object);
	TEST("the text of a str, cut", test_string);
	TEST("an address without an object is a problem", test_none);
	TEST("what may be no object is doubted", test_doubt);
	TEST("a caller knows in which futex a thread sleeps", test_futex);
	return tap_finish();
}
