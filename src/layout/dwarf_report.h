/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What the debugging information of a file says, as lines of text: pyinspect-dwarf prints
 * it, and the cache keeps it. Whoever reads it believes none of it.
 *
 *	pyinspect-dwarf 1 FINGERPRINT
 *	build-id HEX
 *	file PATH
 *	debuglink CRC NAME
 *	altlink BUILD-ID PATH
 *	crc HEX
 *	symbol NAME HEX
 *	free-threaded
 *	field NAME OFFSET
 *	error SENTENCE
 *	end
 *
 * Every line but the first and the last may be missing; the fingerprint is of fields.def,
 * so what another version has written is refused.
 */
#ifndef LAYOUT_DWARF_REPORT_H
#define LAYOUT_DWARF_REPORT_H

#include "base/text.h"
#include "layout/layout.h"
#include "modules/build_id.h"

/** Longer texts are refused: real ones have 4 KB. */
#define DWARF_REPORT_MAX ((size_t)64 << 10)

/** Symbols that are looked for where the image exports none. */
enum dwarf_symbol {
	/** Pointer to the first interpreter, before there was a struct of the runtime. */
	DWARF_SYMBOL_INTERPRETER_HEAD,
	DWARF_SYMBOL_RUNTIME,
	DWARF_SYMBOL_VERSION,
	DWARF_SYMBOL_COUNT,
};

/** Their names in the file. */
extern const char *const dwarf_symbol_names[DWARF_SYMBOL_COUNT];

struct dwarf_report {
	/** "" if the file has none. */
	char build_id[BUILD_ID_TEXT_SIZE];
	/** Where all this is from; "" if it isn't said. */
	char file[4096];
	/** Name of the detached file and its checksum; "" if there is none. */
	char debuglink[256];
	uint32_t debuglink_crc;
	/** File of what several files share, and its build-id; "" if there is none. */
	char altlink[4096];
	char altlink_id[BUILD_ID_TEXT_SIZE];
	/** Checksum of the file itself, if it was asked for. */
	uint32_t crc;
	bool has_crc;
	/** As in the file: the image's bias is to be added. 0 if it isn't there. */
	uint64_t symbols[DWARF_SYMBOL_COUNT];
	/** Without a dialect. */
	struct layout layout;
	bool has_layout;
	/** Why there is no layout; "" if it isn't said. */
	char error[512];
};

/** Empty it. */
void dwarf_report_init(struct dwarf_report *report);

/** Append the lines; control characters in names become question marks. */
void dwarf_report_write(const struct dwarf_report *report, struct text *text);

/**
 * Read the lines.
 *
 * @param text Ended by a NUL; it is taken apart.
 * @return false for anything that dwarf_report_write() would not write, and for a
 * layout whose members lie outside of their structs; *ret is of no use then.
 */
bool dwarf_report_parse(char *text, struct dwarf_report *ret);

#endif
