#!/usr/bin/env python3
"""Who holds the GIL, and who waits for it."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect

COMPUTED_SECONDS = 0.05


def wait_for_holder(target):
    """The main thread lets go of the GIL once more, to close the pipe; then it sleeps or computes with it."""
    before = process.cpu_seconds(target.pid, target.pid)

    def holds():
        computed = process.cpu_seconds(target.pid, target.pid) - before
        return process.syscall(target.pid, target.pid) == "pause" or computed > COMPUTED_SECONDS

    process.wait_until(holds, "the GIL is held")


def release_waiters(target):
    """They come out of read(2), want the GIL, and find it taken."""
    wait_for_holder(target)
    waiters = [thread.tid for thread in target.truth.threads if not thread.main]
    for _ in waiters:
        target.poke()

    def all_left_read():
        return all(process.syscall(target.pid, tid) == "futex" for tid in waiters)

    process.wait_until(all_left_read, "the threads wait for the GIL")


def check_gil(target):
    release_waiters(target)
    run = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    (interpreter,) = run.answer()["interpreters"]
    yield from compare.differ("locked", True, interpreter["gil"]["locked"])
    yield from compare.differ("holder", target.pid, interpreter["gil"]["holder_tid"])
    found = {thread["ident"]: thread for thread in interpreter["threads"]}
    for expected in target.truth.threads:
        thread = found[expected.ident]
        yield from (f"{expected}: {text}" for text in compare_with_gil(expected, thread))


def compare_with_gil(expected, found):
    yield from compare.differ("holds_gil", expected.main, found["holds_gil"])
    yield from compare.differ("waits_for_gil", not expected.main, found["waits_for_gil"])
    yield from compare.differ("verified", True, found["verified"])
    yield from compare.compare_frames(expected.frames, found)


CHECKS = {"": check_gil}

CASES = [
    Case("held by a thread that sleeps in C", "gil.py", ("asleep",), CHECKS, core=True),
    Case("held by a thread that computes in C", "gil.py", ("computing",), CHECKS),
]

sys.exit(run(CASES))
