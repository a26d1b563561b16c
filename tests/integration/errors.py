#!/usr/bin/env python3
"""Bad input: one sentence that says the cause, and the right exit code."""

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile

from harness import compare, process
from harness.bed import run
from harness.command import pyinspect_path, run_pyinspect
from harness.target import Unsupported

NOBODY = 65534
USAGE, NO_TARGET, NOT_PYTHON = 2, 3, 4
PTRACE_SEIZE = 0x4206


def refused(codes, words, *arguments, **settings):
    """It fails with one of the codes and one sentence that has one of the words."""

    def check():
        yield from check_refusal(run_pyinspect(*arguments, **settings), codes, words)

    return check


def check_refusal(result, codes, words):
    if result.code not in codes:
        yield f"exit code {result.code}, expected {' or '.join(map(str, codes))}"
    yield from compare.differ("standard output", "", result.out)
    if not result.err.startswith("pyinspect: "):
        yield f"the message doesn't begin with our name: {result.err!r}"
    if not any(word in result.err.lower() for word in words):
        yield f"none of {words} in the message {result.err!r}"


@contextlib.contextmanager
def child(*command, **settings):
    """A process that reads from us, and so ends when we do."""
    process_ = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **settings)
    try:
        yield process_
    finally:
        process_.kill()
        process_.wait()
        process_.stdin.close()
        process_.stdout.close()


def dead():
    with child("cat") as process_:
        pass
    yield from check_refusal(run_pyinspect(process_.pid), [NO_TARGET], ["no process", "no such process"])


def zombie():
    with child("true") as process_:
        process.wait_until(lambda: process.state(process_.pid, process_.pid) == "Z", "the child is a zombie")
        yield from check_refusal(run_pyinspect(process_.pid), [NO_TARGET, NOT_PYTHON], ["zombie", "ended", "exited"])


def kernel_thread():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                flags = int(stat.read().rpartition(")")[2].split()[6])
            if flags & 0x00200000:  # PF_KTHREAD
                yield from check_refusal(run_pyinspect(pid), [NO_TARGET, NOT_PYTHON], ["kernel"])
                return
    raise Unsupported("no kernel thread can be seen here")


def not_python():
    with child("cat") as process_:
        process.wait_until(lambda: process.comm(process_.pid, process_.pid) == "cat", "cat runs")
        yield from check_refusal(run_pyinspect(process_.pid), [NOT_PYTHON], ["python"])


def not_python_in_json():
    with child("cat") as process_:
        process.wait_until(lambda: process.comm(process_.pid, process_.pid) == "cat", "cat runs")
        result = run_pyinspect("--json", process_.pid)
        yield from compare.differ("exit code", NOT_PYTHON, result.code)
        answer = result.answer()
        yield from compare.differ("pid", process_.pid, answer["target"]["pid"])
        if not answer["problems"]:
            yield "no problem in the answer"


def no_process_in_json():
    result = run_pyinspect("--json", "4190000")
    yield from compare.differ("exit code", NO_TARGET, result.code)
    yield from compare.differ("pid", 4190000, result.answer()["target"]["pid"])
    if not result.answer()["problems"]:
        yield "no problem in the answer"


