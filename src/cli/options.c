/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"

static const char help[] =
	"Usage: pyinspect [OPTION]... TARGET...\n"
	"\n"
	"Show what every thread of a running Python process is doing: CPython 2.7 and\n"
	"3.6 to 3.15. The process need not be prepared, and is not changed. One that hangs\n"
	"is not even stopped; one that runs is, for some milliseconds. TARGET is a process\n"
	"id, or a core dump of one that has died.\n"
	"\n"
	"  pyinspect 4711                    every thread's stack, innermost frame first\n"
	"  pyinspect --subprocesses 4711     the same for the process and all below it\n"
	"  pyinspect -t 4713 4711            only thread 4713\n"
	"  pyinspect --json 4711 | jq .      for programs: one object per process\n"
	"  pyinspect $(pgrep -f app.py)      all processes of a program\n"
	"  pyinspect core.4711               a dead process, by its core dump; - is a pipe\n"
	"\n"
	"What is shown\n"
	"  --all-frames      also import machinery, bootstrap of threads, entry frames\n"
	"  --max-frames N    frames of one thread: N/2 innermost, N/2 outermost\n"
	"                    (default 200; 0 is all)\n"
	"  -t, --thread TID  only this thread\n"
	"  -l, --locals      arguments, locals, cells and free variables of each frame\n"
	"  --globals         also the variables of its module\n"
	"  --depth N         also attributes of values, and so on, N levels (default 0)\n"
	"  --max-length N    characters of one value (default 400; 0 is all)\n"
	"  --max-items N     items of one container (default 50; 0 is all)\n"
	"  --redact          hide values of names like password, token, api_key\n"
	"  --redact-also W   and of names that have the word W; may be repeated\n"
	"  --subprocesses    the process and all its descendants, each once\n"
	"  --json            JSON, one line per process\n"
	"  --color WHEN      auto (default), always, never; NO_COLOR and CLICOLOR_FORCE\n"
	"                    are obeyed\n"
	"  -v, --verbose     also how the interpreter and its layout were found\n"
	"\n"
	"How it is read\n"
	"  --stop            stop all threads for one instant of the whole process\n"
	"  --no-stop         never stop any; what may be wrong is marked\n"
	"  --timeout S       give up after S seconds with what there is (default 10)\n"
	"\n"
	"Builds of Python that are not known\n"
	"  --debug-dir DIR   look for debugging information in DIR, too, as in\n"
	"                    /usr/lib/debug; may be repeated\n"
	"  --sysroot DIR     look for it in DIR, a copy of the process's files\n"
	"  --layout WHICH    where members of structures are, by: auto (default), table,\n"
	"                    offsets, dwarf\n"
	"\n"
	"Core dumps\n"
	"  --exe FILE        the program that has died, if it isn't where it was\n"
	"  --sysroot DIR     look for programs, libraries and source in DIR, a copy of its\n"
	"                    machine's files; --debug-dir DIR by their build-id, too\n"
	"\n"
	"  --version, --help\n"
	"\n"
	"  pyinspect print     the value of an expression: pyinspect print --help\n"
	"  pyinspect gdb-init  commands for GDB, such as pystack: pyinspect gdb-init --help\n"
	"\n"
	"Exit codes: 0 the whole answer, 1 an answer with problems in it, 2 wrong usage,\n"
	"3 no such target or no permission, 4 not a Python process that can be read.\n"
	"The manual: man pyinspect\n";

