#!/usr/bin/env python3
"""Memory and files that the kernel waits for, for ever: they are left out, and all the rest is shown in time."""

import sys
import time

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import run_pyinspect

LIMIT = 40  # seconds: far more than any look may take, far less than for ever


def look(target, *options):
    """A look that comes to its end."""
    began = time.monotonic()
    result = run_pyinspect("--json", *options, target.pid)
    took = time.monotonic() - began
    if took > LIMIT:
        raise AssertionError(f"the look took {took:.0f} s")
    return result



def check_name(*options):
    """One name is lost, and that is said; every other frame is as the process says."""

    def check(target):
        result = look(target, *options)
        yield from compare.differ("exit code", 1, result.code)
        answer = result.answer()
        if not any("kernel waits" in problem["text"] for problem in answer["problems"]):
            yield f"no problem says what is not read: {answer['problems']}"
        found = {t["ident"]: t for t in answer["interpreters"][0]["threads"]}
        for expected in target.truth.threads:
            frames = found[expected.ident]["frames"]
            yield from compare.differ("frames", len(expected.frames), len(frames))
            for mine, theirs in zip(expected.frames, frames):
                yield from compare.differ("line", mine.line, theirs["line"])
                if mine.function == "lost":
                    yield from compare.differ("function", None, theirs["function"])
                    yield from compare.differ("problems of the frame", 1, len(theirs["problems"]))
                else:
                    yield from compare.differ("function", mine.function, theirs["function"])
        yield from check_free(target)

    return check


def check_source(target):
    """No lines of source, as they may hang, and everything else."""
    result = look(target)
    yield from compare.differ("exit code", 1, result.code)
    answer = result.answer()
    if not any("module.py" in problem["text"] for problem in answer["problems"]):
        yield f"no problem names the file: {answer['problems']}"
    for thread in answer["interpreters"][0]["threads"]:
        (expected,) = [t for t in target.truth.threads if t.ident == thread["ident"]]
        functions = [frame["function"] for frame in thread["frames"]]
        yield from compare.differ("functions", [frame.function for frame in expected.frames], functions)
    yield from check_free(target)


def check_free(target):
    """Nobody is held by a reader that waits."""
    yield from compare.differ("tracer", 0, process.tracer(target.pid))
    process.wait_for_rest(target.pid)


def check_soon(target):
    """With a time limit of half a second, it ends, with an answer or a sentence."""
    result = look(target, "--timeout", "0.5")
    yield from compare.differ("exit code", 1, result.code)
    if not result.answer()["problems"]:
        yield "no problem in the answer"


SHORT = {"": check_name("--timeout", "2"), "short time limit": check_soon}
NAMES = {
    **SHORT,
    "--stop": check_name("--stop", "--timeout", "2"),
    "--no-stop": check_name("--no-stop"),
    "no time limit": check_name("--timeout", "0"),
}
SOURCES = {"": check_source, "short time limit": check_soon}


def cases(checks, since, before):
    yield Case("userfaultfd", "waiting.py", ("userfault",), checks, since, before)
    yield Case("mapping of a dead file system", "waiting.py", ("mapping",), checks, since, before)
    yield Case("source on a dead file system", "waiting.py", ("source",), SOURCES, since, before)


if long_run():
    CASES = [*cases(NAMES, (2, 7), (4,))]
else:
    CASES = [*cases(SHORT, (2, 7), (3,)), *cases(NAMES, (3, 13), (3, 13, 1)), *cases(SHORT, (3, 15), (4,))]

sys.exit(run(CASES))
