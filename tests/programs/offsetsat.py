"""Two threads and a generator, and where the process tells of its structures: 3.13 and later."""

import ctypes

import truth


def generate():
    yield 1
    truth.hang(spoil=None)


def main():
    truth.notes["runtime"] = ctypes.addressof(ctypes.c_uint64.in_dll(ctypes.pythonapi, "_PyRuntime"))
    truth.spawn(truth.block, name="worker")
    for _ in generate():
        pass


main()
