# SPDX-License-Identifier: LGPL-2.1-or-later
"""cbdb with wrong arguments, odd subclasses, exceptions where they hurt, other threads and tracers, and what it leaks.

programs/debugger_misuse.py does it, in each version, the debug builds included (they count references), with malloc that
notices writes out of bounds.
"""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from harness import tap
from harness.cbdb import MODULE, SANITIZERS, reason_against, environment_for
from harness.interpreters import find_interpreters
from harness.target import PROGRAMS

TIMEOUT = 300


def is_meant(interpreter):
    """Stripped copies, and builds that compile, are the same here; those without a GIL get one by the import."""
    return not interpreter.label.endswith(("-stripped", "-blind", "-jit", "-musl"))


def run(interpreter):
    command = interpreter.command_for([MODULE.parent, PROGRAMS])
    environment = environment_for(interpreter, **({} if SANITIZERS else {"PYTHONMALLOC": "debug"}))
    result = subprocess.run(
        [*command, str(PROGRAMS / "debugger_misuse.py"), str(MODULE.parent)],
        capture_output=True, env=environment, timeout=TIMEOUT, text=True, errors="replace",
    )
    lines = [line for line in result.stdout.splitlines() if "unknown debugging event" not in line]
    if result.returncode == 0 and lines == ["done"]:
        return []
    return [f"ended with {result.returncode}", *lines[:-1], *result.stderr.splitlines()[-8:]]


def main():
    report = tap.Report()
    chosen = []
    for interpreter in find_interpreters():
        if not is_meant(interpreter):
            continue
        if reason_against(interpreter):
            report.skip(f"{interpreter.label}: misuse", reason_against(interpreter))
        else:
            chosen.append(interpreter)
    with ThreadPoolExecutor(2) as pool:
        for interpreter, problems in zip(chosen, pool.map(run, chosen)):
            name = f"{interpreter.label}: misuse and leaks"
            report.not_ok(name, problems) if problems else report.ok(name)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
