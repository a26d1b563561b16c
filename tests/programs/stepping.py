"""Stops for a debugger, and then comes by the same places again and again: in a function that C code calls."""

import os
import signal
import time


def leaf(value):
    time.sleep(0.001)
    return value


def key(value):
    return leaf(value)


def main():
    os.kill(os.getpid(), signal.SIGTRAP)
    for _ in range(100):
        max([1, 2], key=key)


main()
