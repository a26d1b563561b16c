#!/usr/bin/env python3
"""pyinspect print gives what Python itself gives, or says why there is nothing."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.truth import text

# The program's frame is called by truth.hang(): this is the frame that called that.
FRAME = ("-f", "1")
WHOLE = ("--max-length", "0", "--max-items", "0")


def show(target, expression, *options):
    return run_pyinspect("print", *FRAME, *WHOLE, *options, target.pid, expression)


def check_values(target):
    process.wait_for_rest(target.pid)
    for expression, expected in target.truth.notes["right"]:
        shown = show(target, expression, "--json")
        yield from compare.differ(f"exit code of {expression}", 0, shown.code)
        value = shown.answer()["value"]
        yield from compare.differ(expression, text(expected), value and value["repr"])


def check_failures(target):
    """Exit code 1 and a sentence; and the target runs nothing."""
    for expression, reason in target.truth.notes["wrong"].items():
        shown = show(target, expression)
        yield from compare.differ(f"exit code of {expression}", 1, shown.code)
        yield from compare.differ(f"output of {expression}", "", shown.out)
        if reason not in shown.err:
            yield f"{expression}: {shown.err!r} does not say {reason!r}"
        answer = show(target, expression, "--json")
        yield from compare.differ(f"value of {expression}", None, answer.answer()["value"])
        yield from compare.differ(f"problems of {expression}", 1, len(answer.answer()["problems"]))


def check_usage(target):
    for expression in target.truth.notes["bad"]:
        yield from compare.differ(f"exit code of {expression!r}", 2, show(target, text(expression)).code)
    for words in ((target.pid,), (target.pid, "pool", "more"), ("--subprocesses", target.pid, "pool"), ("-f", "x", target.pid, "pool")):
        yield from compare.differ(f"exit code of {words}", 2, run_pyinspect("print", *words).code)
    yield from compare.differ("no such thread", 3, show(target, "pool", "-t", "1").code)
    yield from compare.differ("no such frame", 1, run_pyinspect("print", "-f", "999", target.pid, "pool").code)
    yield from compare.differ("--frame alone", 2, run_pyinspect("--frame", "1", target.pid).code)


def check_text(target):
    """One line, without colour; attributes below."""
    yield from compare.differ("text", "'one'\n", show(target, "pool[0].host").out)
    lines = show(target, "pool[0]", "--depth", "1").out.split("\n")
    if not lines[0].startswith("<__main__.Conn object at 0x") or "  .host = 'one'" not in lines:
        yield f"with --depth 1: {lines}"
    yield from compare.differ("a secret", "<redacted>\n", show(target, "pool[0].host", "--redact-also", "host").out)
    by_thread = run_pyinspect("print", "-t", target.pid, *FRAME, target.pid, "pool[0].host")
    yield from compare.differ("by its thread", "'one'\n", by_thread.out)


CASES = [
    Case("expressions", "expressions.py",
         checks={"": check_values, "failures": check_failures, "usage": check_usage, "text": check_text}),
]

sys.exit(run(CASES))
