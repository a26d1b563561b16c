#!/usr/bin/env python3
"""The commands on Python frames in GDB: against what the target says of itself, and against CPython's libpython.py on the
same stop."""

import functools
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from harness import compare
from harness.bed import Case, long_run, run
from harness.compiled import compiled
from harness.debugger import find_debuggers, run_gdb
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS, Unsupported
from harness.truth import frames_of

MACROS = sys.argv[1]
PYTHONS = [(2, 7), (3, 6), (3, 8), (3, 11), (3, 12), (3, 13), (3, 15)]
SOURCE = (PROGRAMS / "debugged.py").read_text().splitlines()


@functools.cache
def pythons():
    present = [i for i in find_interpreters() if not i.missing]
    firsts = [next((i for i in present if i.version[:2] == version), None) for version in PYTHONS]
    return [i for i in firsts if i]


def debuggers(interpreter, has_python):
    """The GDBs that look at an interpreter: one in turn, or all in a long run."""
    found = [d for d in find_debuggers() if not d.missing and d.has_python == has_python]
    if not found:
        raise Unsupported(f"no GDB {'with' if has_python else 'without'} Python")
    return found if long_run() else [found[pythons().index(interpreter) % len(found)]]


def ask(debugger, target, commands, way="live", macros=MACROS):
    """What each of our commands prints, by lines."""
    found = run_gdb(debugger, [f"source {macros}", *commands], way, target)
    if found.code or len(found.answers) != len(commands) + 1:
        raise AssertionError(f"GDB {debugger.label} ends with {found.code}: {found.out[-300:]}")
    return [[line for line in answer.splitlines() if line] for answer in found.answers[1:]]


def is_range(command):
    return re.fullmatch(r"py-?list( [1-9]\d*(, ?[3-9]\d*)?)?", command)


def expect(debugger, target, dialogue, way="live", macros=MACROS):
    """Differences between what is printed and what is expected: lines, or a function of them."""
    if target.interpreter.in_root:  # into which the program is bound: from outside it isn't there
        dialogue = [(c, one_sentence("can't be read")) if is_range(c) else (c, e) for c, e in dialogue]
    answers = ask(debugger, target, [command for command, _ in dialogue], way, macros)
    for (command, expected), lines in zip(dialogue, answers):
        if callable(expected):
            for difference in expected(lines) or ():
                yield f"{debugger.label} {way}, {command}: {difference}"
        else:
            yield from compare.differ(f"{debugger.label} {way}, {command}", expected, lines)


def main_frames(target):
    return next(thread for thread in target.truth.threads if thread.main).frames


def shown(frame):
    return f"{frame.file} ({frame.line}): {frame.function}"


def variables(target, name):
    return dict(target.truth.notes["variables"][name])


def holds_variables(target, name):
    """All that the target knows of are shown, as it shows them."""

    def check(lines):
        found = dict(re.split(" = ", line.strip().lstrip("*").replace("nonlocal ", ""), maxsplit=1) for line in lines if " = " in line)
        for key, value in variables(target, name).items():
            yield from compare.differ(key, value, found.get(key))

    return check


def both(*checks):
    def check(lines):
        for one in checks:
            yield from one(lines)

    return check


def first_line(expected):
    return lambda lines: compare.differ("first line", expected, lines[0] if lines else None)


def has_line(expected):
    return lambda lines: () if expected in lines else [f"no line {expected!r} in {lines}"]


def one_sentence(words):
    def check(lines):
        if len(lines) != 1 or words not in lines[0]:
            yield f"{lines} is not one sentence that says {words!r}"

    return check


def listing(first, last, current):
    return [f"{('>' if n == current else '') + str(n):>4}    {SOURCE[n - 1]}".rstrip() for n in range(first, last + 1) if n <= len(SOURCE)]


def is_listing(first, last, current):
    """Empty lines of ask() are not there, those of the file have numbers."""
    return lambda lines: compare.differ("lines", listing(first, last, current), [line.rstrip() for line in lines])


