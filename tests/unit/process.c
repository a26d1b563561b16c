/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/debug_offsets.h"
#include "process.h"

/* Room for structs whose size the layout does not have. */
#define ROOM       0x1000
#define CODE_BYTES 128
#define WORD_SIZE  0x10000

static uint64_t at(const struct fake *fake, enum field field)
{
	return layout_has(&fake->world.layout, field)
		       ? layout_at(&fake->world.layout, field)
		       : 0;
}

static uint64_t make_struct(struct fake *fake, enum field size)
{
	return image_alloc(&fake->world.image, at(fake, size) + ROOM);
}

static void add_symbol(struct fake *fake, const char *name, uint64_t address)
{
	if (name)
		fake->symbols[fake->symbol_count++] = (struct fake_symbol){name, address};
}

/* A function that does no more than read a variable: mov disp(%rip),%rax; ret. */
static uint64_t make_reader(struct fake *fake, uint64_t variable)
{
	uint64_t function = image_alloc(&fake->world.image, 64);
	int32_t distance = (int32_t)(variable - (function + 7));
	image_write(&fake->world.image, function, "\x48\x8b\x05....\xc3", 8);
	image_write(&fake->world.image, function + 3, &distance, 4);
	return function;
}

/* A row of debug_offsets.def, as it is written there. */
struct word {
	unsigned int since;
	const char *section, *member, *use;
};

/* The field in a use such as AT(FIELD); FIELD_COUNT if it has none. */
static enum field field_of_use(const char *use)
{
	const char *name = strchr(use, '(');
	for (enum field i = 0; name && i < FIELD_COUNT; i++) {
		size_t length = strlen(field_infos[i].name);
		if (strncmp(name + 1, field_infos[i].name, length) == 0 &&
		    name[1 + length] == ')')
			return i;
	}
	return FIELD_COUNT;
}

/* What the word would hold in this world. */
static uint64_t word_value(const struct fake *fake, const struct word *word)
{
	enum field field = field_of_use(word->use);
	bool in_gil = strncmp(word->use, "IN_GIL", 6) == 0;
	if (field != FIELD_COUNT)
		return at(fake, field) + (in_gil ? at(fake, FIELD_INTERPRETER_OWN_GIL) : 0);
	if (strcmp(word->member, "size") == 0)
		return WORD_SIZE;
	if (strcmp(word->member, "cookie") == 0)
		return DEBUG_OFFSETS_COOKIE;
	if (strcmp(word->member, "free_threaded") == 0)
		return fake->world.layout.is_free_threaded;
	return strcmp(word->member, "version") == 0 ? fake->world.hexversion : 0;
}

static void put_debug_offsets(struct fake *fake)
{
	static const struct word words[] = {
#define WORD(since, section, member, use) {since, #section, #member, #use},
#include "layout/debug_offsets.def"
#undef WORD
	};
	uint64_t address = fake->runtime;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].since > fake->world.layout.dialect->debug_offsets_revision)
			continue;
		image_write_u64(&fake->world.image, address, word_value(fake, &words[i]));
		address += 8;
	}
}

static void make_runtime(struct fake *fake)
{
	const struct dialect *dialect = fake->world.layout.dialect;
	struct memory_image *image = &fake->world.image;
	if (dialect->runtime_symbol) {
		fake->runtime = make_struct(fake, FIELD_RUNTIME_SIZE);
		fake->head_pointer =
			fake->runtime + at(fake, FIELD_RUNTIME_INTERPRETERS_HEAD);
		add_symbol(fake, dialect->runtime_symbol, fake->runtime);
	} else {
		fake->head_pointer = image_alloc(image, 16);
		add_symbol(fake, dialect->head_function,
			   make_reader(fake, fake->head_pointer));
		add_symbol(fake, dialect->holder_symbol, image_alloc(image, 16));
	}
	if (dialect->gil_lock_function)
		add_symbol(fake, dialect->gil_lock_function,
			   make_reader(fake, image_alloc(image, 16)));
	if (dialect->version_symbol) {
		uint64_t version = image_alloc(image, 16);
		image_write_u64(image, version, fake->world.hexversion);
		add_symbol(fake, dialect->version_symbol, version);
	}
	if (dialect->debug_offsets_revision)
		put_debug_offsets(fake);
}

uint64_t fake_interpreter(struct fake *fake, int64_t id)
{
	struct world *world = &fake->world;
	uint64_t interpreter = make_struct(fake, FIELD_INTERPRETER_SIZE), head;
	memcpy(&head, image_at(&world->image, fake->head_pointer, 8), 8);
	put(world, interpreter, FIELD_INTERPRETER_NEXT, head);
	put(world, interpreter, FIELD_INTERPRETER_ID, (uint64_t)id);
	put(world, interpreter, FIELD_INTERPRETER_SYSDICT,
	    make_names(world, "path", make_str(world, "x"), "hexversion",
		       make_int(world, world->hexversion), NULL));
	put(world, interpreter, FIELD_INTERPRETER_MODULES,
	    make_dict(world, DICT_TEXT_KEYS, NULL, 0));
	image_write_u64(&world->image, fake->head_pointer, interpreter);
	if (!head && fake->runtime)
		put(world, fake->runtime, FIELD_RUNTIME_INTERPRETERS_MAIN, interpreter);
	return interpreter;
}

