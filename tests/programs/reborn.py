"""A process that begins its program anew, again and again."""

import os
import sys

import truth


def work(depth):
    return work(depth - 1) if depth else sum(range(2000))


def main():
    if "TRUTH_FD" in os.environ:
        truth.report_running()
        del os.environ["TRUTH_FD"]
    work(20)
    os.execv(sys.executable, [sys.executable, os.path.abspath(__file__)])


main()
