#!/usr/bin/env python3
"""Where a process lives: chroot, namespaces, its own loader, files that were deleted or replaced."""

import os
import shutil
import sys
from pathlib import Path

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.home import CONTAINER, from_inside, from_sidecar, home, with_outer_ids
from harness.target import TargetFailed


def seen(look):
    """A check: by another way of looking, which has another pid namespace, the answer is the same."""

    def check(target):
        process.wait_for_rest(target.pid)
        found = look(target.pid, "--json")
        if not found.out:
            yield f"exit code {found.code}: {found.err}"
            return
        answer = with_outer_ids(found.answer(), target.pid)
        answer["target"]["parent_pid"] = process.parent(target.pid)
        if look is from_inside:
            answer["target"]["uid"] = process.outer_uid(target.pid, answer["target"]["uid"])
        yield from compare.compare(target, Answered(found, answer))

    return check


class Answered:
    """A run whose answer was translated."""

    def __init__(self, run_, answer):
        self.code, self.err, self.out = run_.code, run_.err, run_.out
        self.answer = lambda: answer


def check_text(target):
    """What a user reads: paths as they are inside, numbers as they are here."""
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 0, found.code)
    if target.interpreter.root in found.out:
        yield f"a path of the host's: {found.out}"
    for thread in target.truth.threads:
        if f" {thread.tid} " not in found.out:
            yield f"{thread} is not shown by our number: {found.out}"


def check_foreign_proc(target):
    """In a pid namespace of its own, but with our /proc: its numbers there and in system calls are not the same."""
    process.wait_for_rest(target.pid)
    yield from compare.compare(target, run_pyinspect("--json", target.pid, prefix=["unshare", "--pid", "--fork"]))


def check_foreign_proc_stopped(target):
    """Threads can be stopped by numbers of one's own namespace only, where these may be others'."""
    found = run_pyinspect("--json", "--stop", target.pid, prefix=["unshare", "--pid", "--fork"])
    answer = found.answer()
    yield from compare.differ("exit code", 1, found.code)
    yield from compare.compare_threads(target, answer)
    if not any("another pid namespace" in problem["text"] for problem in compare.problems_of(answer)):
        yield f"no problem says why nothing was stopped: {list(compare.problems_of(answer))}"


def mapped_pythons(target):
    """Files of the interpreter that the process has mapped, by the path in its own root."""
    root = target.interpreter.root
    maps = Path(f"/proc/{target.pid}/maps").read_text()
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if "/" in line and "python" in line}
    return sorted(path[len(root) :] for path in paths if path.startswith(root) and os.path.isfile(path))


def standard_library(target):
    """Folders of the sources that are in the stacks, but for ours."""
    files = {frame.file for thread in target.truth.threads for frame in thread.frames}
    return {os.path.dirname(file) for file in files if "/python" in os.path.dirname(file)}


def remove_inside(interpreter, folder):
    """A stripped twin of a build has a link to the build's own library, which from here leads out of the root."""
    inside = interpreter.path_here(folder)
    if os.path.islink(inside):
        os.unlink(inside)
    elif os.path.realpath(inside).startswith(interpreter.root + "/"):
        shutil.rmtree(inside)
    else:
        raise TargetFailed(f"{inside} leads out of the root, and is not removed")


def check_deleted(target):
    """All of the Python is removed under it; what runs is in memory."""
    process.wait_for_rest(target.pid)
    yield from has_files(target)
    for path in mapped_pythons(target):
        os.unlink(target.interpreter.path_here(path))
    for folder in standard_library(target):
        remove_inside(target.interpreter, folder)
    yield from check_whole(target)


def check_replaced(target):
    """Another ELF file takes each one's place, as when a package is upgraded; it is named the same, and isn't read."""
    process.wait_for_rest(target.pid)
    yield from has_files(target)
    for path in mapped_pythons(target):
        shutil.copy("/bin/true", target.interpreter.path_here(path + ".new"))
        os.rename(target.interpreter.path_here(path + ".new"), target.interpreter.path_here(path))
    yield from check_whole(target)
    yield from compare.differ("exit code with --layout dwarf", True, run_pyinspect("--layout=dwarf", target.pid).code in (0, 4))


def has_files(target):
    if not mapped_pythons(target):
        yield "none of its mapped files is of a Python"


EVERY_VIEW = {
    "from the host": check_whole,
    "from a side-car": seen(from_sidecar),
    "from inside": seen(from_inside),
    "as text": check_text,
}

CASES = [
    Case("own loader", "few.py", home=home("--mount", loader=True)),
    Case("chroot", "few.py", home=home(), checks={"": check_whole, "as text": check_text}),
    Case("container", "few.py", home=home(*CONTAINER), checks=EVERY_VIEW),
    Case("user namespace", "few.py", home=home("--user", "--map-user=1000", "--map-group=1000", *CONTAINER), checks=EVERY_VIEW),
    Case("deleted", "few.py", home=home(), checks={"": check_deleted}),
    Case("replaced", "few.py", home=home(), checks={"": check_replaced}),
    Case("deleted in a container", "few.py", home=home(*CONTAINER), checks={"": check_deleted, "from a side-car": seen(from_sidecar)}),
    Case("another /proc", "few.py", checks={"": check_foreign_proc, "--stop": check_foreign_proc_stopped}),
    Case("user namespace without users", "few.py", home=home("--user"), checks={"": check_whole, "as text": check_text}),
]

sys.exit(run(CASES))
