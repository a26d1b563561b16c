#!/usr/bin/env python3
"""Which variables a frame has, of which kind, in which order; their attributes; secrets."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.truth import text

WHOLE = ("--json", "--locals", "--max-length", "0", "--max-items", "0")
ABSENT = {"parameter": None, "unbound": False}


def main_frames(target, *options):
    process.wait_for_rest(target.pid)
    shown = run_pyinspect(*WHOLE, *options, target.pid)
    (main,) = [t for t in shown.answer()["interpreters"][0]["threads"] if t["main"]]
    return shown, main["frames"]


def check_kinds(target):
    """Every frame that told of itself, from the innermost on."""
    shown, frames = main_frames(target)
    yield from compare.differ("exit code", 0, shown.code)
    for expected in target.truth.notes["frames"]:
        function = text(expected["function"])
        found = [f for f in frames if f["function"] == function and not f["file"].endswith("/variables.py")
                 or f["function"] == function and function != "<module>"]
        if not found:
            yield f"no frame of {function}"
            continue
        yield from compare_variables(expected, function, found.pop()["locals"])


def compare_variables(expected, function, found):
    rows = expected["variables"]
    if expected.get("any_order"):
        names = {row["name"] for row in rows}
        found = sorted((v for v in found if v["name"] in names), key=lambda v: v["name"])
        rows = sorted(rows, key=lambda row: row["name"])
    yield from compare.differ(f"names in {function}", [row["name"] for row in rows], [v["name"] for v in found])
    for row, variable in zip(rows, found):
        for member, value in row.items():
            shown = variable.get(member, ABSENT.get(member))
            yield from compare.differ(f"{member} of {row['name']} in {function}", text(value), shown)


def check_text(target):
    """A line for each variable, with Python's own escapes; those without a value in one."""
    out = run_pyinspect("--locals", target.pid).out
    for line in ("a = 'first'", "b = 2", "*args = (3, 4)", "**kwargs = {'named': [5]}", "local = ['first', 2]", "never: unbound",
                 "nonlocal x = 5", "late: unbound", "nonlocal items = [[5], 'new\\n']"):
        if f"\n          {line}\n" not in out:
            yield f"no line {line!r} in {out[-3000:]}"


def check_globals(target):
    """The variables of the module, whichever frame of it is asked."""
    _, frames = main_frames(target, "--globals")
    for name, value in target.truth.notes["globals"].items():
        for frame in frames:
            if frame["file"].endswith("/attributes.py"):
                found = [v for v in frame["locals"] if v["kind"] == "global" and v["name"] == name]
                yield from compare.differ(f"global {name}", [text(value)], [v["repr"] for v in found])


def check_globals_once(target):
    """The text has the globals of a module at the first of its frames, and says so at the others."""
    process.wait_for_rest(target.pid)
    shown = run_pyinspect("--locals", "--globals", "--all-frames", target.pid).out
    _, frames = main_frames(target, "--globals")
    modules = [f["module"] for f in frames
               if f["module"] and any(v["kind"] == "global" for v in f["locals"])]
    if len(modules) == len(set(modules)):
        yield f"no module has two frames: {modules}"
    yield from compare.differ("globals of each module", len(set(modules)), shown.count(" global __name__ = "))
    for module in set(modules):
        yield from compare.differ(f"frames that refer to those of {module}", modules.count(module) - 1,
                                  shown.count(f"[globals of {module}: as above]"))
    for name, value in target.truth.notes["globals"].items():
        yield from compare.differ(f"global {name}", 1, shown.count(f" global {name} = {text(value)}\n"))


def check_depth(depth):
    def check(target):
        shown, frames = main_frames(target, "--depth", depth)
        yield from compare.differ("exit code", 0, shown.code)
        found = {v["name"]: v for frame in frames for v in frame["locals"] if frame["function"] == "held"}
        for name, expected in target.truth.notes["attributes"].items():
            yield from compare_attributes(name, expected, found[name], depth)

    return check


def compare_attributes(path, expected, found, depth):
    """`expected`: "attributes" and "items", each a list of names and what is below them."""
    for sort in ("attributes", "items"):
        rows = expected.get(sort, []) if depth else []
        shown = found.get(sort, [])
        yield from compare.differ(f"{sort} of {path}", sorted(text(row["name"]) for row in rows),
                                  sorted(child["name"] for child in shown))
        by_name = {child["name"]: child for child in shown}
        for row in rows:
            child = by_name.get(text(row["name"]))
            if child is None:
                continue
            yield from compare.differ(f"repr of {path}.{child['name']}", text(row["repr"]), child["repr"])
            below = depth - (sort == "attributes")
            if "below" in row:
                yield from compare_attributes(f"{path}.{child['name']}", row["below"], child, below)


def check_redacted(target):
    """No word of a secret is to be found, whatever else is."""
    for options in (["--redact"], ["--redact-also", "Fruit"]):
        for form in (["--json"], []):
            shown = run_pyinspect("--locals", "--globals", "--depth", "5", *form, *options, target.pid)
            yield from (f"{secret} is shown with {options + form}"
                        for secret in target.truth.notes["secrets"] if secret in shown.out)
            yield from (f"{word} is missing with {options + form}"
                        for word in target.truth.notes["public"] if word not in shown.out)
            hidden = "--redact-also" in options
            yield from compare.differ("the fruit is hidden", hidden, "plum-jam" not in shown.out)


DEPTHS = {f"depth {depth}": check_depth(depth) for depth in (0, 1, 2, 3)}

CASES = [
    Case("kinds of variables", "variables.py", checks={"": check_kinds, "text": check_text}),
    Case("attributes", "attributes.py", checks={**DEPTHS, "globals": check_globals, "globals in the text": check_globals_once}),
    Case("secrets", "secrets_held.py", checks={"redacted": check_redacted}),
]

sys.exit(run(CASES))
