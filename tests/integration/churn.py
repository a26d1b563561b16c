#!/usr/bin/env python3
"""A target whose threads come and go: no stack may be made of two, and none is lost."""

import sys

from harness.bed import Case, long_run, run
from harness.command import run_pyinspect

LOOKS = 200 if long_run() else 8
# Innermost frames of a thread between its start and its end may be the library's.
CHAIN = ["sink"] * 11 + ["work", "run", "_bootstrap_inner", "_bootstrap"]


def names(thread):
    """Of the frames, without the underscores that 2.7 has more of."""
    return [(frame["function"] or "?").replace("__bootstrap", "_bootstrap") for frame in thread["frames"]]


def is_consistent(functions):
    """Our own functions stand in their order, each once but for the recursion, above what has called them."""
    own = [index for index, name in enumerate(functions) if name in ("sink", "work")]
    if not own:
        return True
    rest = functions[own[0]:]
    return rest == CHAIN[-len(rest):]


def check_stacks(*options):
    def check(target):
        seen = 0
        for _ in range(LOOKS):
            for thread in run_pyinspect("--json", *options, target.pid).answer()["interpreters"][0]["threads"]:
                functions = names(thread)
                seen += "work" in functions
                if thread["verified"] and not is_consistent(functions):
                    yield f"thread {thread['name']!r}: {functions}"
        if not seen:
            yield "no thread was seen at work"

    return check


CASES = [
    Case(
        "threads come and go",
        "churn.py",
        checks={"": check_stacks(), "--stop": check_stacks("--stop"), "--no-stop": check_stacks("--no-stop")},
    ),
]

sys.exit(run(CASES))