def check_frames(way):
    def check(target):
        frames = main_frames(target)
        values = variables(target, "innermost")
        own = frames[1]
        for debugger in itertools.chain(debuggers(target.interpreter, True), debuggers(target.interpreter, False)):
            dialogue = [
                ("pyframe", [shown(frames[0])]),
                ("lineno", [str(frames[0].line)]),
                ("pyup", ["#1 " + shown(own)]),
                ("pyframe", [shown(own)]),
                ("lineno", [str(own.line)]),
                ("pyframev", both(first_line(shown(own)), holds_variables(target, "innermost"), has_line("    unbound: unbound"))),
                ("pylocals", both(holds_variables(target, "innermost"), has_line("unbound: unbound"))),
                ("pyprint items[1]['a key'][1]", ["2.5"]),
                ("pyprint box.items[1] ['--option']", ["None"]),
                ("pyprint more", [values["more"]]),
                ("pyprint text", [values["text"]]),
                ("pyprint ANSWER", ["42"]),
                ("pylist", is_listing(own.line - 5, own.line + 5, own.line)),
                ("pylist 1, 3", is_listing(1, 3, own.line)),
                (f"pylist {own.line}", is_listing(own.line, own.line + 10, own.line)),
                ("thread apply all -q pyframe", has_line(shown(own))),
                ("printframe", lambda lines: () if lines[0].startswith("#0 ") else ["not GDB's frame"]),
                ("pyup 2", ["#3 " + shown(frames[3])]),
                ("pydown", ["#2 " + shown(frames[2])]),
                ("pydown 99", ["#0 " + shown(frames[0])]),
                ("pydown", one_sentence("no newer one")),
                ("pyup 99", [f"#{len(frames) - 1} {shown(frames[-1])}"]),
                ("pyup", one_sentence("no older one")),
                ("pylocals", ["No locals."]),
                ("pystackv", both(has_line(shown(own)), has_line("    number = 7"), has_line(shown(frames[-1])))),
                *WRONG,
                ("set input-radix 16", []),
                ("pystack", [shown(frame) for frame in frames]),
            ]
            yield from expect(debugger, target, dialogue, way)

    return check


WRONG = [
    ("pyframe 1", one_sentence("Usage: pyframe")),
    ("pyframev x", one_sentence("Usage: pyframev")),
    ("pylocals x", one_sentence("Usage: pylocals")),
    ("lineno x", one_sentence("Usage: lineno")),
    ("printframe x", one_sentence("Usage: printframe")),
    ("pyup x", one_sentence("Usage: pyup")),
    ("pydown 1 2", one_sentence("Usage: pydown")),
    ("pylist 3, 2", one_sentence("Usage: pylist")),
    ("pylist x", one_sentence("Usage: pylist")),
    ("pylist 0", one_sentence("Usage: pylist")),
    ("pylist 99999", one_sentence("has no line 99999")),
    ("pyprint", one_sentence("Usage: pyprint")),
    ("pyprint (", one_sentence("column")),
    ("pyprint ANSWER --", one_sentence("column")),
    ("pyprint nothing_of_that_name", one_sentence("no variable of that name")),
    ("pystack 0", one_sentence("Usage: pystack")),
    ("pystack 1.0", one_sentence("Usage: pystack")),
    ("pystack 1.", one_sentence("Usage: pystack")),
    ("pystackv x y z", one_sentence("Usage: pystackv")),
]


def gdb_threads(debugger, target):
    """GDB's number of each thread, by tid."""
    answer = run_gdb(debugger, ["info threads"], "live", target).answers[0]
    return {int(tid): number for number, tid in re.findall(r"^[* ] +(\d+) .*?LWP (\d+)", answer, re.MULTILINE)}


def check_worker(target):
    """The selected thread's frames; those of another one stay selected while it is."""
    worker = target.truth.thread("worker")
    frames, main = worker.frames, main_frames(target)
    (debugger,) = debuggers(target.interpreter, False)[:1]
    number = gdb_threads(debugger, target)[worker.tid]
    yield from expect(debugger, target, [
        ("pyup", ["#1 " + shown(main[1])]),
        (f"thread {number}", lambda lines: ()),
        ("pyframe", [shown(frames[0])]),
        ("pyup", ["#1 " + shown(frames[1])]),
        ("pylocals", holds_variables(target, "worker")),
        (f"pystackv {number}", has_line(shown(frames[1]))),
        ("pyframe", [shown(frames[1])]),
        ("thread 1", lambda lines: ()),
        ("pyframe", [shown(main[0])]),
    ])


