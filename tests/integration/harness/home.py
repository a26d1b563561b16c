"""Processes that live elsewhere: with a root folder of their own, in namespaces of their own.

The test first moves into a mount namespace of its own, so all mounts end with it. Each target gets a file system of
its own, an overlay: what it or the test changes there changes no file of the machine.
"""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import process
from .command import pyinspect_path, run_pyinspect
from .interpreters import Interpreter
from .target import PROGRAMS, Unsupported

CLONE_NEWNS = 0x00020000
#: All that a container has of its own, but for the user namespace.
CONTAINER = ("--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--uts", "--ipc", "--net", "--cgroup")
INSPECTOR = "/opt/pyinspect"

_mounts_are_ours = False
_bases = []


@dataclass(frozen=True)
class Housed(Interpreter):
    """An interpreter inside a root folder, which can be seen at `root` from here."""

    root: str = ""
    words: tuple = ()
    program: str = ""
    own_pids: bool = False

    def path_here(self, path):
        return self.root + path

    def command_for(self, folders):
        return list(self.words)


def home(*unshare, loader=False, name=None):
    """A home for a Case: `unshare`'s options say which namespaces the process has for itself.

    `name`: path inside, as bytes, of a copy of the executable that is started.
    """

    def move(interpreter, folder):
        if "--user" in unshare:
            _check_user_namespaces()
        root = _make_root(interpreter)
        program = interpreter.command[-1] if interpreter.in_root else os.path.realpath(interpreter.command[0])
        if name:
            program = _copy_inside(root, program, os.fsdecode(name))
        start = [_loader_of(root + os.path.realpath(program)), program] if loader else [program]
        return Housed(
            label=interpreter.label,
            version=interpreter.version,
            environment=interpreter.environment,
            command=start,
            root=root,
            words=("unshare", *unshare, f"--root={root}", f"--wd={folder}", *start),
            program=program,
            own_pids="--pid" in unshare,
            parent_waits="--pid" in unshare,
        )

    return move


def leave_homes():
    """Unmount the roots that were made; folders are removed only if they are empty."""
    for base in _bases:
        subprocess.run(["umount", "--recursive", "--lazy", base], check=True)
        os.rmdir(base)
    _bases.clear()


def from_sidecar(pid, *arguments):
    """pyinspect in the pid namespace of the process, with an empty file system of its own around it.

    That is a debug container of Kubernetes. The process's number there is found by itself.
    """
    with tempfile.TemporaryDirectory(prefix="pyinspect-sidecar-") as root:
        os.mkdir(f"{root}/proc")
        shutil.copy(pyinspect_path(), f"{root}/pyinspect")
        enter = ["nsenter", f"--target={pid}", "--pid", "--", "unshare", "--mount", "--fork", f"--root={root}", "--mount-proc"]
        return run_pyinspect(*arguments, process.inner_ids(pid)[pid], prefix=enter, executable="/pyinspect")


def from_inside(pid, *arguments):
    """pyinspect in all of the process's namespaces, and in its file system."""
    enter = ["nsenter", f"--target={pid}", "--all", "--root", "--preserve-credentials"]
    return run_pyinspect(*arguments, process.inner_ids(pid)[pid], prefix=enter, executable=INSPECTOR)


def with_outer_ids(answer, pid):
    """What was seen in a pid namespace, as it is seen from here."""
    outer = {inner: tid for tid, inner in process.inner_ids(pid).items()}
    answer["target"]["pid"] = outer.get(answer["target"]["pid"])
    threads = [thread for interpreter in answer["interpreters"] for thread in interpreter["threads"]]
    for thread in threads + answer["native_threads"]:
        thread["tid"] = outer.get(thread["tid"], thread["tid"])
    return answer


def _check_user_namespaces():
    """The kernel gives none to who lives in a chroot, and some systems to nobody."""
    tried = subprocess.run(["unshare", "--user", "true"], stderr=subprocess.PIPE, check=False)
    if tried.returncode:
        raise Unsupported(f"no user namespace: {tried.stderr.decode().strip()}")


def _make_root(interpreter):
    _move_out()
    lower = interpreter.command[1] if interpreter.in_root else "/"
    # In memory: an overlay over a disk waits for the whole disk when it is unmounted.
    base = tempfile.mkdtemp(prefix="pyinspect-root-")
    os.chmod(base, 0o755)
    _mount("-t", "tmpfs", "tmpfs", base)
    _bases.append(base)
    upper, work, root = (f"{base}/{name}" for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        os.mkdir(folder)
    _mount("-t", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={work}", "overlay", root)
    _mount("--bind", "/dev", f"{root}/dev")
    _mount("-t", "proc", "proc", f"{root}/proc")
    for inside in (Path(tempfile.gettempdir()), PROGRAMS):  # which may lie in it, as in a clone there
        os.makedirs(f"{root}{inside}", exist_ok=True)
        _mount("--bind", str(inside), f"{root}{inside}")
    os.makedirs(f"{root}/opt", exist_ok=True)
    shutil.copy(pyinspect_path(), root + INSPECTOR)
    return root


def _copy_inside(root, program, name):
    os.makedirs(os.path.dirname(root + name), exist_ok=True)
    shutil.copy(root + program, root + name)
    return name


def _move_out():
    """Into a mount namespace of our own."""
    global _mounts_are_ours
    if _mounts_are_ours:
        return
    if os.getuid():
        raise Unsupported("only root can give a process a file system of its own")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        raise Unsupported(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    _mount("--make-rprivate", "/")
    _mounts_are_ours = True


def _mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def _loader_of(path):
    """The loader that an executable names, PT_INTERP."""
    with open(path, "rb") as file:
        start = file.read(1 << 16)
    return re.search(rb"/[\w/]+/ld-[\w.-]+", start).group().decode()
