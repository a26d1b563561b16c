#!/usr/bin/env python3
"""Several interpreters in one process: threads, names and values of each, and its GIL."""

import json
import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.truth import frames_of

COUNT = 3


def told(target):
    """What the threads inside have noted, by interpreter: of the main one there, and of the worker."""
    for number in range(1, COUNT + 1):
        yield number, [json.loads((target.folder / f"inside-{name}-{number}.json").read_text()) for name in ("main", "worker")]


def interpreters(target, *options):
    """Those of the answer, in the order of their making; the main one is the first."""
    found = run_pyinspect("--json", *options, target.pid)
    answer = found.answer()
    yield from compare.differ("exit code", 0, found.code)
    yield from (f"problem: {problem}" for problem in compare.problems_of(answer))
    return sorted(answer["interpreters"], key=lambda one: one["id"])


def check_threads(target):
    """Names, frames and states; outside, the frames of the main interpreter only."""
    process.wait_for_rest(target.pid)
    main, *others = yield from interpreters(target)
    yield from compare.differ("interpreters", COUNT, len(others))
    yield from compare.differ("is main", [True] + [False] * COUNT, [one["main"] for one in (main, *others)])
    for (number, expected), found in zip(told(target), others):
        yield from (f"interpreter {number}: {text}" for text in compare_inside(expected, found))
    outside = {thread["name"]: thread for thread in main["threads"] if thread["frames"]}
    yield from compare.differ("threads outside", {"MainThread", *(f"guest-{n}" for n in range(1, COUNT + 1))}, set(outside))
    for thread in outside.values():
        if thread["name"] != "MainThread":
            functions = [frame["function"] for frame in thread["frames"]]
            yield from compare.differ("frames outside", ["run_inside", "enter", "run", "_bootstrap_inner", "_bootstrap"], functions)


def compare_inside(expected, found):
    threads = {thread["tid"]: thread for thread in found["threads"] if thread["frames"]}
    yield from compare.differ("tids", {thread["tid"] for thread in expected}, set(threads))
    for thread in expected:
        seen = threads.get(thread["tid"], {})
        for member in ("ident", "name", "daemon"):
            yield from compare.differ(member, thread[member], seen.get(member))
        yield from compare.differ("main", False, seen.get("main"))
        if seen:
            yield from compare.compare_frames(frames_of(thread), seen)


def check_values(target):
    """Variables are read in the interpreter that they belong to."""
    process.wait_for_rest(target.pid)
    _, *others = yield from interpreters(target, "--locals")
    for (number, expected), found in zip(told(target), others):
        threads = {thread["tid"]: thread for thread in found["threads"] if thread["frames"]}
        for thread in expected:
            (frame,) = [f for f in threads[thread["tid"]]["frames"] if f["function"] == "hang"]
            seen = {variable["name"]: variable["repr"] for variable in frame["locals"]}
            for name, value in thread["locals"].items():
                yield from compare.differ(f"{name} of interpreter {number}", value, seen.get(name))


def check_print(target):
    """A thread's innermost frames are those inside; behind them come those of who called."""
    process.wait_for_rest(target.pid)
    for number, (inside, worker) in told(target):
        for thread in (inside, worker):
            for expression, value in (("NUMBER", str(number)), ("only_here", f"'builtin of {number}'")):
                found = run_pyinspect("print", "-t", thread["tid"], target.pid, expression)
                yield from compare.differ(expression, value, found.out.strip())
        frame = len(inside["frames"])
        found = run_pyinspect("print", "-t", inside["tid"], "-f", frame, target.pid, "number")
        yield from compare.differ("number outside", str(number), found.out.strip())


def check_gils(is_own):
    def check(target):
        process.wait_for_rest(target.pid)
        main, *others = yield from interpreters(target)
        yield from compare.differ("main's GIL", {"own": True, "locked": False, "holder_tid": None}, main["gil"])
        for one in others:
            yield from compare.differ("GIL", {"own": is_own, "locked": False, "holder_tid": None}, one["gil"])

    return check


def check_text(is_own):
    def check(target):
        process.wait_for_rest(target.pid)
        found = run_pyinspect(target.pid)
        shared = "" if is_own else ", shares the main interpreter's GIL"
        position = 0
        for number, (inside, worker) in told(target):
            heading = f"\nInterpreter {number}{shared}:\n"
            position = found.out.find(heading, position)
            if position < 0:
                yield f"no {heading!r}: {found.out}"
                return
            for thread in (inside, worker):
                if f'{thread["tid"]} "{thread["name"]}"' not in found.out[position:].split("\nInterpreter ")[1]:
                    yield f"{thread['name']} is not below its interpreter: {found.out}"

    return check


def check_held(target):
    """In each, the thread that computes holds that GIL, and the worker waits for it; main's is free."""
    expected = dict(told(target))
    workers = [worker["tid"] for _, worker in expected.values()]


    def all_wait():
        threads = [t for i in run_pyinspect("--json", "--no-stop", target.pid).answer()["interpreters"] for t in i["threads"]]
        return sum(t["tid"] in workers and t["waits_for_gil"] is True for t in threads) == COUNT

    process.wait_until(all_wait, "the workers wait for the GILs inside")
    main, *others = yield from interpreters(target)
    yield from compare.differ("main's GIL", {"own": True, "locked": False, "holder_tid": None}, main["gil"])
    for thread in main["threads"]:
        yield from compare.differ("outside", (False, False), (thread["holds_gil"], thread["waits_for_gil"]))
    for (number, (inside, worker)), found in zip(expected.items(), others):
        yield from compare.differ(f"GIL {number}", {"own": True, "locked": True, "holder_tid": inside["tid"]}, found["gil"])
        flags = {t["tid"]: (t["holds_gil"], t["waits_for_gil"]) for t in found["threads"] if t["frames"]}
        yield from compare.differ("flags", {inside["tid"]: (True, False), worker["tid"]: (False, True)}, flags)


def checks(is_own):
    return {"": check_threads, "--locals": check_values, "print": check_print, "GILs": check_gils(is_own), "as text": check_text(is_own)}


CASES = [
    Case("with their own GILs", "interpreters.py", ("own",), checks(True), since=(3, 12)),
    Case("with one GIL", "interpreters.py", ("shared",), checks(False), since=(3, 8)),
    Case("that hold their GILs", "interpreters.py", ("held",), {"": check_held}, since=(3, 12)),
]

sys.exit(run(CASES))
