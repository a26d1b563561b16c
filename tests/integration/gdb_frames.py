#!/usr/bin/env python3
"""Python frames in GDB's own backtrace, in each GDB of this machine: they are the target's, in its order, the C frames are
those of GDB, and when they are taken away all is as before."""

import itertools
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import compare
from harness.bed import Case, long_run, run
from harness.debugger import Program, find_debuggers, run_gdb
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS

PROGRAM = "crashing.py"
WAYS = ("live", "core", "gdbserver", "run")
# In a normal run; those in root folders of their own are at most what GDB can be told to look into.
VERSIONS = [(3, 12), (2, 7), (3, 15), (3, 8), (3, 13), (3, 10), (3, 11), (3, 6), (3, 14), (3, 9), (3, 7)]

PYTHON_FRAME = re.compile(r"0x[0-9a-f]+ in (\S+) \(\)(?: at (.*):(\d+))?$")
# What GDB says of its arguments depends on what it knows of its caller.
EVALUATOR = re.compile(r"\b(_PyEval_EvalFrameDefault|PyEval_EvalFrameEx|_PyEval_EvalFrame) \(.*\)")


def chosen():
    """Triples of debugger, way and interpreter: each debugger each way once, to the next of the Pythons; in a long run to
    one of each version."""
    present = [i for i in find_interpreters() if not i.missing]
    firsts = [next((i for i in present if i.version[:2] == version), None) for version in VERSIONS]
    firsts = [i for i in firsts if i]
    pairs = [(debugger, way) for way in WAYS for debugger in find_debuggers()]
    if long_run():
        return [(*pair, i) for pair in pairs for i in firsts]
    return [(*pair, i) for pair, i in zip(pairs, itertools.cycle(firsts))]


def frames_of(answer):
    """The frames of a backtrace, without their numbers."""
    return [re.sub(r"^#\d+ +", "", line) for line in answer.splitlines() if re.match(r"#\d", line)]


def is_python(frame):
    return frame.startswith("0x00006")


def c_frames(frames):
    return [EVALUATOR.sub(r"\1", frame) for frame in frames if not is_python(frame)]


def python_frames(frames):
    found = []
    for frame in filter(is_python, frames):
        match = PYTHON_FRAME.match(frame)
        found.append((match[1], match[2], int(match[3] or 0)) if match else frame)
    return found


def expected_frames(thread):
    return [(f"{f.module}.{f.qualname or f.function}", f.file, f.line) for f in thread.frames]


def compare_places(frames):
    """Behind each C frame that runs bytecode, and nowhere else, Python frames begin."""
    if not any(EVALUATOR.search(frame) for frame in frames):
        return  # its name isn't known
    for before, frame in zip(frames, frames[1:]):
        if is_python(frame) and not is_python(before) and not EVALUATOR.search(before):
            yield f"a Python frame behind {before!r}"
        if "_PyEval_EvalFrame (" not in before and EVALUATOR.search(before) and not is_python(frame):
            yield f"no Python frame behind {before!r}"


def compare_threads(target, answer):
    """The answer of `thread apply all pybt`: all threads by their ids."""
    stacks = {}
    for line in answer.splitlines():
        if line.startswith("Thread "):
            stack = stacks.setdefault(int(re.search(r"(?:LWP |process |Thread \d+\.)(\d+)", line)[1]), [])
        elif stacks and re.match(r"#\d", line):
            stack.append(re.sub(r"^#\d+ +", "", line))
    for thread in target.truth.threads:
        found = python_frames(stacks.get(thread.tid, []))
        yield from compare.differ(f"Python frames of thread {thread.tid}", expected_frames(thread), found)


def browse(target):
    """Commands that go to the frame that tells its truth, and what they have to say."""
    main = next(thread for thread in target.truth.threads if thread.main)
    frame = main.frames[0]
    # Its own lines, and not those of a module that has lines alike.
    name = f"{frame.module}.{frame.qualname or frame.function}"
    source = Path(frame.file).read_text().splitlines()[frame.line - 1]
    return [
        (f"frame function {name}", f"{name} () at {frame.file}:{frame.line}\n{frame.line}\t{source}"),
        ("info symbol $pc", f"Python {name} + 8 in section .text"),
        (f"list {frame.line},{frame.line}", f"{frame.line}\t{source}"),
        ("info locals", "No locals."),
        ("up", ""),
        ("down", f"{name} () at {frame.file}:{frame.line}"),
        ("pystack", f"{frame.file} ({frame.line}): {frame.function}"),
        ("frame", f"{name} () at {frame.file}:{frame.line}"),
    ]


