"""A program that PyInstaller makes bundles of. It hangs, and ends when its standard input does.

Of a bundle in one file the test has started the parent only, and so can't be sure to end this process.
"""

import os

import truth


def work():
    truth.block()


def wait_for_end():
    os.read(0, 1)
    os._exit(0)


def main():
    truth.register()
    truth.spawn(work, name="worker")
    truth.spawn(wait_for_end, name="end")
    truth.hang()


main()
