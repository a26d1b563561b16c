#!/usr/bin/env python3
"""The main thread alone, at moments when a stack looks unusual."""

import sys
from dataclasses import replace

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.compiled import compiled
from harness.target import PROGRAMS

MOMENTS = {
    "signal_handler": (2, 7),
    "collection": (2, 7),
    "collection_by_itself": (3, 3),
    "at_exit": (2, 7),
    "shutdown": (2, 7),
    "exception_hook": (2, 7),
    "display_hook": (2, 7),
    "audit_hook": (3, 8),
    "monitoring": (3, 12),
    "monitoring_callback": (3, 12),
    "warmed_up": (2, 7),
}

SITE = "import truth\n\n\ndef hang_here():\n    truth.hang()\n\n\nhang_here()\n"


def site_customization(folder):
    """It runs while `site` is imported, before the program."""
    (folder / "sitecustomize.py").write_text(SITE)
    return ["-c", "pass"]


def preloaded(interpreter, _folder):
    """A home: started by the loader, with a library that hangs before main()."""
    *before, program = interpreter.command
    loader = ["/lib64/ld-linux-x86-64.so.2", "--preload", compiled("early", "-shared", "-fPIC")]
    return replace(interpreter, command=[*before, *loader, program])


def has_glibc(interpreter):
    """As our compiler has, which makes the library."""
    return "musl" not in interpreter.label


def check_early(target):
    """It is no Python yet, and that is what is said."""
    process.wait_for_rest(target.pid)
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 4, found.code)
    if "not initialised" not in found.err or found.err.count("\n") != 1:
        yield found.err


def check_late(target):
    """The main thread is in __del__; what became of the daemon thread is up to the version."""
    process.wait_for_rest(target.pid)
    found = run_pyinspect("--json", target.pid)
    if found.code not in (0, 1) or found.code == 1 and not list(compare.problems_of(found.answer())):
        yield f"exit code {found.code}: {found.err}"
    threads = found.answer()["interpreters"][0]["threads"]
    (main,) = [thread for thread in threads if thread["tid"] == target.pid]
    yield from compare.differ("functions", ["__del__"], [frame["function"] for frame in main["frames"]])
    for thread in threads:
        functions = [frame["function"] for frame in thread["frames"]]
        if thread is not main and functions and functions[:2] != ["block", "enter"]:
            yield f"a thread that isn't there: {functions}"


CASES = [Case(name.replace("_", " "), "moments.py", (name,), since=since) for name, since in MOMENTS.items()]
CASES += [
    Case("sitecustomize", site_customization, environment={"PYTHONPATH": f"{PROGRAMS}:."}),
    Case("before main()", lambda _: ["-c", "pass"], home=preloaded, checks={"": check_early}, only=has_glibc),
    Case("after atexit", "late.py", checks={"": check_late}),
]

sys.exit(run(CASES))
