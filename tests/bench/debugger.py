# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cbdb costs beside the standard bdb, in each Python: a table. Usage: debugger.py CBDB.SO [GLOBS-OF-LABELS]"""

import fnmatch
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

from harness.interpreters import find_interpreters  # noqa: E402

COLUMNS = ["Python", "loop: bdb", "cbdb", "calls: bdb", "cbdb", "step", "set_step()", "false condition"]
# The goals: ratios of an armed breakpoint at most, and how many times faster at least.
GOALS = [((2, 7), 2.5, 3, 10), ((3, 9), 1.3, 3, 10), ((3, 12), 1.05, 3, 10), ((3, 14), 1.05, 5, 10)]


def measure(interpreter, module):
    command = interpreter.command_for([module.parent, HERE])
    result = subprocess.run(
        [*command, str(HERE / "debugger_measure.py"), str(module.parent)], stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(word) for word in result.stdout.split("\t")]


def row(interpreter, values):
    _, at_most, stepping, condition = [goal for goal in GOALS if goal[0] <= interpreter.version][-1]
    good = [None, values[1] <= at_most, None, None, values[4] >= stepping, values[5] >= stepping, values[6] >= condition]
    cells = [f"{value:.2f}x{'' if met in (None, True) else ' (!)'}" for value, met in zip(values, good)]
    return f"| {interpreter.label} | " + " | ".join(cells) + " |"


def main():
    module = Path(sys.argv[1]).resolve()
    globs = sys.argv[2].split(",") if len(sys.argv) > 2 else ["*"]
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- " * len(COLUMNS) + "|")
    for interpreter in find_interpreters():
        chosen = any(fnmatch.fnmatch(interpreter.label, glob) for glob in globs)
        if chosen and not interpreter.missing and not interpreter.few:
            print(row(interpreter, measure(interpreter, module)), flush=True)


if __name__ == "__main__":
    main()
