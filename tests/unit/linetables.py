"""Usage: linetables.py CHECK_LINETABLES

Line tables of every Python on this machine, decoded by pyinspect and by Python itself.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from harness.interpreters import find_interpreters  # noqa: E402
from harness.tap import Report  # noqa: E402

NAME = "{}: every place is where Python says it is"


def check(report, interpreter, checker):
    name = NAME.format(interpreter.label)
    if interpreter.missing:
        report.skip(name, interpreter.missing)
        return
    with (HERE / "dump_linetables.py").open("rb") as script:
        dump = subprocess.run([*interpreter.command, "-S", "-E", "-"], stdin=script, capture_output=True, env={**os.environ, **interpreter.environment})
    result = subprocess.run([checker], input=dump.stdout, capture_output=True)
    details = [*dump.stderr.decode().splitlines(), *result.stdout.decode().splitlines()]
    if dump.returncode or result.returncode:
        report.not_ok(name, details)
        return
    report.ok(name)
    print(f"# {details[-1]}", flush=True)


def main():
    report = Report()
    for interpreter in find_interpreters():
        if interpreter.few:  # the form is the version's, not the build's
            continue
        check(report, interpreter, sys.argv[1])
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
