#!/usr/bin/env python3
"""Tables, what a process tells of itself, and DWARF give the same true answer; where DWARF is found; the cache."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import compare, interpreters, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.target import Target, Unsupported

UNREADABLE = 4
#: More than a look takes, less than one that waits for something.
BOUND_SECONDS = 8


def look(target, *options, cache="cache", environment=None):
    """A look with a cache of the test's own."""
    folder = target.folder / cache
    folder.mkdir(exist_ok=True)
    more = {"XDG_CACHE_HOME": str(folder), "DEBUGINFOD_URLS": "", **(environment or {})}
    return run_pyinspect("--json", *options, target.pid, environment=more)


@functools.cache
def debug_dirs():
    """Debian's release builds have their DWARF in packages of their own."""
    return [f"--debug-dir={folder}" for folder in interpreters.debug_dirs()]


def check_answer(target, result, layout):
    yield from compare.compare(target, result)
    if result.out:
        yield from compare.differ("layout", layout, result.answer().get("python", {}).get("layout"))


def check_refused(result, *words):
    yield from compare.differ("exit code", UNREADABLE, result.code)
    for word in words:
        if word not in result.err:
            yield f"no {word!r} in {result.err!r}"


def needs_dwarf(target, result):
    """Debian's packages of debugging information are large; it need not be here."""
    if target.interpreter.in_root and result.code == UNREADABLE and "--debug-dir" in result.err:
        raise Unsupported("its debugging information is not on this machine: name it in PYINSPECT_DEBUG_DIRS")


def check_table(target):
    if target.truth.is_free_threaded:
        raise Unsupported("tables are of builds with a GIL")
    process.wait_for_rest(target.pid)
    yield from check_answer(target, look(target, "--layout=table"), "table")


def check_offsets(target):
    result = look(target, "--layout=offsets")
    if target.interpreter.version >= (3, 13):
        yield from check_answer(target, result, "debug_offsets")
    else:
        yield from check_refused(result, "_Py_DebugOffsets")


def cached_file(target):
    """The one layout in the test's own cache; None if there is none."""
    found = list(target.folder.glob("cache/pyinspect/layouts/*"))
    if len(found) > 1:
        raise ValueError(f"more than one cached file: {found}")
    return found[0] if found else None


def has_build_id(target, result):
    library = target.interpreter.path_here(result.answer()["python"]["library"])
    notes = subprocess.run(["readelf", "-n", library], stdout=subprocess.PIPE, check=True, text=True).stdout
    return "Build ID" in notes


def check_dwarf(target):
    """Read once, then from the cache."""
    process.wait_for_rest(target.pid)
    seconds = []
    for _ in range(2):
        begin = time.monotonic()
        result = look(target, "--layout=dwarf", *debug_dirs())
        seconds.append(time.monotonic() - begin)
        needs_dwarf(target, result)
        yield from check_answer(target, result, "dwarf")
    cached = cached_file(target)
    if not has_build_id(target, result):  # musl-gcc gives none
        yield from compare.differ("the cached file", None, cached)
        return
    yield from compare.differ("mode of the cached file", 0o600, cached.stat().st_mode & 0o777)
    yield from compare.differ("mode of the cache", 0o700, cached.parent.stat().st_mode & 0o777)
    print("# {}: by DWARF {:.0f} ms, from the cache {:.0f} ms".format(target.interpreter.label, *(1000 * s for s in seconds)))


def check_same_words(target):
    """Not only what the truth covers: each member of the answer is the same by each producer."""
    process.wait_for_rest(target.pid)
    answers = {}
    for producer in ("auto", "dwarf"):
        result = look(target, f"--layout={producer}", *debug_dirs())
        needs_dwarf(target, result)
        answers[producer] = result.answer()
        for name in ("time", "stopped_us"):
            del answers[producer][name]
        del answers[producer]["python"]["layout"], answers[producer]["target"]["elapsed_seconds"]
    if answers["auto"]["python"]["jit"] is None and target.truth.is_debug:
        del answers["auto"]["python"]["jit"], answers["dwarf"]["python"]["jit"]
    yield from compare.differ("answer", answers["auto"], answers["dwarf"])


