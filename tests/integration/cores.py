#!/usr/bin/env python3
"""Core dumps: the same answer as of the living process, whoever wrote the core."""

import copy
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys

from harness import compare, cores, process
from harness.bed import Case, long_run, run
from harness.command import pyinspect_path, run_pyinspect
from harness.debugger import find_debuggers
from harness.target import Unsupported
from harness.truth import text

# What a core can't know.
UNKNOWN = {"state": None, "cpu_seconds": None, "os_name": None, "verified": True, "stopped": False}
NT_FILE = 0x46494C45
NOTES_END = 1 << 20
CUTS = 50 if long_run() else 6
VALUES = ("--locals", "--depth", "1", "--max-frames", "0")


def plain(target, answer):
    """The interpreters, without what only a living process has; threads in the order of their idents."""
    threads = [thread for interpreter in answer["interpreters"] for thread in interpreter["threads"]]
    for thread in threads + answer["native_threads"]:
        thread.update({name: value for name, value in UNKNOWN.items() if name in thread})
        thread.pop("died", None)
        thread.pop("registers", None)
        thread.pop("exceptions", None)
        for frame in thread["frames"]:
            frame.pop("source_newer", None)
            if target.interpreter.in_root:
                frame.pop("source")  # our programs are bound into the root while it runs
    for interpreter in answer["interpreters"]:
        interpreter["threads"].sort(key=lambda thread: thread["ident"])
    return answer["interpreters"], answer["native_threads"]


def compare_documents(what, expected, found):
    """The first places where two documents differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        yield from compare.differ(f"members of {what}", sorted(expected), sorted(found))
        for name in expected.keys() & found.keys():
            yield from compare_documents(f"{what}.{name}", expected[name], found[name])
    elif isinstance(expected, list) and isinstance(found, list):
        yield from compare.differ(f"length of {what}", len(expected), len(found))
        for index, (left, right) in enumerate(zip(expected, found)):
            yield from compare_documents(f"{what}[{index}]", left, right)
    else:
        yield from compare.differ(what, expected, found)


def compare_core(target, live, path):
    """All that pyinspect says of a core, against what it says of the living process."""
    seen = run_pyinspect("--json", *VALUES, *cores.words_for(target, path))
    yield from compare.differ("exit code", 0, seen.code)
    yield from compare.differ("standard error", "", seen.err)
    if not seen.out:
        return
    answer = seen.answer()
    yield from (f"problem: {problem}" for problem in compare.problems_of(answer))
    yield from compare.differ("kind", "core", answer["target"]["kind"])
    yield from compare.differ("file", str(path), answer["target"]["file"])
    for name in ("pid", "parent_pid", "uid", "command_line"):
        yield from compare.differ(name, live["target"][name], answer["target"][name])
    for name in ("version", "debug", "free_threaded", "jit", "layout", "layout_name", "count"):
        yield from compare.differ(name, live["python"][name], answer["python"][name])
    (interpreters, native), (found, found_native) = plain(target, live), plain(target, answer)
    yield from compare_documents("interpreters", interpreters, found)
    yield from compare_documents("native", native, found_native)


def compare_truth(target, path, *options):
    """Its frames, by the word of the target itself."""
    yield from compare_threads(target, look_at(target, path, *options))


def compare_threads(target, answer):
    found = {thread["ident"]: thread for i in answer["interpreters"] for thread in i["threads"]}
    for expected in target.truth.threads:
        if expected.ident not in found:
            yield f"{expected} is missing"
            continue
        yield from compare.differ(f"tid of {expected}", expected.tid, found[expected.ident]["tid"])
        yield from compare.differ(f"name of {expected}", expected.name, found[expected.ident]["name"])
        yield from (f"{expected}: {text}" for text in compare.compare_frames(expected.frames, found[expected.ident]))


def look(target):
    """At the living process, once for all checks."""
    if not hasattr(target, "seen"):
        process.wait_for_rest(target.pid)
        target.seen = run_pyinspect("--json", *VALUES, target.pid)
    return target.seen.answer()


def kernel_core(target):
    """The kernel's core of the target, which is killed for it, once for all checks."""
    if not hasattr(target, "core"):
        look(target)
        target.core = cores.by_kernel(target)
    return target.core


def check_by_gdb(target):
    live = look(target)
    path = cores.by_gdb(target)
    yield from compare_truth(target, path)
    yield from compare_core(target, live, path)
    path.unlink()


