#!/usr/bin/env python3
"""Commands of GDB's on objects, threads, interpreters and the GIL, against what the target says of itself."""

import functools
import itertools
import re
import sys
from dataclasses import dataclass

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import pyinspect_path
from harness.debugger import find_debuggers, run_gdb
from harness.interpreters import find_interpreters

PYTHONS = ["2.7.18", "3.6*", "3.8*", "3.11.7", "3.12.1", "3.13.0", "debian-3.15", "debian-2.7d", "debian-3.13d", "debian-3.15d"]
PYTHONS += ["built-3.13t", "built-3.13-tracerefs", "debian-3.14"]
WAYS = ["live", "core", "gdbserver"]
#: `pu` cuts at so many.
TEXT_MAX = 4000
IMMORTAL = 1 << 29


@functools.cache
def pythons():
    """One build of each of PYTHONS; in a long run all but those without section headers, which GDB needs."""
    present = [i for i in find_interpreters() if not i.missing and not i.label.endswith("-blind")]
    if long_run():
        return present
    firsts = [next((i for i in present if compare_label(i.label, name)), None) for name in PYTHONS]
    return [i for i in firsts if i]


def compare_label(label, name):
    return label == name or name.endswith("*") and label.startswith(name[:-1])


@functools.cache
def debuggers():
    return [d for d in find_debuggers() if not d.missing]


def sessions(target):
    """Pairs of a debugger and a way to the target: the next one; in a long run, of PYTHONS, each debugger by some way."""
    number = next(n for n, i in enumerate(pythons()) if i.label == target.interpreter.label)
    if long_run() and any(compare_label(target.interpreter.label, name) for name in PYTHONS):
        return [(debugger, WAYS[(number + n) % len(WAYS)]) for n, debugger in enumerate(debuggers())]
    every = list(itertools.product(debuggers(), WAYS))
    return [every[number * 7 % len(every)]]


def thinned(items):
    """What a normal run needs of them."""
    return items if long_run() else items[::4]


def ask(target, commands):
    """The answers to commands in each session, and which one that is."""
    for debugger, way in sessions(target):
        found = run_gdb(debugger, [f"source {MACROS}", *commands], way, target)
        if found.code:
            raise RuntimeError(f"{debugger.label} {way} ended with {found.code}: {found.out[-1000:]}")
        if len(found.answers) != len(commands) + 1:
            raise RuntimeError(f"{debugger.label} {way} gave up: {found.out[-1000:]}")
        yield f"{debugger.label} {way}", [plain(answer) for answer in found.answers[1:]]


def plain(answer):
    """Without what GDB has to say of its own cores."""
    return re.sub(r"warning: Unexpected size of section `\.reg-xstate.*\n", "", answer).strip("\n")


@dataclass
class Check:
    """Commands for a target, and what the answers are compared with: given target and answers, it yields differences."""

    commands: object
    compare: object


def check_all(checks):
    """Functions for Case.checks. All commands are given in the same sessions."""
    told = {}

    def check_one(name, target):
        if target.pid not in told:
            commands = {name: check.commands(target) for name, check in checks.items()}
            told[target.pid] = (commands, list(ask(target, list(itertools.chain(*commands.values())))))
        commands, answers_of = told[target.pid]
        names = list(checks)
        start = sum(len(commands[before]) for before in names[: names.index(name)])
        for session, answers in answers_of:
            own = answers[start : start + len(commands[name])]
            yield from (f"{session}: {text}" for text in checks[name].compare(target, own))

    return {name: functools.partial(check_one, name) for name in checks}


def lines_of(answer):
    """`object address  : 0x1` as a dictionary; what a program can't have said stays a line."""
    return dict(re.split(r" *: ", line, maxsplit=1) for line in answer.splitlines() if re.match(r"(object|GC) [a-z ]*: ", line))


def compare_object(expected, answer):
    found = lines_of(answer)
    yield from compare.differ("address", hex(expected["address"]), found.get("object address"))
    yield from compare.differ("type address", hex(expected["type_address"]), found.get("object type"))
    yield from compare.differ("type name", expected["type"], found.get("object type name"))
    count = found.get("object refcount", "")
    if expected["references"] >= IMMORTAL:
        yield from compare.differ("immortal", True, count.endswith(" (immortal)"))
    elif not expected["shared"]:
        yield from compare.differ("references", str(expected["references"]), count)
    text = found.get("object repr", "")
    if expected["name"] == "generator":
        yield from compare.differ("description", True, text.startswith("<generator generate suspended at "))
    else:
        yield from compare.differ("repr", escape(expected["repr"]), text)
    yield from (f"a doubt: {line}" for line in answer.splitlines() if line.startswith("!"))


