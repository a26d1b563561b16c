/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs that have Python in them.
 *
 * Usage: embed LIBRARY HOME SCRIPT...
 *
 * Each LIBRARY is a libpython, loaded with RTLD_LOCAL; its Python, with HOME as PYTHONHOME,
 * runs SCRIPT. With several the first ones run in threads of their own, and what they tell
 * goes to the files told-0, told-1, ...; the last runs in the main thread. SCRIPT "-" only
 * loads the library; "+" starts its Python and ends it. If the last SCRIPT returns, the
 * program tells its pid, and hangs itself.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct guest {
	const char *library, *home, *script;
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", what, why);
	_exit(1);
}

static void *find(void *library, const char *name)
{
	void *address = dlsym(library, name);
	if (!address)
		fail(name, dlerror());
	return address;
}

static char *read_script(const char *path)
{
	char *text = calloc(1, 1 << 16);
	FILE *file = fopen(path, "r");
	if (!text || !file || !fread(text, 1, (1 << 16) - 1, file))
		fail(path, "can't be read");
	fclose(file);
	return text;
}

static void *run(void *argument)
{
	const struct guest *guest = argument;
	void *library = dlopen(guest->library, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		fail(guest->library, dlerror());
	if (guest->script[0] == '-')
		return NULL;
	setenv("PYTHONHOME", guest->home, 1);
	void (*initialize)(void) = find(library, "Py_Initialize");
	int (*run_string)(const char *, void *) = find(library, "PyRun_SimpleStringFlags");
	initialize();
	if (guest->script[0] == '+') {
		void (*finalize)(void) = find(library, "Py_Finalize");
		finalize();
		return NULL;
	}
	if (run_string(read_script(guest->script), NULL) != 0)
		fail(guest->script, "the script has failed");
	return NULL;
}

/* Run it in a thread, and return when it has told all and hangs. */
static void run_aside(struct guest *guest, int number)
{
	pthread_t thread;
	char word[32], buffer[65536];
	int ends[2];
	ssize_t got;
	if (guest->script[0] == '-') {
		run(guest);
		return;
	}
	char *told = getenv("TRUTH_FD") ? strdup(getenv("TRUTH_FD")) : NULL;
	if (pipe(ends) != 0)
		fail("pipe", "it fails");
	snprintf(word, sizeof(word), "%d", ends[1]);
	setenv("TRUTH_FD", word, 1);
	if (pthread_create(&thread, NULL, run, guest) != 0)
		fail("pthread_create", "it fails");
	snprintf(word, sizeof(word), "told-%d", number);
	int file = open(word, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while ((got = read(ends[0], buffer, sizeof(buffer))) > 0)
		if (write(file, buffer, (size_t)got) != got)
			fail(word, "can't be written");
	close(file);
	if (told)
		setenv("TRUTH_FD", told, 1);
}

int main(int argc, char **argv)
{
	for (int i = 1; i + 2 < argc; i += 3) {
		struct guest *guest = malloc(sizeof(*guest));
		*guest = (struct guest){argv[i], argv[i + 1], argv[i + 2]};
		if (i + 5 < argc)
			run_aside(guest, i / 3);
		else
			run(guest);
	}
	const char *fd = getenv("TRUTH_FD");
	if (fd) {
		dprintf(atoi(fd), "{\"pid\": %d}", getpid());
		close(atoi(fd));
	}
	pause();
	return 0;
}
