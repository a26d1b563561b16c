"""A process full of what looks like a Python and isn't; argv has libraries to load."""

import ctypes
import os
import sys

import truth

PROT_READ, PROT_WRITE, PROT_EXEC, MAP_PRIVATE = 1, 2, 4, 2
kept = []


def map_file(path, address, protection):
    """The whole file in one piece, as no loader maps it."""
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    fd = os.open(path, os.O_RDONLY)
    if libc.mmap(address, os.fstat(fd).st_size, protection, MAP_PRIVATE, fd, 0) in (None, 2**64 - 1):
        truth.skip("mmap fails")
    os.close(fd)


def map_pythons_again():
    """Below all else and above, with other rights."""
    with open("/proc/self/maps") as maps:
        paths = set(line.split()[5] for line in maps if "/bin/python" in line or "/libpython" in line)
    for number, path in enumerate(sorted(paths)):
        map_file(path, 0x10000000 + number * 0x10000000, PROT_READ)
        map_file(path, None, PROT_READ | PROT_EXEC)
        map_file(path, None, PROT_READ | PROT_WRITE)


def make_closures():
    """ctypes' closures: pages of libffi's that can be run."""
    kept.extend(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(abs) for _ in range(1000))


def fill_heap():
    """Cookies with a sane version behind them, at each of eight alignments."""
    word = b"xdebugpy" + b"\xf0\x05\x0d\x03\0\0\0\0" + b"\0" * 8
    kept.extend(ctypes.create_string_buffer(b"-" * shift + word * 100000) for shift in range(8))


def main():
    map_pythons_again()
    make_closures()
    fill_heap()
    kept.extend(ctypes.CDLL(path) for path in sys.argv[1:])
    truth.spawn(truth.block, name="worker")
    truth.hang()


main()
