#!/usr/bin/env python3
"""Few frames, many frames, very many frames, many threads."""

import sys

from harness import compare, process
from harness.bed import Case, check_whole, long_run, run
from harness.command import run_pyinspect


def check_all_frames(target):
    process.wait_for_rest(target.pid)
    return compare.compare(target, run_pyinspect("--json", "--max-frames", 0, target.pid), max_frames=0)


def check_seven_frames(target):
    return compare.compare(target, run_pyinspect("--json", "--max-frames=7", target.pid), max_frames=7)


EVERY_WAY = {
    "the default elides": check_whole,
    "--max-frames 0 gives all": check_all_frames,
    "--max-frames 7": check_seven_frames,
}

CASES = [
    Case("21 frames", "deep.py", ("21",)),
    Case("900 frames", "deep.py", ("900",), EVERY_WAY),
    # Up to 3.10 each Python frame takes C stack.
    Case("20000 frames", "deep.py", ("20000",), EVERY_WAY, before=(3, 11)),
    Case("100000 frames", "deep.py", ("100000",), EVERY_WAY, since=(3, 11)),
    Case("101 threads", "crowd.py", ("101",)),
]

if long_run():
    CASES += [
        Case("50000 frames", "deep.py", ("50000",), EVERY_WAY, before=(3, 11)),
        Case("300000 frames", "deep.py", ("300000",), EVERY_WAY, since=(3, 11)),
        Case("1001 threads", "crowd.py", ("1001",)),
    ]

sys.exit(run(CASES))