static const char print_help[] =
	"Usage: pyinspect print [OPTION]... TARGET EXPRESSION\n"
	"\n"
	"Show the value of an expression in a frame of a running Python process, or of a\n"
	"core dump, by reading alone: names, attributes, items, and the functions len, type, vars and id. Nothing\n"
	"of the process is run: where a property or __getattr__ would have to, that is said.\n"
	"\n"
	"  pyinspect print 4711 self.pool._free[0].name\n"
	"  pyinspect print 4711 \"app.config['dsn']\"\n"
	"  pyinspect print -t 4713 -f 2 4711 'len(queue.queue)'\n"
	"  pyinspect print --depth 2 4711 'vars(request)'\n"
	"\n"
	"  -t, --thread TID  in this thread (default: the main thread)\n"
	"  -f, --frame N     in the frame of this number: 0 is the innermost (default), 1\n"
	"                    the one that called it\n"
	"  --depth N         also attributes of the value, and so on, N levels (default 0)\n"
	"  --max-length N    characters of one value (default 400; 0 is all)\n"
	"  --max-items N     items of one container (default 50; 0 is all)\n"
	"  --redact          hide values of names like password, token, api_key\n"
	"  --redact-also W   and of names that have the word W; may be repeated\n"
	"  --json            JSON, one line\n"
	"  --stop, --no-stop, --timeout S, --debug-dir DIR, --sysroot DIR, --exe FILE,\n"
	"  --layout WHICH    as pyinspect --help says\n"
	"\n"
	"Exit codes: 0 the value, 1 there is none (the message says why), 2 wrong usage,\n"
	"3 no such target or no permission, 4 not a Python process that can be read.\n";

enum long_option {
	OPTION_ALL_FRAMES = 256,
	OPTION_MAX_FRAMES,
	OPTION_SUBPROCESSES,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_STOP,
	OPTION_NO_STOP,
	OPTION_TIMEOUT,
	OPTION_DEBUG_DIR,
	OPTION_SYSROOT,
	OPTION_EXE,
	OPTION_LAYOUT,
	OPTION_GLOBALS,
	OPTION_DEPTH,
	OPTION_REDACT,
	OPTION_REDACT_ALSO,
	OPTION_MAX_LENGTH,
	OPTION_MAX_ITEMS,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{"all-frames", no_argument, NULL, OPTION_ALL_FRAMES},
	{"max-frames", required_argument, NULL, OPTION_MAX_FRAMES},
	{"thread", required_argument, NULL, 't'},
	{"locals", no_argument, NULL, 'l'},
	{"globals", no_argument, NULL, OPTION_GLOBALS},
	{"depth", required_argument, NULL, OPTION_DEPTH},
	{"redact", no_argument, NULL, OPTION_REDACT},
	{"redact-also", required_argument, NULL, OPTION_REDACT_ALSO},
	{"max-length", required_argument, NULL, OPTION_MAX_LENGTH},
	{"max-items", required_argument, NULL, OPTION_MAX_ITEMS},
	{"frame", required_argument, NULL, 'f'},
	{"subprocesses", no_argument, NULL, OPTION_SUBPROCESSES},
	{"json", no_argument, NULL, OPTION_JSON},
	{"color", required_argument, NULL, OPTION_COLOR},
	{"verbose", no_argument, NULL, 'v'},
	{"stop", no_argument, NULL, OPTION_STOP},
	{"no-stop", no_argument, NULL, OPTION_NO_STOP},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"debug-dir", required_argument, NULL, OPTION_DEBUG_DIR},
	{"sysroot", required_argument, NULL, OPTION_SYSROOT},
	{"exe", required_argument, NULL, OPTION_EXE},
	{"layout", required_argument, NULL, OPTION_LAYOUT},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, OPTION_HELP},
	{0},
};

/* What was given, before it is turned into options. */
struct words {
	bool stop, no_stop;
	const char *color;
};

static bool wrong(const char *what, const char *value)
{
	fprintf(stderr, "pyinspect: %s%s; see pyinspect --help\n", what, value);
	return false;
}

/* What getopt_long() could not take; it returned ':' or '?'. */
static bool wrong_option(int why, char **argv)
{
	char letter[3] = {'-', (char)optopt, '\0'};
	bool is_short = optopt > 0 && optopt < 256;
	/* A long one is behind; a letter may stand within a word. */
	const char *name = is_short ? letter : argv[optind - 1];
	if (why == ':')
		return wrong("a value is missing behind ", name);
	return wrong(optopt > 0 && !is_short ? "this option takes no value: "
					     : "there is no option ",
		     name);
}

static bool parse_number(const char *text, unsigned long limit, unsigned long *ret)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] < '0' || text[0] > '9' || value > limit)
		return false;
	*ret = value;
	return true;
}

