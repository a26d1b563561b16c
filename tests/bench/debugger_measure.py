# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run by debugger.py in each Python: the standard bdb and cbdb, interleaved. Usage: debugger_measure.py FOLDER-OF-CBDB.

Prints one line, by tabs: a breakpoint that is never reached, in the file of a loop and of a function that is called all the
time, against no debugger, with bdb and with cbdb (medians of pairs); then how many times faster cbdb is than bdb: stepping
with a user_line() that does nothing, with one that calls set_step(); a hit whose condition is false (of minima).
"""
import sys
import time

sys.path.insert(0, sys.argv[1])
import bdb  # noqa: E402

import cbdb  # noqa: E402

clock = getattr(time, "process_time", None) or time.clock
ROUNDS = 9
LINES = 20000
HITS = 5000
WORK = 60000


def never():
    return 1


def loop(n):
    total = 0
    for i in range(n):
        total += i
        if total > 1000:
            total -= 1000
    return total


def small(a):
    return a + 1


def calls(n):
    total = 0
    for i in range(n):
        total = small(total)
    return total


def stepped(n):
    x = 0
    for i in range(n):
        x += 1
    return x


def line_of(function, offset):
    return function.__code__.co_firstlineno + offset


def timed(function, *arguments):
    start = clock()
    function(*arguments)
    return clock() - start


def debuggers(module):
    class Idle(module.Bdb):
        def user_line(self, frame):
            pass

    class Stepper(module.Bdb):
        def user_line(self, frame):
            self.set_step()

    class Waiter(module.Bdb):
        def user_line(self, frame):
            self.set_continue()

    return Idle, Stepper, Waiter


def waiting(module, line, cond=None):
    module.Breakpoint.next = 1
    module.Breakpoint.bplist = {}
    module.Breakpoint.bpbynumber = [None]
    debugger = debuggers(module)[2]()
    if debugger.set_break(__file__, line, 0, cond):
        raise SystemExit("no such line")
    return debugger


def armed(module, function):
    """Ratios to the function alone, by pairs."""
    ratios = []
    count = WORK if module is cbdb else WORK // 10
    for _ in range(ROUNDS):
        alone = timed(function, count)
        debugger = waiting(module, line_of(never, 1))
        ratios.append(timed(debugger.runcall, function, count) / alone)
    return sorted(ratios)[ROUNDS // 2]


def faster(measure):
    stock, ours = [], []
    for _ in range(ROUNDS):
        stock.append(measure(bdb))
        ours.append(measure(cbdb))
    return min(stock) / min(ours)


def main():
    results = [armed(module, function) for function in (loop, calls) for module in (bdb, cbdb)]
    results.append(faster(lambda module: timed(debuggers(module)[0]().runcall, stepped, LINES)))
    results.append(faster(lambda module: timed(debuggers(module)[1]().runcall, stepped, LINES)))
    hit = line_of(stepped, 3)
    results.append(faster(lambda module: timed(waiting(module, hit, "i < 0").runcall, stepped, HITS)))
    print("\t".join("%.2f" % result for result in results))


if __name__ == "__main__":
    main()
