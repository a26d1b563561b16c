#!/usr/bin/env python3
"""The ways by which the plug-in comes into GDB, and what is left where it can't: what is answered, and that GDB, a JIT
reader of the user's and the target stay as they are.

Usage: gdb_routes.py MACROS LIBRARY, the macros for GDB and our libthread_db.
"""

import dataclasses
import functools
import itertools
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import compare, process
from harness.bed import Case, long_run, python_program, run
from harness.compiled import compiled
from harness.debugger import Program, find_debuggers, run_gdb
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS, Target, Unsupported
from harness.truth import Truth

MACROS, LIBRARY = sys.argv[1], Path(sys.argv[2])
PROGRAM = "crashing.py"
ERRNO = "p (long)&errno"
OWN = ["bt", "info threads", ERRNO, "p $_siginfo.si_signo"]
# They say the same by each route.
ALIKE = ["pythreads", "pyinterps", "pygil", "pyo $rsp", "thread apply all -q pystack"]
LOADED = "JIT reader already loaded."
LOADS = 500


@functools.cache
def pythons():
    """One of each version that runs with this machine's C library, whose libthread_db there is; musl has none."""
    present = [i for i in find_interpreters() if not (i.missing or i.in_root or i.few or i.label.endswith("-musl"))]
    return list({i.version[:2]: i for i in reversed(present)}.values())[::-1]


@functools.cache
def own_debugger():
    """This machine's, else any."""
    return find_debuggers()[0]


def settings(library=LIBRARY):
    return ["-iex", f"add-auto-load-safe-path {library.parent}",
            "-iex", f"set libthread-db-search-path {library.parent}:$sdir:$pdir"]  # fmt: skip


def look(debugger, commands, way, target, words=None):
    """What each command prints, after that of the macros. The output is in order only with our settings."""
    found = run_gdb(debugger, [f"source {MACROS}", *commands], way, target, settings() if words is None else words)
    if found.code or len(found.answers) != len(commands) + 1:
        raise RuntimeError(f"GDB ends with {found.code}: {found.out[-500:]}")
    return [plain(answer) for answer in found.answers[1:]]


def plain(answer):
    """Without what differs each time: GDB counts the values that it prints, and warns once about registers in its cores."""
    answer = re.sub(r"\n?warning: Unexpected size of section `\.reg-xstate.*\n", "", answer)
    return re.sub(r"^\$\d+", "", answer).strip("\n")


def stack_of(thread):
    return "\n".join(f"{frame.file} ({frame.line}): {frame.function}" for frame in thread.frames)


def main_stack(target):
    return stack_of(next(thread for thread in target.truth.threads if thread.main))


def compare_all(target, answer):
    found = dict(re.findall(r"^Thread (0x\w+).*\n((?:(?!Thread ).*\n?)*)", answer, flags=re.MULTILINE))
    found = {int(ident, 16): stack.strip("\n") for ident, stack in found.items()}
    expected = {int(thread.ident): stack_of(thread) for thread in target.truth.threads}
    yield from compare.differ("pystack all", expected, found)


@functools.cache
def reader():
    return compiled("foreign_reader", "-shared", "-fPIC")


def with_log(debugger, log):
    return dataclasses.replace(debugger, environment={**debugger.environment, "FOREIGN_LOG": str(log)})


def preceded(debugger, *words):
    """Started by another program."""
    return dataclasses.replace(debugger, command=[*words, *debugger.command])


# A JIT reader of the user's is loaded


