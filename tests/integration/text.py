#!/usr/bin/env python3
"""The text form: what it says, and that nothing raw gets through to a terminal."""

import re
import sys
import unicodedata

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect

COLOR = re.compile(r"\x1b\[[0-9;]*m")
BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RAW_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")


def text(target, *options, **settings):
    process.wait_for_rest(target.pid)
    return run_pyinspect(*options, target.pid, **settings)


def raw_characters(output):
    for character in sorted(set(output) - {"\n"}):
        if unicodedata.category(character) in RAW_CATEGORIES or character in BIDI_CONTROLS:
            yield f"raw character {ascii(character)}"


def check_escaped(target):
    for options in ([], ["--all-frames"], ["-v"]):
        run = text(target, *options)
        yield from compare.differ("exit code", 0, run.code)
        yield from raw_characters(run.out)
        yield from raw_characters(run.err)


def check_escaped_in_color(target):
    yield from raw_characters(COLOR.sub("", text(target, "--color", "always").out))


def check_color(target):
    plain = text(target).out
    colored = text(target, "--color=always").out
    yield from compare.differ("color to a pipe", [], COLOR.findall(plain))
    if not COLOR.search(colored):
        yield "no color with --color=always"
    yield from compare.differ("text without colors", timeless(COLOR.sub("", colored)), timeless(plain))


def timeless(output):
    return re.sub(r"running for .*", "", output)


def check_color_settings(target):
    forced = text(target, environment={"CLICOLOR_FORCE": "1"}).out
    if not COLOR.search(forced):
        yield "no color with CLICOLOR_FORCE"
    for options, environment in (
        (["--color=never"], {"CLICOLOR_FORCE": "1"}),
        (["--color=auto"], {"NO_COLOR": "1"}),
        ([], {"NO_COLOR": "1"}),
    ):
        found = COLOR.findall(text(target, *options, environment=environment).out)
        yield from compare.differ(f"color with {options} {environment}", [], found)
    if not COLOR.search(text(target, "--color=always", environment={"NO_COLOR": "1"}).out):
        yield "NO_COLOR beats --color=always"


def check_header(target):
    lines = text(target).out.splitlines()
    if str(target.pid) not in lines[0]:
        yield f"no pid in the first line: {lines[0]}"
    header = "\n".join(lines[:4])
    for wanted in ("crowd.py", f"CPython {target.truth.full_version}"):
        if wanted not in header:
            yield f"no {wanted!r} in {header!r}"


def check_grouped(target):
    """Threads with the same stack are one entry, which names their number."""
    output = text(target).out
    if not re.search(r"^101 threads alike", output, re.MULTILINE):
        yield "no line says that 101 threads are alike"
    yield from compare.differ("stacks of workers", 1, output.count("worker (") + output.count("worker("))
    for name in ("worker-0", "MainThread"):
        if name not in output:
            yield f"no {name}"


def check_folded(target):
    """The bootstrap of threads takes one line, which says how to see it."""
    bootstrap = "__bootstrap_inner" if target.truth.version.startswith("2") else "_bootstrap_inner"
    folded = text(target).out
    if bootstrap in folded:
        yield "threading's own frames are shown"
    if "--all-frames" not in folded:
        yield "nothing says that frames are folded"
    if bootstrap not in text(target, "--all-frames").out:
        yield "threading's own frames are missing with --all-frames"


def check_every_frame(target):
    """Each frame stands there with its function, file and line, innermost first."""
    output = text(target, "--all-frames").out
    (main,) = [thread for thread in target.truth.threads if thread.main]
    position = 0
    for frame in main.frames:
        where = f"{frame.file}:{frame.line}"
        position = output.find(where, position)
        if position < 0:
            yield f"no {where} where it ought to be"
            return
        line = output[output.rfind("\n", 0, position) + 1 : position]
        if (frame.qualname or frame.function) not in line:
            yield f"no {frame.qualname or frame.function} before {where}: {line!r}"


def check_elided(target):
    """It says how many frames are left out."""
    output = text(target).out
    hidden = len(target.truth.thread("deep").frames) - compare.MAX_FRAMES
    if not re.search(rf"\b{hidden}\b", output):
        yield f"nothing says that {hidden} frames are missing"
    whole = text(target, "--max-frames=0").out
    line = target.truth.thread("deep").frames[2].line
    yield from compare.differ("frames", 899, whole.count(f"deep.py:{line})"))


def check_native(target):
    output = text(target).out
    if not re.search(r"^Without Python state", output, re.MULTILINE | re.IGNORECASE):
        yield "no line about threads without Python state"
    if "pause" not in output:
        yield "the system call of threads without Python state is missing"


CROWD = {
    "header": check_header,
    "equal stacks are grouped": check_grouped,
    "bootstrap is folded": check_folded,
    "every frame": check_every_frame,
    "color": check_color,
    "color settings": check_color_settings,
}
ESCAPED = {"escaped": check_escaped, "escaped, in color": check_escaped_in_color}

CASES = [
    Case("crowd", "crowd.py", ("101",), CROWD),
    Case("deep", "deep.py", ("900",), {"elided": check_elided}),
    Case("odd functions and files", "names.py", checks=ESCAPED),
    Case("odd thread names", "threadnames.py", checks=ESCAPED),
    Case("kinds of threads", "kinds.py", checks={"native threads": check_native}),
]

sys.exit(run(CASES))
