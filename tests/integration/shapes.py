#!/usr/bin/env python3
"""Code in every shape: each frame's function, file, line and columns."""

import sys

from harness import compare, process
from harness.bed import Case, check_whole, run
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


def check_compiled(target):
    """With the JIT compiler on, the loop has machine code in memory that is of no file."""
    if not target.truth.has_jit:
        return
    with open(f"/proc/{target.pid}/maps", encoding="utf-8") as maps:
        rows = [line.split() for line in maps]
    if not any(row[1] == "r-xp" and len(row) == 5 for row in rows):
        yield "nothing was compiled"


UNSEEN_CHECK = {"": check_like_one_that_was_seen}

CASES = [
    Case("shapes of 2.7", "shapes.py", core=True),
    Case("shapes of 2.7, unseen", "shapes.py", checks=UNSEEN_CHECK, environment=UNSEEN),
    Case("shapes of 3.6", "shapes3.py", since=(3, 6), core=True),
    Case("shapes of 3.6, unseen", "shapes3.py", since=(3, 6), checks=UNSEEN_CHECK, environment=UNSEEN),
    Case("newer syntax", "syntax.py", since=(3, 8)),
    Case("asyncio, idle", "aio.py", ("idle",), since=(3, 6)),
    Case("asyncio, a task blocks the loop", "aio.py", ("blocked",), since=(3, 6)),
    Case("line tables", "lines.py"),
    Case("callbacks and traced threads", "callbacks.py"),
    Case("hot loop", "hot.py", checks={"": check_whole, "machine code": check_compiled}, core=True),
]

if __name__ == "__main__":
    sys.exit(run(CASES))