def another_user():
    """Seen by a user who may not read it."""
    if os.getuid():
        raise Unsupported("only root can become another user")
    if not shutil.which("setpriv"):
        raise Unsupported("no setpriv")
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if subprocess.run([*prefix, pyinspect_path(), "--version"], capture_output=True, check=False).returncode:
        raise Unsupported("another user can't start this pyinspect")
    with child(sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()") as process_:
        process_.stdout.readline()
        result = run_pyinspect(process_.pid, prefix=prefix)
        yield from check_refusal(result, [NO_TARGET], ["user", "owner", "root", "permission"])


def another_tracer():
    """A debugger holds the process: a hung one can be read all the same, as long as nothing has to stop."""
    libc = ctypes.CDLL(None, use_errno=True)
    with child(sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()") as process_:
        process_.stdout.readline()
        process.wait_for_rest(process_.pid)
        if libc.ptrace(PTRACE_SEIZE, process_.pid, None, None):
            raise Unsupported("ptrace is not permitted here")
        result = run_pyinspect("--json", process_.pid)
        yield from compare.differ("exit code", 0, result.code)
        yield from compare.differ("threads", 1, len(result.answer()["interpreters"][0]["threads"]))


def refuses_file(content, *words):
    def check():
        with tempfile.NamedTemporaryFile(suffix=".core") as file:
            file.write(content)
            file.flush()
            yield from check_refusal(run_pyinspect(file.name), [NOT_PYTHON], [w.lower() for w in words])

    return check


def helps():
    for option in ("--help", "--version"):
        result = run_pyinspect(option)
        yield from compare.differ(f"exit code of {option}", 0, result.code)
        yield from compare.differ(f"standard error of {option}", "", result.err)
        if "pyinspect" not in result.out:
            yield f"{option} says {result.out!r}"


def names_every_option():
    out = run_pyinspect("--help").out
    options = "--json --all-frames --max-frames -t --stop --no-stop --timeout --subprocesses --color -v --version --help"
    options += " --layout --debug-dir --sysroot --exe"
    for option in options.split():
        if option not in out:
            yield f"{option} is missing"


def closed_output():
    """A reader that went away is no crash."""
    with child(sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()") as process_:
        process_.stdout.readline()
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run(
            [pyinspect_path(), "--json", str(process_.pid)], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
        )
        os.close(writer)
        if result.returncode == 0:
            yield "exit code 0 although nothing could be written"


def full_output():
    with child(sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()") as process_:
        process_.stdout.readline()
        with open("/dev/full", "wb") as full:
            command = [pyinspect_path(), str(process_.pid)]
            result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        if result.returncode == 0:
            yield "exit code 0 although nothing could be written"


def json_is_json_for_bad_names():
    result = run_pyinspect("--json", "no\nsuch\x1bfile")
    yield from compare.differ("exit code", NO_TARGET, result.code)
    for line in result.out.splitlines():
        json.loads(line)
    if "\x1b" in result.err or result.err.count("\n") > 1:
        yield f"the name isn't escaped: {result.err!r}"


CHECKS = {
    "no such pid": refused([NO_TARGET], ["no process", "no such process"], "4190000"),
    "no such pid, JSON": no_process_in_json,
    "pid 0": refused([NO_TARGET], ["no process", "no such process"], "0"),
    "pid beyond all bounds": refused([NO_TARGET], ["no process", "no such process"], "99999999999"),
    "pid of 30 digits": refused([NO_TARGET], ["no process", "no such process"], "9" * 30),
    "negative number": refused([USAGE], ["option"], "-5"),
    "digits and letters": refused([NO_TARGET], ["12abc"], "12abc"),
    "empty target": refused([USAGE, NO_TARGET], ["target", "file", "empty"], ""),
    "directory": refused([NO_TARGET, NOT_PYTHON], ["directory", "core"], "/tmp"),
    "dead process": dead,
    "zombie": zombie,
    "kernel thread": kernel_thread,
    "not Python": not_python,
    "not Python, JSON": not_python_in_json,
    "another user's process": another_user,
    "another tracer": another_tracer,
    "a file that is no core": refuses_file(b"hello", "core"),
    "an empty file": refuses_file(b"", "core"),
    "no target": refused([USAGE], ["which process", "target", "usage"]),
    "unknown option": refused([USAGE], ["--no-such-option"], "--no-such-option", "1"),
    "unknown short option": refused([USAGE], ["-x", "'x'"], "-x", "1"),
    "--stop with --no-stop": refused([USAGE], ["--no-stop"], "--stop", "--no-stop", "1"),
    "--max-frames of no number": refused([USAGE], ["max-frames"], "--max-frames", "many", "1"),
    "negative --max-frames": refused([USAGE], ["max-frames"], "--max-frames=-1", "1"),
    "--timeout of no number": refused([USAGE], ["timeout"], "--timeout", "soon", "1"),
    "-t of no number": refused([USAGE], ["-t"], "-t", "first", "1"),
    "option without its value": refused([USAGE], ["max-frames"], "1", "--max-frames"),
    "--color of a strange value": refused([USAGE], ["color"], "--color=purple", "1"),
    "--layout of no producer": refused([USAGE], ["layout"], "--layout=dwarves", "1"),
    "--debug-dir of no folder": refused([USAGE], ["debug-dir"], "--debug-dir", "/dev/null", "1"),
    "--debug-dir given too often": refused([USAGE], ["too often"], *["--debug-dir=/"] * 9, "1"),
    "--sysroot of no folder": refused([USAGE], ["sysroot"], "--sysroot=/nonexistent", "1"),
    "value for an option that takes none": refused([USAGE], ["json"], "--json=yes", "1"),
    "--help and --version": helps,
    "--help names every option": names_every_option,
    "standard output is closed": closed_output,
    "standard output is full": full_output,
    "odd target name": json_is_json_for_bad_names,
}

sys.exit(run([], CHECKS))
