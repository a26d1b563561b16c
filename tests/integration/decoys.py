#!/usr/bin/env python3
"""Bad input: what looks like a Python and isn't, spoilt offsets, files that aren't what they were.

What is shown is right, or a sentence says what may be wrong; nothing of the host's is shown, and it ends.
"""

import os
import shutil
import struct
import sys

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.compiled import compiled
from harness.home import CONTAINER, home
from harness.target import PROGRAMS

OFFSETS = {(3, 13): 73, (3, 14): 95, (3, 15): 111}
HEADER = 3
MASK = 2**64 - 1
WHOLE, PROBLEMS, UNREADABLE = 0, 1, 4


def decoys(folder):
    """A program that loads libraries which lie, under names that are looked at first and last."""
    paths = []
    for number in range(5):
        library = compiled("decoy", "-shared", "-fPIC", f"-DDECOY={number}")
        for name in (f"libpython3.{90 + number}.so.1.0", f"libother{number}.so"):
            shutil.copy(library, folder / name)
            paths.append(folder / name)
        os.unlink(library)
        compiled.cache_clear()
    return [PROGRAMS / "decoys.py", *paths]


def check_spoilt_offsets(target):
    """Each word of _Py_DebugOffsets is spoilt in turn, while the process hangs."""
    process.wait_for_rest(target.pid)
    start = target.truth.notes["runtime"]
    count = OFFSETS[target.interpreter.version[:2]]
    with open(f"/proc/{target.pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(start)
        words = struct.unpack(f"{count}Q", memory.read(8 * count))
        for index in range(count):
            for value in {0, words[index] + 8 & MASK, words[index] - 8 & MASK, MASK} - {words[index]}:
                memory.seek(start + 8 * index)
                memory.write(struct.pack("Q", value))
                for text in check_right_or_said(target):
                    yield f"word {index} is {value:#x}, not {words[index]:#x}: {text}"
                memory.seek(start + 8 * index)
                memory.write(struct.pack("Q", words[index]))
    yield from check_whole(target)


def check_right_or_said(target):
    found = run_pyinspect("--json", target.pid)
    if found.code == WHOLE:
        for text in compare.compare_threads(target, found.answer()):
            if not text.endswith("got None"):  # it isn't known: nobody says anything wrong
                yield text
    elif found.code == PROBLEMS:
        if not list(compare.problems_of(found.answer())):
            yield "exit code 1 without a problem"
    elif found.code != UNREADABLE or found.err.count("\n") != 1:
        yield f"exit code {found.code}: {found.err}"


CASES = [
    Case("decoys", decoys),
    Case("spoilt offsets", "offsetsat.py", checks={"": check_spoilt_offsets}, since=(3, 13)),
]

sys.exit(run(CASES))
