/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/answer.h"
#include "gdb/channel.h"

static const char no_memory[] = "echo pyinspect: not enough memory\\n\n";

/* As `echo` reads it: a backslash begins an escape, blanks at the ends are lost. */
static void append_byte(struct text *script, unsigned char byte)
{
	if (byte == '\\')
		text_append_string(script, "\\\\");
	else if (byte <= ' ' || byte == 0x7f)
		text_printf(script, "\\%03o", byte);
	else
		text_append(script, (const char *)&byte, 1);
}

void answer_print(struct answer *answer, const char *text, size_t length)
{
	const char *end = text + length;
	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		const char *stop = line_end ? line_end + 1 : end;
		text_append_string(&answer->script, "echo ");
		for (; text < stop; text++)
			append_byte(&answer->script, (unsigned char)*text);
		text_append_string(&answer->script, "\n");
	}
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
	if (answer->script.failed ||
	    !channel_write(CHANNEL_ANSWER, answer->script.data ? answer->script.data : "",
			   answer->script.length))
		channel_write(CHANNEL_ANSWER, no_memory, strlen(no_memory));
	free(answer->script.data);
	*answer = (struct answer){0};
}
