# SPDX-License-Identifier: LGPL-2.1-or-later
"""CPython's own tests of bdb and pdb, with cbdb in the place of bdb: what passes with the standard one has to pass.

Each version runs its own tests, over a copy of its standard library that is thrown away: a debugger that is wrong lets
test_pdb overwrite the file in which it stopped. If any fails, or with PYINSPECT_LONG=1, they run with the standard bdb,
too. DEBUGGER_KEEP keeps the copies and the output.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import tap
from harness.cbdb import MODULE, reason_against, environment_for
from harness.interpreters import SCRIPTS, find_interpreters, long_run
from harness.target import PROGRAMS

TIMEOUT = 240
FEWEST = 35  # tests that 2.7 has: fewer were not found
LEFT_OUT = shutil.ignore_patterns(
    "test", "tests", "site-packages", "dist-packages", "config-*", "__pycache__", "idlelib", "ensurepip", "lib2to3", "tkinter"
)
TEST_DATA = shutil.ignore_patterns("__pycache__", "*.pem", "cjkencodings", "*data")
# What stands in for bdb.py: the module takes its own place.
SUBSTITUTE = """
import sys
sys.path.insert(0, {folder!r})
import cbdb
del sys.path[0]
sys.modules[__name__] = cbdb
"""
# Tests that can't pass, and why.
IMPOSSIBLE = {}


def library_of(interpreter):
    """Its standard library, as it lies here."""
    name = "python{}.{}".format(*interpreter.version)
    if interpreter.in_root:
        return Path(interpreter.path_here("/usr/lib/" + name))
    return Path(interpreter.command[0]).resolve().parents[1] / "lib" / name


def testsuites():
    lines = subprocess.run([SCRIPTS / "get-testsuites", "--list"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return {version: Path(folder) / "test" for version, folder in (line.split("\t") for line in lines.splitlines())}


def tests_of(interpreter):
    """The folder `test` of its library: its own, or the one that Debian has apart."""
    own = library_of(interpreter) / "test"
    if (own / "test_bdb.py").exists():
        return own
    return testsuites().get(".".join(map(str, interpreter.version)))


def make_library(interpreter, tests, folder, ours):
    """A copy of the standard library, with the tests."""
    shutil.copytree(library_of(interpreter), folder, ignore=LEFT_OUT, symlinks=True, ignore_dangling_symlinks=True)
    # Debian's tests lack what its libraries have of that folder.
    for source in (library_of(interpreter) / "test", tests):
        if source.exists():
            shutil.copytree(source, folder / "test", ignore=TEST_DATA, dirs_exist_ok=True)
    if ours:
        shutil.copy(MODULE, folder / "cbdb.so")
        (folder / "bdb.py").write_text(SUBSTITUTE.format(folder=str(folder)))


def run_tests(interpreter, tests, folder, ours):
    """The outcome of each test. Says what went wrong in a RuntimeError."""
    library = folder / "library"
    folder.mkdir()
    make_library(interpreter, tests, library, ours)
    shutil.copy(PROGRAMS / "debugger_tests.py", folder)
    result = folder / "result.json"
    environment = environment_for(interpreter, PYTHONPATH=str(library), HOME=str(folder), TERM="dumb", LC_ALL="C.UTF-8")
    command = [*interpreter.command_for([folder]), str(folder / "debugger_tests.py"), str(result)]
    with open(folder / "output", "w") as output:
        process = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=folder, timeout=TIMEOUT
        )
    if not result.exists():
        end = (folder / "output").read_text(errors="replace").splitlines()[-5:]
        raise RuntimeError(f"the tests ended with {process.returncode}: {' / '.join(end)}")
    answer = json.loads(result.read_text())
    if (answer["bdb"] == "cbdb") != ours:
        raise RuntimeError(f"the module in use was {answer['bdb']} of {answer['file']}")
    return answer["outcomes"]


def differences(stock, ours):
    for name, outcome in sorted(stock.items()):
        if outcome == "ok" and ours.get(name) != "ok" and name not in IMPOSSIBLE:
            yield f"{name}: {ours.get(name, 'not run')}"


def run_both(interpreter, tests, home):
    """Outcomes with the standard module and with ours. The former are only missed where the latter aren't all good."""
    ours = run_tests(interpreter, tests, home / f"{interpreter.label}-ours", True)
    if not long_run() and all(outcome in ("ok", "skip") for outcome in ours.values()):
        return ours, ours
    return run_tests(interpreter, tests, home / f"{interpreter.label}-stock", False), ours


def check(interpreter, home, report):
    tests = tests_of(interpreter)
    name = f"{interpreter.label}: test_bdb and test_pdb"
    if not tests:
        report.skip(name, "its tests aren't here: scripts/get-testsuites fetches them")
        return
    try:
        stock, ours = run_both(interpreter, tests, home)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        report.not_ok(name, [str(error)])
        return
    passed = sum(outcome == "ok" for outcome in ours.values())
    failed = list(differences(stock, ours))
    title = f"{name}, {passed} pass"
    report.not_ok(title, failed) if failed or passed < FEWEST else report.ok(title)


def main():
    report = tap.Report()
    home = Path(tempfile.mkdtemp(prefix="pyinspect-bdb-"))
    chosen = []
    for interpreter in find_interpreters():
        if interpreter.few:
            continue
        if reason_against(interpreter):
            report.skip(f"{interpreter.label}: test_bdb and test_pdb", reason_against(interpreter))
        else:
            chosen.append(interpreter)
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda interpreter: check(interpreter, home, report), chosen))
    finally:
        if "DEBUGGER_KEEP" in os.environ:
            print(f"# {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
