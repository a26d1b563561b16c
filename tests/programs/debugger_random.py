# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run by debugger_random.py of the integration tests: random programs under the standard bdb and under cbdb.

Usage: debugger_random.py FOLDER-OF-CBDB SEED COUNT. Prints where the logs of events differ; each version of Python runs it.

Both debug the same source file by the same random commands: those come from a generator that begins anew for each. A stop
is logged with what can be seen there. Breakpoints have conditions, ignore counts, names of functions; some are temporary,
some are set, changed or deleted at a stop.
"""
import dis
import gc
import linecache
import os
import random
import sys
import tempfile

STOPS_MAX = 400


class Writer(object):
    """A program of functions that call those before them."""

    def __init__(self, choose, nested):
        self.choose = choose
        self.nested = nested  # functions within a line
        self.lines = ["import threading", "TOTAL = [0]"]

    def add(self, depth, text):
        self.lines.append("    " * depth + text)

    def call(self, functions):
        if not functions:
            return "n + 1"
        name, kind = self.choose.choice(functions)
        if kind == "generator":
            return self.choose.choice(["sum({0}(n % 4))", "len(list({0}(3)))", "next({0}(2), 5)"]).format(name)
        calls = ["{0}(n - 1)", "{0}(n % 5)"] + ["[{0}(i) for i in range(2)][0]"] * self.nested
        return self.choose.choice(calls).format(name)

    def statement(self, depth, functions, kind):
        roll = self.choose.randrange(9 if depth < 4 else 5)
        if roll == 0:
            self.add(depth, "x = {0}".format(self.call(functions)))
        elif roll == 1:
            self.add(depth, "n = n + 1")
        elif roll == 2:
            self.add(depth, "TOTAL[0] += x; y = x")
        elif roll == 3 and kind == "generator":
            self.add(depth, "yield x + {0}".format(self.choose.randrange(3)))
        elif roll in (3, 4):
            self.add(depth, self.choose.choice(["x = len(", "x = x % 7"] + ["x = (lambda a: a + 1)(x)"] * self.nested))
            if self.lines[-1].endswith("("):
                self.add(depth + 1, "[x, n]")
                self.add(depth, ")")
        elif roll == 5:
            self.block(depth, "for i in range({0}):".format(self.choose.randrange(1, 4)), functions, kind)
        elif roll == 6:
            self.block(depth, "if x % 2:", functions, kind)
            if self.choose.random() < 0.5:
                self.block(depth, "else:", functions, kind)
        elif roll == 7:
            self.attempt(depth, functions, kind)
        else:
            self.add(depth, "k{0} = 0".format(depth))
            self.add(depth, "while k{0} < {1}:".format(depth, self.choose.randrange(1, 4)))
            self.add(depth + 1, "k{0} += 1".format(depth))
            self.statement(depth + 1, functions, kind)

    def attempt(self, depth, functions, kind):
        self.block(depth, "try:", functions, kind)
        if self.choose.random() < 0.6:
            self.add(depth + 1, self.choose.choice(["raise ValueError(x)", "1 // (x - x)", "{}[x]"]))
        self.block(depth, "except (ValueError, ZeroDivisionError, KeyError):", functions, kind)
        if self.choose.random() < 0.4:
            self.block(depth, "finally:", functions, "function")

    def block(self, depth, head, functions, kind):
        self.add(depth, head)
        for _ in range(self.choose.randrange(1, 3)):
            self.statement(depth + 1, functions, kind)

    def function(self, number, functions):
        kind = self.choose.choice(["function", "function", "generator"])
        name = "f{0}".format(number)
        self.add(0, "def {0}(n):".format(name))
        self.add(1, "x = n")
        if self.choose.random() < 0.3 and kind == "function":
            self.add(1, "if n > 2:")
            self.add(2, "return {0}(n - 2)".format(name))
        for _ in range(self.choose.randrange(2, 6)):
            self.statement(1, functions, kind)
        if kind == "generator":
            self.add(1, "yield x")
        else:
            self.add(1, "return x")
        functions.append((name, kind))

    def program(self):
        functions = []
        for number in range(self.choose.randrange(2, 5)):
            self.function(number, functions)
        self.add(0, "def main(n):")
        self.add(1, "x = 0")
        for _ in range(self.choose.randrange(2, 6)):
            self.statement(1, functions, "function")
        if self.choose.random() < 0.3:
            self.add(1, "thread = threading.Thread(target=lambda: {0})".format(self.call(functions)))
            self.add(1, "thread.start()")
            self.add(1, "thread.join()")
        self.add(1, "return TOTAL[0]")
        return "\n".join(self.lines) + "\n"


def make_debugger(bdb, choose, log, path, lines):
    class Debugger(bdb.Bdb):
        stops = 0

        def note(self, event, frame, more=None):
            if frame.f_code.co_filename != path:
                return
            log.append((event, frame.f_code.co_name, frame.f_lineno, more, sorted(self.get_all_breaks().get(path, []))))

        def user_call(self, frame, arguments):
            # Before 3.14 it is called for each function of a file with breakpoints; in ours for those that have one.
            if self.stop_here(frame):
                self.note("call", frame)
                self.command(frame)

        def user_line(self, frame):
            hits = [b and (b.number, b.hits, b.ignore, b.enabled) for b in bdb.Breakpoint.bpbynumber]
            self.note("line", frame, hits)
            self.command(frame)

        def user_return(self, frame, value):
            self.note("return", frame, None if hasattr(value, "gi_code") else repr(value))
            self.command(frame)
            if not hasattr(bdb.Bdb, "_set_caller_tracefunc") and self.stoplineno != -1:
                trace_caller(self, frame)

        def user_exception(self, frame, info):
            self.note("exception", frame, info[0].__name__)
            self.command(frame)

        def do_clear(self, number):
            log.append(("clear", number, self.clear_bpbynumber(number)))

        def command(self, frame):
            self.stops += 1
            if frame.f_code.co_filename != path:
                return self.set_return(frame)
            if self.stops > STOPS_MAX:
                return self.set_quit()
            if choose.random() < 0.15:
                self.change()
                if bdb.__name__ == "bdb" and not leaves_lines():
                    trace_running(self, frame)
            roll = choose.randrange(10)
            log.append(("command", roll))
            if roll < 3:
                self.set_step()
            elif roll < 5:
                self.set_next(frame)
            elif roll == 5:
                self.set_return(frame)
            elif roll == 6 and leaves_lines():
                self.set_until(frame)
            else:
                self.set_continue()

        def change(self):
            known = [b for b in bdb.Breakpoint.bpbynumber if b]
            roll = choose.randrange(5)
            if roll == 0 or not known:
                log.append(("set", self.add_break()))
                return
            chosen = choose.choice(known)
            if roll == 1:
                log.append(("delete", self.clear_bpbynumber(str(chosen.number))))
            elif roll == 2:
                chosen.ignore = choose.randrange(3)
            elif roll == 3:
                chosen.disable()
            else:
                chosen.enable()

        def add_break(self):
            line = choose.randrange(1, lines + 2)
            cond = choose.choice([None, None, "n % 2", "x > 1", "undefined", "x +", "n == 3"])
            return self.set_break(path, line, choose.random() < 0.2, cond)

    if bdb.__name__ == "bdb" and not has_backends():
        Debugger.break_anywhere = break_in_code
    return Debugger


def trace_caller(self, frame):
    """The rule of 3.13: whatever the command, the caller is traced."""
    caller = frame.f_back
    if caller and not caller.f_trace and caller is not self.botframe:
        caller.f_trace = self.trace_dispatch


def trace_running(self, frame):
    """The rule of 3.13.1: frames that run get new breakpoints, too."""
    while frame:
        if self.break_anywhere(frame):
            frame.f_trace = self.trace_dispatch
        frame = frame.f_back


def break_in_code(self, frame):
    """The rule of 3.14, which ours has everywhere: before, a frame was traced if its file had a breakpoint."""
    code = frame.f_code
    lines = {line for _, line in dis.findlinestarts(code)} | {code.co_firstlineno}
    return any(line in lines for line in self.breaks.get(self.canonic(code.co_filename), []))


def has_backends():
    """Whether the standard module has them."""
    import bdb

    return "backend" in bdb.Bdb.__init__.__code__.co_varnames


def leaves_lines():
    """Whether commands of the standard module leave the line where they were given, also if a function began there."""
    import bdb

    return hasattr(bdb.Bdb(), "cmdframe")


def reset(bdb):
    bdb.Breakpoint.next = 1
    bdb.Breakpoint.bplist = {}
    bdb.Breakpoint.bpbynumber = [None]


def run(bdb, path, code, lines, seed):
    """The log of one debugger."""
    choose = random.Random(seed)
    log = []
    reset(bdb)
    namespace = {"__name__": "debugged"}
    exec(code, namespace)
    keywords = {"backend": "monitoring"} if seed % 3 == 0 and has_backends() else {}
    debugger = make_debugger(bdb, choose, log, path, lines)(**keywords)
    for _ in range(choose.randrange(1, 5)):
        log.append(("set", debugger.add_break()))
    if choose.random() < 0.3:
        log.append(("name", debugger.set_break(path, code.co_firstlineno + 2, False, None, "f0")))
    for _ in range(2):
        try:
            result = debugger.runcall(namespace["main"], choose.randrange(6))
        except Exception as error:
            result = type(error).__name__
        log.append(("result", result, namespace["TOTAL"][0]))
    log.append([str(b and (b.number, b.line, b.hits, b.ignore)) for b in bdb.Breakpoint.bpbynumber])
    return log


def compare(stock, ours, seed):
    """Lines that say where two logs part."""
    for number, (one, other) in enumerate(zip(stock, ours)):
        if one != other:
            yield "seed {0}: after {1} equal entries: {2}".format(seed, number, stock[max(0, number - 3) : number])
            yield "  bdb  {0}".format(stock[number : number + 3])
            yield "  cbdb {0}".format(ours[number : number + 3])
            return
    if len(stock) != len(ours):
        yield "seed {0}: {1} entries with bdb, {2} with cbdb".format(seed, len(stock), len(ours))


def main():
    folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sys.path.insert(0, folder)
    import bdb

    import cbdb

    gc.disable()  # it calls functions of the library, at which one stops while stepping
    events = 0
    for seed in range(first, first + count):
        source = Writer(random.Random(seed), leaves_lines()).program()
        handle, path = tempfile.mkstemp(suffix=".py")
        os.write(handle, source.encode())
        os.close(handle)
        code = compile(source, path, "exec")
        lines = source.count("\n")
        stock = run(bdb, path, code, lines, seed)
        ours = run(cbdb, path, code, lines, seed)
        os.unlink(path)
        linecache.clearcache()
        events += len(ours)
        for line in compare(stock, ours, seed):
            print(line)
    print("{0} programs, {1} entries".format(count, events))
    return 0


if __name__ == "__main__":
    sys.exit(main())
