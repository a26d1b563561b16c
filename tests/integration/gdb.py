#!/usr/bin/env python3
"""Our commands in each GDB of this machine, by each way that it comes to a Python; and GDB's own commands, which have to
say the same before and after."""

import functools
import itertools
import json
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import pyinspect_path
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


def check_cell(debugger, way):
    """One session: GDB's own commands, ours, and its own once more."""

    def check(target):
        own = ["bt", "info threads", *errno_commands(debugger, way, target)]
        ours = ["pystack all", "pystack", *look_commands(way, target)]
        found = run_gdb(debugger, [*own, f"source {MACROS}", *ours, *own], way, target)
        yield from compare.differ("exit code", 0, found.code)
        if found.code:
            yield f"output: {found.out[-300:]!r}"
            return
        before, answers, after = found.answers[: len(own)], found.answers[len(own) :][1:-len(own)], found.answers[-len(own) :]
        yield from compare_own(debugger, way, target, before)
        yield from compare_stacks(target, *answers[:2])
        for look in answers[2:]:
            yield from compare_look(answers[0], look)
        for command, first, last in zip(own, before, after):
            yield from compare.differ(f"{command} afterwards", plain(first), plain(last))
        if way == "run":
            yield from compare.differ("signal", True, ENDS[target.end] in found.out)

    return check


def compare_own(debugger, way, target, answers):
    """What GDB says of the stop, in general and of the selected thread, against what the target knows."""
    backtrace, threads, *errno = answers
    yield from compare_backtrace(debugger, way, target, backtrace)
    yield from compare_threads(target, threads)
    if errno and target.truth.notes["errno"]:
        address = target.truth.notes["errno"][str(target.truth.pid)]
        yield from compare.differ("address of errno", f" = {address}", plain(*errno))


def plain(answer):
    """Without what differs each time: GDB counts the values that it prints, and warns once about registers in its cores."""
    answer = re.sub(r"^\$\d+", "", answer)
    return re.sub(r"\n?warning: Unexpected size of section `\.reg-xstate.*\n", "", answer).strip("\n")


def look_commands(way, target):
    """pyinspect itself looks at the same stop, where GDB holds a process that it can see."""
    return [f"shell {pyinspect_path()} --json --no-stop {target.pid}"] if way in ("live", "gdbserver") else []


def compare_look(everything, look):
    """Against the answer of pyinspect."""
    expected = {}
    for interpreter in json.loads(look)["interpreters"]:
        for thread in interpreter["threads"]:
            frames = [frame for frame in thread["frames"] if frame["owner"] != "native"]
            expected[int(thread["ident"])] = [f"{f['file']} ({f['line']}): {f['function']}" for f in frames]
    yield from compare.differ("pystack all against pyinspect", expected, stacks_of(everything))


def compare_stacks(target, everything, selected):
    """All threads' and the selected one's, against the truth."""
    expected = {int(thread.ident): lines_of(thread) for thread in target.truth.threads}
    found = stacks_of(everything)
    yield from compare.differ("threads of pystack all", sorted(expected), sorted(found))
    for ident in expected.keys() & found.keys():
        yield from compare.differ(f"pystack all, thread {ident:#x}", expected[ident], found[ident])
    main = next(thread for thread in target.truth.threads if thread.main)
    yield from compare.differ("pystack", lines_of(main), [line for line in selected.splitlines() if line])


def stacks_of(answer):
    """The stacks that `pystack all` prints, by the ident of their thread."""
    stacks = {}
    for line in filter(None, answer.splitlines()):
        if line.startswith("Thread "):
            stack = stacks.setdefault(int(line.split()[1], 16), [])
        elif stacks:
            stack.append(line)
    return stacks


def lines_of(thread):
    return [f"{frame.file} ({frame.line}): {frame.function}" for frame in thread.frames]


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
        checks = {f"{debugger.label} {way}": check_cell(debugger, way) for debugger, way in cells}
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
            yield from check_cell(debugger, "run")(program)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return check


def run_checks():
    started = [(debugger, interpreter) for debugger, way, interpreter in chosen() if way == "run"]
    for number, (debugger, interpreter) in enumerate(started):
        end = sorted(ENDS)[number % len(ENDS)]
        name = f"{interpreter.label} GDB: {debugger.label} run to {ENDS[end]}"
        yield name, check_run(debugger, interpreter, end)


MACROS = sys.argv[1]

sys.exit(run(list(attached_cases()), dict(run_checks())))