def check_by_each_gdb(target):
    """GDBs write cores each in their own way."""
    live = look(target)
    for debugger in find_debuggers():
        # Of stacks with guard pages that don't show, GDBs before 17 write nothing.
        if debugger.missing or (target.interpreter.in_root and debugger.version < (17,)):
            continue
        path = cores.by_gdb(target, debugger)
        for text in [*compare_truth(target, path), *compare_core(target, copy.deepcopy(live), path)]:
            yield f"GDB {debugger.label}: {text}"
        path.unlink()


def check_filters(target):
    """Without files' pages, and without any memory of the process's own."""
    path = kernel_core(target)
    kind = target.truth.notes["filter"]
    if kind & 1:
        yield from compare_truth(target, path)
        return
    shown = run_pyinspect(*cores.words_for(target, path))
    yield from compare.differ("exit code", 4, shown.code)
    if "coredump_filter" not in shown.err or shown.err.count("\n") != 1:
        yield f"the message: {shown.err}"


def check_by_kernel(target):
    path = kernel_core(target)
    yield from compare_truth(target, path)
    yield from compare_core(target, look(target), path)


def check_print(target):
    """Values of expressions, as the target itself tells them."""
    path = kernel_core(target)
    for expression, expected in target.truth.notes["right"]:
        shown = run_pyinspect("print", "--json", "-f", "1", *cores.words_for(target, path), expression)
        value = shown.answer()["value"]
        yield from compare.differ(expression, text(expected), value and value["repr"])


def check_without_list(target):
    """A core that doesn't say which files were mapped: the loader's list does."""
    path = kernel_core(target)
    data = path.read_bytes()
    note = struct.pack("<I", NT_FILE)
    other = target.folder / "core-without-list"
    at = data.index(note + b"CORE", 0, NOTES_END)
    other.write_bytes(data[:at] + b"\xff\xff\xff\x7f" + data[at + len(note) :])
    yield from compare_truth(target, other)


def check_without_files(target):
    """Without its files a core shows the stacks of versions that tell what is where in them; others say what is needed."""
    path = kernel_core(target)
    # What was learnt of debugging information earlier would help.
    shown = run_pyinspect("--json", path, environment={"XDG_CACHE_HOME": str(target.folder)})
    answer = shown.answer()
    problems = list(compare.problems_of(answer))
    if not any("build-id" in problem["text"] and "--sysroot" in problem["text"] for problem in problems):
        yield f"no problem says what is needed: {problems}"
    if target.interpreter.version < (3, 13):
        yield from compare.differ("exit code", 4, shown.code)
        return
    yield from compare.differ("exit code", 1, shown.code)
    found = {thread["ident"]: thread for i in answer["interpreters"] for thread in i["threads"]}
    for expected in target.truth.threads:
        yield from (f"{expected}: {text}" for text in compare.compare_frames(expected.frames, found[expected.ident]))


def check_dwarf(target):
    """Where members are may be told by debugging information, as for a process."""
    path = kernel_core(target)
    if target.interpreter.in_root:
        return
    yield from compare_truth(target, path, "--layout", "dwarf")


def check_server(target):
    """What isn't here comes from a server, by build-id; the fetching program is a script of ours."""
    path = kernel_core(target)
    program = target.folder / "debuginfod-find"
    there = target.interpreter.path_here(os.path.realpath(target.interpreter.path_here(target.interpreter.command[2])))
    program.write_text(f"#!/bin/sh\n[ $1 = executable ] && echo {there}\n")
    program.chmod(0o700)
    servers = {"DEBUGINFOD_URLS": "http://localhost", "PATH": f"{target.folder}:{os.environ['PATH']}"}
    shown = run_pyinspect("--json", path, environment=servers)
    yield from compare.differ("exit code", 0, shown.code)
    yield from compare_threads(target, shown.answer())


def check_other_program(target):
    """A file of another build is refused in words; the answer is there all the same."""
    path = kernel_core(target)
    shown = run_pyinspect("--exe", pyinspect_path(), *cores.words_for(target, path))
    if f"{pyinspect_path()}: it is of another build" not in shown.out:
        yield f"it isn't refused: {shown.out}{shown.err}"
    yield from compare.differ("exit code", 1, shown.code)


