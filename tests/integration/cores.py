#!/usr/bin/env python3
"""Core dumps: the same answer as of the living process, whoever wrote the core."""

import sys

from harness import compare, cores, process
from harness.bed import Case, long_run, run
from harness.command import run_pyinspect
from harness.target import Unsupported

# What a core can't know.
UNKNOWN = {"state": None, "cpu_seconds": None, "os_name": None, "verified": True, "stopped": False}
VALUES = ("--locals", "--depth", "1", "--max-frames", "0")


def plain(target, answer):
    """The interpreters, without what only a living process has; threads in the order of their idents."""
    threads = [thread for interpreter in answer["interpreters"] for thread in interpreter["threads"]]
    for thread in threads + answer["native_threads"]:
        thread.update({name: value for name, value in UNKNOWN.items() if name in thread})
        thread.pop("died", None)
        for frame in thread["frames"]:
            frame.pop("source_newer", None)
            if target.interpreter.in_root:
                frame.pop("source")  # our programs are bound into the root while it runs
    for interpreter in answer["interpreters"]:
        interpreter["threads"].sort(key=lambda thread: thread["ident"])
    return answer["interpreters"], answer["native_threads"]


def compare_documents(what, expected, found):
    """The first places where two documents differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        yield from compare.differ(f"members of {what}", sorted(expected), sorted(found))
        for name in expected.keys() & found.keys():
            yield from compare_documents(f"{what}.{name}", expected[name], found[name])
    elif isinstance(expected, list) and isinstance(found, list):
        yield from compare.differ(f"length of {what}", len(expected), len(found))
        for index, (left, right) in enumerate(zip(expected, found)):
            yield from compare_documents(f"{what}[{index}]", left, right)
    else:
        yield from compare.differ(what, expected, found)


def compare_core(target, live, path):
    """All that pyinspect says of a core, against what it says of the living process."""
    seen = run_pyinspect("--json", *VALUES, *cores.words_for(target, path))
    yield from compare.differ("exit code", 0, seen.code)
    yield from compare.differ("standard error", "", seen.err)
    if not seen.out:
        return
    answer = seen.answer()
    yield from (f"problem: {problem}" for problem in compare.problems_of(answer))
    yield from compare.differ("kind", "core", answer["target"]["kind"])
    yield from compare.differ("file", str(path), answer["target"]["file"])
    for name in ("pid", "parent_pid", "uid", "command_line"):
        yield from compare.differ(name, live["target"][name], answer["target"][name])
    for name in ("version", "debug", "free_threaded", "jit", "layout", "layout_name", "count"):
        yield from compare.differ(name, live["python"][name], answer["python"][name])
    (interpreters, native), (found, found_native) = plain(target, live), plain(target, answer)
    yield from compare_documents("interpreters", interpreters, found)
    yield from compare_documents("native", native, found_native)


def compare_truth(target, path):
    """Its frames, by the word of the target itself."""
    answer = run_pyinspect("--json", *cores.words_for(target, path)).answer()
    found = {thread["ident"]: thread for i in answer["interpreters"] for thread in i["threads"]}
    for expected in target.truth.threads:
        if expected.ident not in found:
            yield f"{expected} is missing"
            continue
        yield from compare.differ(f"tid of {expected}", expected.tid, found[expected.ident]["tid"])
        yield from compare.differ(f"name of {expected}", expected.name, found[expected.ident]["name"])
        yield from (f"{expected}: {text}" for text in compare.compare_frames(expected.frames, found[expected.ident]))


def look(target):
    """At the living process, once for all checks."""
    if not hasattr(target, "seen"):
        process.wait_for_rest(target.pid)
        target.seen = run_pyinspect("--json", *VALUES, target.pid)
    return target.seen.answer()


def check_by_gdb(target):
    if target.interpreter.few and not long_run():
        raise Unsupported("GDB's cores are large, and differ little from one build to another: PYINSPECT_LONG=1")
    live = look(target)
    path = cores.by_gdb(target)
    yield from compare_truth(target, path)
    yield from compare_core(target, live, path)
    path.unlink()


def check_by_kernel(target):
    live = look(target)
    path = cores.by_kernel(target)
    yield from compare_truth(target, path)
    yield from compare_core(target, live, path)


BOTH = {"by GDB": check_by_gdb, "by the kernel": check_by_kernel}

CASES = [
    Case("shapes", "shapes.py", checks=BOTH, core=True),
    Case("variables", "variables.py", checks=BOTH),
]

if __name__ == "__main__":
    cores.allow_cores()
    sys.exit(run(CASES))