def check_broken_cache(target):
    """What is in the cache is believed no more than the process; it is mended where that can be."""
    result = look(target, "--layout=dwarf", *debug_dirs())
    needs_dwarf(target, result)
    if not has_build_id(target, result):
        raise Unsupported("it has no build-id, and so isn't cached")
    cached = cached_file(target)
    good = cached.read_bytes()

    def spoil(how):
        cached.unlink()
        how()

    def check(what, how, mended=True):
        spoil(how)
        result = look(target, "--layout=dwarf", *debug_dirs())
        for text in check_answer(target, result, "dwarf"):
            yield f"{what}: {text}"
        if mended and (not cached.is_file() or cached.is_symlink() or cached.read_bytes() != good):
            yield f"{what}: it is not mended"

    victim = target.folder / "victim"
    victim.write_bytes(good)
    yield from check("nothing in it", lambda: cached.write_bytes(b""))
    yield from check("half of it", lambda: cached.write_bytes(good[: len(good) // 2]))
    yield from check("another build's", lambda: cached.write_bytes(good.replace(b"build-id ", b"build-id 00")))
    yield from check("a huge offset", lambda: cached.write_bytes(good.replace(b"NEXT 0", b"NEXT 99999999999")))
    yield from check("a FIFO", lambda: os.mkfifo(cached))
    yield from check("a link", lambda: cached.symlink_to(victim))
    yield from compare.differ("what the link led to", good, victim.read_bytes())
    shutil.rmtree(cached.parent)
    cached.parent.write_text("in the way")
    yield from check_answer(target, look(target, "--layout=dwarf", *debug_dirs()), "dwarf")


def check_contradicted(target):
    """What it tells is nonsense: DWARF helps, or a sentence says what would."""
    process.wait_for_rest(target.pid)
    result = look(target, *debug_dirs())
    if result.code == UNREADABLE and target.interpreter.in_root:
        yield from check_refused(result, "debugging information", "--debug-dir")
    else:
        yield from check_answer(target, result, "dwarf")
    yield from check_refused(look(target, "--layout=offsets"))


def check_no_cookie(target):
    process.wait_for_rest(target.pid)
    # No table is of a build without a GIL.
    yield from check_answer(target, look(target), "dwarf" if target.truth.is_free_threaded else "table")


# --- Detached debugging information


def objcopy(*arguments):
    subprocess.run(["objcopy", *map(str, arguments)], check=True, stderr=subprocess.PIPE)


def library_of(target):
    """The mapped libpython that has DWARF."""
    with open(f"/proc/{target.pid}/maps") as lines:
        paths = [line.split(maxsplit=5)[5].rstrip() for line in lines if "/libpython" in line]
    if not paths:
        raise Unsupported("it has no library that could be stripped: Debian's are static, and stripped already")
    if b".debug_info" not in subprocess.run(["readelf", "-SW", paths[0]], stdout=subprocess.PIPE, check=True).stdout:
        raise Unsupported("its library is stripped already")
    return paths[0]


def build_id_path(library):
    text = subprocess.run(["readelf", "-n", library], stdout=subprocess.PIPE, check=True, text=True).stdout
    build_id = text.split("Build ID: ")[1].split()[0]
    return f".build-id/{build_id[:2]}/{build_id[2:]}.debug"


class Stripped:
    """A process with a stripped copy of the library, and its debugging information aside."""

    def __init__(self, target, *without):
        if not shutil.which("objcopy"):
            raise Unsupported("objcopy is not installed")
        original = library_of(target)
        self.folder = Path(tempfile.mkdtemp(prefix="stripped-", dir=target.folder))
        self.library = self.folder / os.path.basename(original)
        #: Where its file is below a folder like /usr/lib/debug.
        self.build_id_path = build_id_path(original)
        # It lies aside: the link has its name only, and the tests put it where it is to be found.
        self.debug = target.folder / f"{self.folder.name}.debug"
        objcopy("--only-keep-debug", *without, original, self.debug)
        objcopy("--strip-all", *without, f"--add-gnu-debuglink={self.debug}", original, self.library)
        self.target = Target(
            target.interpreter, target.arguments, target.folder, {"LD_LIBRARY_PATH": str(self.folder)}
        )
        self.target.truth
        process.wait_for_rest(self.target.pid)
        self.caches = 0
        self.known_by = "debug_offsets" if target.interpreter.version >= (3, 13) else "table"

    def look(self, *options, environment=None):
        """Each time without a cache."""
        self.caches += 1
        cache = f"cache-{self.folder.name}-{self.caches}"
        return look(self.target, "--layout=dwarf", *options, cache=cache, environment=environment)

    @contextlib.contextmanager
    def placed(self, path, source=None):
        """The debugging information, or another file, at a place while the block runs."""
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source or self.debug, path)
        try:
            yield
        finally:
            path.unlink()


def check_places(stripped):
    target, root = stripped.target, stripped.target.folder / "root"
    by_id = stripped.build_id_path
    # Not needed, and so not missed.
    yield from check_answer(target, run_pyinspect("--json", target.pid), stripped.known_by)
    yield from check_refused(stripped.look(), by_id[10:12] + by_id[13:20], "--debug-dir")
    with stripped.placed(root / by_id):
        yield from check_answer(target, stripped.look("--debug-dir=/proc", f"--debug-dir={root}"), "dwarf")
    with stripped.placed(root / "usr/lib/debug" / by_id):
        yield from check_answer(target, stripped.look(f"--sysroot={root}"), "dwarf")
    # By the name in the library: beside it, and below it.
    for path in (stripped.folder / stripped.debug.name, stripped.folder / ".debug" / stripped.debug.name):
        with stripped.placed(path):
            yield from check_answer(target, stripped.look(), "dwarf")


def check_forms(stripped):
    root = stripped.target.folder / "root"
    other = stripped.target.folder / "other"
    objcopy("--compress-debug-sections=zlib", stripped.debug, other)
    with stripped.placed(root / stripped.build_id_path, other):
        yield from check_answer(stripped.target, stripped.look(f"--debug-dir={root}"), "dwarf")
    yield from check_shared(stripped, root)
    # What is of another build, and what is nothing at all.
    objcopy("--remove-section=.note.gnu.build-id", stripped.debug, other)
    with stripped.placed(root / stripped.build_id_path, other):
        yield from check_refused(stripped.look(f"--debug-dir={root}"), "another build")
    other.write_bytes(b"text")
    with stripped.placed(root / stripped.build_id_path, other):
        yield from check_refused(stripped.look(f"--debug-dir={root}"), "not an ELF file")


def check_shared(stripped, root):
    """What dwz takes out of several files is in a file of its own."""
    if not shutil.which("dwz"):
        return
    folder = stripped.target.folder
    one, two, shared = folder / "one", folder / "two", folder / "shared"
    shutil.copy(stripped.debug, one)
    shutil.copy(stripped.debug, two)
    done = subprocess.run(["dwz", "-m", shared, "-M", "/shared", one, two], stderr=subprocess.PIPE, text=True)
    if done.returncode or not shared.exists():
        yield f"dwz fails: {done.stderr}"
        return
    with stripped.placed(root / stripped.build_id_path, one):
        yield from check_refused(stripped.look(f"--debug-dir={root}"), "a part of it is in /shared")
        with stripped.placed(root / "shared", shared):
            yield from check_answer(stripped.target, stripped.look(f"--debug-dir={root}"), "dwarf")


def check_hostile(stripped):
    """What lies where the debugging information should be is never waited for, and never a reason to die."""
    path = stripped.folder / stripped.debug.name

    def sparse():
        with open(path, "wb") as file:
            file.truncate(1 << 40)

    kinds = {
        "a FIFO": lambda: os.mkfifo(path),
        "a folder": path.mkdir,
        "a link to a device": lambda: path.symlink_to("/dev/zero"),
        "a link to itself": lambda: path.symlink_to(path),
        "a giant": sparse,
    }
    for kind, make in kinds.items():
        make()
        begin = time.monotonic()
        for text in check_refused(stripped.look()):
            yield f"{kind}: {text}"
        if time.monotonic() - begin > BOUND_SECONDS:
            yield f"{kind}: it took {time.monotonic() - begin} s"
        path.rmdir() if path.is_dir() else path.unlink()


def check_debuginfod(stripped):
    """debuginfod-find(1) is run only where the user has set it up; a broken one costs a sentence."""
    programs = stripped.target.folder / "programs"
    programs.mkdir()
    finder = programs / "debuginfod-find"

    def look_with(script, urls, *options):
        finder.write_text("#!/bin/sh\n" + script)
        finder.chmod(0o755)
        path = f"{programs}:{os.environ['PATH']}"
        return stripped.look(*options, environment={"DEBUGINFOD_URLS": urls, "PATH": path})

    fetched = f'[ "$1" = debuginfo ] && echo {stripped.debug}'
    yield from check_refused(look_with(fetched, ""), "--debug-dir")
    yield from check_answer(stripped.target, look_with(fetched, "http://localhost:9"), "dwarf")
    yield from check_refused(look_with("exit 1", "http://localhost:9"), "debuginfod-find failed")
    begin = time.monotonic()
    yield from check_refused(look_with("exec sleep 100", "http://localhost:9", "--timeout=2"), "took too long")
    if time.monotonic() - begin > BOUND_SECONDS:
        yield "it waits for a debuginfod that hangs"


def check_detached(target):
    stripped = Stripped(target)
    try:
        for check in (check_places, check_forms, check_hostile, check_debuginfod):
            for text in check(stripped):
                yield f"{check.__name__}: {text}"
    finally:
        stripped.target.close()


def check_checksum(target):
    """Without a build-id, the checksum in the library says whether a file is its own."""
    stripped = Stripped(target, "--remove-section=.note.gnu.build-id")
    try:
        path = stripped.folder / stripped.debug.name
        with stripped.placed(path):
            yield from check_answer(stripped.target, stripped.look(), "dwarf")
            with open(path, "ab") as file:
                file.write(b"x")
            yield from check_refused(stripped.look(), "another build")
        if list(target.folder.glob(f"cache-{stripped.folder.name}-*/pyinspect/layouts/*")):
            yield "what has no build-id is cached"
    finally:
        stripped.target.close()


PRODUCERS = {
    "by table": check_table,
    "by debug offsets": check_offsets,
    "by DWARF": check_dwarf,
    "the same answer by DWARF": check_same_words,
    "a broken cache": check_broken_cache,
}
DETACHED = {"": check_detached, "by checksum": check_checksum}
SPOILT = {"": check_contradicted}

CASES = [
    Case("layouts", "shapes.py", checks=PRODUCERS),
    # Where files are found is the same for all versions.
    Case("detached DWARF", "crowd.py", ("2",), checks=DETACHED, since=(3, 12)),
    Case("offsets outside", "offsets.py", ("outside",), checks=SPOILT, since=(3, 13)),
    Case("offsets shifted", "offsets.py", ("shifted",), checks=SPOILT, since=(3, 13)),
    Case("offsets without their cookie", "offsets.py", ("cookie",), checks={"": check_no_cookie}, since=(3, 13)),
]

if __name__ == "__main__":
    sys.exit(run(CASES))
