#!/usr/bin/env python3
"""Pythons inside of programs that are called otherwise, and several in one process."""

import json
import shutil
import sys
from dataclasses import replace

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.compiled import compiled
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS, Unsupported
from harness.truth import Truth

FEW = PROGRAMS / "few.py"


def has_library(interpreter):
    return bool(interpreter.library)


def is_system_library(interpreter):
    """Debian's programs have Debian's libpython in them: one label is enough."""
    return interpreter.label == "debian-3.11"


def guest(interpreter, script):
    """Words for embed.c."""
    library = interpreter.library
    return [str(library), str(library.parents[1]), str(script)]


def embed(*others):
    """A home: a C program that loads Pythons with RTLD_LOCAL.

    `others` are functions that are given the interpreter and return words of more guests, or None in its own place.
    """

    def move(interpreter, _folder):
        words = [compiled("embed")]
        for other in others or (None,):
            words += other(interpreter) if other else guest(interpreter, FEW)
        return replace(interpreter, command=words)

    return move


def other_library(interpreter):
    """Another one than its own: of 3.12, if it has another version."""
    libraries = {i.version[:2]: i for i in find_interpreters(every=True) if i.library}
    if len(libraries) < 2:
        raise Unsupported("there is only one shared library of Python")
    return libraries[max(version for version in libraries if version != interpreter.version[:2])]


def running(interpreter):
    return guest(other_library(interpreter), FEW)


def only_loaded(interpreter):
    return guest(other_library(interpreter), "-")


def itself_loaded(interpreter):
    """The order in memory is that of loading, not that of starting."""
    return guest(interpreter, "-")


def check_both(target):
    """Each Python has an answer, and in each are its own threads."""
    process.wait_for_rest(target.pid)
    found = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 0, found.code)
    yield from compare.differ("standard error", "", found.err)
    with open(target.folder / "told-0", encoding="ascii") as file:
        other = Truth(json.load(file))
    answers = {answer["python"]["version"]: answer for answer in found.answers()}
    yield from compare.differ("versions", {target.truth.full_version, other.full_version}, set(answers))
    for truth in (target.truth, other):
        answer = answers[truth.full_version]
        yield from compare.differ("count", 2, answer["python"]["count"])
        for text in compare.compare_threads(Seen(target, truth), answer):
            # 2.7 and 3.6 have no word for the main thread but that it is the process's first.
            if "main: expected True" not in text or truth.version >= "3.7":
                yield f"{truth.version}: {text}"


class Seen:
    """The target as one of its Pythons knows it."""

    def __init__(self, target, truth):
        version = tuple(map(int, truth.version.split(".")))
        self.pid, self.truth = target.pid, truth
        self.interpreter = replace(target.interpreter, version=version)


def check_both_as_text(target):
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 0, found.code)
    yield from compare.differ("headers", 2, found.out.count("one of 2 Pythons in this process"))
    yield from compare.differ("workers", 2, found.out.count('"worker"'))


def check_stopped(target):
    found = run_pyinspect("--json", "--stop", target.pid)
    yield from compare.differ("exit code", 0, found.code)
    yield from compare.differ("answers", 2, len(found.answers()))


GDB = "python import os; exec(compile(open(os.environ['PROGRAM']).read(), os.environ['PROGRAM'], 'exec'))"
VIM = "py3 import os; exec(compile(open(os.environ['PROGRAM']).read(), os.environ['PROGRAM'], 'exec'))"


def program(*words):
    """A home: a program of Debian's that has a Python in it."""

    def move(interpreter, _folder):
        if not shutil.which(words[0]):
            raise Unsupported(f"no {words[0]}: scripts/test installs it")
        # Its version is that of Debian's libpython3, which is the system's own.
        return replace(interpreter, command=[shutil.which(words[0]), *words[1:]])

    return move


def ended(interpreter):
    return guest(interpreter, "+")


def check_not_up(target):
    """It says so, in one sentence."""
    process.wait_for_rest(target.pid)
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 4, found.code)
    if "not initialised" not in found.err or found.err.count("\n") != 1:
        yield found.err


BOTH = {"": check_both, "as text": check_both_as_text, "--stop": check_stopped}

PROGRAM = {"PROGRAM": str(FEW), "XDG_CACHE_HOME": "/nonexistent"}

CASES = [
    Case("in GDB", lambda _: [], home=program("gdb", "-nx", "-q", "-batch", "-ex", GDB), environment=PROGRAM, only=is_system_library),
    Case("in Vim", lambda _: [], home=program("vim.nox", "-es", "-u", "NONE", "-c", VIM), environment=PROGRAM, only=is_system_library),
    Case("in uWSGI", lambda _: [], home=program("uwsgi-core", "--logto", "/dev/null", "--enable-threads", "--plugin", "python3", "--need-app", "--wsgi-file", str(FEW), "--socket", "uwsgi"), only=is_system_library),
    Case("embedded with RTLD_LOCAL", lambda _: [], home=embed(), only=has_library),
    Case("after one that is only loaded", lambda _: [], home=embed(only_loaded, None), only=has_library),
    Case("before one that is only loaded", lambda _: [], home=embed(itself_loaded, only_loaded, None), only=has_library),
    Case("only loaded", lambda _: [], home=embed(itself_loaded), checks={"": check_not_up}, only=has_library),
    Case("ended", lambda _: [], home=embed(ended), checks={"": check_not_up}, only=has_library),
    Case("two Pythons", lambda _: [], home=embed(running, None), checks=BOTH, only=has_library),
]

sys.exit(run(CASES))