def check_moved(target):
    """The thread has other words on its stack: the innermost frame is selected again."""
    frames = main_frames(target)
    for debugger in debuggers(target.interpreter, True):
        yield from expect(debugger, target, [
            ("pyup", ["#1 " + shown(frames[1])]),
            ("set $word = *(long *)($sp + 2048)", []),
            ("set *(long *)($sp + 2048) = $word + 1", []),
            ("pyframe", [shown(frames[0])]),
            ("set *(long *)($sp + 2048) = $word", []),
        ])


def check_without_pointer(target):
    """GDB doesn't know the thread pointer: the thread is found by its stack, but for the first one."""
    worker = target.truth.thread("worker")
    (debugger,) = debuggers(target.interpreter, False)[:1]
    number = gdb_threads(debugger, target)[worker.tid]
    macros = target.folder / "without-pointer.gdb"
    macros.write_text(Path(MACROS).read_text().replace("$fs_base", "$no_such_register"))
    yield from expect(debugger, target, [
        ("pyframe", one_sentence("$fs_base")),
        (f"thread {number}", lambda lines: ()),
        ("pyframe", [shown(worker.frames[0])]),
        ("pystack", [shown(frame) for frame in worker.frames]),
    ], macros=macros)


def check_relative(target):
    """The program's file has a relative name: the process's working directory is asked for, and a core has none."""
    own = main_frames(target)[1]
    assert own.file[0] != "/", own.file
    for debugger in debuggers(target.interpreter, False):
        yield from expect(debugger, target, [("pyup", ["#1 " + shown(own)]), ("pylist", is_listing(own.line - 5, own.line + 5, own.line))])
        yield from expect(debugger, target, [("pyup", ["#1 " + shown(own)]), ("pylist", one_sentence("relative")), ("py-list", one_sentence("relative"))], "core")


def beside(folder):
    """The program in the target's own folder, under its plain name."""
    (folder / "debugged.py").write_text((PROGRAMS / "debugged.py").read_text())
    return ["debugged.py"]


def check_libpython_names(target):
    """What they print, where GDB has no Python; nothing where it has."""
    frames = main_frames(target)
    own, values = frames[1], variables(target, "innermost")
    for debugger in debuggers(target.interpreter, True):
        yield from expect(debugger, target, [("py-bt", one_sentence('Undefined command: "py-bt"'))])
    for debugger in debuggers(target.interpreter, False):
        rows = [("  File \"%s\", line %d, in %s" % (f.file, f.line, f.function)) for f in frames]
        yield from expect(debugger, target, [
            ("py-bt", lambda lines: compare.differ("frames", rows, [line for line in lines if line.startswith("  File")])),
            ("py-up", first_line_matches(rf"#1 Frame 0x[0-9a-f]+, for file {re.escape(own.file)}, line {own.line}, in innermost \(number=7, ")),
            ("py-print number", ["local 'number' = 7"]),
            ("py-print ANSWER", ["global 'ANSWER' = 42"]),
            ("py-print len", ["builtin 'len' = <built-in function len>"]),
            ("py-print nothing", ["'nothing' not found"]),
            ("py-print box.items", ["'box.items' not found"]),
            ("py-locals", both(holds_variables(target, "innermost"), lambda lines: ["unbound"] if any("unbound" in l for l in lines) else ())),
            ("py-list", is_listing(own.line - 5, own.line + 5, own.line)),
            ("py-bt-full", first_line_matches(f"#1 Frame 0x.*text={re.escape(values['text'])}, ")),
            ("py-down", first_line_matches("#0 Frame 0x")),
            ("py-down", ["Unable to find a newer python frame"]),
            ("py-print", one_sentence("Usage: py-print NAME")),
            ("py-bt 1", one_sentence("Usage: py-bt")),
        ])


def first_line_matches(pattern):
    return lambda lines: () if lines and re.match(pattern, lines[0]) else [f"{lines[:1]} does not match {pattern!r}"]


def libpython_of(interpreter):
    executable = Path(os.path.realpath(interpreter.command[0]))
    script = executable.with_name(executable.name + "-gdb.py")
    if interpreter.in_root or not script.exists():
        raise Unsupported("no libpython.py of this build here")
    return script