static bool parse_seconds(const char *text, double *ret)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end || !isfinite(value) || value < 0 || value > 1e9)
		return false;
	*ret = value;
	return true;
}

static bool parse_layout(const char *word, struct cli_options *options)
{
	static const char *const words[] = {
		[PYINSPECT_PRODUCER_ANY] = "auto",
		[PYINSPECT_PRODUCER_TABLE] = "table",
		[PYINSPECT_PRODUCER_DEBUG_OFFSETS] = "offsets",
		[PYINSPECT_PRODUCER_DWARF] = "dwarf",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			options->snapshot.producer = (enum pyinspect_producer)i;
			return true;
		}
	return wrong("--layout takes auto, table, offsets or dwarf, not ", word);
}

/* A folder that isn't there would be looked into in vain, and nobody told. */
static bool parse_folder(const char *what, const char *path)
{
	struct stat status;
	return (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) || wrong(what, path);
}

static bool parse_debug_dir(const char *path, struct cli_options *options)
{
	if (options->debug_directory_count == DEBUG_DIRECTORIES_MAX)
		return wrong("--debug-dir is given too often: ", path);
	if (!parse_folder("--debug-dir takes a folder, not ", path))
		return false;
	options->debug_directories[options->debug_directory_count++] = path;
	return true;
}

static bool parse_limit(const char *option, uint32_t *ret)
{
	unsigned long number;
	if (!parse_number(optarg, UINT32_MAX, &number)) {
		fprintf(stderr,
			"pyinspect: %s takes a number, not %s; see pyinspect --help\n",
			option, optarg);
		return false;
	}
	*ret = (uint32_t)number;
	return true;
}

static bool parse_redact_also(const char *word, struct cli_options *options)
{
	if (!*word)
		return wrong("--redact-also takes a word, not an empty one", "");
	if (options->secret_name_count == SECRET_NAMES_MAX)
		return wrong("--redact-also is given too often: ", word);
	options->secret_names[options->secret_name_count++] = word;
	return true;
}

/* What is shown of values; true if the option was none of these. */
static bool parse_value_option(int option, struct cli_options *options, bool *known_ret)
{
	struct pyinspect_options *snapshot = &options->snapshot;
	*known_ret = true;
	switch (option) {
	case 'l':
		snapshot->locals = true;
		return true;
	case OPTION_GLOBALS:
		snapshot->globals = true;
		return true;
	case OPTION_DEPTH:
		return parse_limit("--depth", &snapshot->depth);
	case 'f':
		return parse_limit("--frame", &snapshot->frame);
	case OPTION_REDACT:
		snapshot->redact = true;
		return true;
	case OPTION_REDACT_ALSO:
		return parse_redact_also(optarg, options);
	case OPTION_MAX_LENGTH:
		return parse_limit("--max-length", &snapshot->max_length);
	case OPTION_MAX_ITEMS:
		return parse_limit("--max-items", &snapshot->max_items);
	default:
		*known_ret = false;
		return true;
	}
}

static bool parse_option(int option, char **argv, struct cli_options *options,
			 struct words *words)
{
	unsigned long number;
	bool is_known, is_right = parse_value_option(option, options, &is_known);
	if (is_known)
		return is_right;
	switch (option) {
	case OPTION_ALL_FRAMES:
		options->snapshot.all_frames = options->write.all_frames = true;
		return true;
	case OPTION_MAX_FRAMES:
		if (!parse_number(optarg, UINT32_MAX, &number))
			return wrong("--max-frames takes a number, not ", optarg);
		options->snapshot.max_frames = (uint32_t)number;
		return true;
	case 't':
		if (!parse_number(optarg, INT32_MAX, &number) || !number)
			return wrong("--thread takes a thread id, not ", optarg);
		options->snapshot.tid = (pid_t)number;
		return true;
	case OPTION_SUBPROCESSES:
		options->subprocesses = true;
		return true;
	case OPTION_JSON:
		options->write.format = PYINSPECT_FORMAT_JSON;
		return true;
	case OPTION_COLOR:
		words->color = optarg;
		return true;
	case 'v':
		options->write.verbose = true;
		return true;
	case OPTION_STOP:
		words->stop = true;
		return true;
	case OPTION_NO_STOP:
		words->no_stop = true;
		return true;
	case OPTION_TIMEOUT:
		if (!parse_seconds(optarg, &options->snapshot.timeout))
			return wrong("--timeout takes seconds, not ", optarg);
		return true;
	case OPTION_DEBUG_DIR:
		return parse_debug_dir(optarg, options);
	case OPTION_SYSROOT:
		options->snapshot.sysroot = optarg;
		return parse_folder("--sysroot takes a folder, not ", optarg);
	case OPTION_EXE:
		options->snapshot.executable = optarg;
		return access(optarg, R_OK) == 0 ||
		       wrong("--exe takes a program that can be read, not ", optarg);
	case OPTION_LAYOUT:
		return parse_layout(optarg, options);
	default:
		return wrong_option(option, argv);
	}
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && *value;
}

