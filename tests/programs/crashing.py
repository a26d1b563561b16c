"""A process that somebody looks at with a debugger. The argument says what the main thread does at last: hang, abort, or
segfault (with the GIL)."""

import functools
import sys
import threading

import truth

try:
    import ctypes
except ImportError:
    ctypes = None


class Chain(object):
    def __init__(self, length):
        self.length = length

    def follow(self, end):
        if self.length:
            return Chain(self.length - 1).follow(end)
        return [end() for _ in range(1)]


def generate(end):
    yield Chain(1).follow(end)


def errno_address():
    """Where the calling thread's errno is, by the C library's word."""
    location = ctypes.CDLL(None)["__errno_location"]
    location.restype = ctypes.c_void_p
    return location()


def work(number):
    if ctypes:
        truth.notes["errno"][str(truth.own_tid())] = errno_address()
    if number:
        return work(number - 1)
    return truth.block()


def last_act(name):
    if name == "hang":
        return None
    if not ctypes:
        truth.skip("no ctypes, to crash with")
    if name == "abort":
        return ctypes.CDLL(None).abort
    return functools.partial(ctypes.PyDLL(None).strlen, None)


def main():
    truth.notes["errno"] = {str(truth.own_tid()): errno_address()} if ctypes else {}
    for number in range(3):
        truth.spawn(work, number, name="worker-%d" % number)
    lock = threading.Lock()
    act = last_act(sys.argv[1])
    with lock:
        next(generate(lambda: truth.hang(act)))


main()
