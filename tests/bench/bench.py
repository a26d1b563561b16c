"""Measure pyinspect and its peers side by side, see scripts/bench."""

import argparse
import os
import sys
from statistics import median

import inside_gdb
import measuring
import report
import targets
import tools

DEFAULT = "2.7*,3.8*,3.11*,3.12*,3.13*,debian-3.14,debian-3.15"
SLOW_ROUNDS = 3
RATE_ROUNDS = 3
RATE_SIZES = "AC"


def parse():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--pythons", default=DEFAULT, help="globs of interpreters' labels, a comma between")
    parser.add_argument("--sizes", default="A,B,C,D", help="targets: " + ", ".join(
        f"{size} {targets.describe(size)}" for size in targets.SIZES))
    parser.add_argument("--rounds", type=int, default=25, help="interleaved rounds, %(default)s unless told")
    parser.add_argument("--in-gdb", action="store_true", help="our commands in GDB, and nothing else")
    parser.add_argument("--only-ours", action="store_true", help="without the peers")
    parser.add_argument("--peers", default="", help=argparse.SUPPRESS)
    parser.add_argument("--root", default="", help=argparse.SUPPRESS)
    parser.add_argument("--write", metavar="FILE", help="put the tables between the marks in this file, too")
    return parser.parse_args()


def tools_for(options, interpreter, size):
    chosen = [tools.empty(), *tools.ours()]
    if not options.only_ours:
        chosen += tools.peers(options.peers, options.root)
        # With a thousand threads, gdb takes minutes.
        has_gdb = size != "D" and not interpreter.in_root
        chosen += tools.gdb(interpreter.command[-1]) if has_gdb else []
    return chosen


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def rounds_of(tool, options):
    return min(SLOW_ROUNDS, options.rounds) if tool.slow else options.rounds


def turned(tools, index):
    """Beginning with another one each time: who comes behind a large one finds the caches cold."""
    first = index % len(tools)
    return tools[first:] + tools[:first]


def measure_times(options, interpreter, size, found):
    """Interleaved, so that what disturbs the machine disturbs all."""
    with targets.running(interpreter, size) as pid:
        working = [tool for tool in tools_for(options, interpreter, size)
                   if tool.name == "empty program" or measuring.check(tool, pid, found.setdefault(tool.name, measuring.Samples()))]
        for index in range(options.rounds):
            progress(f"{interpreter.label} {size}: round {index + 1} of {options.rounds}")
            for tool in turned(working, index):
                if index < rounds_of(tool, options):
                    measuring.run_once(tool, pid, found.setdefault(tool.name, measuring.Samples()))
        for tool in working:
            # gdb under strace may hang; hundreds of thousands of calls take minutes.
            if not tool.name.startswith("gdb") and (size != "D" or tool.name.startswith("pyinspect")):
                found[tool.name].calls = measuring.count_calls(tool, pid)
    return working


def measure_rates(options, interpreter, size, found):
    peers = "" if options.only_ours else options.peers
    threads = max(1, targets.SIZES[size][0])
    with targets.running(interpreter, size) as pid:
        for index in range(min(RATE_ROUNDS, options.rounds)):
            progress(f"{interpreter.label} {size}: rate, round {index + 1}")
            for name, command in tools.samplers(peers):
                measuring.measure_rate(name, command, pid, threads, found.setdefault(name, measuring.Samples()))


def measure_pauses(options, interpreter, size, working, found):
    ticker = targets.Ticker()
    try:
        with targets.running(interpreter, size, ticker) as pid:
            for index in range(options.rounds):
                progress(f"{interpreter.label} {size}: pause, round {index + 1} of {options.rounds}")
                for tool in turned([*working, tools.hold()], index):
                    if index < rounds_of(tool, options):
                        measuring.measure_pause(tool, pid, ticker, found.setdefault(tool.name, measuring.Samples()))
    finally:
        ticker.close()


def main():
    options = parse()
    os.environ["PYINSPECT_PYTHONS"] = options.pythons
    if options.in_gdb:
        text = inside_gdb.run(options, min(SLOW_ROUNDS, options.rounds))
        print(text)
        if options.write:
            report.insert(options.write, text, inside_gdb.BEGIN, inside_gdb.END)
        return
    results = {}
    for interpreter in targets.find_interpreters():
        if interpreter.few:
            continue
        if interpreter.missing:
            sys.stderr.write(f"bench: {interpreter.label}: {interpreter.missing}\n")
            continue
        for size in options.sizes.split(","):
            found = results.setdefault(size, {}).setdefault(interpreter.label, {})
            working = measure_times(options, interpreter, size, found)
            measure_pauses(options, interpreter, size, working, found)
            if size in RATE_SIZES:
                measure_rates(options, interpreter, size, found)
            progress("")
            empty = median(found["empty program"].wall)
            sys.stderr.write(f"{interpreter.label} {size}: " + ", ".join(
                f"{name} {median(s.wall):.2f} ms ({median(s.wall) / empty:.1f})" for name, s in found.items() if s.wall) + "\n")
    text = report.render(results, options)
    print(text)
    if options.write:
        report.insert(options.write, text)


if __name__ == "__main__":
    main()
