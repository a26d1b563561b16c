"""What our commands cost in GDB, beyond what GDB needs to come and go, beside CPython's libpython.py."""

import os
from pathlib import Path
from statistics import median

import measuring
import targets
import tools
from harness.debugger import find_debuggers

BEGIN, END = "<!-- measured in GDB: begin -->", "<!-- measured in GDB: end -->"
SIZES = "EC"
ALONE, OURS, LIBPYTHON = "GDB alone", "pystack all", "py-bt of all threads"


def macros():
    return tools.BUILD.parents[1] / "gdbinit" / "pyinspect.gdb"


def tools_for(debugger, interpreter):
    def tool(name, frame, *commands, slow=False):
        words = [word for command in commands for word in ("-ex", command)]
        quiet = ["-nx", "-batch", "-iex", "set auto-load python-scripts off"]
        return tools.Tool(name, [*debugger.command, *quiet, "-p", "PID", *words], frame, slow=slow,
                          environment={**debugger.environment})

    chosen = [tool(ALONE, rb"(?m)^"), tool(OURS, rb"(?m): wait_at$", f"source {macros()}", "pystack all")]
    scripts = sorted(Path(interpreter.command[-1]).resolve().parent.glob("python*-gdb.py"))
    if debugger.has_python and scripts:
        chosen.append(tool(LIBPYTHON, rb"(?m)in wait_at", f"source {scripts[0]}", "thread apply all py-bt", slow=True))
    return chosen


def measure(debugger, interpreter, size, rounds, slow_rounds):
    """Samples by the tool's name; interleaved."""
    found = {}
    with targets.running(interpreter, size) as pid:
        chosen = tools_for(debugger, interpreter)
        working = [t for t in chosen if measuring.check(t, pid, found.setdefault(t.name, measuring.Samples()))]
        for index in range(rounds):
            for tool in working:
                if index < (slow_rounds if tool.slow else rounds):
                    measuring.run_once(tool, pid, found[tool.name])
    for name, samples in found.items():
        wanted = targets.frames_of_interest(size)
        if name != ALONE and not samples.problem and samples.frames < wanted:
            samples.problem = f"it shows {samples.frames} of {wanted} frames"
    return found


def beyond(found, name):
    """What a command took beyond GDB alone in the same round, in ms, in order; empty if it wasn't measured."""
    return sorted(more - alone for more, alone in zip(found[name].wall, found[ALONE].wall)) if name in found else []


def shown(times):
    """The median, and the quartiles."""
    if not times:
        return "-"
    quarter = len(times) // 4
    return f"{median(times):.0f} ({times[quarter]:.0f} to {times[-1 - quarter]:.0f})"


def row(size, label, debugger, found):
    ours, theirs = beyond(found, OURS), beyond(found, LIBPYTHON)
    cells = [targets.describe(size), label, debugger.label, f"{median(found[ALONE].wall):.0f}", shown(ours), shown(theirs)]
    cells.append(f"{100 * median(ours) / median(theirs):.1f} %" if ours and theirs else "-")
    notes = "; ".join(f"{name}: {s.problem}" for name, s in found.items() if s.problem)
    return "| " + " | ".join(cells) + f" | {notes} |"


def run(options, slow_rounds):
    """The table, in Markdown."""
    lines = [f"| target | Python | GDB | {ALONE}, ms | {OURS}, ms more | {LIBPYTHON}, ms more | share | |",
             "| --- | --- | --- | --: | --: | --: | --: | --- |"]
    for size in SIZES:
        for interpreter in targets.find_interpreters():
            if interpreter.few or interpreter.missing or interpreter.in_root:
                continue  # in a root of its own GDB has to be told more
            for debugger in find_debuggers():
                if not debugger.missing:
                    found = measure(debugger, interpreter, size, options.rounds, slow_rounds)
                    lines.append(row(size, interpreter.label, debugger, found))
    load = os.getloadavg()[2]
    text = (f"Medians, and quartiles, of {options.rounds} interleaved rounds ({slow_rounds} of py-bt: the least and the most). {load:.0f} processes had wanted a "
            "processor on the average of the last quarter of an hour.")
    return text + "\n\n" + "\n".join(lines) + "\n"
