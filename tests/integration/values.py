#!/usr/bin/env python3
"""Values of variables are what repr() says, or marked."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.truth import text

WHOLE = ("--max-length", "0", "--max-items", "0")


def held(target, *options):
    """The variables that pyinspect shows of the frames that hold values."""
    process.wait_for_rest(target.pid)
    shown = run_pyinspect("--json", "--locals", *options, target.pid)
    found = {}
    for thread in shown.answer()["interpreters"][0]["threads"]:
        for frame in thread["frames"]:
            if frame["function"] == "held":
                found.update((local["name"], local) for local in frame["locals"])
    return shown, found


def check_exact(target):
    """Every value, whole."""
    shown, found = held(target, *WHOLE)
    yield from compare.differ("exit code", 0, shown.code)
    yield from (f"problem: {problem}" for problem in compare.problems_of(shown.answer()))
    for expected in target.truth.notes["values"]:
        yield from compare_value(expected, found.get(expected["name"]))


def compare_value(expected, local):
    name = expected["name"]
    if local is None:
        yield f"{name} is missing"
        return
    yield from compare.differ(f"repr of {name}", text(expected["text"]), local["repr"])
    for member in expected.keys() - {"name", "text"}:
        yield from compare.differ(f"{member} of {name}", text(expected[member]), local.get(member))
    yield from compare.differ(f"{name} is truncated", False, local["truncated"])


def check_cut(target):
    """What is too long is cut and marked; what comes before the mark is right."""
    for options in ((), ("--max-length", "7"), ("--max-items", "2")):
        _, found = held(target, *options)
        for expected in target.truth.notes["values"]:
            local = found.get(expected["name"])
            if local is None:
                yield f"{expected['name']} is missing with {options}"
            else:
                yield from compare_cut(text(expected["text"]), local, options)


def compare_cut(expected, local, options):
    if not local["truncated"]:
        yield from compare.differ(f"repr of {local['name']} with {options}", expected, local["repr"])
        return
    # An object can have "..." in its own text, too: the mark is the last of those that fit.
    parts = local["repr"].split("...")
    fits = any(expected.startswith("...".join(parts[:i])) for i in range(1, len(parts)))
    if not fits or len(parts) < 2:
        yield f"{local['name']} with {options}: {local['repr']!r} is no part of {expected!r}"


EXACT = {"": check_exact, "cut": check_cut}

CASES = [
    Case("scalars", "values_scalars.py", checks=EXACT),
    Case("callables", "values_callables.py", checks=EXACT),
    Case("classes", "values_classes.py", checks=EXACT),
    Case("exceptions", "values_exceptions.py", checks=EXACT),
    Case("times", "values_times.py", checks=EXACT),
    Case("library", "values_library.py", checks=EXACT, since=(3, 6)),
]

sys.exit(run(CASES))
