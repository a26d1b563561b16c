#!/usr/bin/env python3
"""Bad input: what looks like a Python and isn't, spoilt offsets, files that aren't what they were.

What is shown is right, or a sentence says what may be wrong; nothing of the host's is shown, and it ends.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect
from harness.compiled import compiled
from harness.home import CONTAINER, home
from harness.target import PROGRAMS, Unsupported

OFFSETS = {(3, 13): 73, (3, 14): 95, (3, 15): 111}
HEADER = 3
MASK = 2**64 - 1
WHOLE, PROBLEMS, UNREADABLE = 0, 1, 4


def decoys(folder):
    """A program that loads libraries which lie, under names that are looked at first and last."""
    paths = []
    for number in range(5):
        library = compiled("decoy", "-shared", "-fPIC", f"-DDECOY={number}")
        for name in (f"libpython3.{90 + number}.so.1.0", f"libother{number}.so"):
            shutil.copy(library, folder / name)
            paths.append(folder / name)
        os.unlink(library)
        compiled.cache_clear()
    return [PROGRAMS / "decoys.py", *paths]


def check_spoilt_offsets(target):
    """Each word of _Py_DebugOffsets is spoilt in turn, while the process hangs."""
    if target.truth.is_free_threaded:
        raise Unsupported("no table is of a free-threaded build, so nothing says that its offsets are spoilt")
    process.wait_for_rest(target.pid)
    start = target.truth.notes["runtime"]
    count = OFFSETS[target.interpreter.version[:2]]
    with open(f"/proc/{target.pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(start)
        words = struct.unpack(f"{count}Q", memory.read(8 * count))
        for index in range(count):
            for value in {0, words[index] + 8 & MASK, words[index] - 8 & MASK, MASK} - {words[index]}:
                memory.seek(start + 8 * index)
                memory.write(struct.pack("Q", value))
                process.wait_for_rest(target.pid)  # from the look before, which may have stopped it
                for text in check_right_or_said(target):
                    yield f"word {index} is {value:#x}, not {words[index]:#x}: {text}"
                memory.seek(start + 8 * index)
                memory.write(struct.pack("Q", words[index]))
    yield from check_whole(target)


def check_right_or_said(target):
    found = run_pyinspect("--json", target.pid)
    if found.code == WHOLE:
        for text in compare.compare_threads(target, found.answer()):
            if not text.endswith("got None"):  # it isn't known: nobody says anything wrong
                yield text
    elif found.code == PROBLEMS:
        if not list(compare.problems_of(found.answer())):
            yield "exit code 1 without a problem"
    elif found.code != UNREADABLE or found.err.count("\n") != 1:
        yield f"exit code {found.code}: {found.err}"


def main_program(folder):
    """A program of its own folder, so that its file can be swapped."""
    shutil.copy(PROGRAMS / "few.py", folder / "main.py")
    return [folder / "main.py"]


def link_to(path):
    return lambda victim, _host: os.symlink(path, victim)


def make_giant(victim, _host):
    with open(victim, "wb") as file:
        file.truncate(1 << 40)


SECRET = "SECRET = 'of the host'\n" * 40
#: What is put at the path of a file; it is given the path, and a folder that only the host can see.
SWAPS = {
    "absolute link out of the root": lambda victim, host: os.symlink(f"{host}/secret", victim),
    "relative link out of the root": lambda victim, host: os.symlink(f"{'../' * 40}{host}/secret", victim),
    "link by way of /proc": lambda victim, host: os.symlink(f"/proc/self/root{host}/secret", victim),
    "link to itself": lambda victim, _host: os.symlink(victim, victim),
    "link to a device": link_to("/dev/zero"),
    "link to a terminal": link_to("/dev/tty"),
    "FIFO": lambda victim, _host: os.mkfifo(victim),
    "folder": lambda victim, _host: os.mkdir(victim),
    "sparse giant": make_giant,
    "nothing": lambda victim, _host: None,
}


def swap(victim, how, host):
    """Something else at the path, which is a plain file or nothing before and after."""
    if os.path.isdir(victim) and not os.path.islink(victim):
        os.rmdir(victim)
    elif os.path.lexists(victim):
        os.unlink(victim)
    SWAPS[how](victim, host)


def check_swapped_sources(target):
    """All frames, and no line that isn't the program's."""
    process.wait_for_rest(target.pid)
    host = os.path.dirname(target.interpreter.root)
    with open(f"{host}/secret", "w", encoding="ascii") as file:
        file.write(SECRET)
    for how in SWAPS:
        swap(target.folder / "main.py", how, host)
        found = run_pyinspect("--json", target.pid)
        if found.code not in (WHOLE, PROBLEMS) or "SECRET" in found.out:
            yield f"{how}: exit code {found.code}: {found.err} {found.out}"
        threads = {thread["ident"]: thread for thread in found.answer()["interpreters"][0]["threads"]}
        for expected in target.truth.threads:
            for text in compare.compare_frames(expected.frames, threads[expected.ident]):
                yield f"{how}: {text}"
        texts = [problem["text"] for problem in compare.problems_of(found.answer())]
        if any("source not read" not in text for text in texts):
            yield f"{how}: {texts}"


def check_swapped_debug_files(target):
    """The layout isn't found there, or it is found elsewhere; the look ends."""
    process.wait_for_rest(target.pid)
    root = target.interpreter.root
    maps = Path(f"/proc/{target.pid}/maps").read_text(encoding="utf-8")
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if "/bin/python" in line or "/libpython" in line}
    for path in paths:
        notes = subprocess.run(["readelf", "-n", path], stdout=subprocess.PIPE, check=True, text=True).stdout
        build_id = re.search(r"Build ID: ([0-9a-f]+)", notes)
        if not build_id:
            continue
        folder = f"{root}/usr/lib/debug/.build-id/{build_id.group(1)[:2]}"
        os.makedirs(folder, exist_ok=True)
        for how in SWAPS:
            swap(f"{folder}/{build_id.group(1)[2:]}.debug", how, os.path.dirname(root))
            found = run_pyinspect("--layout=dwarf", target.pid, environment={"XDG_CACHE_HOME": "/nonexistent", "DEBUGINFOD_URLS": ""})
            if found.code not in (WHOLE, UNREADABLE) or found.err.count("\n") > 1 or "SECRET" in found.out + found.err:
                yield f"{how}: exit code {found.code}: {found.err}"