def check_cell(debugger, way):
    def check(target):
        walk = browse(target)
        commands = ["bt", "info files", f"source {MACROS}", "up-silently", "pybt", "frame", "pybt -3", "pybt nonsense", "bt"]
        commands += ["thread apply all pybt", "frame", "down-silently", "pyframes on", "bt", *(command for command, _ in walk)]
        commands += ["pyframes off", "bt", "info files", "maint info jit"]
        found = run_gdb(debugger, commands, way, target)
        yield from compare.differ("exit code", 0, found.code)
        if found.code or len(found.answers) != len(commands):
            yield f"output: {found.out[-300:]!r}"
            return
        answers = list(found.answers)
        plain, files, _, _, mixed, selected, last, nonsense, after = answers[:9]
        everything, again, _, _, kept = answers[9:14]
        yield from compare_backtraces(target, plain, mixed)
        yield from compare.differ("the last frames", frames_of(mixed)[-3:], frames_of(last))
        yield from compare.differ("frames with an argument that is none", [], frames_of(nonsense))
        yield from compare.differ("words on it", True, bool(re.search("nonsense|No symbol", nonsense)))
        yield from compare.differ("selected frame", selected, again)
        yield from compare.differ("selected frame", True, selected.startswith("#1"))
        yield from compare_threads(target, everything)
        yield from compare.differ("bt with pyframes on", frames_of(mixed), frames_of(kept))
        for (command, words), answer in zip(walk, answers[14:]):
            if words not in answer:
                yield f"{command}: {words!r} isn't in {answer!r}"
        for name, answer in ("afterwards", after), ("with pyframes off", answers[-3]):
            yield from compare.differ(f"bt {name}", frames_of(plain), frames_of(answer))
        yield from compare.differ("info files", files, answers[-2])

    return check


def compare_backtraces(target, plain, mixed):
    before, frames = frames_of(plain), frames_of(mixed)
    main = next(thread for thread in target.truth.threads if thread.main)
    yield from compare.differ("C frames", c_frames(before), c_frames(frames))
    yield from compare.differ("Python frames", expected_frames(main), python_frames(frames))
    yield from compare_places(frames)


@dataclass
class Cells(Case):
    """What is chosen of one interpreter."""

    interpreter: object = None

    def applies_to(self, interpreter):
        return interpreter is self.interpreter


def attached_cases():
    for interpreter in find_interpreters():
        cells = [(debugger, way) for debugger, way, other in CHOSEN if other is interpreter and way != "run"]
        checks = {f"{debugger.label} {way}": check_cell(debugger, way) for debugger, way in cells}
        if checks:
            yield Cells("frames", PROGRAM, ("hang",), checks, interpreter=interpreter)