def check_second(debugger, way):
    """Answers come through libthread_db; all that is GDB's and the other reader stay as they are."""

    def check(target):
        log = Path(tempfile.mkdtemp(dir=target.folder)) / "log"
        ours = ["pystack", "pystack all", "thread apply 2 -q pystack", "pystack nothing", *ALIKE]
        commands = [*OWN, *ALIKE, f"jit-reader-load {reader()}", *OWN, *ours, *OWN, "jit-reader-load x", "jit-reader-unload", "pystack"]
        found = look(with_log(debugger, log), commands, way, target)
        before, alike, (loading, *_), loaded, answers, after = split(found, *map(len, (OWN, ALIKE, ["load"], OWN, ours, OWN)))
        first, everything, other, wrong, *others = answers
        yield from compare.differ("output of loading", "", loading)
        for command, *seen in zip(OWN, before, loaded, after):
            yield from compare.differ(f"{command} afterwards", [seen[0]] * 2, seen[1:])
        if has_second(debugger, way):
            told, _, stack = first.partition("libthread_db\n")
            yield from compare.differ("told", [True, True, 2], [LOADED in told, "pyinspect:" in told, told.count("\n") + 1])
            yield from compare.differ("pystack", main_stack(target), stack)
            yield from compare_all(target, everything)
            yield from compare.differ("another thread", True, other in map(stack_of, target.truth.threads))
            yield from compare.differ("other commands", dict(zip(ALIKE, alike)), dict(zip(ALIKE, others)))
            yield from compare.differ("a wrong word", True, wrong.startswith("Usage: pystack "))
        yield from compare.differ("the reader is loaded", True, LOADED in found[-3])
        yield from compare.differ("without it", ["", main_stack(target)], found[-2:])
        lines = log.read_text().split()
        yield from compare.differ("what the reader saw", ("load", True, 1), (lines[0], "unwind" in lines, lines.count("destroy")))

    return check


def split(found, *lengths):
    rest = iter(found)
    return [list(itertools.islice(rest, length)) for length in lengths]


def has_second(debugger, way):
    return way != "run" or debugger.version >= (11,)  # GDB 10 waits for a libpthread, which the C library has no more


def check_run_again(debugger, interpreter):
    """A program that is run twice in one GDB, through libthread_db both times."""

    def check():
        with_folder = tempfile.mkdtemp(prefix="pyinspect-test-")
        try:
            program = Program(interpreter, [PROGRAMS / PROGRAM, "abort"], with_folder)
            log = program.folder / "log"
            commands = [f"jit-reader-load {reader()}", "pystack", "kill", "run", "pystack", ERRNO, "pystack", ERRNO]
            found = look(with_log(debugger, log), commands, "run", program)
            stack = main_stack(TwoRuns(program))
            yield from compare.differ("first run", stack, found[1].partition("libthread_db\n")[2])
            yield from compare.differ("second run", [stack, stack], [found[4], found[6]])
            yield from compare.differ("errno", found[5], found[7])
        finally:
            shutil.rmtree(with_folder, ignore_errors=True)

    return check


class TwoRuns:
    """What a program told that ran twice: both have written it."""

    def __init__(self, program):
        told, _ = json.JSONDecoder().raw_decode(program.told.read_text())
        self.truth = Truth(told)


def check_third(way):
    """Neither the one nor the other: the command says it from outside, where it can."""

    def check(target):
        debugger = with_log(own_debugger(), target.folder / "third")
        commands = [f"jit-reader-load {reader()}", "pystack", "pystack all", "pystack 1 2", ERRNO, "jit-reader-load x"]
        _, first, everything, wrong, _, still = look(debugger, commands, way, target, [])
        yield from compare.differ("the reader is loaded", True, LOADED in still)
        if way == "gdbserver":
            yield from compare.differ("pystack", True, "other side of a connection" in first)
            return
        main = next(thread for thread in target.truth.threads if thread.main)
        name = str(target.pid) if way == "live" else f"{target.folder}/core-"
        yield from compare.differ("pystack", True, f"--thread {main.tid} {name}" in first)
        for frame in main.frames:
            yield from compare.differ(f"{frame.function} is shown", True, f"{frame.function} (" in first)
        for thread in target.truth.threads:
            yield from compare.differ(f"{thread.tid} is shown", True, str(thread.tid) in everything)
        yield from compare.differ("what isn't to be had", True, "can't be had outside of GDB" in wrong)

    return check


# What goes wrong


def check_library(_target=None):
    """Our libthread_db has all functions of the real one, and no name by which that would be found."""
    real = real_library()
    yield from compare.differ("functions that are missing", set(), exports(real) - exports(LIBRARY))
    dynamic = subprocess.run(["readelf", "-d", LIBRARY], stdout=subprocess.PIPE, text=True, check=True).stdout
    yield from compare.differ("its name, and libraries it needs", [], re.findall(r".*(?:SONAME|NEEDED.*thread_db).*", dynamic))


