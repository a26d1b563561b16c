/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runtime/evaluator.h"
#include "base/cleanup.h"

static bool holds_runtime(const struct image *image, const struct runtime *runtime)
{
	uint64_t address = runtime->address ? runtime->address : runtime->head_pointer;
	return address >= image->data_start && address < image->data_end;
}

static bool find_in(struct target *target, struct image *image,
		    const struct runtime *runtime, struct evaluator *ret)
{
	struct symbol symbol;
	const char *name = runtime->layout.dialect->evaluator_symbol;
	cleanup_error struct pyinspect_error *error =
		image_symbol_find(target, image, name, &symbol);
	if (error || !holds_runtime(image, runtime))
		return false;
	ret->named = (struct extent){symbol.address, symbol.address + symbol.size};
	ret->largest = function_largest(target, image);
	ret->unwind_header = image->unwind_header;
	return true;
}

struct evaluator evaluator_find(struct target *target, const struct runtime *runtime)
{
	struct evaluator found = {0};
	struct images images = {0};
	pyinspect_error_free(images_list(target, NULL, &images));
	for (size_t i = 0; i < images.count; i++)
		if (find_in(target, &images.items[i], runtime, &found))
			break;
	images_deinit(&images);
	return found;
}

static bool is_in(const struct extent *extent, uint64_t address)
{
	return address >= extent->start && address < extent->end;
}

bool evaluator_has(const struct evaluator *evaluator, uint64_t instruction)
{
	return is_in(&evaluator->named, instruction) ||
	       is_in(&evaluator->largest, instruction);
}
