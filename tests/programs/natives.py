"""Two threads of Python, and one of C that has nothing to do with it."""

import ctypes

import truth


def main():
    libc = ctypes.CDLL(None)
    handle = ctypes.c_ulong()
    if libc.pthread_create(ctypes.byref(handle), None, libc.pause, None):
        truth.skip("pthread_create fails")
    truth.spawn(truth.block, name="worker")
    truth.hang()


main()