def escape(told):
    """As pyinspect_escape() writes it."""
    text = told["bytes"].encode("latin-1").decode("utf-8", "backslashreplace") if isinstance(told, dict) else told
    names = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return "".join(names.get(c) or (c if c.isprintable() else f"\\x{ord(c):02x}") for c in text)


def object_commands(target):
    return [f"pyo {one['address']:#x}" for one in target.truth.notes["objects"]]


def compare_objects(target, answers):
    for one, answer in zip(target.truth.notes["objects"], answers):
        yield from (f"{one['name']}: {text}" for text in compare_object(one, answer))


def head_size(target):
    """sizeof(PyGC_Head)"""
    return 32 if target.interpreter.version < (3, 8) else 16


def compare_head(target, expected, answer):
    if target.truth.is_free_threaded:
        if "build without a GIL" not in answer or len(answer.splitlines()) != 1:
            yield f"headers that aren't there: {answer}"
        return
    if not expected["has_gc"]:
        if not answer.startswith("pyinspect: "):
            yield f"a header that isn't there: {answer}"
        return
    found = lines_of(answer)
    yield from compare.differ("head", hex(expected["address"] - head_size(target)), found.get("GC head"))
    state = found.get("GC state", "").split(", ")
    yield from compare.differ("tracked", "tracked" if expected["tracked"] else "untracked", state[0])
    if expected["finalized"] is not None:
        yield from compare.differ("finalized", expected["finalized"], "finalized" in state)
    yield from compare.differ("neighbours", expected["tracked"], "GC next" in found and "GC previous" in found)
    yield from compare_object(expected, answer)


def header_commands(target):
    """The headers, by their own addresses, and by those of their objects."""
    addresses = [one["address"] for one in target.truth.notes["objects"]]
    own = [f"pyg {address:#x}" for address in thinned(addresses)]
    return [f"pyg (char *) {address:#x} - {head_size(target)}" for address in addresses] + own


def compare_headers(target, answers):
    expected = target.truth.notes["objects"]
    for one, answer in zip(expected, answers):
        yield from (f"{one['name']}: {text}" for text in compare_head(target, one, answer))
    for one, answer in zip(thinned(expected), answers[len(expected) :]):
        header = f"its GC header is at {one['address'] - head_size(target):#x}:"
        if not answer.startswith("pyinspect: ") or one["has_gc"] and not target.truth.is_free_threaded and header not in answer:
            yield f"{one['name']}, by its own address: {answer}"


def text_commands(target):
    return [f"pu {one['address']:#x}" for one in target.truth.notes["texts"] + thinned(target.truth.notes["objects"])]


def compare_texts(target, answers):
    expected = target.truth.notes["texts"]
    for one, answer in zip(expected, answers):
        shown = escape(one["text"])
        if one["length"] > TEXT_MAX:
            shown = f"{shown[:TEXT_MAX]}\n... {one['length'] - TEXT_MAX} more characters"
        yield from compare.differ(one["name"], shown, answer)
    for one, answer in zip(thinned(target.truth.notes["objects"]), answers[len(expected) :]):
        # bytes are str in 2.7
        if one["type"] != "str":
            yield from compare.differ(f"{one['name']} is no str", True, "is no str" in answer)


def bad_commands(target):
    """What a user may type, and there is no object."""
    one = next(one for one in target.truth.notes["objects"] if one["name"] == "list")
    inside = [one["address"] + step for step in (4, 8, 16, 24)] + [one["type_address"] + 8]
    unmapped = [target.truth.notes["unmapped"] + step for step in (0, 4096)]
    addresses = ["0", "8", "-8", "0x7fffffffffff", "$sp", "$sp - 0x100", "$pc", *map(hex, inside + unmapped)]
    if target.interpreter.version < (3, 14):
        addresses += ["1", "(char) 1", "1.5", hex(one["address"] + 1)]
    others = [f"{command} {address}" for address in thinned(addresses) for command in ("pyg", "pu")]
    return [f"pyo {address}" for address in addresses] + others


