#!/usr/bin/env python3
"""Values that other threads change all the time: never one that the program didn't have, or it is marked."""

import ast
import sys

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import run_pyinspect

LOOKS = 300 if long_run() else 15


def values_of(target, *options):
    shown = run_pyinspect("--json", "--locals", "--depth", "1", "--max-length", "0", "--max-items", "0", *options, target.pid)
    for thread in shown.answer()["interpreters"][0]["threads"]:
        for frame in thread["frames"]:
            if frame["function"] == "hold":
                return {v["name"]: v for v in frame["locals"]}
    raise ValueError(f"no frame of hold(): exit code {shown.code}")


def contradictions(values):
    """What the program never had."""
    if len(set(ast.literal_eval(values["shared"]["repr"]))) != 1:
        yield f"the list was never {values['shared']['repr']}"
    if len(set(ast.literal_eval(values["table"]["repr"]).values())) != 1:
        yield f"the dict was never {values['table']['repr']}"
    (pair,) = [a for a in values["box"]["attributes"] if a["name"] == "pair"]
    first, second = ast.literal_eval(pair["repr"])
    if second != first + 1:
        yield f"the pair was never {pair['repr']}"


def begin(target):
    """Let it rewrite, and wait until it does."""
    target.poke()
    (rewriter,) = [t for t in process.tids(target.pid) if t != target.pid]
    runs = process.cpu_seconds(target.pid, rewriter)
    process.wait_until(lambda: process.cpu_seconds(target.pid, rewriter) > runs, "the thread rewrites")


def check(*options):
    def check_looks(target):
        marked = 0
        begin(target)
        for _ in range(LOOKS):
            values = values_of(target, *options)
            if not values["shared"].get("verified", True):
                marked += 1
                continue
            yield from contradictions(values)
        print(f"# {target.interpreter.label} {' '.join(options) or 'default'}: {marked} of {LOOKS} looks are marked")
        if marked == LOOKS:
            yield "no look proved anything"

    return check_looks


def check_marked(target):
    """Without stopping, nothing can be proven of a process that runs: all is marked, here and in the text."""
    begin(target)
    for _ in range(LOOKS):
        values = values_of(target, "--no-stop")
        yield from compare.differ("verified", [False], sorted({v.get("verified", True) for v in values.values()}))
    text = run_pyinspect("--locals", "--no-stop", target.pid).out
    for line in text.split("\n"):
        if line.strip().startswith(("shared = ", "table = ")) and "(may be wrong)" not in line:
            yield f"not marked: {line}"


def tellers_of(target, *options):
    """What frames of telling.py say that they are of: function, and its variable."""
    answer = run_pyinspect("--json", "--locals", *options, target.pid).answer()
    for thread in answer["interpreters"][0]["threads"]:
        for frame in thread["frames"]:
            for value in frame.get("locals", []):
                if value["name"] == "mine" and not value.get("unbound") and value.get("verified", True):
                    yield frame["function"], value["repr"]


def check_frames(*options):
    """Variables are those of the frame that they are shown with, and not of one that lay there later."""

    def check_looks(target):
        begin(target)
        seen = 0
        for _ in range(LOOKS):
            for function, value in tellers_of(target, *options):
                seen += 1
                yield from compare.differ(f"mine in {function}", repr(function), value)
        if not seen:
            yield "no value was proven"

    return check_looks


CASES = [
    Case("a list and a dict that are rewritten", "rewriting.py",
         checks={"": check(), "stopped": check("--stop"), "not stopped": check_marked}),
    Case("frames that come and go", "telling.py",
         checks={"": check_frames(), "stopped": check_frames("--stop")}),
]

sys.exit(run(CASES))
