#!/usr/bin/env python3
"""The comparison itself: the right answer passes, and a change in any member of it is noticed."""

import copy
import json
import os
import sys
from dataclasses import asdict
from datetime import datetime, timezone

from harness import compare, process
from harness.bed import Case, run
from harness.command import Run

OTHER = "something else"
PROBLEM = {"where": "here", "text": "something went wrong"}


def right_answer(target):
    """What pyinspect ought to say, made of the truth."""
    threads = [thread_of(target, thread) for thread in target.truth.threads]
    known = {thread["tid"] for thread in threads}
    return {
        "schema": "pyinspect/1",
        "time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "stopped_us": 0,
        "target": {
            "kind": "process",
            "pid": target.pid,
            "parent_pid": os.getpid(),
            "uid": os.getuid(),
            "executable": process.executable(target.pid),
            "command_line": process.command_line(target.pid),
            "elapsed_seconds": process.elapsed(target.pid),
        },
        "python": {
            "version": target.truth.full_version,
            "debug": target.truth.is_debug,
            "free_threaded": target.truth.is_free_threaded,
            "jit": target.truth.has_jit,
            "layout": "table",
        },
        "interpreters": [{"threads": threads, "problems": []}],
        "native_threads": [
            {"tid": tid, "os_name": process.comm(target.pid, tid)}
            for tid in process.tids(target.pid)
            if tid not in known
        ],
        "problems": [],
    }


def thread_of(target, thread):
    return {
        "tid": thread.tid,
        "ident": thread.ident,
        "name": thread.name,
        "daemon": thread.daemon,
        "main": thread.main,
        "os_name": process.comm(target.pid, thread.tid),
        "state": "S",
        "syscall": "futex",
        "cpu_seconds": 0.25,
        "verified": True,
        "stopped": False,
        **dict.fromkeys(("holds_gil", "waits_for_gil", "collecting"), False),
        "frame_count": len(thread.frames),
        "frames_omitted": None,
        "frames": [frame_of(target, frame) for frame in thread.frames],
        "problems": [],
    }


def frame_of(target, frame):
    found = {**asdict(frame), "kind": "python", "source": None, "problems": []}
    return {**found, "source": compare.source_line(target, found)}


def differences(target, answer, code=0, errors=""):
    return list(compare.compare(target, Run(code, json.dumps(answer), errors)))


def check_right_answer(target):
    return differences(target, right_answer(target))


def check_every_change(target):
    right = right_answer(target)
    for change in changes(right):
        wrong = copy.deepcopy(right)
        change(wrong)
        if not differences(target, wrong):
            yield f"not noticed: {change.__doc__}"


def changes(right):
    """Functions that each spoil one thing."""
    yield from map(setting, ("schema", "time", "stopped_us"))
    for part in ("target", "python"):
        yield from (setting(part, member) for member in right[part])
    thread = right["interpreters"][0]["threads"][0]
    for member in thread.keys() - {"frames", "problems"}:
        yield setting("interpreters", 0, "threads", 0, member)
    for member in thread["frames"][0].keys() - {"kind", "problems"}:
        yield setting("interpreters", 0, "threads", 0, "frames", 0, member)
    for member in ("os_name", "tid"):
        yield setting("native_threads", 0, member)
    yield from (removing(path) for path in lists(right))
    yield from (complaining(path) for path in lists(right) if path[-1] == "problems")


def lists(value, path=()):
    """The paths of all lists in the document."""
    if isinstance(value, list):
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from lists(member, (*path, key))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def setting(*path):
    def change(document):
        at(document, path[:-1])[path[-1]] = OTHER

    return documented(change, f"another {path}")


def removing(path):
    def change(document):
        found = at(document, path)
        found[:] = found[1:] if found else [PROBLEM]

    return documented(change, f"first of {path} missing")


def complaining(path):
    return documented(lambda document: at(document, path).append(PROBLEM), f"a problem in {path}")


def documented(function, text):
    function.__doc__ = text
    return function


def check_exit_code_and_errors(target):
    right = right_answer(target)
    if not differences(target, right, code=1):
        yield "exit code 1 is not noticed"
    if not differences(target, right, errors="oops"):
        yield "words on standard error are not noticed"


CHECKS = {
    "the right answer passes": check_right_answer,
    "every change is noticed": check_every_change,
    "exit code and standard error": check_exit_code_and_errors,
}

sys.exit(run([Case("comparison", "natives.py", checks=CHECKS)]))
