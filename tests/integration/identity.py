#!/usr/bin/env python3
"""A number that is given to another process: the first one has ended, and the second is never shown.

Runs itself again in a pid namespace of its own, where it may say which number comes next.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness import compare
from harness.bed import run
from harness.command import pyinspect_path
from harness.target import Unsupported

LIBRARY = Path(pyinspect_path()).parent / "libpyinspect.so.0"
NO_TARGET = 3  # enum pyinspect_error_code
PROGRAM = "import sys; print(flush=True); sys.stdin.read()"


@contextlib.contextmanager
def python():
    child = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdout.readline()
    try:
        yield child.pid
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()


def load():
    library = ctypes.CDLL(LIBRARY)
    for name, arguments in {
        "pyinspect_target_open_process": [ctypes.c_int, ctypes.c_void_p],
        "pyinspect_snapshot_take": [ctypes.c_void_p] * 3,
        "pyinspect_target_close": [ctypes.c_void_p],
        "pyinspect_error_message": [ctypes.c_void_p],
        "pyinspect_error_code": [ctypes.c_void_p],
    }.items():
        getattr(library, name).argtypes = arguments
        getattr(library, name).restype = ctypes.c_void_p
    library.pyinspect_error_message.restype = ctypes.c_char_p
    library.pyinspect_error_code.restype = ctypes.c_int
    return library


def look(library, target):
    """Code and words of the error of a look; None, None if there is none."""
    snapshot = ctypes.c_void_p()
    error = library.pyinspect_snapshot_take(target, None, ctypes.byref(snapshot))
    if not error:
        return None, None
    return library.pyinspect_error_code(error), library.pyinspect_error_message(error).decode()


def inside():
    """In the namespace: prints what is wrong."""
    library = load()
    target = ctypes.c_void_p()
    with python() as pid:
        if library.pyinspect_target_open_process(pid, ctypes.byref(target)):
            return print("the process can't be opened")
        if look(library, target) != (None, None):
            return print("the process can't be looked at")
    Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))
    with python() as other:
        if other != pid:
            return print(f"skip: number {other} was given, not {pid}")
        code, text = look(library, target)
        if code != NO_TARGET or f"process {pid} ended" not in text:
            print(f"code {code}: {text}")
        library.pyinspect_target_close(target)
        fresh = ctypes.c_void_p()
        if library.pyinspect_target_open_process(pid, ctypes.byref(fresh)) or look(library, fresh) != (None, None):
            print("the new process can't be looked at")
        library.pyinspect_target_close(fresh)


def number_given_again():
    if os.getuid() or not shutil.which("unshare"):
        raise Unsupported("a pid namespace needs root and unshare")
    if not LIBRARY.exists() or b"__asan_init" in LIBRARY.read_bytes():
        raise Unsupported("no library that Python could load")
    command = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, __file__, "inside"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if result.stdout.startswith("skip: "):
        raise Unsupported(result.stdout)
    yield from result.stdout.splitlines()
    yield from compare.differ("exit code", 0, result.returncode)
    yield from result.stderr.splitlines()


if sys.argv[1:] == ["inside"]:
    sys.exit(inside())
sys.exit(run([], {"a number that is given again": number_given_again}))