static void init(struct fake *fake)
{
	make_runtime(fake);
	fake->interpreter = fake_interpreter(fake, 0);
	fake->globals = make_names(&fake->world, "__builtins__", UINT64_C(8), "__name__",
				   make_str(&fake->world, "module"), NULL);
	fake->module_type = make_type(&fake->world, "module", 0);
	fake->thread_type = make_type(&fake->world, "Thread", 0);
	put(&fake->world, fake->module_type, FIELD_TYPE_DICTOFFSET, 16);
	put(&fake->world, fake->thread_type, FIELD_TYPE_DICTOFFSET, 16);
}

void fake_init(struct fake *fake, uint32_t hexversion)
{
	*fake = (struct fake){0};
	world_init(&fake->world, hexversion);
	init(fake);
}

void fake_init_unguarded(struct fake *fake, uint32_t hexversion)
{
	*fake = (struct fake){0};
	world_init_unguarded(&fake->world, hexversion);
	init(fake);
}

void fake_deinit(struct fake *fake)
{
	world_deinit(&fake->world);
}

uint64_t fake_thread(struct fake *fake, uint64_t interpreter, uint64_t ident)
{
	struct world *world = &fake->world;
	uint64_t thread = make_struct(fake, FIELD_THREAD_SIZE), head;
	uint64_t place = interpreter + at(fake, FIELD_INTERPRETER_THREADS_HEAD);
	memcpy(&head, image_at(&world->image, place, 8), 8);
	put(world, thread, FIELD_THREAD_NEXT, head);
	put(world, thread, FIELD_THREAD_INTERPRETER, interpreter);
	put(world, thread, FIELD_THREAD_IDENT, ident);
	put(world, thread, FIELD_THREAD_NATIVE_ID, ident & 0xffff);
	image_write_u64(&world->image, place, thread);
	if (!head)
		put(world, interpreter, FIELD_INTERPRETER_THREADS_MAIN, thread);
	return thread;
}

/* Each two bytes are a line further than the two before. */
static uint64_t make_line_table(struct world *world)
{
	uint8_t table[160];
	size_t size = 0;
	for (int i = 0; i < 50; i++)
		switch (world->layout.dialect->line_table) {
		case LINE_TABLE_LOCATIONS:
			/* One code unit; the same line or the next; columns 4 to 9. */
			table[size++] = 0x80 | (i ? 11 : 10) << 3;
			table[size++] = 4;
			table[size++] = 9;
			break;
		case LINE_TABLE_RANGES:
			table[size++] = 2;
			table[size++] = i > 0;
			break;
		default:
			table[size++] = i ? 2 : 0;
			table[size++] = i > 0;
		}
	return make_bytes(world, table, size);
}

uint64_t fake_code(struct fake *fake, const char *function, const char *file,
		   int32_t first_line)
{
	struct world *world = &fake->world;
	uint64_t code = make_object(world, world->code_type,
				    at(fake, FIELD_CODE_SIZE) + CODE_BYTES + 256);
	put(world, code, FIELD_CODE_NAME, make_str(world, function));
	put(world, code, FIELD_CODE_QUALNAME, make_str(world, function));
	put(world, code, FIELD_CODE_FILENAME, make_str(world, file));
	put(world, code, FIELD_CODE_FIRSTLINENO, (uint32_t)first_line);
	put(world, code, FIELD_CODE_LINETABLE, make_line_table(world));
	return code;
}

uint64_t fake_frame(struct fake *fake, uint64_t code, int64_t offset, uint64_t previous)
{
	struct world *world = &fake->world;
	uint64_t frame = image_alloc(&world->image, 512);
	unsigned int unit = world->layout.dialect->lasti_unit;
	fake_set_code(fake, frame, code);
	fake_set_previous(fake, frame, previous);
	put(world, frame, FIELD_PYFRAME_GLOBALS, fake->globals);
	put(world, frame, FIELD_PYFRAME_LASTI, (uint64_t)(offset < 0 ? -1 : offset / unit));
	put(world, frame, FIELD_IFRAME_GLOBALS, fake->globals);
	put(world, frame, FIELD_IFRAME_OWNER, 0);
	put(world, frame, FIELD_IFRAME_INSTRUCTION,
	    code + at(fake, FIELD_CODE_CODE_ADAPTIVE) + (uint64_t)offset);
	return frame;
}

uint64_t fake_entry_frame(struct fake *fake, uint64_t previous)
{
	uint8_t owner = fake->world.layout.dialect->owners.first_native;
	if (owner == UINT8_MAX)
		return previous;
	uint64_t frame = fake_frame(fake, 8, 0, previous);
	put(&fake->world, frame, FIELD_IFRAME_OWNER, owner);
	put(&fake->world, frame, FIELD_IFRAME_GLOBALS, 0);
	return frame;
}

