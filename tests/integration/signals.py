#!/usr/bin/env python3
"""Signals, ends and beginnings while somebody looks: the target notices nothing, and no answer is wrong."""

import contextlib
import fcntl
import os
import random
import signal
import struct
import subprocess
import sys
import time

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import pyinspect_path, run_pyinspect
from harness.target import Unsupported

SIGNALS = 20000 if long_run() else 400
KILLS = 400 if long_run() else 12
LOOKS = 300 if long_run() else 12
SIGNAL = 40  # as in signals.py of the programs
PTRACE_SEIZE = 0x4206
STOPPED = "Tt"
ANY_CODE = (0, 1, 3, 4)


def counts(target):
    """Signals that the target got, and rounds that its busy threads made."""
    with open(target.folder / "counts", "rb") as file:
        return struct.unpack("qq", file.read(16))


def check_goes_on(target):
    before = counts(target)[1]
    process.wait_until(lambda: counts(target)[1] > before, "the target goes on")
    for tid in process.tids(target.pid):
        if process.state(target.pid, tid) in STOPPED:
            yield f"thread {tid} is stopped"
    yield from compare.differ("tracer", 0, process.tracer(target.pid))


@contextlib.contextmanager
def looks(target, *options):
    """Look again and again meanwhile."""
    command = 'while :; do "$0" "$@" >/dev/null || exit; done'
    looker = subprocess.Popen(["sh", "-c", command, pyinspect_path(), *options, str(target.pid)])
    try:
        yield looker
    finally:
        looker.kill()
        looker.wait()


def check_no_signal_is_lost(*options):
    """As many signals arrive as are sent, although threads are stopped all the time."""

    def check(target):
        before = counts(target)[0]
        with looks(target, *options) as looker:
            for _ in range(SIGNALS):
                os.kill(target.pid, SIGNAL)
                time.sleep(random.random() * 0.001)
            if looker.poll() is not None:
                yield "the looks failed"
        process.wait_until(lambda: counts(target)[0] >= before + SIGNALS, "all signals have arrived")
        process.wait_until(lambda: not pending(target), "no signal waits")
        yield from compare.differ("signals", before + SIGNALS, counts(target)[0])
        yield from check_goes_on(target)

    return check


def pending(target):
    with open(f"/proc/{target.pid}/status", encoding="ascii", errors="replace") as status:
        return any(line.startswith(("SigPnd", "ShdPnd")) and int(line.split()[1], 16) for line in status)


def check_job_stays_stopped(target):
    """One that was stopped with ^Z is shown, and still stopped afterwards."""
    os.kill(target.pid, signal.SIGSTOP)
    process.wait_until(lambda: all_stopped(target), "all threads are stopped")
    rounds = counts(target)[1]
    try:
        for options in ([], ["--stop"], ["--no-stop"]):
            result = run_pyinspect("--json", *options, target.pid)
            yield from compare.differ(f"exit code with {options}", 0, result.code)
            threads = result.answer()["interpreters"][0]["threads"]
            yield from compare.differ("threads", len(target.truth.threads), len(threads))
            yield from compare.differ("unproven", [], [t["name"] for t in threads if not t["verified"]])
            yield from compare.differ("states", {"T"}, {t["state"] for t in threads})
            process.wait_until(lambda: all_stopped(target), f"all are stopped again after {options}")
            yield from compare.differ("rounds", rounds, counts(target)[1])
    finally:
        os.kill(target.pid, signal.SIGCONT)
    yield from check_goes_on(target)


def all_stopped(target):
    return all(process.state(target.pid, tid) == "T" for tid in process.tids(target.pid))


def check_end_of_the_reader(number, *options):
    """Whenever pyinspect ends, the target goes on."""

    def check(target):
        for _ in range(KILLS):
            command = [pyinspect_path(), "--json", *options, str(target.pid)]
            # A process group of its own, whose parent is in another one: else ^Z stops nobody.
            looking = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=os.setpgrp
            )
            try:
                time.sleep(random.random() * 0.012)
                looking.send_signal(number)
                # While it holds somebody, it takes no signal but SIGKILL: it lets go first.
                awaited = "TZ" if number == signal.SIGTSTP else "Z"
                process.wait_until(lambda: state_of(looking) in awaited, "pyinspect obeys")
                yield from check_goes_on(target)
            finally:
                looking.kill()
                looking.wait()
            yield from check_goes_on(target)

    return check


