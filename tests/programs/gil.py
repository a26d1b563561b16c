"""C code holds the GIL and doesn't let go, as argv[1] says how; other threads wait for it.

They read standard input first: the test lets them go on when all is told.
"""

import ctypes
import functools
import os
import re
import sys

import truth

WAITERS = 2


def read_then_wait():
    os.read(0, 1)


def holding_and_asleep():
    return ctypes.PyDLL(None).pause


def holding_and_computing():
    # Takes longer than any test, in a loop that lets no other thread run.
    return functools.partial(re.compile("(a+)+$").match, "a" * 60 + "b")


def main():
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        truth.skip("this build runs without a GIL")
    for number in range(WAITERS):
        truth.spawn(read_then_wait, name="waiter-%d" % number)
    truth.hang({"asleep": holding_and_asleep, "computing": holding_and_computing}[sys.argv[1]]())


main()
