"""Threads whose names are spoilt, as argv[1] says how, once the truth is told."""

import sys
import threading

import truth

NAME = "_name" if hasattr(threading.current_thread(), "_name") else "_Thread__name"


def names():
    values = {"number": 42, "none": None, "tuple": ("a", "b"), "object": object(), "bytes": bytearray(b"\xff\xfe")}
    for thread in threading.enumerate():
        if thread.name in values:
            setattr(thread, NAME, values[thread.name])


def active():
    threading._active = [1, 2, 3]


def objects():
    for number, ident in enumerate(list(threading._active)):
        if threading._active[ident].name != "ordinary":
            threading._active[ident] = [None, 1, object(), "text"][number % 4]
    threading._active["key"] = threading._active[None] = None


def module():
    sys.modules["threading"] = None


def modules():
    sys.modules = {}


def main():
    for name in ("ordinary", "number", "none", "tuple", "object", "bytes"):
        truth.spawn(truth.block, name=name)
    truth.hang(spoil=globals()[sys.argv[1]])


main()
