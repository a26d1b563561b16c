#!/usr/bin/env python3
"""A target that runs: what is shown of it must have been true at one moment, and it must go on."""

import signal
import struct
import subprocess
import sys
import time

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import pyinspect_path, run_pyinspect

LOOKS = 200 if long_run() else 12
KILLS = 200 if long_run() else 15
# What may stand above what, innermost first.
STACKS = [["f"], ["g", "f"], ["h", "g", "f"], ["<genexpr>", "h", "g", "f"]]
BELOW = ["enter", "run", "bootstrap_inner", "bootstrap"]
CALLS = {"f": 3, "g": 3, "h": 1}  # lines from the function's first to the one that calls


def busy_thread(target, *options):
    answer = run_pyinspect("--json", *options, target.pid).answer()
    (found,) = [t for t in answer["interpreters"][0]["threads"] if t["name"] == "busy"]
    return found


def check_consistent(*options):
    def check(target):
        for _ in range(LOOKS):
            thread = busy_thread(target, *options)
            yield from compare.differ("verified", True, thread["verified"])
            yield from inconsistencies(target, thread["frames"])

    return check


def inconsistencies(target, frames):
    """A frame below another stands at the line that calls it."""
    first_lines = target.truth.notes["first_lines"]
    own = [frame for frame in frames if frame["file"].endswith("busy.py") and frame["function"] != "main"]
    names = [frame["function"] for frame in own]
    if names not in STACKS:
        yield f"stack {names}"
    below = [frame["function"].lstrip("_") for frame in frames[len(own):]]
    yield from compare.differ("frames below", BELOW, below)
    for caller in own[1:]:
        expected = first_lines[caller["function"]] + CALLS[caller["function"]]
        yield from compare.differ(f"line of {caller['function']}", expected, caller["line"])


def check_goes_on(target):
    before = rounds(target)
    process.wait_until(lambda: rounds(target) > before, "the target goes on")
    yield from compare.differ("tracer", 0, process.tracer(target.pid))


def rounds(target):
    with open(target.folder / "rounds", "rb") as counter:
        return struct.unpack("q", counter.read(8))[0]


def check_no_stop(target):
    """It never stops a thread, and so says that it can't vouch for this one."""
    for _ in range(LOOKS):
        thread = busy_thread(target, "--no-stop")
        yield from compare.differ("stopped", False, thread["stopped"])
        if thread["verified"]:
            yield from inconsistencies(target, thread["frames"])


def check_killed(target):
    """A target must go on even if pyinspect is killed while it holds it."""
    for number in range(KILLS):
        looking = subprocess.Popen([pyinspect_path(), "--stop", "--json", str(target.pid)], stdout=subprocess.DEVNULL)
        time.sleep(number * 0.0004)  # another moment each time
        looking.send_signal(signal.SIGKILL)
        looking.wait()
        yield from check_goes_on(target)
        if process.state(target.pid, target.pid) == "T":
            yield "the target stays stopped"


CASES = [
    Case(
        "busy",
        "busy.py",
        checks={
            "stacks are consistent": check_consistent(),
            "stacks are consistent with --stop": check_consistent("--stop"),
            "--no-stop": check_no_stop,
            "goes on": check_goes_on,
            "goes on after pyinspect was killed": check_killed,
        },
    ),
]

sys.exit(run(CASES))
