# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random programs under the standard bdb and under cbdb, by the same random commands: the logs of events are equal.

programs/debugger_random.py does it, in each version. DEBUGGER_SEED begins elsewhere.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from harness import tap
from harness.cbdb import MODULE, reason_against, environment_for
from harness.interpreters import find_interpreters, long_run
from harness.target import PROGRAMS

SEED = int(os.environ.get("DEBUGGER_SEED", "0"))
COUNT = 2000 if long_run() else 60
TIMEOUT = 600
# Its standard module has rules of its own for generators, and for where `return` stops.
TOO_OLD = (3,)


def run(interpreter):
    """The lines of differences, and the last line."""
    command = interpreter.command_for([MODULE.parent, PROGRAMS])
    arguments = [PROGRAMS / "debugger_random.py", MODULE.parent, SEED, COUNT]
    environment = environment_for(interpreter)
    result = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, env=environment, timeout=TIMEOUT, text=True, errors="replace"
    )
    lines = result.stdout.splitlines() or [""]
    if result.returncode or not lines[-1].startswith(f"{COUNT} programs"):
        return [f"ended with {result.returncode}", *result.stderr.splitlines()[-5:]], ""
    return lines[:-1], lines[-1]


def main():
    report = tap.Report()
    chosen = []
    for interpreter in find_interpreters():
        if interpreter.few or interpreter.version < TOO_OLD and not interpreter.missing:
            continue
        if reason_against(interpreter):
            report.skip(f"{interpreter.label}: random programs", reason_against(interpreter))
        else:
            chosen.append(interpreter)
    with ThreadPoolExecutor(2) as pool:
        for interpreter, (differences, summary) in zip(chosen, pool.map(run, chosen)):
            name = f"{interpreter.label}: {summary or 'random programs'}"
            report.not_ok(name, differences) if differences else report.ok(name)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
