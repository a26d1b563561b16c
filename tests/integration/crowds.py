#!/usr/bin/env python3
"""Many threads, and many processes: thousands of threads with few descriptors, fork servers, daemons."""

import sys

from harness import compare, process
from harness.bed import Case, check_whole, long_run, run
from harness.command import run_pyinspect

THREADS = 5000 if long_run() else 600


def with_descriptors(limit):
    """All of it, by a pyinspect that may open so many files only."""

    def check(target):
        process.wait_for_rest(target.pid)
        found = run_pyinspect("--json", target.pid, prefix=["prlimit", f"--nofile={limit}:{limit}"])
        yield from compare.compare(target, found)

    return check


def check_stopped(target):
    found = run_pyinspect("--json", "--stop", target.pid, prefix=["prlimit", "--nofile=64:64"])
    yield from compare.differ("exit code", 0, found.code)
    threads = found.answer()["interpreters"][0]["threads"]
    yield from compare.differ("stopped threads", len(target.truth.threads), sum(t["stopped"] for t in threads))


def check_server(target):
    """The process, the fork server and its children; what isn't Python is passed over."""
    children = {pid: frames for _, pid, _, frames in target.truth.notes["children"]}
    (server,) = {parent for _, _, parent, _ in target.truth.notes["children"]}
    for pid in children:
        process.wait_for_rest(pid)
    found = run_pyinspect("--json", "--subprocesses", target.pid)
    yield from compare.differ("exit code", 0, found.code)
    yield from compare.differ("standard error", "", found.err)
    answers = {answer["target"]["pid"]: answer for answer in found.answers()}
    for pid in {target.pid, server, *children} - set(answers):
        yield f"process {pid} is missing"
    if target.truth.notes["not_python"] in answers:
        yield "a shell is shown"
    for pid in set(children) & set(answers):
        (main,) = [t for t in answers[pid]["interpreters"][0]["threads"] if t["main"]]
        yield from compare.differ(f"functions of {pid}", children[pid], [frame["function"] for frame in main["frames"]])


def check_daemon(target):
    """It and what is below it; by the number of who started it, it can't be found."""
    found = run_pyinspect("--json", "--subprocesses", target.pid)
    yield from compare.differ("exit code", 0, found.code)
    pids = {answer["target"]["pid"] for answer in found.answers()}
    yield from compare.differ("processes", {target.pid, target.truth.notes["child"]}, pids)


CROWD = {
    "1024 descriptors": with_descriptors(1024),
    "64 descriptors": with_descriptors(64),
    "--stop with 64 descriptors": check_stopped,
}

CASES = [
    Case(f"{THREADS} threads", "crowd.py", (str(THREADS),), CROWD),
    Case("fork server", "serving.py", checks={"": check_server}, since=(3, 6)),
    Case("daemon", "daemon.py", checks={"": check_whole, "--subprocesses": check_daemon}),
]

sys.exit(run(CASES))
