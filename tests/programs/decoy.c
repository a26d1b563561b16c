/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library that says it were a Python. DECOY is which lie: the words of its _PyRuntime. */
#include <stdint.h>

#define COOKIE 0x6775626564797864 /* "xdebugpy" */

uint64_t _PyRuntime[1 << 12] = {
#if DECOY == 1
	COOKIE, 0x030d05f0, 0, 0x45310, 0x260, 0x278,
#elif DECOY == 2
	COOKIE,
	0x036300f0,
	0,
#elif DECOY == 3
	COOKIE, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,
#elif DECOY == 4
	[0 ... 4095] = 0x4141414141414141,
#endif
};

/* Of 2.7 and 3.6. */
void *_PyThreadState_Current;
static void *interp_head = _PyRuntime;
void *PyInterpreterState_Head(void)
{
	return interp_head;
}
