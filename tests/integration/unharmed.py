#!/usr/bin/env python3
"""A look changes nothing in the target."""

import os
import shutil
import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.target import Unsupported

LOOKS = (["--json"], [], ["--json", "--no-stop"], ["--max-frames", "0"], ["--all-frames"])
POLLING = ("event_with_timeout",)


def check_never_ran(target):
    """A default look at a hung process wakes none of its threads."""
    process.wait_for_rest(target.pid)
    polling = polling_tids(target)
    before = process.all_runs(target.pid)
    for options in LOOKS:
        run_pyinspect(*options, target.pid)
        after = process.all_runs(target.pid)
        for tid in after.keys() - polling:
            yield from compare.differ(f"runs of {tid} after {options}", before.get(tid), after[tid])
    yield from check_released(target)


def polling_tids(target):
    """2.7 waits with a timeout by looking again and again."""
    old = target.interpreter.version < (3,)
    return {target.truth.thread(name).tid for name in POLLING} if old else set()


def check_stopped_and_released(target):
    """--stop stops every thread, gives the same answer, and lets go."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", "--stop", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    process.wait_for_rest(target.pid)
    (interpreter,) = run.answer()["interpreters"]
    found = {thread["ident"]: thread for thread in interpreter["threads"]}
    for expected in target.truth.threads:
        thread = found[expected.ident]
        yield from compare.differ("stopped", True, thread["stopped"])
        yield from compare.differ("verified", True, thread["verified"])
        yield from compare.compare_frames(expected.frames, thread)
    yield from check_released(target)
    yield from compare.compare(target, run_pyinspect("--json", target.pid))


def check_released(target):
    yield from compare.differ("tracer", 0, process.tracer(target.pid))
    yield from compare.differ("return code", None, target.process.poll())
    for tid in process.tids(target.pid):
        yield from compare.differ(f"state of {tid}", "S", process.state(target.pid, tid))


def check_without_schedstat(target):
    """A kernel without schedstat: counted switches prove the same. (An empty file lies on each.)"""
    if os.getuid() or not shutil.which("unshare"):
        raise Unsupported("a mount namespace needs root and unshare")
    process.wait_for_rest(target.pid)
    mount = 'for file in /proc/$1/task/*/schedstat; do mount --bind /dev/null "$file" || exit 9; done; shift; exec "$@"'
    prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh", str(target.pid)]
    result = run_pyinspect("--json", target.pid, prefix=prefix)
    if result.code == 9:
        raise Unsupported(f"files of /proc can't be covered here: {result.err}")
    before = process.all_runs(target.pid)
    yield from compare.differ("stopped", 0, result.answer()["stopped_us"])
    # How much time it took is not told then.
    yield from (text for text in compare.compare(target, result) if "cpu_seconds" not in text)
    yield from compare.differ("runs", before, process.all_runs(target.pid))


CASES = [
    Case("every wait", "waits.py", checks={"no thread ran": check_never_ran}),
    Case("30 threads", "crowd.py", ("30",), {"stopped and released": check_stopped_and_released, "no schedstat": check_without_schedstat}),
]

sys.exit(run(CASES))