def state_of(child):
    return "Z" if child.poll() is not None else process.state(child.pid, child.pid)


def check_full_pipe(target):
    """pyinspect waits until somebody reads what it writes; the target doesn't."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * 4096)
    looking = subprocess.Popen([pyinspect_path(), "--stop", str(target.pid)], stdout=writer, stderr=subprocess.DEVNULL)
    try:
        process.wait_until(lambda: process.syscall(looking.pid, looking.pid) == "write", "pyinspect waits for the pipe")
        yield from check_goes_on(target)
        yield from compare.differ("return code", None, looking.poll())
    finally:
        looking.kill()
        looking.wait()
        os.close(reader)
        os.close(writer)


def check_other_tracer(target):
    """A debugger has it: what can be proven is, the rest is marked, and the debugger named."""
    tracer = subprocess.Popen(
        [sys.executable, "-c", TRACE, str(target.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        if tracer.stdout.readline() != b"traced\n":
            raise Unsupported("ptrace is not permitted here")
        for options in ([], ["--stop"]):
            result = run_pyinspect("--json", *options, target.pid)
            yield from compare.differ("exit code", 1, result.code)
            problems = [problem["text"] for problem in result.answer()["problems"]]
            if not any(str(tracer.pid) in text for text in problems):
                yield f"no problem names process {tracer.pid}: {problems}"
            threads = {t["name"]: t for t in result.answer()["interpreters"][0]["threads"]}
            yield from compare.differ("threads", len(target.truth.threads), len(threads))
            yield from compare.differ("counter is proven", True, threads["counter"]["verified"])
            yield from compare.differ("busy-0 is proven", False, threads["busy-0"]["verified"])
        result = run_pyinspect("--json", "--no-stop", target.pid)
        yield from compare.differ("problems with --no-stop", [], result.answer()["problems"])
    finally:
        tracer.kill()
        tracer.wait()
        tracer.stdin.close()
        tracer.stdout.close()
    yield from check_goes_on(target)


TRACE = f"""
import ctypes, os, sys
pid = int(sys.argv[1])
libc = ctypes.CDLL(None)
for tid in os.listdir("/proc/%d/task" % pid):
    if libc.ptrace({PTRACE_SEIZE}, int(tid), None, None):
        sys.exit("refused")
print("traced", flush=True)
sys.stdin.read()
"""


def check_never_interrupted(target):
    """A look at threads in calls that a stop would end with EINTR."""
    for options in ([], ["--json"], ["--no-stop"]):
        yield from compare.differ("exit code", 0, run_pyinspect(*options, target.pid).code)
    yield from compare.differ("interrupted calls", [], interrupted(target))


def check_interrupted_by_stop(target):
    """--stop does interrupt them: Python 2.7 shows that to the program, and later ones don't."""
    run_pyinspect("--stop", target.pid)
    if target.interpreter.version < (3,):
        process.wait_until(lambda: len(interrupted(target)) >= 2, "2.7 has seen the interruptions")
    yield from compare.differ(
        "interrupted calls", [] if target.interpreter.version >= (3,) else ["epoll", "receive"], interrupted(target)
    )


def interrupted(target):
    with contextlib.suppress(FileNotFoundError):
        return sorted(line.split(":")[0] for line in (target.folder / "errors").read_text().splitlines())
    return []


def check_vfork(target):
    """Its parent can be neither stopped nor let go, and is read like one that sleeps."""
    parent = target.truth.thread("parent").tid
    for options in ([], ["--stop"], ["--no-stop"]):
        result = run_pyinspect("--json", *options, target.pid)
        threads = {t["name"]: t for t in result.answer()["interpreters"][0]["threads"]}
        yield from compare.differ("state", "D", threads["parent"]["state"])
        yield from compare.differ("exit code", 0, result.code)
        yield from compare.differ("unproven", [], [t["name"] for t in threads.values() if not t["verified"]])
        functions = [frame["function"] for frame in threads["parent"]["frames"]]
        yield from compare.differ("innermost", "wait_for_child", functions[0])
        yield from compare.differ("tracer of the parent", 0, tracer_of(target.pid, parent))
        process.wait_until(lambda: states(target) == ["D"] + ["S"] * 4, "all sleep again")