static bool use_words(const struct words *words, struct cli_options *options)
{
	if (words->stop && words->no_stop)
		return wrong("--stop and --no-stop exclude each other", "");
	options->snapshot.stop = words->stop      ? PYINSPECT_STOP_ALL
				 : words->no_stop ? PYINSPECT_STOP_NEVER
						  : PYINSPECT_STOP_AUTO;
	const char *force = getenv("CLICOLOR_FORCE");
	if (strcmp(words->color, "always") == 0)
		options->write.color = true;
	else if (strcmp(words->color, "auto") == 0)
		options->write.color = !is_set("NO_COLOR") &&
				       ((force && *force && strcmp(force, "0") != 0) ||
					isatty(STDOUT_FILENO));
	else if (strcmp(words->color, "never") != 0)
		return wrong("--color takes auto, always or never, not ", words->color);
	return true;
}

static bool check_dump(const struct cli_options *options)
{
	if (options->snapshot.frame)
		return wrong("--frame belongs to pyinspect print", "");
	return options->target_count || wrong("which process? Give its id", "");
}

/* The last frame that is looked at has to be among those that are kept. */
static bool use_expression(struct cli_options *options)
{
	struct pyinspect_options *snapshot = &options->snapshot;
	if (options->subprocesses)
		return wrong("pyinspect print looks at one process, without "
			     "--subprocesses",
			     "");
	if (options->target_count != 2)
		return wrong("pyinspect print takes a process id and an expression", "");
	struct pyinspect_error *error = pyinspect_expression_check(options->targets[1]);
	bool is_right = !error || wrong(pyinspect_error_message(error), "");
	pyinspect_error_free(error);
	snapshot->expression = options->targets[1];
	if (snapshot->frame >= snapshot->max_frames / 2)
		snapshot->max_frames = 0;
	return is_right;
}

bool options_parse(enum cli_command command, int argc, char **argv, struct cli_options *ret,
		   enum exit_code *code_ret)
{
	struct words words = {.color = "auto"};
	struct cli_options options = {
		.snapshot = PYINSPECT_OPTIONS_DEFAULT,
		.write = {.size = sizeof(options.write)},
	};
	int option;
	*code_ret = EXIT_USAGE;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":f:lt:v", long_options, NULL)) != -1) {
		if (option == OPTION_HELP || option == OPTION_VERSION) {
			if (option == OPTION_HELP)
				fputs(command == COMMAND_PRINT ? print_help : help, stdout);
			else
				printf("pyinspect %s\n", pyinspect_version());
			*code_ret = fflush(stdout) ? EXIT_PROBLEMS : EXIT_WHOLE;
			return false;
		}
		if (!parse_option(option, argv, &options, &words))
			return false;
	}
	if (!use_words(&words, &options))
		return false;
	options.targets = argv + optind;
	options.target_count = argc - optind;
	if (command == COMMAND_PRINT ? !use_expression(&options) : !check_dump(&options))
		return false;
	*ret = options;
	ret->snapshot.debug_directories = ret->debug_directories;
	if (ret->secret_name_count)
		ret->snapshot.secret_names = ret->secret_names;
	return true;
}