def exports(path):
    table = subprocess.run(["readelf", "--dyn-syms", "-W", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    names = set(re.findall(r"FUNC +(?:GLOBAL|WEAK) +DEFAULT +\d+ (td_\w+)", table))
    if not names:
        raise RuntimeError(f"{path} exports nothing")
    return names


def real_library():
    cache = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"libthread_db\.so\.1 \(.*x86-64.*=> (\S+)", cache)
    if not found:
        raise Unsupported("there is no libthread_db here")
    return os.path.realpath(found[1])


def check_own_path(target):
    """The name of the library leads to ours, too: it doesn't find itself."""
    debugger = own_debugger()
    expected = look(debugger, OWN, "live", target, [])
    environment = {**debugger.environment, "LD_LIBRARY_PATH": str(LIBRARY.parent)}
    for words in ([], settings()):
        found = look(dataclasses.replace(debugger, environment=environment), [*OWN, "pystack"], "live", target, words)
        yield from compare.differ("GDB's own commands", expected, found[:-1])
        yield from compare.differ("pystack", main_stack(target), found[-1])


def check_no_real(target):
    """No libthread_db but ours: GDB does without, and so do our commands."""
    if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode:
        raise Unsupported("mounting is not allowed here")
    hide = f'mount --bind /dev/null {real_library()} && exec "$@"'
    debugger = with_log(preceded(own_debugger(), "unshare", "--mount", "sh", "-c", hide, "sh"), target.folder / "none")
    threads, first, _, second = look(debugger, ["info threads", "pystack", f"jit-reader-load {reader()}", "pystack"], "live", target)
    yield from compare.differ("threads", len(target.truth.threads), threads.count("LWP"))
    yield from compare.differ("by libthread_db", False, "Thread 0x" in threads)
    yield from compare.differ("pystack", main_stack(target), first)
    yield from compare.differ("from outside", True, "outside of GDB" in second)


def check_few_descriptors(target):
    """There is no place for our descriptors."""
    debugger = preceded(own_debugger(), "sh", "-c", 'ulimit -n 512 && exec "$@"', "sh")
    threads, answer, again = look(debugger, ["info threads", "pystack", "info threads"], "live", target)
    yield from compare.differ("what to do", True, "ulimit -n" in answer)
    yield from compare.differ("from outside", True, "outside of GDB" in answer and f"--thread {target.pid}" in answer)
    yield from compare.differ("threads", threads, again)


def check_taken_descriptors(target):
    """Somebody has them: his files stay as they are, and nothing in them is carried out."""
    kept = "echo carried\\040out\n"
    for number in (1000, 1003, 1007):
        path = target.folder / f"taken-{number}"
        path.write_text(kept)
        debugger = preceded(own_debugger(), "bash", "-c", f'exec {number}<>{path}; exec "$@"', "sh")
        answers = look(debugger, ["pystack", "pystack all"], "live", target)
        yield from compare.differ(f"{number}", [True, True], ["are taken" in answer for answer in answers])
        yield from compare.differ(f"{number} carried out", [False, False], ["carried out" in answer for answer in answers])
        yield from compare.differ(f"{number} afterwards", kept, path.read_text())


def check_left_request(target):
    """A command was interrupted just before it came to libthread_db: `errno` is the user's all the same."""
    left = ["set $__pyinspect_route = 2", "__pyinspect_request", ERRNO, ERRNO, "pystack"]
    before, _, _, _, *after, stack = look(own_debugger(), [ERRNO, "pystack", *left], "live", target)
    yield from compare.differ("errno", [before, before], after)
    yield from compare.differ("pystack", main_stack(target), stack)


def check_several(target):
    """Two processes in one GDB, by both routes."""
    with another(target) as second:
        log = target.folder / "several"
        commands = ["add-inferior", "inferior 2", f"attach {second.pid}", "pystack", "inferior 1", "pystack",
                    f"jit-reader-load {reader()}", "pystack nothing", "pystack", "inferior 2", "pystack", "detach", "inferior 1", "pystack"]  # fmt: skip
        found = look(with_log(own_debugger(), log), commands, "live", target)
        stacks = [main_stack(second), main_stack(target)]
        yield from compare.differ("by the reader", stacks, [found[3], found[5]])
        yield from compare.differ("by libthread_db", stacks[::-1], [found[8], found[10]])
        yield from compare.differ("after one is let go", stacks[1], found[13])


def check_death(target):
    """The process dies between two commands."""
    for load in ("echo", f"jit-reader-load {reader()}"):
        with another(target) as second:
            debugger = with_log(own_debugger(), second.folder / "log")
            folder = f"/proc/{second.pid}"
            gone = f"grep -q State:.Z {folder}/status && [ $(ls {folder}/task | wc -l) = 1 ]"
            kill = f"kill -9 {second.pid}; for i in $(seq 500); do {gone} && break; sleep 0.02; done"
            commands = [load, "pystack", f"shell {kill}", "pystack", "pystack all", "p 6 * 7"]
            found = look(debugger, commands, "live", second)
            yield from compare.differ("before", True, main_stack(second) in found[1])
            yield from compare.differ("afterwards", "= 42", found[-1].strip())
            for answer in found[3:5]:
                yield from compare.differ("a stack of the dead", False, main_stack(second) in answer)


class another:
    """One more process like the target."""

    def __init__(self, target):
        folder = Path(tempfile.mkdtemp(dir=target.folder))
        self.target = Target(target.interpreter, python_program(PROGRAM)(folder) + ["hang"], folder)

    def __enter__(self):
        self.target.truth
        return self.target

    def __exit__(self, *_):
        self.target.close()


# While it goes on


class Session:
    """A GDB at a process that is given one command after the other, as by a user."""

    def __init__(self, debugger, target, *commands):
        if debugger.missing:
            raise Unsupported(f"no GDB {debugger.label}: {debugger.missing}")
        words = [word for command in commands for word in ("-ex", command)]
        self.gdb = subprocess.Popen(
            [*debugger.command, "-nx", "-q", *settings(), "-iex", "set auto-load python-scripts off", "-p", str(target.pid),
             "-ex", f"source {MACROS}", *words],
            env={**os.environ, "DEBUGINFOD_URLS": "", **debugger.environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.said = b""
        self.number = 0
        self.ask("echo")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gdb.kill()
        self.gdb.communicate()

    def tell(self, command):
        self.gdb.stdin.write(command.encode() + b"\n")
        self.gdb.stdin.flush()

    def ask(self, command):
        """What is printed until the command has ended."""
        self.number += 1
        mark = b"<%d>" % self.number
        self.tell(command)
        self.tell(f"echo <{self.number}>\\n")
        deadline = time.monotonic() + 60
        while mark not in self.said:
            if not select.select([self.gdb.stdout], [], [], deadline - time.monotonic())[0]:
                raise TimeoutError(f"GDB hangs: {self.said[-300:]}")
            said = os.read(self.gdb.stdout.fileno(), 1 << 16)
            if not said:
                raise RuntimeError(f"GDB ends with {self.gdb.wait()}: {self.said[-300:]}")
            self.said += said
        answer, _, self.said = self.said.partition(mark)
        return answer.decode().replace("(gdb) ", "").strip()

    def files(self):
        return len(os.listdir(f"/proc/{self.gdb.pid}/fd"))

    def memory(self):
        return int(Path(f"/proc/{self.gdb.pid}/statm").read_text().split()[1]) * 4


def check_interrupts(debugger, route):
    """Ctrl-C at any moment: the next command works, whatever this one has left."""

    def check(target):
        count = 100 if long_run() else 20
        by = [f"jit-reader-load {reader()}"] if route == 2 else []
        chance = random.Random(int(os.environ.get("ROUTES_SEED", "1")))
        with Session(with_log(debugger, target.folder / "interrupts"), target, *by) as session:
            session.ask("pystack all")
            start = time.monotonic()
            wanted = session.ask("pystack all"), plain(session.ask(ERRNO))
            seconds = time.monotonic() - start
            yield from compare_all(target, wanted[0])
            quits = 0
            for number in range(count):
                session.tell("pystack all")
                time.sleep(chance.random() * seconds)
                session.gdb.send_signal(signal.SIGINT)
                quits += "Quit" in session.ask("echo")
                # First ours: Ctrl-C while GDB itself unwinds leaves it without frames, until somebody puts that right.
                found = session.ask("pystack all"), plain(session.ask(ERRNO))
                yield from compare.differ(f"after interrupt {number}", wanted, found)
            if quits < count / 4:
                yield f"only {quits} of {count} interrupts were noticed"
            still = session.ask(f"jit-reader-load {reader()}")
            yield from compare.differ("the reader is loaded", route == 2, LOADED in still)

    return check


def check_growth(target):
    """Hundreds of commands in one GDB: neither its memory nor its descriptors grow."""
    with Session(with_log(own_debugger(), target.folder / "growth"), target) as session:
        for by in ("echo", f"jit-reader-load {reader()}") if long_run() else ("echo",):
            session.ask(by)
            for _ in range(LOADS // 5):
                wanted = session.ask("pystack")
            files, memory = session.files(), session.memory()
            for _ in range(LOADS - LOADS // 5):
                if session.ask("pystack") != wanted:
                    yield "one answer isn't as the others"
                    return
            yield from compare.differ("descriptors", files, session.files())
            # GDB 13 itself loses a kilobyte or two with each `eval`; the plug-in, loaded as often, would lose more.
            if session.memory() > memory + 4 * LOADS:
                yield f"{memory} kB have become {session.memory()}"


def check_two(target):
    """Two GDBs at once, command by command."""
    with another(target) as second:
        with Session(own_debugger(), target) as one, Session(own_debugger(), second) as two:
            for _ in range(10):
                one.tell("pystack")
                two.tell("pystack")
                found = one.ask("echo"), two.ask("echo")
                yield from compare.differ("stacks", (main_stack(target), main_stack(second)), found)


def check_killed(target):
    """GDB is killed in the middle of commands: the target goes on."""
    with another(target) as second:
        for delay in range(4):
            with Session(own_debugger(), second) as session:
                for _ in range(20):
                    session.tell("pystack all")
                time.sleep(delay / 100)
            process.wait_until(lambda: process.tracer(second.pid) == 0, "GDB is gone")
            for tid in process.tids(second.pid):
                process.wait_until(lambda: process.state(second.pid, tid) == "S", "it goes on")


def check_let_go(target):
    """It sleeps as before."""
    yield from compare.differ("tracer", 0, process.tracer(target.pid))
    process.wait_for_rest(target.pid)


def second_checks():
    pairs = [(d, way) for d in find_debuggers() for way in ("live", "core")]
    cells = [(*pair, i) for pair in pairs for i in pythons()]
    if not long_run():
        cells = [(*pair, i) for pair, i in zip(pairs, itertools.cycle(pythons()))]
    for interpreter in pythons():
        yield interpreter, {f"{d.label} {way}": check_second(d, way) for d, way, i in cells if i is interpreter}


def other_checks():
    checks = {
        "no real library": check_no_real,
        "the path leads to ours": check_own_path,
        "few descriptors": check_few_descriptors,
        "taken descriptors": check_taken_descriptors,
        "a request that was left": check_left_request,
        "several processes": check_several,
        "the process dies": check_death,
        "hundreds of commands": check_growth,
        "two GDBs": check_two,
        "GDB is killed": check_killed,
    }
    checks.update({f"from outside, {way}": check_third(way) for way in ("live", "core", "gdbserver")})
    # Ctrl-C while it unwinds ends GDB 10, whoever asked.
    for debugger in [d for d in find_debuggers() if d.version >= (11,)] if long_run() else [own_debugger()]:
        checks.update({f"{debugger.label} interrupts, route {n}": check_interrupts(debugger, n) for n in (1, 2)})
    return checks


def cases():
    for interpreter, checks in second_checks():
        if interpreter is pythons()[-1]:
            checks.update(other_checks())
        if checks:
            checks["let go"] = check_let_go
            yield Case("routes", PROGRAM, ("hang",), checks, only=lambda i, wanted=interpreter: i is wanted)


def twice_checks():
    chosen = [debugger for debugger in find_debuggers() if has_second(debugger, "run")]
    for debugger, interpreter in zip(chosen if long_run() else chosen[::3], itertools.cycle(pythons())):
        yield f"{debugger.label} run twice", check_run_again(debugger, interpreter)


def main():
    return run(list(cases()), {"our libthread_db": check_library, **dict(twice_checks())})


sys.exit(main())
