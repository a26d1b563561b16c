/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "target/signal_name.h"

/* Those that newer kernels have, and older headers lack. */
#define CODE_SEGV_ACCADI  5
#define CODE_SEGV_MTEAERR 8
#define CODE_SEGV_MTESERR 9
#define CODE_SEGV_CPERR   10

static const struct {
	int number, code;
	const char *reason;
} reasons[] = {
	{SIGSEGV, SEGV_MAPERR, "nothing is mapped at the address"},
	{SIGSEGV, SEGV_ACCERR, "the memory at the address doesn't allow it"},
	{SIGSEGV, SEGV_BNDERR, "the address is out of its bounds"},
	{SIGSEGV, SEGV_PKUERR, "a protection key forbids it"},
	{SIGSEGV, CODE_SEGV_ACCADI, "the memory's tag is another one"},
	{SIGSEGV, CODE_SEGV_MTEAERR, "the memory's tag is another one"},
	{SIGSEGV, CODE_SEGV_MTESERR, "the memory's tag is another one"},
	{SIGSEGV, CODE_SEGV_CPERR, "a return address on the stack was changed"},
	{SIGSEGV, SI_KERNEL, "no address can be what was used as one"},
	{SIGBUS, BUS_ADRALN, "the address is not aligned"},
	{SIGBUS, BUS_ADRERR, "there is no memory behind the address"},
	{SIGBUS, BUS_OBJERR, "an error of the hardware"},
	{SIGBUS, BUS_MCEERR_AR, "broken memory was read"},
	{SIGBUS, BUS_MCEERR_AO, "broken memory was found"},
	{SIGFPE, FPE_INTDIV, "an integer was divided by zero"},
	{SIGFPE, FPE_INTOVF, "an integer was too large"},
	{SIGFPE, FPE_FLTDIV, "a float was divided by zero"},
	{SIGFPE, FPE_FLTOVF, "a float was too large"},
	{SIGFPE, FPE_FLTUND, "a float was too small"},
	{SIGFPE, FPE_FLTRES, "a float was inexact"},
	{SIGFPE, FPE_FLTINV, "a float was invalid"},
	{SIGILL, ILL_ILLOPC, "an instruction that there isn't"},
	{SIGILL, ILL_ILLOPN, "an operand that there isn't"},
	{SIGILL, ILL_ILLADR, "a way of addressing that there isn't"},
	{SIGILL, ILL_ILLTRP, "a trap that there isn't"},
	{SIGILL, ILL_PRVOPC, "an instruction that only the kernel may use"},
	{SIGILL, ILL_PRVREG, "a register that only the kernel may use"},
	{SIGTRAP, TRAP_BRKPT, "a breakpoint"},
	{SIGTRAP, TRAP_TRACE, "a step of a debugger"},
	{SIGSYS, 1, "a seccomp filter forbids the system call"},
};

void signal_name(int number, char name[static SIGNAL_NAME_SIZE])
{
	const char *abbreviation = sigabbrev_np(number);
	if (abbreviation)
		snprintf(name, SIGNAL_NAME_SIZE, "SIG%.10s", abbreviation);
	else if (number >= SIGRTMIN && number <= SIGRTMAX)
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN+%d", number - SIGRTMIN);
	else
		snprintf(name, SIGNAL_NAME_SIZE, "signal %u", (unsigned int)number % 1000);
}

const char *signal_reason(int number, int code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].number == number && reasons[i].code == code)
			return reasons[i].reason;
	return NULL;
}
