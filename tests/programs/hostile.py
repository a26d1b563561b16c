"""Threads whose names in the kernel look like something else."""

import ctypes

import truth

PR_SET_NAME = 15


def rename(name):
    ctypes.CDLL(None).prctl(PR_SET_NAME, name, 0, 0, 0)


def work():
    rename(b"\n\x1b[2J\xff (deleted)")
    truth.block()


def main():
    truth.spawn(work, name="worker")
    rename(b"x) R 1 (\n0 0 0")
    truth.hang()


main()