def with_program(interpreter, program, arguments, check):
    def checked():
        folder = Path(tempfile.mkdtemp(prefix="pyinspect-test-"))
        try:
            yield from check(Program(interpreter, [PROGRAMS / program, *arguments], folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return checked


def checks_alone():
    for debugger, way, interpreter in CHOSEN:
        if way == "run":
            name = f"{interpreter.label} frames: {debugger.label} run"
            yield name, with_program(interpreter, PROGRAM, ["segfault"], check_cell_of_run(debugger))
    for interpreter in find_interpreters():
        # Where a function in C can be told to stop in, and called by a function in Python that C calls.
        if interpreter.missing or interpreter.version[:2] != (3, 12) or "stripped" in interpreter.label:
            continue
        for debugger in find_debuggers():
            name = f"{interpreter.label} frames: {debugger.label} goes on"
            yield name, with_program(interpreter, "stepping.py", [], check_steps(debugger))
        for debugger in find_debuggers()[:1]:
            name = f"{interpreter.label} frames: {debugger.label} with hooks of the user's"
            yield name, with_program(interpreter, "stepping.py", [], check_hooks(debugger))
        break


STEPS = ["next", "step", "stepi", "nexti", "finish", "until", "continue", "advance time_sleep"]


def check_steps(debugger):
    """The process goes on by every command, with the frames there: they are those of the new place."""

    def check(program):
        looks = ["bt", "pystack", "pyframes off", "bt", "pyframes on"]
        commands = [f"source {MACROS}", "break time_sleep", "continue", "pyframes on"]
        begin = len(commands)
        for step in STEPS:
            commands += [step, *looks]
        ends = ["frame function __main__.leaf", "finish", "frame", "frame function __main__.key", "finish", "frame", "bt"]
        commands += ["continue", *ends, "pyframes off", "bt", "kill", "bt", "pybt"]
        found = run_gdb(debugger, commands, "run", program)
        if len(found.answers) != len(commands):
            yield f"output: {found.out[-300:]!r}"
            return
        for number, step in enumerate(STEPS):
            at = begin + number * (1 + len(looks))
            yield from compare_step(step, found.answers[at : at + 1 + len(looks)])
        yield from compare_ends(found.answers[begin + len(STEPS) * (1 + len(looks)) + 1 :])

    return check


def compare_step(step, answers):
    stopped, mixed, stack, _, plain, _ = answers
    if "rror" in stopped or "annot" in stopped:
        yield f"{step}: {stopped!r}"
    yield from compare.differ(f"{step}: C frames", c_frames(frames_of(plain)), c_frames(frames_of(mixed)))
    names = [f"{frame[0].rpartition('.')[2]} {frame[2]}" for frame in python_frames(frames_of(mixed))]
    yield from compare.differ(f"{step}: Python frames", re.findall(r"\((\d+)\): (.*)", stack), [tuple(reversed(n.split())) for n in names])
    yield from compare.differ(f"{step}: last Python frame", ["<module> 23"], names[-1:])


def compare_ends(answers):
    """A Python frame that Python called, and one that C called."""
    _, refused, stays, _, finished, place, mixed, _, plain, _, gone, none = answers
    yield from compare.differ("finish of what Python called", True, "GDB can't stop there" in refused)
    yield from compare.differ("frame then", True, "__main__.leaf () at" in stays)
    yield from compare.differ("finish of what C called", True, "Value returned" in finished)
    yield from compare.differ("frame then", True, place.startswith("#0") and "__main__" not in place)
    yield from compare.differ("C frames then", c_frames(frames_of(plain)), c_frames(frames_of(mixed)))
    yield from compare.differ("bt without a process", "No stack.", gone.strip())
    yield from compare.differ("pybt without a process", True, none.startswith("pyinspect: there is no process"))


def check_hooks(debugger):
    """Hooks that the user has stay, and that is said."""

    def check(program):
        script = program.folder / "hooks.gdb"
        script.write_text("define hook-stop\necho mine\\n\nend\n")
        commands = [f"source {script}", f"source {MACROS}", "pyframes on", "next", "bt", "pystack", "bt"]
        found = run_gdb(debugger, commands, "run", program)
        if len(found.answers) != len(commands):
            yield f"output: {found.out[-300:]!r}"
            return
        _, _, on, stopped, before, _, after = found.answers
        yield from compare.differ("said", True, "there is a hook-stop, which stays as it is" in on)
        yield from compare.differ("its hook ran", True, "mine" in stopped)
        yield from compare.differ("Python frames before a command", [], python_frames(frames_of(before)))
        yield from compare.differ("Python frames after it", True, len(python_frames(frames_of(after))) > 0)

    return check


def check_cell_of_run(debugger):
    def check(program):
        commands = [f"source {MACROS}", "bt", "pybt", "bt"]
        found = run_gdb(debugger, commands, "run", program)
        yield from compare.differ("exit code", 0, found.code)
        if len(found.answers) != len(commands):
            yield f"output: {found.out[-300:]!r}"
            return
        _, plain, mixed, after = found.answers
        yield from compare_backtraces(program, plain, mixed)
        yield from compare.differ("bt afterwards", frames_of(plain), frames_of(after))

    return check


MACROS = sys.argv[1]
CHOSEN = chosen()

if __name__ == "__main__":
    sys.exit(run(list(attached_cases()), dict(checks_alone())))