HOSTILE = b"/opt/a) R 1 (\n\x1b[31m\xff\xe2\x80\xae/python (deleted)"
LONG = b"/opt" + b"/python-%s" % (b"x" * 240) * 12 + b"/python"


def check_escaped(target):
    """Nothing of the names reaches a terminal as it is; and no line is made by them."""
    found = run_pyinspect(target.pid)
    yield from compare.differ("exit code", 0, found.code)
    for raw in ("\x1b", "\u202e", "\ufffd"):
        if raw in found.out + found.err:
            yield f"{raw!r} in {found.out!r}"
    yield from compare.differ("first line", f"Process {target.pid}:", " ".join(found.out.split()[:2]))
    if not found.out.splitlines()[1].startswith("CPython "):
        yield f"the second line is {found.out.splitlines()[1]!r}"


NAMES = {"": check_whole, "as text": check_escaped}

CASES = [
    Case("swapped sources", main_program, home=home(*CONTAINER), checks={"": check_swapped_sources}),
    Case("swapped debug files", "few.py", home=home(), checks={"": check_swapped_debug_files}),
    Case("hostile names", "hostile.py", home=home(name=HOSTILE), checks=NAMES),
    Case("long path", "few.py", home=home(name=LONG), checks=NAMES),
    Case("decoys", decoys),
    Case("spoilt offsets", "offsetsat.py", checks={"": check_spoilt_offsets}, since=(3, 13)),
]

sys.exit(run(CASES))
