/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What all commands say, and where. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/options.h"

/** A pyinspect_write_fn: to standard output. */
bool report_write(void *context, const char *data, size_t size);

/** Say a sentence on standard error, escaped. */
void report_say(const char *text);

/** Say why a target can't be shown, in JSON, too, if that is asked for; frees the error. */
enum exit_code report_error(struct pyinspect_error *error,
			    const struct cli_options *options, const char *word);

#endif
