"""A process that counts the signals it gets, while a thread computes: the file `counts` has signals and rounds."""

import fcntl
import mmap
import os
import signal
import struct
import sys

import truth

# Queued, one by one: of others, two that wait are one.
SIGNAL = 40


def compute(counts):
    rounds = 0
    while True:
        rounds += 1
        counts[8:16] = struct.pack("q", rounds)


def count(pipe, counts):
    """Each byte is a signal: CPython's C handler has written it."""
    total = 0
    while True:
        total += len(os.read(pipe, 4096))
        counts[:8] = struct.pack("q", total)


def rest():
    while True:
        truth.time.sleep(1000)


def main():
    reader, writer = os.pipe()
    for option in (fcntl.F_GETFL,):
        fcntl.fcntl(writer, fcntl.F_SETFL, fcntl.fcntl(writer, option) | os.O_NONBLOCK)
    signal.signal(SIGNAL, lambda *_: None)
    signal.set_wakeup_fd(writer)
    with open("counts", "w+b") as file:
        file.write(b"\0" * mmap.PAGESIZE)
        file.flush()
        counts = mmap.mmap(file.fileno(), mmap.PAGESIZE)
    truth.spawn(count, reader, counts, name="counter")
    for number in range(int(sys.argv[1])):
        truth.spawn(compute, counts, name="busy-%d" % number)
    for action in (truth.report_running, rest):
        action()


main()
