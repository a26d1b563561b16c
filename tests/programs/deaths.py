"""A process that dies, in the way that the first argument names; with "thread" as the second, in another thread.

It tells first where all its threads are, and then calls, by the same instruction, what kills it.
"""

import functools
import mmap
import os
import sys
import tempfile
import threading

import truth

try:
    import ctypes
except ImportError:
    truth.skip("no ctypes, to die by")

libc = ctypes.CDLL(None)
held = ctypes.PyDLL(None)  # the GIL is kept meanwhile
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


def follow_null():
    return functools.partial(held.strlen, None)


def follow_nothing():
    """An address at which nothing is mapped; and one that no address can be."""
    held.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    return functools.partial(held.memset, 0x123456789000, 0, 1)


def write_code():
    held.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    address = ctypes.cast(held.strlen, ctypes.c_void_p).value
    truth.notes["file"] = next(line.split()[-1] for line in open("/proc/self/maps") if has(line, address))
    return functools.partial(held.memset, address, 0, 1)


def has(line, address):
    start, _, end = line.split()[0].partition("-")
    return int(start, 16) <= address < int(end, 16)


def read_beyond_file():
    """A page of a file that is no longer so long."""
    fd, path = tempfile.mkstemp(dir=".")
    os.write(fd, b"x" * 8192)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    address = libc.mmap(None, 8192, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
    os.ftruncate(fd, 0)
    truth.notes["file"] = os.path.realpath(path)
    held.strlen.argtypes = [ctypes.c_void_p]
    return functools.partial(held.strlen, address + 4096)


def abort():
    return libc.abort


def free_wrongly():
    """Within a block: of one that is freed twice, Python might have made use meanwhile."""
    silence()
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    return functools.partial(libc.free, libc.malloc(5000) + 8)


def kill_itself():
    return functools.partial(os.kill, os.getpid(), 8)


def silence():
    """The test takes it for a failure if its target complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def fatal_error():
    silence()
    error = ctypes.pythonapi.Py_FatalError
    error.argtypes = [ctypes.c_char_p]
    return functools.partial(error, b"so it ends")


def overflow_stack():
    """The C library reads nested parentheses by recursion."""
    room = ctypes.create_string_buffer(4096)
    return functools.partial(held.regcomp, room, b"(" * 1000000, 1)


ENDS = {
    "null": follow_null,
    "nothing": follow_nothing,
    "code": write_code,
    "file": read_beyond_file,
    "abort": abort,
    "free": free_wrongly,
    "kill": kill_itself,
    "fatal": fatal_error,
    "overflow": overflow_stack,
}


def fail(number):
    if number:
        return fail(number - 1)
    raise ValueError("it\x1b fails", 5)


def worker():
    """It handles an exception for ever."""
    try:
        fail(2)
    except ValueError:
        note_handled(*sys.exc_info())
        truth.block()


def note_handled(_type, error, traceback):
    frames = []
    while traceback:
        frames.insert(0, [traceback.tb_frame.f_code.co_name, traceback.tb_lineno])
        traceback = traceback.tb_next
    truth.notes["handled"] = {"repr": truth.text(repr(error)), "frames": frames}


def end(act):
    truth.notes["tid"] = truth.own_tid()
    return truth.hang(act)


def main():
    name, where = (sys.argv[1:] + ["main"])[:2]
    act = ENDS[name]()
    truth.spawn(worker, name="worker")
    if where == "main":
        return end(act)
    # The main thread waits in a call that no signal ends.
    truth.spawn(end, act, name="dying")
    threading.Event().wait()


main()