def compare_bad(target, answers):
    """One sentence, whatever it is."""
    for command, answer in zip(bad_commands(target), answers):
        if not answer.startswith("pyinspect: ") or len(answer.splitlines()) != 1:
            yield f"{command}: {answer!r}"


#: GDB itself would call malloc in the target for the first, and crash many a target by it.
CALLS = ['pyo "text"', "pyo (long) Py_GetVersion ()"]


def call_commands(_target):
    return CALLS


def compare_calls(_target, answers):
    """Nothing is called in the target, even if the user's expression would have it."""
    for command, answer in zip(CALLS, answers):
        if "may-call-functions is off" not in answer and "evaluation of this expression requires" not in answer:
            yield f"{command}: {answer!r}"


def marked_commands(target):
    """References as the interpreter marks them, from 3.14 on."""
    return [f"pyo {target.truth.notes['objects'][0]['address'] + 1:#x}", "pyo 0x1f", "pyo 1"]


def compare_marked(target, answers):
    reference, number, nothing = answers
    if target.interpreter.version >= (3, 14):
        yield from compare_object(target.truth.notes["objects"][0], reference)
        yield from compare.differ("a number", True, "this one is 7" in number)
        yield from compare.differ("nothing", True, "NULL" in nothing)
    else:
        yield from compare.differ("not marked", [True] * 3, ["multiples of" in answer for answer in answers])


USAGES = {
    "pyo": "Usage: pyo ADDRESS",
    "pyg": "Usage: pyg ADDRESS",
    "pu": "Usage: pu ADDRESS",
    "pyo 1 2 3 4 5 6 7": "Usage: pyo ADDRESS",
    "pythreads 1": "Usage: pythreads",
    "pyinterps all": "Usage: pyinterps",
    "pygil 1": "Usage: pygil",
    "pyo there_is_none": "No symbol ",
}


def usage_commands(_target):
    return list(USAGES)


def compare_usage(_target, answers):
    for (command, start), answer in zip(USAGES.items(), answers):
        yield from compare.differ(command, start, answer[: len(start)])


THREAD = re.compile(r"([* ]) (\S+) +Thread (0x[0-9a-f]+) \(LWP (\d+)\) \"(.*?)\"(.*)")


@dataclass
class Row:
    """What `pythreads` prints of a thread."""

    selected: str
    number: str
    ident: str
    tid: int
    name: str
    rest: str


def rows_of(answer):
    """The rows, and the lines that are none."""
    rows, others = [], []
    for line in answer.splitlines():
        match = THREAD.match(line)
        if match:
            rows.append(Row(*match.groups()))
            rows[-1].tid = int(rows[-1].tid)
        else:
            others.append(line)
    return rows, others


def tids_of(rows, words=""):
    return sorted(row.tid for row in rows if words in row.rest)


def thread_commands(_target):
    return ["info threads", "pythreads"]


def compare_threads(target, answers):
    own, answer = answers
    expected = {thread.tid: thread for thread in target.truth.threads}
    rows, others = rows_of(answer)
    numbers = {int(m[2]): m[1] for m in re.finditer(r"^[* ] +(\d+) .*?(?:LWP |process |Thread \d+\.)(\d+)", own, re.MULTILINE)}
    yield from others
    yield from compare.differ("tids", sorted(expected), tids_of(rows))
    for row in rows:
        thread = expected.get(row.tid)
        if thread:
            yield from (f"{thread}: {text}" for text in compare_thread(thread, row, numbers))


def compare_thread(expected, row, numbers):
    frame = expected.frames[0]
    yield from compare.differ("number", numbers.get(expected.tid), row.number)
    yield from compare.differ("ident", int(expected.ident), int(row.ident, 16))
    yield from compare.differ("name", escape(expected.name), row.name)
    yield from compare.differ("selected", expected.main, row.selected == "*")
    daemon = ", daemon" if expected.daemon else ""
    yield from compare.differ("the rest", f"{daemon}, at {frame.file} ({frame.line}): {frame.function}", row.rest)


def gil_commands(_target):
    return ["pygil", "pyinterps", "pythreads"]


