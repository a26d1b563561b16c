#!/usr/bin/env python3
"""GDB's own commands, on each GDB of this machine and by each way that it comes to a Python: what our commands start from
and have to leave as it is."""

import functools
import itertools
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.debugger import WAYS, Program, find_debuggers, run_gdb
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS

PROGRAM = "crashing.py"
ENDS = {"segfault": "SIGSEGV", "abort": "SIGABRT"}
PYTHONS = [(2, 7), (3, 6), (3, 8), (3, 11), (3, 12), (3, 13), (3, 15)]


@functools.cache
def pythons():
    """One build of each of PYTHONS."""
    present = [i for i in find_interpreters() if not i.missing]
    firsts = [next((i for i in present if i.version[:2] == version), None) for version in PYTHONS]
    return [i for i in firsts if i]


@functools.cache
def chosen():
    """Triples of debugger, way and interpreter.

    In a normal run each debugger goes each way once, to the next of the Pythons; in a long one to all of these, and
    every other build of Python is met once.
    """
    pairs = [(debugger, way) for debugger in find_debuggers() for way in WAYS]
    if not long_run():
        return [(*pair, i) for pair, i in zip(pairs, itertools.cycle(pythons()))]
    # Without section headers GDB can't do much: 16.3 ends with an internal error.
    others = [i for i in find_interpreters() if not (i.missing or i in pythons() or i.label.endswith("-blind"))]
    return [(*pair, i) for pair in pairs for i in pythons()] + [(*p, i) for p, i in zip(itertools.cycle(pairs), others)]


def finds_program(debugger, way, target):
    """Whether it knows which program it is: the older ones don't read that in a core, and none looks into other roots."""
    return way != "core alone" or debugger.version >= (16,) and not target.interpreter.in_root


def finds_errno(debugger, way, target):
    """Whether it finds variables of threads, as we know it of these Pythons."""
    if not finds_program(debugger, way, target) or target.interpreter not in pythons():
        return False
    if debugger.version >= (17,):
        return True  # it knows by itself where they are
    if debugger.version >= (16,) and way == "gdbserver":
        return False  # the server's own C library has another libthread_db than the target's
    if target.interpreter.in_root:
        # That libthread_db was built for a newer C library than GDB's. It can be loaded all the same, if not for cores.
        return debugger.version >= (16,) and way in ("live", "run")
    return way != "run" or debugger.version >= (11,)  # GDB 10 waits for a libpthread, which the C library has no more


def check_own(debugger, way):
    """What GDB says of the stop, in general and of the selected thread, against what the target knows."""

    def check(target):
        found = run_gdb(debugger, ["bt", "info threads", *errno_commands(debugger, way, target)], way, target)
        yield from compare.differ("exit code", 0, found.code)
        if found.code:
            yield f"output: {found.out[-300:]!r}"
            return
        backtrace, threads, *errno = found.answers
        yield from compare_backtrace(debugger, way, target, backtrace)
        yield from compare_threads(target, threads)
        if errno and target.truth.notes["errno"]:
            yield from compare_errno(target, *errno)
        if way == "run":
            yield from compare.differ("signal", True, ENDS[target.end] in found.out)

    return check


def compare_backtrace(debugger, way, target, backtrace):
    if not backtrace.startswith("#0"):
        yield f"no backtrace: {backtrace!r}"
    # It doesn't find its way through builds without symbols.
    can = finds_program(debugger, way, target) and target.interpreter in pythons()
    if can and not re.search(r" (main|_start) \(.*\n*\Z", backtrace):
        yield f"the backtrace doesn't reach the first frame: {backtrace[-200:]!r}"


def compare_threads(target, answer):
    rows = [line for line in answer.splitlines() if re.match(r"[* ] +\d", line)]
    tids = [int(re.search(r"(?:LWP |process |Thread \d+\.)(\d+)", row)[1]) for row in rows]
    yield from compare.differ("threads", sorted(thread.tid for thread in target.truth.threads), sorted(tids))


def errno_commands(debugger, way, target):
    """Without a program, 18.1 ends with an internal error when it is asked."""
    return ["p (long)&errno"] if finds_errno(debugger, way, target) else []


def compare_errno(target, answer):
    address = target.truth.notes["errno"][str(target.truth.pid)]
    yield from compare.differ("address of errno", f"= {address}", answer.strip().partition(" ")[2])


def check_let_go(target):
    """All GDBs have left: the target goes on as before."""
    for tid in process.tids(target.pid):
        yield from compare.differ(f"state of thread {tid}", "S", process.state(target.pid, tid))
    yield from compare.differ("tracer", 0, process.tracer(target.pid))


@dataclass
class Cells(Case):
    """What is chosen of one interpreter."""

    interpreter: object = None

    def applies_to(self, interpreter):
        return interpreter is self.interpreter


def attached_cases():
    """A case for each interpreter: one process, at which all GDBs look that don't start a program of their own."""
    for interpreter in find_interpreters():
        cells = [(debugger, way) for debugger, way, other in chosen() if other is interpreter and way != "run"]
        checks = {f"{debugger.label} {way}: its own commands": check_own(debugger, way) for debugger, way in cells}
        if checks:
            checks["let go"] = check_let_go
        if checks or interpreter.missing:
            yield Cells("GDB", PROGRAM, ("hang",), checks or {"": check_let_go}, interpreter=interpreter)


def check_run(debugger, interpreter, end):
    """A program that GDB starts."""

    def check():
        folder = Path(tempfile.mkdtemp(prefix="pyinspect-test-"))
        try:
            program = Program(interpreter, [PROGRAMS / PROGRAM, end], folder)
            program.end = end
            yield from check_own(debugger, "run")(program)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return check


def run_checks():
    started = [(debugger, interpreter) for debugger, way, interpreter in chosen() if way == "run"]
    for number, (debugger, interpreter) in enumerate(started):
        end = sorted(ENDS)[number % len(ENDS)]
        name = f"{interpreter.label} GDB: {debugger.label} run to {ENDS[end]}: its own commands"
        yield name, check_run(debugger, interpreter, end)


sys.exit(run(list(attached_cases()), dict(run_checks())))