void fake_set_previous(struct fake *fake, uint64_t frame, uint64_t previous)
{
	/* 3.11 has frame objects, too; they are not what is walked. */
	if (world_has(&fake->world, FIELD_IFRAME_PREVIOUS))
		put(&fake->world, frame, FIELD_IFRAME_PREVIOUS, previous);
	else
		put(&fake->world, frame, FIELD_PYFRAME_BACK, previous);
}

void fake_set_code(struct fake *fake, uint64_t frame, uint64_t code)
{
	uint8_t tag = fake->world.layout.dialect->stackref_tag;
	if (world_has(&fake->world, FIELD_IFRAME_PREVIOUS))
		put(&fake->world, frame, FIELD_IFRAME_EXECUTABLE, code | (tag & 1));
	else
		put(&fake->world, frame, FIELD_PYFRAME_CODE, code);
}

void fake_run(struct fake *fake, uint64_t thread, uint64_t frame)
{
	struct world *world = &fake->world;
	if (world_has(world, FIELD_CFRAME_CURRENT_FRAME)) {
		uint64_t cframe = image_alloc(&world->image, 64);
		put(world, cframe, FIELD_CFRAME_CURRENT_FRAME, frame);
		put(world, thread, FIELD_THREAD_CFRAME, cframe);
	} else if (world_has(world, FIELD_THREAD_CURRENT_FRAME)) {
		put(world, thread, FIELD_THREAD_CURRENT_FRAME, frame);
	} else {
		put(world, thread, FIELD_THREAD_FRAME, frame);
	}
}

void fake_stack(struct fake *fake, uint64_t thread, size_t count)
{
	uint64_t frame = 0;
	for (size_t i = 0; i < count; i++) {
		char name[24];
		snprintf(name, sizeof(name), "f%zu", count - 1 - i);
		uint64_t code = fake_code(fake, name, "/app/main.py", 10);
		frame = fake_frame(fake, code, 2 * (int64_t)(i % 40), frame);
	}
	fake_run(fake, thread, frame);
}

static uint64_t make_with_dict(struct world *world, uint64_t type, uint64_t dict)
{
	uint64_t object = make_object(world, type, 64);
	image_write_u64(&world->image, object + 16, dict);
	return object;
}

void fake_names(struct fake *fake, uint64_t interpreter, const uint64_t *idents,
		const char *const *names, size_t count)
{
	struct world *world = &fake->world;
	const struct dialect *dialect = world->layout.dialect;
	struct pair active[16];
	for (size_t i = 0; i < count; i++) {
		uint64_t ident = make_int(world, (int64_t)idents[i]);
		uint64_t dict = make_names(world, dialect->thread_ident, ident,
					   dialect->thread_name, make_str(world, names[i]),
					   dialect->thread_daemon,
					   make_int(world, (int64_t)(i % 2)), NULL);
		active[i] = (struct pair){ident,
					  make_with_dict(world, fake->thread_type, dict)};
	}
	uint64_t dict = make_dict(world, DICT_GENERAL, active, count);
	uint64_t threading = make_with_dict(world, fake->module_type,
					    make_names(world, "_active", dict, NULL));
	put(world, interpreter, FIELD_INTERPRETER_MODULES,
	    make_names(world, "sys", UINT64_C(8), "threading", threading, NULL));
}

static size_t read_fake(void *context, uint64_t address, void *buffer, size_t size)
{
	struct fake *fake = context;
	return image_read(&fake->world.image, address, buffer, size);
}

static uint64_t symbol_of_fake(void *context, const char *name)
{
	const struct fake *fake = context;
	for (size_t i = 0; i < fake->symbol_count; i++)
		if (strcmp(fake->symbols[i].name, name) == 0)
			return fake->symbols[i].address;
	return 0;
}

struct pyinspect_target *fake_open(struct fake *fake)
{
	struct pyinspect_callbacks callbacks = {
		.size = sizeof(callbacks), .read = read_fake, .symbol = symbol_of_fake};
	struct pyinspect_target *target = NULL;
	struct pyinspect_error *error =
		pyinspect_target_open_callbacks(&callbacks, fake, &target);
	if (error) {
		printf("Bail out! can't open callbacks\n");
		exit(99);
	}
	return target;
}

struct pyinspect_snapshot *fake_take(struct fake *fake,
				     const struct pyinspect_options *options)
{
	struct pyinspect_snapshot *snapshot = NULL;
	struct pyinspect_target *target = fake_open(fake);
	struct pyinspect_error *error = pyinspect_snapshot_take(target, options, &snapshot);
	if (error)
		printf("# version 0x%x: %s\n", fake->world.hexversion,
		       pyinspect_error_message(error));
	pyinspect_error_free(error);
	pyinspect_target_close(target);
	return snapshot;
}

const struct pyinspect_thread *thread_of(const struct pyinspect_snapshot *snapshot,
					 size_t index)
{
	const struct pyinspect_interpreter *interpreter =
		pyinspect_snapshot_interpreter(snapshot, 0);
	return interpreter ? pyinspect_interpreter_thread(interpreter, index) : NULL;
}

size_t kept_frames(const struct pyinspect_thread *thread)
{
	size_t count = 0;
	while (pyinspect_thread_frame(thread, count))
		count++;
	return count;
}
