"""A process that spoils what it tells of its structures, as argv[1] says how, once the truth is told: 3.13 and later.

It works on: nothing in Python itself reads these words.
"""

import ctypes
import sys

import truth

HEADER = 3  # cookie, version, flags
COUNT = 60  # fewer than any version has

WORDS = (ctypes.c_uint64 * COUNT).in_dll(ctypes.pythonapi, "_PyRuntime")


def outside():
    WORDS[HEADER:] = [2**64 - 1] * (COUNT - HEADER)


def shifted():
    WORDS[HEADER:] = [word + 8 for word in WORDS[HEADER:]]


def cookie():
    WORDS[0] = 0


def main():
    for number in range(3):
        truth.spawn(truth.block, name="worker-%d" % number)
    truth.hang(spoil=globals()[sys.argv[1]])


main()
