#!/usr/bin/env python3
"""Values of variables are what repr() says, or marked."""

import ast
import os
import re
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
    for member in expected.keys() - {"name", "text", "length"}:
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
            if local and local["truncated"] and "length" in expected:
                yield from compare.differ(f"total of {expected['name']} with {options}", expected["length"], local.get("total", 0))
                yield from compare_rest(expected["length"], local, options)


def compare_cut(expected, local, options):
    if not local["truncated"]:
        yield from compare.differ(f"repr of {local['name']} with {options}", expected, local["repr"])
        return
    # An object can have "..." in its own text, too: the mark is the last of those that fit.
    parts = local["repr"].split("...")
    fits = any(expected.startswith("...".join(parts[:i])) for i in range(1, len(parts)))
    if not fits or len(parts) < 2:
        yield f"{local['name']} with {options}: {local['repr']!r} is no part of {expected!r}"


def compare_rest(length, local, options):
    """How many more characters or digits there are, beside those that are shown."""
    shown, mark, rest = local["repr"].rpartition("... ")
    if mark:
        count = length - len(without_quotes(shown))
        yield from compare.differ(f"what is left of {local['name']} with {options}", count, int(rest.split(" more")[0]))


def without_quotes(shown):
    """Digits, or the characters that the beginning of a literal stands for."""
    quote = re.search(r"(b|u|)(['\"])", shown)
    return ast.literal_eval(shown[quote.start() :] + quote[2]) if quote else shown.lstrip("-")


def check_large(target):
    """What is far too large is cut where it says."""
    shown, found = held(target, "--max-length", "60", "--max-items", "2")
    yield from compare.differ("exit code", 0, shown.code)
    for expected in target.truth.notes["values"]:
        local = found.get(expected["name"], {})
        yield from compare.differ(f"repr of {expected['name']}", text(expected["text"]), local.get("repr"))
        yield from compare.differ(f"{expected['name']} is truncated", True, local.get("truncated"))


def check_both(target):
    """In one, where a program may have to skip."""
    yield from check_exact(target)
    yield from check_cut(target)


def numpy_folder():
    """Where scripts/get-numpy installs it."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(os.environ.get("PYINSPECT_CACHE") or os.path.join(cache, "pyinspect"), "numpy")


EXACT = {"": check_exact, "cut": check_cut}

CASES = [
    Case("scalars", "values_scalars.py", checks=EXACT),
    Case("numbers", "values_numbers.py", checks=EXACT),
    Case("strings", "values_strings.py", checks=EXACT),
    Case("characters", "values_characters.py", checks=EXACT),
    Case("huge", "values_huge.py", checks={"cut": check_cut}),
    Case("containers", "values_containers.py", checks=EXACT),
    Case("records", "values_records.py", checks=EXACT),
    Case("large", "values_large.py", checks={"": check_large}),
    Case("callables", "values_callables.py", checks=EXACT),
    Case("classes", "values_classes.py", checks=EXACT),
    Case("exceptions", "values_exceptions.py", checks=EXACT),
    Case("times", "values_times.py", checks=EXACT),
    Case("library", "values_library.py", checks=EXACT, since=(3, 6)),
    Case("running", "values_running.py", checks=EXACT),
    Case("files", "values_files.py", checks=EXACT),
    Case("iterators", "values_iterators.py", checks=EXACT),
    Case("tasks", "values_tasks.py", since=(3, 6), checks=EXACT),
    Case("patterns", "values_patterns.py", checks=EXACT),
    Case("arrays", "values_arrays.py", (numpy_folder(),), {"": check_both}),
    Case("ctypes", "values_ctypes.py", checks=EXACT),
    Case("waiting", "values_waiting.py", checks=EXACT),
]

sys.exit(run(CASES))
