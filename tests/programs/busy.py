"""A thread that computes in pure Python, and counts its rounds in the file `rounds`."""

import mmap
import struct

import truth


def f(rounds):
    n = 0
    while True:
        n = g(n)
        rounds[:8] = struct.pack("q", n)


def g(n):
    total = 0
    for k in range(3):
        total += h(k)
    return n + 1


def h(k):
    return sum(i for i in range(k * 10))


def main():
    with open("rounds", "w+b") as rounds:
        rounds.write(b"\0" * mmap.PAGESIZE)
        rounds.flush()
        counter = mmap.mmap(rounds.fileno(), mmap.PAGESIZE)
        truth.spawn(f, counter, name="busy")
    while counter[:8] == b"\0" * 8:
        truth.time.sleep(truth.QUIET_SECONDS)
    truth.notes["first_lines"] = dict((x.__name__, x.__code__.co_firstlineno) for x in (f, g, h))
    for action in (truth.report_running, truth.forever()):
        action()


main()