def states(target):
    return sorted(process.state(target.pid, tid) for tid in process.tids(target.pid))


def tracer_of(pid, tid):
    with open(f"/proc/{pid}/task/{tid}/status", encoding="ascii", errors="replace") as status:
        return int(status.read().partition("\nTracerPid:")[2].split()[0])


def check_headless(target):
    """The first thread has ended: the others are stopped and let go all the same."""
    process.wait_until(lambda: set(states(target)) == {"S", "Z"}, "all sleep")
    for options in ([], ["--stop"]):
        result = run_pyinspect("--json", *options, target.pid)
        found = [t for t in result.answer()["interpreters"][0]["threads"] if t["name"] in ("worker", "reporter")]
        yield from compare.differ("threads", 2, len(found))
        yield from compare.differ("stopped", [bool(options)] * 2, [t["stopped"] for t in found])
        yield from compare.differ("verified", [True] * 2, [t["verified"] for t in found])
        for thread in found:
            yield from compare.differ("tracer", 0, tracer_of(target.pid, thread["tid"]))
        process.wait_until(lambda: set(states(target)) == {"S", "Z"}, "all sleep again")


def check_exec(target):
    """Whatever program it runs at that moment: an answer, or a sentence."""
    sentences = set()
    for number in range(LOOKS * 4):
        result = run_pyinspect("--json", *(["--stop"] if number % 2 else []), target.pid)
        if result.code not in ANY_CODE:
            yield f"exit code {result.code}: {result.err}"
        if result.code > 1 and (result.err.count("\n") != 1 or not result.answer()["problems"]):
            yield f"no sentence: {result.err!r}"
        sentences.add(result.err)
        time.sleep(random.random() * 0.01)
    yield from compare.differ("return code", None, target.process.poll())


def check_exit():
    """A process that ends while it is looked at."""
    program = "import time\ntime.sleep(%f)" % (0.03,)
    for number in range(LOOKS):
        with subprocess.Popen([sys.executable, "-S", "-c", program]) as child:
            time.sleep(random.random() * 0.06)
            result = run_pyinspect("--json", *(["--stop"] if number % 2 else []), child.pid)
            child.wait()
        if result.code not in ANY_CODE:
            yield f"exit code {result.code}: {result.err}"
        if result.code > 1 and result.err.count("\n") != 1:
            yield f"no sentence: {result.err!r}"


def endings():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGTSTP):
        yield f"goes on after {number.name}", check_end_of_the_reader(number)
        yield f"goes on after {number.name} with --stop", check_end_of_the_reader(number, "--stop")


SIGNAL_CHECKS = {
    "none is lost": check_no_signal_is_lost(),
    "none is lost with --stop": check_no_signal_is_lost("--stop"),
    "a stopped job stays stopped": check_job_stays_stopped,
    "nobody reads the output": check_full_pipe,
    **dict(endings()),
}

CASES = [
    # 2.7 tells only of the first of several signals; the rest is much the same with each version.
    Case("signals", "signals.py", ("2",), SIGNAL_CHECKS, since=(3,) if long_run() else (3, 12), before=(4,) if long_run() else (3, 14)),
    Case("another tracer", "signals.py", ("1",), {"": check_other_tracer}, since=(3,)),
    Case(
        "calls that can be interrupted",
        "interrupts.py",
        checks={"": check_never_interrupted, "--stop": check_interrupted_by_stop},
    ),
    Case("vfork", "vfork.py", checks={"": check_vfork}),
    Case("first thread has ended", "headless.py", checks={"stopped": check_headless}),
    Case("exec again and again", "reborn.py", checks={"": check_exec}),
]

sys.exit(run(CASES, {"exit during the look": check_exit}))
