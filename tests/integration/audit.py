#!/usr/bin/env python3
"""The system calls of a look: nothing is sent to the target, written to it, or taken from it for long."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from harness import compare
from harness.bed import Case, run
from harness.command import pyinspect_path
from harness.target import Unsupported

# What a look calls, all of it: a new one has to be judged before it is added.
CALLS = set(
    """
    access arch_prctl brk clone clone3 close execve exit exit_group faccessat faccessat2 fcntl
    fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getpid getrandom getrlimit gettid getuid ioctl lseek
    madvise mmap mprotect mremap munmap nanosleep clock_nanosleep newfstatat openat openat2 pidfd_open poll prctl pread64
    prlimit64 process_vm_readv ptrace read readlink readlinkat restart_syscall rseq rt_sigaction rt_sigprocmask
    rt_sigreturn sched_getaffinity sched_setaffinity sched_yield set_robust_list set_tid_address statx sysinfo uname
    wait4 write writev
    """.split()
)
# Of ptrace(2), only what is undone by our end.
REQUESTS = {"PTRACE_SEIZE", "PTRACE_INTERRUPT", "PTRACE_DETACH"}
STDOUT, STDERR = "1", "2"
LOOKS = ([], ["--stop"], ["--no-stop"], ["--json"], ["-v"], ["--json", "--stop", "--all-frames"])
# The beginning of a call; another thread may have written before its end.
LINE = re.compile(r"^\d+ +(\w+)\((.*)$")


def trace(target, options, folder):
    if not shutil.which("strace"):
        raise Unsupported("no strace")
    if b"__asan_init" in Path(pyinspect_path()).read_bytes():
        raise Unsupported("a sanitizer makes calls of its own")
    log = folder / "calls"
    command = ["strace", "-f", "-s", "0", "-o", str(log), pyinspect_path(), *options, str(target.pid)]
    result = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if result.returncode not in (0, 1):
        raise Unsupported(f"strace can't be used here: {result.stderr.decode(errors='replace')}")
    return log.read_text(errors="backslashreplace").splitlines()


def audit(options):
    def check(target):
        lines = map(LINE.match, trace(target, options, Path(target.folder)))
        calls = [line.groups() for line in lines if line]
        names = {name for name, _ in calls}
        yield from compare.differ("unknown calls", set(), names - CALLS)
        if not {"process_vm_readv", "openat", "write"} <= names:
            yield f"this is no trace of a look: {sorted(names)}"
        for name, arguments in calls:
            yield from judge(name, arguments, options)
        yield from judge_order(calls)
        if "--stop" in options and "ptrace" not in names:
            yield "--stop stopped nobody"
        yield from differ_tracer(target)

    return check


def judge(name, arguments, options):
    """What is wrong about one call."""
    if name == "ptrace" and arguments.split(",")[0] not in REQUESTS:
        yield f"ptrace({arguments}"
    if name == "ptrace" and "--no-stop" in options:
        yield f"--no-stop, but ptrace({arguments}"
    if name.startswith("open") and re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)", arguments):
        yield f"{name}({arguments}"
    if name in ("write", "writev") and arguments.split(",")[0] not in (STDOUT, STDERR):
        yield f"{name}({arguments}"
    if name == "execve" and not arguments.startswith(f'"{pyinspect_path()}"'):
        yield f"execve({arguments}"
    if name == "prctl" and not arguments.startswith(("PR_SET_TIMERSLACK", "PR_SET_NAME", "PR_SET_VMA")):
        yield f"prctl({arguments}"


def judge_order(calls):
    """A full pipe would hold whoever is held while something is written: nothing is."""
    words = [arguments.split(",")[0] if name == "ptrace" else name for name, arguments in calls]
    if "PTRACE_DETACH" in words and "write" in words:
        first_write = words.index("write")
        if "PTRACE_DETACH" in words[first_write:] or "PTRACE_SEIZE" in words[first_write:]:
            yield "something is written while threads are held"


def differ_tracer(target):
    status = Path(f"/proc/{target.pid}/status").read_text(errors="replace")
    yield from compare.differ("tracer", "0", re.search(r"TracerPid:\s*(\d+)", status).group(1))


CHECKS = {" ".join(options): audit(options) for options in LOOKS}
CASES = [
    Case("calls of a look at threads that hang", "crowd.py", ("30",), CHECKS),
    Case("calls of a look at threads that run", "torture.py", ("1",), CHECKS),
]

sys.exit(run(CASES))
