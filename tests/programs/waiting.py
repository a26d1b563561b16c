"""A function's name in memory that the kernel waits for, and for ever: what argv[1] says serves its pages."""

import ctypes
import mmap
import os
import struct
import sys

import dead_fuse
import truth

PAGE = mmap.PAGESIZE
USERFAULTFD = {"x86_64": 323, "aarch64": 282}
UFFDIO_API = 0xC018AA3F
UFFDIO_REGISTER = 0xC020AA00
MADV_DONTNEED = 4

libc = ctypes.CDLL(None, use_errno=True)
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
keep = []


def set_name(code, address):
    """Let the code object's name be at that address."""
    value = code.co_name
    words = (ctypes.c_uint64 * (sys.getsizeof(code) // 8)).from_address(id(code))
    places = [index for index, word in enumerate(words) if word == id(value)]
    for index in places:
        words[index] = address
    if not places:
        truth.skip("the code object has no pointer to its name")


def anonymous_page():
    memory = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    keep.append(memory)
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def userfault(page):
    """From now on, whoever touches the page waits."""
    fd = libc.syscall(USERFAULTFD[os.uname()[4]], 0)
    if fd < 0:
        truth.skip("userfaultfd: " + os.strerror(ctypes.get_errno()))
    keep.append(fd)
    if libc.ioctl(fd, ctypes.c_ulong(UFFDIO_API), struct.pack("QQQ", 0xAA, 0, 0)):
        truth.skip("userfaultfd can't be used")
    libc.madvise(page, PAGE, MADV_DONTNEED)
    if libc.ioctl(fd, ctypes.c_ulong(UFFDIO_REGISTER), struct.pack("QQQQ", page, PAGE, 1, 0)):
        truth.skip("userfaultfd doesn't serve this memory: " + os.strerror(ctypes.get_errno()))


def lost(hang):
    hang()


def spoil_by_userfault():
    page = anonymous_page()
    ctypes.memmove(page, id(lost.__code__.co_name), 64)
    set_name(lost.__code__, page)
    userfault(page)


def spoil_by_mapping():
    set_name(lost.__code__, keep[0])


def compile_there():
    """A function whose file is there, or not; its file system doesn't say."""
    namespace = {}
    exec(compile("def lost(hang):\n    hang()\n", os.path.abspath("mounted/module.py"), "exec"), namespace)
    return namespace["lost"]


def main():
    if sys.argv[1] != "userfault":
        keep.append(dead_fuse.mount("mounted"))
    truth.spawn(truth.block, name="other")
    if sys.argv[1] == "source":
        compile_there()(truth.hang)
    else:
        lost(lambda: truth.hang(spoil=globals()["spoil_by_" + sys.argv[1]]))


main()
