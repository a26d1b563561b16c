/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded, it hangs before main(): all files are mapped, and the Python is not
 * initialised. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void hang(void)
{
	const char *fd = getenv("TRUTH_FD");
	if (!fd)
		return;
	dprintf(atoi(fd), "{\"pid\": %d}", getpid());
	close(atoi(fd));
	pause();
}
