"""A thread as many frames deep as argv[1] says."""

import sys
import threading

import truth


def descend(left):
    if left:
        descend(left - 1)
    else:
        truth.hang()


def main():
    depth = int(sys.argv[1])
    sys.setrecursionlimit(depth + 1000)
    if depth > 1000:
        # Up to 3.10 every Python frame takes about half a kilobyte of the C stack, and some builds more.
        threading.stack_size(1 << 30)
    truth.spawn(descend, depth - 1, name="deep").join()


main()
