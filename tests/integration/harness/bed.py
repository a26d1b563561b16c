"""Runs cases over interpreters: many targets at once, one TAP line per interpreter and check."""

import itertools
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import compare, process, tap
from .command import pyinspect_path, run_pyinspect
from .home import leave_homes
from .interpreters import find_interpreters, long_run  # noqa: F401  (long_run is for the tests)
from .target import PROGRAMS, Target, TargetFailed, Unsupported

STARTED_AHEAD = 6
DIFFERENCES_SHOWN = 8


LOOKS = 20


def check_whole(target):
    """Every thread and every frame."""
    return compare.compare(target, look_at_rest(target))


def look_at_rest(target):
    """A look during which no thread ran: some waits are a loop of short ones, a few in a second."""
    for _ in range(LOOKS):
        process.wait_for_rest(target.pid)
        before = process.all_runs(target.pid)
        run = run_pyinspect("--json", target.pid)
        if process.all_runs(target.pid) == before:
            break
    return run


def python_program(name):
    """Arguments that run a program of tests/programs."""

    def arguments(_folder):
        return [PROGRAMS / name]

    return arguments


@dataclass
class Case:
    """A state of a target, and what is checked about it.

    `program`: a file of tests/programs, or a function that is given an empty folder and returns the
    interpreter's arguments. `checks`: functions that are given the target and yield differences in words;
    each has a TAP line. `since`, `before`: versions of Python; `only`: which builds. `core`: of what this one
    checks, builds of one version could differ, so it is for all of them.
    """

    name: str
    program: object
    arguments: tuple = ()
    checks: dict = field(default_factory=lambda: {"": check_whole})
    since: tuple = (2, 7)
    before: tuple = (4,)
    only: object = None  # is given an interpreter, and says whether it can be put into this state
    environment: dict = field(default_factory=dict)
    script: object = None  # bytes for its standard input
    core: bool = False
    home: object = None  # gives an interpreter another place to live, see home.py

    def applies_to(self, interpreter):
        if interpreter.missing:
            return True
        if self.only and not self.only(interpreter):
            return False
        return (self.core or not interpreter.few) and self.since <= interpreter.version < self.before


def run(cases, checks=None):
    """All cases on all interpreters, and before them the checks, which need none. Returns the exit code."""
    pyinspect_path()
    report = tap.Report()
    for name, check in (checks or {}).items():
        _check(name, check, report)
    home = Path(tempfile.mkdtemp(prefix="pyinspect-test-"))
    work = [(i, case) for case in cases for i in find_interpreters() if case.applies_to(i)]
    try:
        _run_all(work, home, report)
    finally:
        leave_homes()
        shutil.rmtree(home, ignore_errors=True)
    return report.finish()


def _run_all(work, home, report):
    names = map(str, itertools.count())
    waiting = iter(work)
    started = deque()
    try:
        while True:
            for interpreter, case in itertools.islice(waiting, STARTED_AHEAD - len(started)):
                started.append(_start(interpreter, case, home / next(names)))
            if not started:
                return
            interpreter, case, target = started.popleft()
            _finish(interpreter, case, target, report)
    finally:
        for _, _, target in started:
            if target:
                target.close()


def _start(interpreter, case, folder):
    if interpreter.missing:
        return interpreter, case, None
    folder.mkdir()
    program = case.program if callable(case.program) else python_program(case.program)
    arguments = [*program(folder), *case.arguments]
    try:
        housed = case.home(interpreter, folder) if case.home else interpreter
    except Unsupported as reason:
        return replace(interpreter, missing=str(reason)), case, None
    return interpreter, case, Target(housed, arguments, folder, case.environment, case.script)


def _finish(interpreter, case, target, report):
    try:
        for check_name, check in case.checks.items():
            name = " ".join(f"{interpreter.label} {case.name}: {check_name}".rstrip(": ").split())
            if target:
                _check(name, lambda check=check: _check_target(check, target), report)
            else:
                report.skip(name, interpreter.missing)
    finally:
        if target:
            target.close()


def _check_target(check, target):
    target.truth  # waits until it hangs
    return check(target)


def _check(name, check, report):
    try:
        differences = list(itertools.islice(check() or (), DIFFERENCES_SHOWN))
    except Unsupported as reason:
        report.skip(name, reason)
    except TargetFailed as failure:
        report.not_ok(name, str(failure).splitlines())
    except Exception as error:  # a check that falls over must not take the other interpreters with it
        report.not_ok(name, [f"{type(error).__name__}: {error}", _where(error)])
    else:
        report.not_ok(name, differences) if differences else report.ok(name)


def _where(error):
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return f"in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno} of {trace.tb_frame.f_code.co_filename}"