def check_cut(target):
    """Cut short anywhere, it is shown as far as it goes, or one sentence says why not."""
    path = kernel_core(target)
    size = path.stat().st_size
    seed = int(os.environ.get("CORES_SEED", random.randrange(1 << 32)))
    chance = random.Random(seed)
    other = target.folder / "core-cut"
    shutil.copyfile(path, other)
    for length in sorted((chance.randrange(size) for _ in range(CUTS)), reverse=True):
        os.truncate(other, length)
        shown = run_pyinspect("--json", *cores.words_for(target, other))
        if shown.code not in (1, 4) or shown.err.count("\n") != (shown.code == 4):
            yield f"CORES_SEED={seed}, {length} of {size} bytes: exit code {shown.code}: {shown.err}"
        if not any("cut short" in problem["text"] for problem in compare.problems_of(shown.answer())):
            yield f"CORES_SEED={seed}, {length} of {size} bytes: nothing says that it is cut short: {shown.out[-300:]}"


TOOLS = {"zstd": ["zstd", "-qc"], "lz4": ["lz4", "-qc"], "xz": ["xz", "-0c"], "gzip": ["gzip", "-1c"]}


def compress(tool, path):
    if not shutil.which(tool):
        raise Unsupported(f"no {tool}")
    other = path.with_name(f"core.{tool}")
    with open(path, "rb") as whole, open(other, "wb") as packed:
        subprocess.run(TOOLS[tool], stdin=whole, stdout=packed, check=True)
    return other


def check_compressed(tool):
    """The same as of the core itself; by standard input, too; damaged ones, and what is no core, in one sentence."""

    def check(target):
        path = kernel_core(target)
        expected = compare_free(look_at(target, path))
        packed = compress(tool, path)
        yield from compare.differ("compressed", expected, compare_free(look_at(target, packed)))
        words = cores.words_for(target, "-")
        with open(packed, "rb") as file:
            piped = subprocess.run([pyinspect_path(), "--json", *words], stdin=file, stdout=subprocess.PIPE, check=False)
        yield from compare.differ("standard input", expected, compare_free(json.loads(piped.stdout)))
        with subprocess.Popen(["cat", packed], stdout=subprocess.PIPE) as cat:
            piped = subprocess.run([pyinspect_path(), "--json", *words], stdin=cat.stdout, stdout=subprocess.PIPE, check=False)
        yield from compare.differ("a pipe", expected, compare_free(json.loads(piped.stdout)))
        yield from check_damaged(target, packed, random.Random(7))
        other = target.folder / "other"
        other.write_bytes(bytes(1 << 20))
        yield from check_no_core(compress(tool, other))

    return check


def compare_free(answer):
    """Without what differs between two looks at the same core."""
    answer.pop("time")
    answer["target"].pop("file")
    return answer


def check_damaged(target, packed, chance):
    data = bytearray(packed.read_bytes())
    damaged = target.folder / "core-damaged"
    for _ in range(5):
        at = chance.randrange(6, len(data))
        damaged.write_bytes(data[:at] + bytes(chance.randrange(256) for _ in range(64)) + data[at + 64 :])
        shown = run_pyinspect(*cores.words_for(target, damaged))
        if shown.code not in (0, 1, 4) or shown.err.count("\n") != (shown.code == 4):
            yield f"damaged at {at}: exit code {shown.code}: {shown.err}"


def check_no_core(packed):
    shown = run_pyinspect(packed)
    yield from compare.differ("exit code of what is no core", 4, shown.code)
    if "not a core dump" not in shown.err or shown.err.count("\n") != 1:
        yield f"what is no core: {shown.err}"


def check_threads(target):
    """The one that was killed is marked and comes first; each is found by its id."""
    path = kernel_core(target)
    answer = look_at(target, path)
    threads = answer["interpreters"][0]["threads"]
    marked = [thread["tid"] for thread in threads if thread.get("died")]
    yield from compare.differ("marked as dead", [target.truth.pid], marked)
    yield from compare.differ("first thread", target.truth.pid, threads[0]["tid"])
    for thread in threads:
        (one,) = look_at(target, path, "-t", str(thread["tid"]))["interpreters"][0]["threads"]
        yield from compare.differ(f"thread {thread['tid']} alone", thread, one)
    missing = run_pyinspect("-t", "1", *cores.words_for(target, path))
    yield from compare.differ("exit code for a thread that isn't there", 3, missing.code)


def look_at(target, path, *options):
    return run_pyinspect("--json", *options, *cores.words_for(target, path)).answer()


