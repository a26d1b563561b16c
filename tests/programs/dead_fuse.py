"""A file system whose server answers only as long as it wants to. Needs root; seen by this process and its children."""

import ctypes
import mmap
import os
import struct

import truth

CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PROT_READ, MAP_PRIVATE = 1, 2
LOOKUP, FORGET, GETATTR, OPEN, FLUSH, INIT, INTERRUPT = 1, 2, 3, 14, 25, 26, 36
ENOSYS = 38
# Linux: include/uapi/linux/fuse.h
IN_HEADER = struct.Struct("IIQQIIIHH")
OUT_HEADER = struct.Struct("IiQ")
ATTRIBUTES = struct.Struct("6Q10I")
ROOT, FILE = 1, 2
SIZE = 1 << 16

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]


def mount(folder):
    """Mount it, and return its file, mapped. From then on, its server doesn't answer any more."""
    if libc.unshare(CLONE_NEWNS):
        truth.skip("no mount namespace of its own: " + os.strerror(ctypes.get_errno()))
    # It fails in a chroot; the one that tests run in is private already.
    libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    try:
        fd = os.open("/dev/fuse", os.O_RDWR)
    except OSError as error:
        truth.skip("/dev/fuse: %s" % error)
    os.mkdir(folder)
    options = "fd=%d,rootmode=40000,user_id=0,group_id=0" % fd
    if libc.mount(b"test", folder.encode(), b"fuse", 0, options.encode()):
        truth.skip("no FUSE: " + os.strerror(ctypes.get_errno()))
    if os.fork() == 0:
        os.close(int(os.environ["TRUTH_FD"]))
        serve(fd)
    # Whoever has this open keeps the file system alive: the end of the server has to end it.
    os.close(fd)
    fd = os.open(os.path.join(folder, "file"), os.O_RDONLY)
    page = libc.mmap(None, mmap.PAGESIZE, PROT_READ, MAP_PRIVATE, fd, 0)
    os.close(fd)
    return page


def serve(fd):
    closed = False
    while not closed:
        request = os.read(fd, 1 << 18)
        _, code, unique, node = IN_HEADER.unpack_from(request)[:4]
        if code in (FORGET, INTERRUPT):
            continue
        closed = code == FLUSH
        answer = reply(code, node)
        number = -ENOSYS if answer is None else 0
        answer = answer or b""
        os.write(fd, OUT_HEADER.pack(OUT_HEADER.size + len(answer), number, unique) + answer)
    truth.block()


def reply(code, node):
    """None: it can't do that. Nothing is remembered for longer than the request."""
    if code == INIT:
        return struct.pack("IIIIHHIIHHI7I", 7, 31, SIZE, 0, 1, 1, SIZE, 1, 1, 0, 0, *[0] * 7)
    if code == LOOKUP:
        return struct.pack("QQQQII", FILE, 0, 0, 0, 0, 0) + attributes(FILE)
    if code == GETATTR:
        return struct.pack("QII", 0, 0, 0) + attributes(node)
    return struct.pack("QII", 0, 0, 0) if code == OPEN else None


def attributes(node):
    mode = 0o40755 if node == ROOT else 0o100644
    return ATTRIBUTES.pack(node, SIZE, 1, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)
