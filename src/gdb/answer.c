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

/* Have GDB print what has come together. */
static void flush(struct answer *answer)
{
	struct text *pending = &answer->pending;
	if (!pending->length)
		return;
	text_append_string(&answer->script, "printf \"");
	for (size_t i = 0; i < pending->length; i++)
		append_byte(&answer->script, (unsigned char)pending->data[i]);
	text_append_string(&answer->script, "\"\n");
	pending->length = 0;
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

void answer_send(struct answer *answer)
{
	flush(answer);
	if (answer->script.failed || answer->pending.failed ||
	    !channel_write(CHANNEL_ANSWER, answer->script.data ? answer->script.data : "",
			   answer->script.length))
		channel_write(CHANNEL_ANSWER, no_memory, strlen(no_memory));
	free(answer->script.data);
	free(answer->pending.data);
	*answer = (struct answer){0};
}
