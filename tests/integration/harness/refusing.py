"""Run a program under a seccomp filter: refusing.py CALL[=ERRNO]... -- PROGRAM [ARGUMENT...]"""

import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"process_vm_readv": 310, "ptrace": 101, "openat2": 437, "pidfd_open": 434},
    "aarch64": {"process_vm_readv": 270, "ptrace": 117, "openat2": 437, "pidfd_open": 434},
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def install(refusals):
    program = instruction(LOAD, 0)  # the number of the call
    for number, error in refusals:
        program += instruction(JUMP_IF_EQUAL, number, 0, 1) + instruction(RETURN, REFUSE | error)
    program += instruction(RETURN, ALLOW)
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0):
        sys.exit(f"no seccomp: {os.strerror(ctypes.get_errno())}")


def main():
    words, program = sys.argv[1:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
    numbers = NUMBERS[platform.machine()]
    calls = [word.partition("=") for word in words]
    install([(numbers[name], getattr(errno, error or "EPERM")) for name, _, error in calls])
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
