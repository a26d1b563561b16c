#!/usr/bin/env python3
"""Programs that bring their Python along: PyInstaller's bundles, in one folder and in one file."""

import functools
import subprocess
import sys
from dataclasses import replace

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.interpreters import SCRIPTS
from harness.target import Unsupported


@functools.cache
def bundles():
    """What scripts/get-bundles has made: folder and why it isn't there, by the label of the Python."""
    result = subprocess.run([SCRIPTS / "get-bundles", "--list"], stdout=subprocess.PIPE, check=True, text=True)
    return {label: rest for label, *rest in (line.split("\t") for line in result.stdout.splitlines())}


def is_bundled(interpreter):
    return interpreter.label in bundles()


def bundle(name, parent_waits=False):
    """A home: the bundle that was made of this interpreter. In one file it is unpacked when it starts."""

    def move(interpreter, folder):
        made, missing = bundles()[interpreter.label]
        if missing:
            raise Unsupported(missing)
        return replace(interpreter, command=[f"{made}/{name}"], environment={"TMPDIR": str(folder)}, parent_waits=parent_waits)

    return move


def check_text(target):
    """Files are named as the bundle names them, and no source is made up for them."""
    process.wait_for_rest(target.pid)
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 0, found.code)
    if f", {process.executable(target.pid)}, " not in found.out:
        yield f"the program is not named: {found.out}"
    (main,) = [thread for thread in target.truth.threads if thread.main]
    if "".join(f"    {frame.function} ({frame.file}:{frame.line})\n" for frame in main.frames) not in found.out:
        yield f"frames of the main thread: {found.out}"


def check_with_locals(target):
    """The standard library comes from an archive, and is the same."""
    found = run_pyinspect("--json", "--locals", target.pid)
    yield from compare.differ("exit code", 0, found.code)
    yield from compare.compare_threads(target, found.answer())


def check_from_parent(target):
    """The parent unpacks and waits, and is no Python; what is below it is the program."""
    parent = process.parent(target.pid)
    yield from compare.differ("parent", target.process.pid, parent)
    process.wait_for_rest(target.pid)
    found = run_pyinspect("--json", "--subprocesses", parent)
    yield from compare.compare(target, found)


def check_parent(target):
    found = run_pyinspect(process.parent(target.pid))
    yield from compare.differ("exit code", 4, found.code)
    if "not a Python process" not in found.err or "--subprocesses" not in found.err or found.err.count("\n") != 2:
        yield found.err


LOOKS = {"": check_whole, "as text": check_text, "--locals": check_with_locals}
FROM_PARENT = {"--subprocesses of its parent": check_from_parent, "its parent": check_parent}

CASES = [
    Case("bundle in a folder", lambda _: [], home=bundle("one-folder/program"), checks=LOOKS, only=is_bundled),
    Case("bundle in a file", lambda _: [], home=bundle("one-file", parent_waits=True), checks={**LOOKS, **FROM_PARENT}, only=is_bundled),
]

sys.exit(run(CASES))