def check_libpython(target):
    """The same lines as libpython.py prints, but of C calls, which ours leaves out."""
    script = libpython_of(target.interpreter)
    theirs = debuggers(target.interpreter, True)[0]
    (bare,) = debuggers(target.interpreter, False)[:1]
    trace = run_gdb(theirs, [f"source {script}", "py-bt"], "live", target).answers[1]
    (ours,) = ask(bare, target, ["py-bt"])
    yield from compare.differ("py-bt", python_lines(trace.splitlines()), python_lines(ours))
    if target.interpreter.version >= (3, 11):
        yield from compare_loop(target, theirs, bare, script)
    else:
        yield from compare_frame(target, theirs, bare, script)


def python_lines(lines):
    return [line.rstrip() for line in lines if line and not re.match("  (<built-in|Waiting for|Garbage)", line)]


NAMES = ["py-print number", "py-print ANSWER", "py-print nothing"]


def compare_frame(target, theirs, bare, script):
    """A frame of Python is one of C there: what is selected is the same."""
    commands = ["py-list", "py-locals", *NAMES]
    marked = f">{main_frames(target)[1].line} "
    for ups in range(1, 5):
        found = run_gdb(theirs, [f"source {script}", *["py-up"] * ups, *commands], "live", target).answers[1 + ups :]
        if marked in found[0]:
            break
    else:
        yield "libpython.py doesn't come to that frame"
    for command, left, right in zip(commands, found, ask(bare, target, ["py-up", *commands])[1:]):
        yield from compare.differ(command, comparable(left.splitlines()), comparable(right))


def compare_loop(target, theirs, bare, script):
    """All frames of Python are in one of C there: the first is the one that is listed, and the second has its variables shown, too."""
    found = run_gdb(theirs, [f"source {script}", "py-up", "py-list", "py-locals"], "live", target).answers[2:]
    listed, values = (lines.splitlines() for lines in found)
    yield from compare.differ("py-list", comparable(listed), comparable(ask(bare, target, ["py-list"])[0]))
    second = list(itertools.takewhile(lambda line: not line.startswith("Locals"), values[values.index("Locals for innermost") + 1 :]))
    yield from compare.differ("py-locals", comparable(second), comparable(ask(bare, target, ["py-up", "py-locals"])[1]))


def comparable(lines):
    """Without objects that libpython.py takes apart, or knows no text of: a float in a dict."""
    return [line.rstrip() for line in lines if line and not re.match("(box|items) = ", line)]


def frames_cases():
    for interpreter in pythons():
        checks = {
            "live": check_frames("live"),
            "py-*": check_libpython_names,
            "libpython.py": check_libpython,
        }
        if long_run() or interpreter.version[:2] in ((2, 7), (3, 11)):
            checks["other thread"] = check_worker
            checks["moved"] = check_moved
            checks["without a thread pointer"] = check_without_pointer
        if long_run() or interpreter.version[:2] in ((3, 6), (3, 12), (3, 15)):
            checks["core"] = check_frames("core")
        if long_run() or interpreter.version[:2] in ((3, 8), (3, 13)):
            checks["gdbserver"] = check_frames("gdbserver")
        yield Case("frames in GDB", "debugged.py", checks=checks, only=lambda i, own=interpreter: i is own)


COMMANDS = ["pystackv", "pyframe", "pyframev", "pylocals", "lineno", "pyprint x", "pyup", "pydown", "pylist"]


def check_native(target):
    """A thread without Python state, in a process with others."""
    for debugger in debuggers(target.interpreter, False):
        tids = gdb_threads(debugger, target)
        (native,) = set(tids) - {thread.tid for thread in target.truth.threads}
        dialogue = [(f"thread {tids[native]}", lambda lines: ())]
        dialogue += [(command, one_sentence("pyinspect: ")) for command in COMMANDS]
        dialogue += [("thread 1", lambda lines: ()), ("pyframe", [shown(main_frames(target)[0])])]
        yield from expect(debugger, target, dialogue)


