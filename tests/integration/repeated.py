#!/usr/bin/env python3
"""Many snapshots of one target by the library: what is taken over from the last one is true."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

from harness import compare, process
from harness.bed import Case, run
from harness.target import TargetFailed

STEPS = 25
SECONDS = 60
REPEATER = sys.argv[1]


@contextmanager
def repeater(pid, *options):
    """A function that takes one more snapshot: {ident: (verified, [[function, line], ...])}."""
    command = [REPEATER, str(pid), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:

        def take():
            running.stdin.write(b"x")
            running.stdin.flush()
            found = {}
            for line in iter(running.stdout.readline, b"\n"):
                if not line:
                    raise TargetFailed(running.stderr.read().decode())
                ident, verified, *frames = line.decode().split()
                places = [frame.rsplit(":", 1) for frame in frames]
                found[ident] = (verified == "1", [[function, int(number)] for function, number in places])
            return found

        yield take


def truth_of(target, step):
    """What the target says of its stacks."""
    path = os.path.join(target.folder, f"step-{step}")
    deadline = time.monotonic() + SECONDS
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            raise TargetFailed(f"step {step} never came: {target.errors()}")
        time.sleep(0.001)
    with open(path) as file:
        return json.load(file)


def newest_step(target):
    """Its first one may still be to come."""
    return max(0, len([name for name in os.listdir(target.folder) if name.startswith("step-")]) - 1)


def differences(expected, found, step):
    for ident, stack in expected.items():
        verified, frames = found.get(ident, (False, None))
        yield from compare.differ(f"step {step}, stack of {ident}", stack, frames)
        yield from compare.differ(f"step {step}, {ident} is verified", True, verified)


def check_steps(*options):
    def check(target):
        step = newest_step(target)
        with repeater(target.pid, *options) as take:
            for step in range(step, step + STEPS):
                expected = truth_of(target, step)
                yield from differences(expected, take(), step)
                # Nobody has run meanwhile.
                yield from differences(expected, take(), step)
                target.poke()
        truth_of(target, step + 1)

    return check


def check_exec(target):
    """Another program in the same process: nothing of the first is left."""
    step = newest_step(target)
    with repeater(target.pid) as take:
        before = truth_of(target, step)
        yield from differences(before, take(), step)
        os.write(target.process.stdin.fileno(), b"e")
        after = truth_of(target, step + 1)
        process.wait_for_rest(target.pid)
        found = take()
        yield from differences(after, found, step + 1)
        yield from compare.differ("threads", len(after) + 1, len(found))


CASES = [
    Case("threads move one by one", "steps.py",
         checks={"": check_steps(), "--stop": check_steps("--stop"), "after exec": check_exec}),
]

sys.exit(run(CASES))
