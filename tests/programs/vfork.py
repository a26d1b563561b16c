"""A thread that waits in vfork(), uninterruptibly, for a child that never runs another program."""

import ctypes
import os
import signal

import truth

CLONE_VM, CLONE_FILES, CLONE_VFORK = 0x100, 0x400, 0x4000
libc = ctypes.CDLL(None)
libc.clone.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
STACK = 1 << 16
SECONDS = 300
stack = ctypes.create_string_buffer(STACK)


def wait_for_child():
    """The child shares our memory and files, and touches only its own stack: it is in sleep(SECONDS)."""
    top = (ctypes.addressof(stack) + STACK) & ~15
    flags = CLONE_VM | CLONE_FILES | CLONE_VFORK | signal.SIGCHLD
    libc.clone(ctypes.cast(libc.sleep, ctypes.c_void_p), top, flags, SECONDS)


def sleeps():
    return any(truth.thread_state(tid) == "D" for tid in os.listdir("/proc/self/task"))


def main():
    for number in range(3):
        truth.spawn(truth.block, name="other-%d" % number)
    truth.spawn(wait_for_child, name="parent")
    while not sleeps():
        truth.time.sleep(truth.QUIET_SECONDS)
    for action in (truth.report_running, truth.forever()):
        action()


main()