def compare_not_held(target, answers):
    """All sleep in C, and have let go."""
    gil, interpreters, _ = answers
    count = len(target.truth.threads)
    if target.truth.is_free_threaded and target.interpreter.environment.get("PYTHON_GIL") != "1":
        yield from compare.differ("pygil", "This Python is a build that runs without a GIL, and nobody holds one.", gil)
        yield from compare.differ("pyinterps", f"Interpreter 0 (main): {count} threads, no GIL", interpreters)
    else:
        yield from compare.differ("pygil", "Nobody holds the GIL.\nNo thread waits for it.", gil)
        yield from compare.differ("pyinterps", f"Interpreter 0 (main): {count} threads, the GIL, held by nobody", interpreters)


def waiters_of(target):
    return sorted(thread.tid for thread in target.truth.threads if not thread.main)


def held_commands(target):
    """The threads come out of read(2), want the GIL, and find it taken."""
    process.wait_until(lambda: process.syscall(target.pid, target.pid) == "pause", "the GIL is held")
    for _ in waiters_of(target):
        target.poke()
    process.wait_until(lambda: all(process.syscall(target.pid, tid) == "futex" for tid in waiters_of(target)), "they wait")
    return gil_commands(target)


def compare_held(target, answers):
    gil, interpreters, threads = answers
    main, waiters = next(thread for thread in target.truth.threads if thread.main), waiters_of(target)
    rows, others = rows_of(gil)
    yield from compare.differ("holder", [main.tid], tids_of(rows, ", holds the GIL"))
    yield from compare.differ("waiters", waiters, tids_of(rows, ", waits for the GIL"))
    yield from compare.differ("words", ["The GIL is held by:", f"{len(waiters)} threads wait for it:"], others)
    rows, _ = rows_of(threads)
    yield from compare.differ("holder in pythreads", [main.tid], tids_of(rows, ", holds the GIL"))
    yield from compare.differ("waiters in pythreads", waiters, tids_of(rows, ", waits for the GIL"))
    yield from compare.differ("pyinterps", True, f"the GIL, held by Thread {int(main.ident):#x} (LWP {main.tid})" in interpreters)


def compare_own_gils(_target, answers):
    """Three interpreters beside the main one, each with its GIL."""
    gils, interpreters, threads = answers
    found = re.findall(r"^Interpreter (\d+)( \(main\))?: (\d+) threads?, (.*)$", interpreters, re.MULTILINE)
    yield from compare.differ("interpreters", [str(n) for n in range(4)], [one[0] for one in found])
    yield from compare.differ("main", [" (main)", "", "", ""], [one[1] for one in found])
    yield from compare.differ("GILs", ["a GIL of its own, held by nobody"] * 4, [one[3] for one in found])
    said = ["Nobody holds the GIL.", *(f"Nobody holds the GIL of interpreter {n}." for n in range(1, 4))]
    yield from compare.differ("pygil", said, [line for line in gils.splitlines() if line != "No thread waits for it."])
    heads = [line for line in threads.splitlines() if line.startswith("Interpreter")]
    yield from compare.differ("pythreads", ["Interpreter 0 (main):", *(f"Interpreter {n}:" for n in range(1, 4))], heads)


def is_chosen(interpreter):
    return interpreter in pythons()


def has_gil(interpreter):
    return is_chosen(interpreter) and interpreter.label not in ("built-3.13t", "built-3.13td")


CHECKS = {
    "pyo": Check(object_commands, compare_objects),
    "pyg": Check(header_commands, compare_headers),
    "pu": Check(text_commands, compare_texts),
    "bad addresses": Check(bad_commands, compare_bad),
    "calls": Check(call_commands, compare_calls),
    "marked references": Check(marked_commands, compare_marked),
    "usage": Check(usage_commands, compare_usage),
    "pythreads": Check(thread_commands, compare_threads),
    "pygil, pyinterps": Check(gil_commands, compare_not_held),
}

CASES = [
    Case("GDB, objects", "held.py", (), check_all(CHECKS), core=True, only=is_chosen),
    Case("GDB, the GIL", "gil.py", ("asleep",), check_all({"": Check(held_commands, compare_held)}), core=True, only=has_gil),
    Case("GDB, interpreters", "interpreters.py", ("own",), check_all({"": Check(gil_commands, compare_own_gils)}), since=(3, 12), core=True, only=has_gil),
]

MACROS = sys.argv[1]
pyinspect_path()
sys.exit(run(CASES))
