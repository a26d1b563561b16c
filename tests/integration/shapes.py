#!/usr/bin/env python3
"""Code in every shape: each frame's function, file, line and columns."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.target import Target

UNSEEN = {"TRUTH_UNSEEN": "1"}


def check_like_one_that_was_seen(target):
    """The target never asked for its frames; another run of the same program says what they are."""
    seen = Target(target.interpreter, target.arguments, target.folder)
    try:
        expected = {thread.name: thread for thread in seen.truth.threads}
        process.wait_for_rest(target.pid)
        answer = run_pyinspect("--json", target.pid).answer()
    finally:
        seen.close()
    yield from compare_by_name(expected, answer)
    yield from (f"problem: {problem}" for problem in compare.problems_of(answer))


def compare_by_name(expected, answer):
    found = {thread["name"]: thread for thread in answer["interpreters"][0]["threads"]}
    yield from compare.differ("threads", sorted(expected), sorted(found))
    for name in expected.keys() & found.keys():
        for text in compare.compare_frames(expected[name].frames, found[name]):
            yield f"thread {name}: {text}"


UNSEEN_CHECK = {"": check_like_one_that_was_seen}

CASES = [
    Case("shapes of 2.7", "shapes.py"),
    Case("shapes of 2.7, unseen", "shapes.py", checks=UNSEEN_CHECK, environment=UNSEEN),
    Case("shapes of 3.6", "shapes3.py", since=(3, 6)),
    Case("shapes of 3.6, unseen", "shapes3.py", since=(3, 6), checks=UNSEEN_CHECK, environment=UNSEEN),
    Case("newer syntax", "syntax.py", since=(3, 8)),
    Case("asyncio, idle", "aio.py", ("idle",), since=(3, 6)),
    Case("asyncio, a task blocks the loop", "aio.py", ("blocked",), since=(3, 6)),
    Case("line tables", "lines.py"),
    Case("callbacks and traced threads", "callbacks.py"),
]

if __name__ == "__main__":
    sys.exit(run(CASES))
