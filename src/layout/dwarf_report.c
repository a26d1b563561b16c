/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/dwarf_report.h"

/* No struct of CPython's is larger; the runtime has about 350 KB. */
#define OFFSET_MAX ((uint64_t)16 << 20)

const char *const dwarf_symbol_names[DWARF_SYMBOL_COUNT] = {
	[DWARF_SYMBOL_INTERPRETER_HEAD] = "interp_head",
	[DWARF_SYMBOL_RUNTIME] = "_PyRuntime",
	[DWARF_SYMBOL_VERSION] = "Py_Version",
};

void dwarf_report_init(struct dwarf_report *report)
{
	memset(report, 0, sizeof(*report));
	layout_clear(&report->layout);
}

static uint32_t hash(uint32_t value, const char *text)
{
	/* FNV-1a, the NUL included. */
	do
		value = (value ^ (unsigned char)*text) * 16777619;
	while (*text++);
	return value;
}

/* Of all that decides what is found: a layout of an older list lacks its new members. */
static uint32_t fingerprint(void)
{
	uint32_t value = 2166136261;
	for (int i = 0; i < FIELD_COUNT; i++) {
		value = hash(value, field_infos[i].name);
		value = hash(value, field_infos[i].structs);
		value = hash(value, field_infos[i].members) + field_infos[i].width;
	}
	return value;
}

static void write_header(struct text *text)
{
	text_printf(text, "pyinspect-dwarf 1 %08x", fingerprint());
}

static void write_line(struct text *text, const char *key, const char *value)
{
	text_printf(text, "%s ", key);
	for (; *value; value++) {
		char c = iscntrl((unsigned char)*value) ? '?' : *value;
		text_append(text, &c, 1);
	}
	text_append_string(text, "\n");
}

static void write_links(const struct dwarf_report *report, struct text *text)
{
	char key[sizeof("altlink ") + BUILD_ID_TEXT_SIZE];
	if (*report->debuglink) {
		snprintf(key, sizeof(key), "debuglink %08x", report->debuglink_crc);
		write_line(text, key, report->debuglink);
	}
	if (*report->altlink && *report->altlink_id) {
		snprintf(key, sizeof(key), "altlink %s", report->altlink_id);
		write_line(text, key, report->altlink);
	}
	if (report->has_crc)
		text_printf(text, "crc %08x\n", report->crc);
}

static void write_layout(const struct layout *layout, struct text *text)
{
	if (layout->is_free_threaded)
		text_append_string(text, "free-threaded\n");
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout_has(layout, (enum field)i))
			text_printf(text, "field %s %d\n", field_infos[i].name,
				    layout->offsets[i]);
}

void dwarf_report_write(const struct dwarf_report *report, struct text *text)
{
	write_header(text);
	text_append_string(text, "\n");
	if (*report->build_id)
		write_line(text, "build-id", report->build_id);
	if (*report->file)
		write_line(text, "file", report->file);
	write_links(report, text);
	for (int i = 0; i < DWARF_SYMBOL_COUNT; i++)
		if (report->symbols[i])
			text_printf(text, "symbol %s %" PRIx64 "\n", dwarf_symbol_names[i],
				    report->symbols[i]);
	if (report->has_layout)
		write_layout(&report->layout, text);
	if (*report->error)
		write_line(text, "error", report->error);
	text_append_string(text, "end\n");
}

static bool take_text(const char *value, char *ret, size_t size)
{
	if (*ret || !*value || strlen(value) >= size)
		return false;
	strcpy(ret, value);
	return true;
}

static bool take_number(const char *value, int base, uint64_t limit, uint64_t *ret)
{
	char *end;
	if (!isxdigit((unsigned char)*value) || strlen(value) > 16)
		return false;
	*ret = strtoull(value, &end, base);
	return !*end && *ret <= limit;
}

static bool take_crc(const char *value, uint32_t *ret)
{
	uint64_t number;
	bool valid = take_number(value, 16, UINT32_MAX, &number);
	*ret = (uint32_t)number;
	return valid;
}

static bool take_build_id(const char *value, char ret[BUILD_ID_TEXT_SIZE])
{
	return build_id_is_valid(value) && take_text(value, ret, BUILD_ID_TEXT_SIZE);
}

static bool take_symbol(struct dwarf_report *report, const char *name, const char *value)
{
	for (int i = 0; i < DWARF_SYMBOL_COUNT; i++)
		if (strcmp(name, dwarf_symbol_names[i]) == 0)
			return !report->symbols[i] &&
			       take_number(value, 16, UINT64_MAX, &report->symbols[i]);
	return false;
}

static bool take_field(struct dwarf_report *report, const char *name, const char *value)
{
	uint64_t offset;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (strcmp(name, field_infos[i].name) != 0)
			continue;
		if (layout_has(&report->layout, (enum field)i) ||
		    !take_number(value, 10, OFFSET_MAX, &offset))
			return false;
		layout_set(&report->layout, (enum field)i, (int32_t)offset,
			   LAYOUT_SOURCE_DWARF);
		report->has_layout = true;
		return true;
	}
	return false;
}

/* A line of three words; the last one may have blanks. */
static bool take_pair(struct dwarf_report *report, const char *key, char *value)
{
	const char *name = strsep(&value, " ");
	if (!value)
		return false;
	if (strcmp(key, "debuglink") == 0)
		return take_crc(name, &report->debuglink_crc) &&
		       take_text(value, report->debuglink, sizeof(report->debuglink));
	if (strcmp(key, "altlink") == 0)
		return take_build_id(name, report->altlink_id) &&
		       take_text(value, report->altlink, sizeof(report->altlink));
	if (strcmp(key, "symbol") == 0)
		return take_symbol(report, name, value);
	return strcmp(key, "field") == 0 && take_field(report, name, value);
}

static bool take_line(struct dwarf_report *report, char *line)
{
	const char *key = strsep(&line, " ");
	if (strcmp(key, "free-threaded") == 0 && !line)
		return report->layout.is_free_threaded = true;
	if (!line)
		return false;
	if (strcmp(key, "build-id") == 0)
		return take_build_id(line, report->build_id);
	if (strcmp(key, "file") == 0)
		return take_text(line, report->file, sizeof(report->file));
	if (strcmp(key, "error") == 0)
		return take_text(line, report->error, sizeof(report->error));
	if (strcmp(key, "crc") == 0)
		return report->has_crc = take_crc(line, &report->crc);
	return take_pair(report, key, line);
}

bool dwarf_report_parse(char *text, struct dwarf_report *ret)
{
	struct text header = {0};
	write_header(&header);
	const char *first = strsep(&text, "\n");
	bool valid = !header.failed && strcmp(first, header.data) == 0;
	free(header.data);
	dwarf_report_init(ret);
	while (valid && text) {
		char *line = strsep(&text, "\n");
		if (strcmp(line, "end") == 0)
			return text && !*text &&
			       layout_find_outside(&ret->layout) == FIELD_COUNT;
		valid = take_line(ret, line);
	}
	return false;
}
