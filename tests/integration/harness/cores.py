"""Core dumps of targets: written by GDB of a living one, and by the kernel when it dies."""

import os
import resource
import signal
from pathlib import Path

from . import process
from .debugger import find_debuggers, make_core
from .target import Unsupported


def allow_cores():
    """For this process and all targets that it starts; nothing else of the machine is changed."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def by_gdb(target, debugger=None):
    """A core of the living target, which goes on afterwards."""
    there = [found for found in find_debuggers() if not found.missing]
    if not there:
        raise Unsupported("no GDB")
    if debugger:
        return make_core(debugger, target)
    # Of a newer C library's stacks, which have guard pages that don't show, only GDBs from 17 on write all.
    debugger = max(there, key=lambda found: found.version) if target.interpreter.in_root else there[0]
    return make_core(debugger, target)


def by_kernel(target, number=signal.SIGSEGV):
    """Kill the target with a signal; what the kernel has written of it."""
    os.kill(target.pid, number)
    return of_dead(target)


def of_dead(target):
    """The kernel's core of a target that dies, or has died."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith("|") or "/" in pattern:
        raise Unsupported(f"cores don't go to the folder of the program here: core_pattern is {pattern}")
    if not resource.getrlimit(resource.RLIMIT_CORE)[0]:
        raise Unsupported("core dumps are not allowed here: ulimit -c is 0")
    process.wait_until(lambda: target.process.poll() is not None, "the target is dead")
    found = sorted(target.folder.glob("core*"))
    if not found:
        raise Unsupported("the kernel wrote no core")
    return found[0]


def words_for(target, path):
    """How pyinspect is told of a core, and where the target's files are."""
    sysroot = ["--sysroot", target.interpreter.command[1]] if target.interpreter.in_root else []
    return [*sysroot, str(path)]
