#!/usr/bin/env python3
"""What pyinspect may not do: it does without, or says who forbids it, and what to do."""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import pyinspect_path, run_pyinspect
from harness.target import Unsupported

NOBODY = "65534"
USAGE, NO_PERMISSION = 2, 3
REFUSING = Path(__file__).resolve().parent / "harness" / "refusing.py"
READY = "import sys; print(flush=True); sys.stdin.read()"
UNDUMPABLE = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); "  # PR_SET_DUMPABLE


def setpriv(*options):
    if os.getuid():
        raise Unsupported("only root can become another user")
    if not shutil.which("setpriv"):
        raise Unsupported("no setpriv")
    return ["setpriv", *options]


def nobody(*options):
    prefix = setpriv(f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *options)
    if subprocess.run([*prefix, pyinspect_path(), "--version"], capture_output=True, check=False).returncode:
        raise Unsupported("another user can't start this pyinspect")
    return prefix


@contextlib.contextmanager
def python(prefix, program):
    """The system's Python, which any user can start."""
    if not os.access("/usr/bin/python3", os.X_OK):
        raise Unsupported("no /usr/bin/python3")
    child = subprocess.Popen(
        [*prefix, "/usr/bin/python3", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"
    )
    try:
        if not child.stdout.readline():
            raise Unsupported("a process with these rights can't be started here")
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()


def refused(result, *words):
    yield from compare.differ("exit code", NO_PERMISSION, result.code)
    yield from compare.differ("standard output", "", result.out)
    yield from compare.differ("lines of the message", 1, result.err.count("\n"))
    for word in words:
        if word not in result.err:
            yield f"{word!r} isn't in the message: {result.err!r}"


def own_process():
    """A user looks at a process of theirs."""
    prefix = nobody()
    with python(prefix, READY) as child:
        result = run_pyinspect("--json", child.pid, prefix=prefix)
        if result.code == NO_PERMISSION and "ptrace_scope" in result.err:
            raise Unsupported("Yama forbids it here")
        yield from compare.differ("exit code", 0, result.code)


def not_dumpable():
    prefix = nobody()
    with python(prefix, UNDUMPABLE + READY) as child:
        yield from refused(run_pyinspect(child.pid, prefix=prefix), "not dumpable", "as root")
        yield from compare.differ("exit code of root", 0, run_pyinspect("--json", child.pid).code)


def another_users():
    with python([], READY) as child:
        yield from refused(run_pyinspect(child.pid, prefix=nobody()), "user 0", f"user {NOBODY}", "sudo")


def more_capabilities():
    """Both are of one user, but the target may do what the reader may not."""
    with python(nobody("--inh-caps=+net_raw", "--ambient-caps=+net_raw"), READY) as child:
        yield from refused(run_pyinspect(child.pid, prefix=nobody()), "capabilities that you lack", "as root")


def root_in_a_container():
    """root without CAP_SYS_PTRACE, which containers take away."""
    prefix = setpriv("--bounding-set=-sys_ptrace", "--inh-caps=-all")
    with python([], READY) as child:
        yield from refused(run_pyinspect(child.pid, prefix=prefix), "capabilities that you lack", "--cap-add SYS_PTRACE")


def setuid():
    """Installed setuid by mistake, it would show everybody's processes to everybody."""
    with copy_of_command() as command:
        command.chmod(0o755 | stat.S_ISUID)
        yield from secure(command)


def file_capabilities():
    with copy_of_command() as command:
        if not shutil.which("setcap"):
            raise Unsupported("no setcap")
        if subprocess.run(["setcap", "cap_sys_ptrace+ep", command], capture_output=True, check=False).returncode:
            raise Unsupported("the file system has no capabilities")
        yield from secure(command)


def secure(command):
    result = run_pyinspect(os.getpid(), prefix=nobody(), executable=command)
    yield from compare.differ("exit code", USAGE, result.code)
    yield from compare.differ("standard output", "", result.out)
    if "setuid" not in result.err:
        yield f"the message doesn't say why: {result.err!r}"


@contextlib.contextmanager
def copy_of_command():
    nobody()
    with tempfile.TemporaryDirectory() as folder:
        if os.statvfs(folder).f_flag & os.ST_NOSUID:
            raise Unsupported("the temporary folder is mounted nosuid")
        os.chmod(folder, 0o755)
        command = Path(folder) / "pyinspect"
        shutil.copy(pyinspect_path(), command)
        os.chmod(command, 0o755)
        yield command


def run_refused(*arguments, calls):
    return run_pyinspect(*arguments, prefix=[sys.executable, REFUSING, *calls, "--"])


def check_without(*calls):
    """The answer is the same without these calls."""

    def check(target):
        process.wait_for_rest(target.pid)
        result = run_refused("--json", target.pid, calls=calls)
        if result.err.startswith("no seccomp"):
            raise Unsupported(result.err)
        yield from compare.compare(target, result)

    return check


def check_without_ptrace(target):
    """Nobody can be stopped: what hangs is proven all the same, and a problem tells the cause."""
    process.wait_for_rest(target.pid)
    yield from compare.compare(target, run_refused("--json", target.pid, calls=["ptrace"]))
    result = run_refused("--json", "--stop", target.pid, calls=["ptrace"])
    yield from compare.differ("exit code", 1, result.code)
    threads = result.answer()["interpreters"][0]["threads"]
    yield from compare.differ("unproven", [], [t["tid"] for t in threads if not t["verified"]])
    texts = [problem["text"] for problem in result.answer()["problems"]]
    if not any("can't stop threads" in text and "seccomp" in text for text in texts):
        yield f"no problem says why nobody was stopped: {texts}"


CASES = [
    Case(
        "refused calls",
        "crowd.py",
        ("10",),
        {
            "none": check_whole,
            "process_vm_readv": check_without("process_vm_readv"),
            "process_vm_readv is not there": check_without("process_vm_readv=ENOSYS"),
            "pidfd_open is not there": check_without("pidfd_open=ENOSYS"),
            "ptrace": check_without_ptrace,
        },
    ),
]

CHECKS = {
    "one's own process": own_process,
    "not dumpable": not_dumpable,
    "another user's": another_users,
    "more capabilities": more_capabilities,
    "root without CAP_SYS_PTRACE": root_in_a_container,
    "installed setuid": setuid,
    "installed with capabilities": file_capabilities,
}

sys.exit(run(CASES, CHECKS))
