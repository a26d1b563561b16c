"""Processes that are looked at."""

import os
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

from harness.interpreters import find_interpreters  # noqa: E402  (re-exported)

from tools import BUILD  # noqa: E402

# Name, threads besides the main one, frames of each.
SIZES = {"A": (0, 21), "B": (0, 901), "C": (100, 30), "D": (1000, 10), "E": (3, 30)}


def describe(size):
    threads, frames = SIZES[size]
    return f"{threads + 1} threads, {threads * frames + 1} frames" if threads else f"1 thread, {frames} frames"


def frames_of_interest(size):
    """How many frames are of the function that the target calls."""
    threads, frames = SIZES[size]
    return threads * (frames - 3) if threads else frames - 1


@contextmanager
def running(interpreter, size, ticker=None):
    """The id of a process that waits; it ends with the block. With a ticker, it has one more thread that isn't Python's."""
    command = interpreter.command_for([HERE, BUILD])
    words = [*command, str(HERE / "target.py"), *map(str, SIZES[size])]
    if ticker:
        words += [str(BUILD / "libticker.so"), str(ticker.path)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=die_with_parent)
    try:
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the target of {interpreter.label} does not start")
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def die_with_parent():
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


class Ticker:
    """The longest time that a thread of the target stood still."""

    def __init__(self):
        # In the folder that is bound into the target's file system.
        self.path = BUILD / f"ticker-{os.getpid()}"

    def reset(self):
        with open(self.path, "r+b") as file:  # the mapping stays the same
            file.write(struct.pack("q", 0))

    def longest_ms(self):
        return struct.unpack("q", self.path.read_bytes())[0] / 1e6

    def close(self):
        self.path.unlink(missing_ok=True)
