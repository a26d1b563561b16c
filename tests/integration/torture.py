#!/usr/bin/env python3
"""Threads that change their stacks as fast as they can: no stack is shown that never was, unless it is marked."""

import os
import sys

from harness import process
from harness.bed import Case, long_run, run
from harness.command import run_pyinspect
from harness.target import Unsupported

LOOKS = 500 if long_run() else 12
LOOPS = ("spin", "exhaust")


def separate(target):
    """Reader and target on processors of their own: on the same one, the target stands while it is read."""
    ours = sorted(os.sched_getaffinity(0))
    if len(ours) < 2:
        raise Unsupported("one processor shows nothing")
    for tid in process.tids(target.pid):
        os.sched_setaffinity(tid, ours[1:])
    return {ours[0]}, set(ours)


def check(*options):
    def check_looks(target):
        reader, all_of_us = separate(target)
        os.sched_setaffinity(0, reader)
        try:
            yield from check_all(target, options)
        finally:
            os.sched_setaffinity(0, all_of_us)

    return check_looks


def check_all(target, options):
    stacks, marked = set(), 0
    for _ in range(LOOKS):
        result = run_pyinspect("--json", *options, target.pid)
        for thread in result.answer()["interpreters"][0]["threads"]:
            if thread["name"] not in target.truth.notes["pairs"]:
                continue
            if thread["verified"]:
                stacks.add(tuple(frame["function"] for frame in thread["frames"]))
                yield from wrong(thread)
            elif "--no-stop" in options:
                marked += 1
            else:
                yield f"thread {thread['name']} is not proven"
    if "--no-stop" in options and not marked:
        yield "no stack was marked, although all threads ran"
    if "--no-stop" not in options and len(stacks) < min(LOOKS / 6, 10):
        yield f"only {len(stacks)} different stacks were seen: the target did not run"


def wrong(thread):
    """What the stack of such a thread can't have been."""
    frames = thread["frames"]
    own = [frame for frame in frames if (frame["file"] or "").endswith("families.py")]
    names = [frame["function"] for frame in own]
    below = frames[len(own):] or [{"function": "(nothing)"}]
    if own != frames[:len(own)] or below[0]["function"] not in LOOPS or below[-1]["function"].strip("_") != "bootstrap":
        yield f"thread {thread['name']}: {[frame['function'] for frame in frames]}"
    if names != expected_below(names):
        yield f"thread {thread['name']}: {names}"
    if names and names[0][:1] not in thread["name"]:
        yield f"thread {thread['name']}: {names} is another thread's"
    for frame in own:
        if not (frame["source"] or "").endswith("# " + frame["function"]) and not is_outside_its_body(frame):
            yield f"{frame['function']} at line {frame['line']}: {frame['source']!r}"


def is_outside_its_body(frame):
    """Before the first line, or, in a generator's own handler of exceptions, of no line at all."""
    return frame["source"] == f"def {frame['function']}(n):" or frame["line"] is None and frame["function"][0] in "gh"


def expected_below(names):
    """The one stack in which that function is the innermost."""
    if not names:
        return []
    return [names[0][0] + str(number) for number in range(int(names[0][1:]), 0, -1)]


def checks():
    return {"": check(), "--stop": check("--stop"), "--no-stop": check("--no-stop")}


CASES = [
    Case("two families of calls", "torture.py", ("1",), checks()),
    Case("three pairs of families", "torture.py", ("3",), checks()),
]

sys.exit(run(CASES))
