#!/usr/bin/env python3
"""Values of which words are spoilt while they are read: an answer, fit for a terminal and for JSON, and an end."""

import json
import os
import random
import subprocess
import sys

from harness.bed import Case, long_run, run

SPOILER = sys.argv[1]
ROUNDS, LOOKS = (3000, 60) if long_run() else (250, 3)
SECONDS = 600

# The same again: SPOILT_SEED=<what was printed>.
SEED = int(os.environ.get("SPOILT_SEED") or random.randrange(1 << 32))


def check_spoilt(target):
    seed = SEED
    command = [SPOILER, str(target.pid), str(seed), str(ROUNDS), str(LOOKS)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
    lines = ended.stdout.splitlines()
    for line in lines:
        if line.startswith(b"{"):
            json.loads(line.decode("utf-8", "strict"), parse_constant=reject)
    if ended.returncode != 0 or lines[-1:] != [b"end"]:
        yield f"SPOILT_SEED={seed}: exit code {ended.returncode}"
        yield from (line.decode(errors="replace")[:200] for line in lines[-2:])
        yield from ended.stderr.decode(errors="replace").splitlines()[:6]


def reject(word):
    raise ValueError(f"{word} is no JSON")


PROGRAMS = [
    "arrays", "callables", "characters", "classes", "containers", "exceptions", "files", "iterators", "library",
    "numbers", "patterns", "records", "running", "scalars", "strings", "tasks", "times", "waiting",
]

ARGUMENTS = {"arrays": ("/nowhere",)}
SINCE = {"library": (3, 6), "tasks": (3, 6)}

CASES = [
    Case(name, f"values_{name}.py", ARGUMENTS.get(name, ()), checks={"": check_spoilt}, since=SINCE.get(name, (2, 7))) for name in PROGRAMS
] + [Case("attributes", "attributes.py", checks={"": check_spoilt})]

print(f"# SPOILT_SEED={SEED}", flush=True)
sys.exit(run(CASES))
