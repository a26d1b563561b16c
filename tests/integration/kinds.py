#!/usr/bin/env python3
"""Every kind of thread, and every kind of wait."""

import json
import sys

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.target import PROGRAMS
from harness.truth import frames_of


def check_native(target):
    """Those that C started, and that never call Python, have no Python state."""
    expected = target.truth.notes["native"]
    found = run_pyinspect("--json", target.pid).answer()["native_threads"]
    yield from compare.differ("native threads", expected, len(found))
    for thread in found:
        yield from compare.differ("system call", "pause", thread["syscall"])
        yield from compare.differ("state", "S", thread["state"])


def check_child_of_fork(target):
    """2.7's child keeps the state of threads that are gone for ever; all others forget it."""
    process.wait_for_rest(target.pid)
    alive = process.tids(target.pid)
    gone = {t.ident for t in target.truth.threads if t.tid not in alive}
    target.truth.threads = [t for t in target.truth.threads if t.ident not in gone]
    answer = run_pyinspect("--json", target.pid).answer()
    threads = answer["interpreters"][0]["threads"]
    for thread in threads:
        if thread["ident"] in gone:
            yield from compare.differ("tid of a thread that is gone", None, thread["tid"])
    answer["interpreters"][0]["threads"] = [t for t in threads if t["ident"] not in gone]
    yield from compare.compare_threads(target, answer)


def check_headless(target):
    """The kernel shows little of a process whose first thread has ended; its other threads are there."""
    process.wait_for_rest(target.pid)
    answer = run_pyinspect("--json", target.pid).answer()
    found = {thread["ident"]: thread for thread in answer["interpreters"][0]["threads"]}
    for expected in target.truth.threads:
        thread = found[expected.ident]
        # Before 3.11 the tid is known to the C library only, which forgets it when a thread ends.
        states = ("Z", None) if expected.main else ("S",)
        if thread["state"] not in states:
            yield f"state of {expected}: {thread['state']}"
        yield from compare.differ(f"name of {expected}", expected.name, thread["name"])
        yield from (f"{expected}: {text}" for text in compare.compare_frames(expected.frames, thread))


def check_subinterpreter(target):
    """Both interpreters, with the part of the guest's stack that belongs to each."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    interpreters = {i["main"]: i for i in run.answer()["interpreters"]}
    yield from compare.differ("interpreters", {True, False}, set(interpreters))
    (inside,) = interpreters[False]["threads"]
    yield from compare.differ("tid", target.truth.thread("guest").tid, inside["tid"])
    yield from compare.compare_frames(frames_inside(target), inside)
    (outside,) = [t for t in interpreters[True]["threads"] if t["name"] == "guest"]
    functions = [frame["function"] for frame in outside["frames"]]
    yield from compare.differ("frames outside", ["run_inside", "enter", "run", "_bootstrap_inner", "_bootstrap"], functions)


def bare(_folder):
    """Without `site`, which may load anything, threading too."""
    return ["-S", PROGRAMS / "bare.py"]


def check_bare(target):
    """A thread that threading doesn't know has no name; that is no problem."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    answer = run.answer()
    yield from (f"problem: {problem}" for problem in compare.problems_of(answer))
    (thread,) = answer["interpreters"][0]["threads"]
    for member, expected in (("name", None), ("daemon", None), ("main", True), ("tid", target.pid)):
        yield from compare.differ(member, expected, thread[member])
    functions = [frame["function"] for frame in thread["frames"]]
    yield from compare.differ("functions", ["hang", "<module>"], functions)


def check_spoilt(target):
    """Names may be lost, and then a problem says so; frames may not."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", target.pid)
    if run.code not in (0, 1):
        yield f"exit code {run.code}"
    answer = run.answer()
    found = {thread["ident"]: thread for thread in answer["interpreters"][0]["threads"]}
    yield from compare.differ("threads", {t.ident for t in target.truth.threads}, set(found))
    for expected in target.truth.threads:
        thread = found[expected.ident]
        yield from (f"{expected}: {text}" for text in compare.compare_frames(expected.frames, thread))
        if thread["name"] not in (None, expected.name):
            yield f"{expected}: an invented name {thread['name']!r}"
    if run.code != (1 if list(compare.problems_of(answer)) else 0):
        yield f"exit code {run.code}, problems {list(compare.problems_of(answer))}"


def check_ordinary_name(target):
    """One spoilt name costs no other."""
    threads = run_pyinspect("--json", target.pid).answer()["interpreters"][0]["threads"]
    if "ordinary" not in [thread["name"] for thread in threads]:
        yield "the ordinary thread has lost its name"


def frames_inside(target):
    with open(target.folder / "inside.json", encoding="ascii") as file:
        return frames_of(json.load(file))


CASES = [
    Case("kinds of threads", "kinds.py", checks={"": check_whole, "native threads": check_native}, core=True),
    Case("kinds of waits", "waits.py", core=True),
    Case("child of fork", "forked.py", checks={"": check_child_of_fork}),
    Case("first thread has ended", "headless.py", checks={"": check_headless}),
    Case("spoilt names", "spoilt.py", ("names",), {"": check_spoilt, "others keep theirs": check_ordinary_name}),
    Case("spoilt list of threads", "spoilt.py", ("active",), {"": check_spoilt}),
    Case("spoilt Thread objects", "spoilt.py", ("objects",), {"": check_spoilt, "others keep theirs": check_ordinary_name}),
    Case("module threading replaced", "spoilt.py", ("module",), {"": check_spoilt}),
    Case("sys.modules replaced", "spoilt.py", ("modules",), {"": check_spoilt}),
    Case("module threading is missing", bare, checks={"": check_bare}),
    Case("subinterpreter", "subinterpreter.py", checks={"": check_subinterpreter}, since=(3, 8)),
]

sys.exit(run(CASES))