def check_death(signal_name, place=None, message=None, reason=None, sender=False):
    """What the core says of the end of a target that has died by itself; and where all its threads were."""

    def check(target):
        expected = target.truth
        path = cores.of_dead(target)
        yield from compare_truth(target, path)
        answer = look_at(target, path)
        death = answer["target"]["death"]
        yield from compare.differ("signal", signal_name, death["signal_name"])
        yield from compare.differ("tid", expected.notes["tid"], death["tid"])
        yield from compare.differ("sender", expected.pid if sender else None, death["sender_pid"])
        for name, pattern in (("place", place), ("message", message), ("reason", reason)):
            if pattern is None:
                yield from compare.differ(name, None, death[name])
            elif not re.search(pattern.format(file=re.escape(expected.notes.get("file", "")), **death), death[name] or ""):
                yield f"{name}: {death[name]!r}"
        first = answer["interpreters"][0]["threads"][0]
        yield from compare.differ("first thread", (expected.notes["tid"], True), (first["tid"], first.get("died")))
        yield from compare_exception(expected, answer)
        shown = run_pyinspect("-v", *cores.words_for(target, path)).out
        for word in (f"Died of {signal_name} in thread {death['tid']}", "died here", "rip  "):
            if word not in shown:
                yield f"{word!r} isn't in {shown}"

    return check


def compare_exception(truth, answer):
    """The one that the worker handles."""
    (worker,) = [thread for thread in answer["interpreters"][0]["threads"] if thread["name"] == "worker"]
    (found,) = worker.get("exceptions") or [None]
    handled = truth.notes["handled"]
    yield from compare.differ("exception", (True, "ValueError", text(handled["repr"])), (found["handled"], found["type"], found["repr"]))
    frames = [[frame["function"], frame["line"]] for frame in found["frames"]]
    yield from compare.differ("frames of its traceback", handled["frames"], frames)


def death(name, *arguments, where="main", only=None, **expected):
    checks = {"": check_death(*arguments, **expected)}
    return Case(f"death by {name}, {where}", "deaths.py", (name, where), checks, only=only)


def is_sample(interpreter):
    """How the kernel tells of a death isn't a matter of Python's version."""
    return interpreter.version[:2] in ((2, 7), (3, 12), (3, 15))


OVERFLOWN = "^the end of the stack of thread {tid}: the stack has overflown$"
MAPPED, ALLOWED = "nothing is mapped", "doesn't allow"


def is_in_root(interpreter):
    return interpreter.in_root


MISSING = {"by DWARF": check_dwarf, "without the list of files": check_without_list, "another program": check_other_program, "cut short": check_cut,
           "threads": check_threads}

def filtered(number):
    return Case(f"filter {number:#x}", "filtered.py", (str(number),), {"": check_filters}, only=is_sample)


CASES = [
    *([Case("variables by each GDB", "variables.py", checks={"": check_by_each_gdb}, only=is_sample)] if long_run() else []),
    *map(filtered, (0, 1, 0x10, 0x11, 0x1ff)),
    Case("shapes by the kernel", "shapes.py", checks={"": check_by_kernel}, core=True),
    Case("variables by GDB", "variables.py", checks={"": check_by_gdb}),
    Case("variables by the kernel", "variables.py", checks={"": check_by_kernel, **MISSING}),
    Case("compressed", "variables.py", checks={tool: check_compressed(tool) for tool in TOOLS}, only=is_sample),
    Case("expressions", "expressions.py", checks={"": check_print}),
    death("null", "SIGSEGV", place="NULL pointer", reason=MAPPED),
    death("null", "SIGSEGV", where="thread", only=is_sample, place="NULL pointer", reason=MAPPED),
    death("nothing", "SIGSEGV", only=is_sample, place="^nothing is mapped there$", reason=MAPPED),
    death("code", "SIGSEGV", only=is_sample, place="^code of {file}$", reason=ALLOWED),
    death("file", "SIGBUS", only=is_sample, place="^memory that can only be read of {file}$", reason="no memory behind"),
    death("overflow", "SIGSEGV", only=is_sample, place=OVERFLOWN, reason=""),
    death("overflow", "SIGSEGV", where="thread", only=is_sample, place=OVERFLOWN, reason=""),
    death("abort", "SIGABRT", sender=True, only=is_sample),
    death("abort", "SIGABRT", where="thread", sender=True),
    death("free", "SIGABRT", only=is_sample, sender=True, message="^free\\(\\): invalid pointer$"),
    death("kill", "SIGFPE", only=is_sample, sender=True),
    death("fatal", "SIGABRT", sender=True),
    Case("files that aren't here", "shapes.py", checks={"": check_without_files, "by a server": check_server}, only=is_in_root),
]

if __name__ == "__main__":
    cores.allow_cores()
    sys.exit(run(CASES))
