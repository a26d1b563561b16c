/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/answer.h"
#include "gdb/channel.h"

static const char no_memory[] = "echo pyinspect: not enough memory\\n\n";

/* Lines of the script cost GDB more than what is in them. */
#define PRINTED_MAX ((size_t)16 << 10)
/* Shorter text is read faster than it is named. */
#define FOLDED_MIN 128

/* As `printf` reads its format. */
static void append_byte(struct text *script, unsigned char byte)
{
	if (byte == '\\' || byte == '"')
		text_printf(script, "\\%c", byte);
	else if (byte == '%')
		text_append_string(script, "%%");
	else if (byte == '\n')
		text_append_string(script, "\\n");
	else if (byte < ' ' || byte == 0x7f)
		text_printf(script, "\\%03o", byte);
	else
		text_append(script, (const char *)&byte, 1);
}

static void append_print(struct text *script, const char *text, size_t length)
{
	text_append_string(script, "printf \"");
	for (size_t i = 0; i < length; i++)
		append_byte(script, (unsigned char)text[i]);
	text_append_string(script, "\"\n");
}

/* Have GDB print what has come together. */
static void flush(struct answer *answer)
{
	if (answer->pending.length)
		append_print(&answer->script, answer->pending.data, answer->pending.length);
	answer->pending.length = 0;
}

void answer_print(struct answer *answer, const char *text, size_t length)
{
	text_append(&answer->pending, text, length);
	if (answer->pending.length >= PRINTED_MAX && text[length - 1] == '\n')
		flush(answer);
}

void answer_printf(struct answer *answer, const char *format, ...)
{
	va_list arguments;
	char *text;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0) {
		answer->script.failed = true;
		return;
	}
	answer_print(answer, text, (size_t)length);
	free(text);
}

void answer_command(struct answer *answer, const char *format, ...)
{
	char line[256];
	va_list arguments;
	flush(answer);
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(line))
		answer->script.failed = true;
	text_append_string(&answer->script, line);
	text_append_string(&answer->script, "\n");
}

void answer_set(struct answer *answer, const char *variable, uint64_t value)
{
	answer_command(answer, "set $%s = (unsigned long) 0x%llx", variable,
		       (unsigned long long)value);
}

size_t answer_mark(const struct answer *answer)
{
	return answer->pending.length;
}

/* Number of a block with this text; the count of blocks if it is a new one. */
static size_t find_block(const struct answer *answer, const char *text, size_t length)
{
	size_t i = 0;
	while (i < answer->blocks.count &&
	       (answer->blocks.items[i].length != length ||
		memcmp(answer->blocks.items[i].text, text, length) != 0))
		i++;
	return i;
}

static bool add_block(struct answer *answer, const char *text, size_t length)
{
	struct answer_block block = {.text = malloc(length), .length = length};
	if (!block.text || !array_push(&answer->blocks, block)) {
		free(block.text);
		return false;
	}
	memcpy(block.text, text, length);
	return true;
}

void answer_fold(struct answer *answer, size_t mark)
{
	/* It may have been printed already, for its length. */
	if (answer->pending.length < mark + FOLDED_MIN || answer->pending.failed)
		return;
	const char *text = answer->pending.data + mark;
	size_t length = answer->pending.length - mark;
	size_t number = find_block(answer, text, length);
	bool is_new = number == answer->blocks.count;
	if (is_new && !add_block(answer, text, length))
		return;
	answer->pending.length = mark;
	flush(answer);
	if (is_new) {
		text_printf(&answer->script, "define __pyinspect_text_%zu\n", number);
		append_print(&answer->script, answer->blocks.items[number].text, length);
		text_append_string(&answer->script, "end\n");
	}
	text_printf(&answer->script, "__pyinspect_text_%zu\n", number);
}

void answer_free(struct answer *answer)
{
	free(answer->script.data);
	free(answer->pending.data);
	for (size_t i = 0; i < answer->blocks.count; i++)
		free(answer->blocks.items[i].text);
	free(answer->blocks.items);
	*answer = (struct answer){0};
}

void answer_send(struct answer *answer)
{
	flush(answer);
	if (answer->script.failed || answer->pending.failed ||
	    !channel_write(CHANNEL_ANSWER, answer->script.data ? answer->script.data : "",
			   answer->script.length))
		channel_write(CHANNEL_ANSWER, no_memory, strlen(no_memory));
	answer_free(answer);
}