def check_subinterpreter(target):
    """A thread that runs a second interpreter: its frames there are the inner ones."""
    document = json.loads((target.folder / "inside.json").read_text())
    inside = frames_of(document)
    guest = target.truth.thread("guest")
    outside = ["run_inside", "enter"]
    for debugger in debuggers(target.interpreter, False):
        number = gdb_threads(debugger, target)[guest.tid]
        frames = [shown(frame) for frame in inside]
        yield from expect(debugger, target, [
            (f"thread {number}", lambda lines: ()),
            ("pyframe", [frames[0]]),
            ("pyup 99", lambda lines: () if "_bootstrap" in lines[0] else [f"not the outermost: {lines}"]),
            ("pydown 99", ["#0 " + frames[0]]),
            (f"pyup {len(frames) - 1}", [f"#{len(frames) - 1} {frames[-1]}"]),
            ("pyup", first_line_matches(rf"#{len(frames)} .*: {outside[0]}$")),
            ("pyprint SCRIPT", first_line_matches("'\\\\nimport json")),
            ("pyup", first_line_matches(rf"#{len(frames) + 1} .*: {outside[1]}$")),
            ("pylocals", has_line("*arguments = ()")),
        ])


def check_early(target):
    for debugger in debuggers(pythons()[0], False):
        yield from expect(debugger, target, [(command, one_sentence("pyinspect: ")) for command in COMMANDS])


def check_dead(target):
    """It is killed while GDB looks; GDB lives."""
    for debugger in debuggers(target.interpreter, True)[:1]:
        yield from expect(debugger, target, [
            ("pyup", lambda lines: ()),
            (f"shell kill -9 {target.pid}; sleep 0.2", []),
            *[(command, lambda lines: () if lines else ["nothing is said"]) for command in COMMANDS],
            ("kill", lambda lines: ()),
            *[(command, one_sentence("there is no process")) for command in [*COMMANDS, "printframe", "pyprint"]],
            ("echo alive\\n", ["alive"]),
        ])


def check_other_program():
    """No Python at all."""
    with subprocess.Popen(["sleep", "1000"]) as sleeping:
        try:
            target = SimpleNamespace(pid=sleeping.pid, interpreter=SimpleNamespace(in_root=False), folder=None)
            for debugger in debuggers(pythons()[0], True):
                yield from expect(debugger, target, [(command, one_sentence("pyinspect: ")) for command in COMMANDS])
        finally:
            sleeping.kill()


def check_help():
    with subprocess.Popen(["sleep", "1000"]) as sleeping:
        try:
            target = SimpleNamespace(pid=sleeping.pid, interpreter=SimpleNamespace(in_root=False), folder=None)
            (debugger,) = debuggers(pythons()[0], False)[:1]
            overview, found, stack, bare = ask(debugger, target, ["help pyinspect", "apropos python", "help pystackv", "help py-list"])
        finally:
            sleeping.kill()
    for command in [*COMMANDS, "printframe"]:
        name = command.split()[0]
        if not any(name in line for line in overview):
            yield f"help pyinspect doesn't name {name}"
        if not any(line.startswith(f"{name} ") for line in found):
            yield f"apropos python doesn't find {name}"
    for lines in (stack, bare):
        if not any(line.startswith("Usage: ") for line in lines):
            yield f"no usage in {lines}"


def preloaded(interpreter, _folder):
    from dataclasses import replace

    loader = ["/lib64/ld-linux-x86-64.so.2", "--preload", compiled("early", "-shared", "-fPIC")]
    return replace(interpreter, command=[*loader, *interpreter.command])


def is_one(version):
    return lambda interpreter: interpreter in pythons() and interpreter.version[:2] == version


CASES = [
    *frames_cases(),
    Case("native thread in GDB", "natives.py", checks={"": check_native}, only=is_one((3, 12))),
    Case("subinterpreter in GDB", "subinterpreter.py", checks={"": check_subinterpreter}, only=is_one((3, 12))),
    Case("not initialised, in GDB", lambda _: ["-c", "pass"], home=preloaded, checks={"": check_early}, only=is_one((3, 11))),
    Case("relative name in GDB", beside, checks={"": check_relative}, only=is_one((3, 8))),
    Case("killed in GDB", "debugged.py", checks={"": check_dead}, only=is_one((3, 11))),
]
CHECKS = {"no Python, in GDB": check_other_program, "help in GDB": check_help}

sys.exit(run(CASES, CHECKS))
