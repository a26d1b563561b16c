# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run by debugger_misuse.py of the integration tests: wrong arguments, odd subclasses, leaks. Each version runs it.

Usage: debugger_misuse.py FOLDER-OF-CBDB. Prints a line per check that went wrong, and "done" at the end.
"""
import gc
import os
import sys
import threading

sys.path.insert(0, sys.argv[1])
import cbdb  # noqa: E402

HERE = os.path.abspath(__file__)
ROUNDS = 1000
FAILED = []


def check(condition, words):
    if not condition:
        FAILED.append(words)


def raises(kind, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except kind:
        return True
    except BaseException as error:
        FAILED.append("%r instead of %s" % (error, kind.__name__))
    return False


def target(n):
    total = 0
    for i in range(n):
        total += i
    return total


LINE = target.__code__.co_firstlineno + 3


class Counter(cbdb.Bdb):
    def __init__(self, *arguments, **keywords):
        cbdb.Bdb.__init__(self, *arguments, **keywords)
        self.lines = []

    def user_line(self, frame):
        self.lines.append(frame.f_lineno)
        self.set_continue()

    def do_clear(self, number):
        self.clear_bpbynumber(number)


def clear():
    cbdb.Breakpoint.next = 1
    cbdb.Breakpoint.bplist = {}
    cbdb.Breakpoint.bpbynumber = [None]


def texts():
    debugger = Counter()
    check("does not exist" in debugger.set_break(HERE, 10**6), "a line that isn't there")
    check("does not exist" in debugger.set_break("/no/such/file.py", 1), "a file that isn't there")
    check("There are no" in debugger.clear_break("/no/such/file.py", 1), "clear_break without breakpoints")
    check("There are no" in debugger.clear_all_breaks(), "clear_all_breaks without breakpoints")
    for wrong in ("x", "99", "0", "-7", "1.5", "9" * 30):
        check("reakpoint" in debugger.clear_bpbynumber(wrong), "number %s" % wrong)
        check(raises(ValueError, debugger.get_bpbynumber, wrong), "get_bpbynumber %s" % wrong)


def arguments():
    debugger = Counter()
    for name in dir(cbdb.Bdb):
        function = getattr(debugger, name)
        if name.startswith("__") or not callable(function) or name in ("reset", "set_trace", "set_quit", "set_continue"):
            continue
        for values in ((), (None,), (1, 2), (None, None, None), ("x", "y", "z", 1, 2), (object(),) * 7):
            try:
                function(*values)
            except Exception:
                pass
    sys.settrace(None)
    check(raises(TypeError, debugger.set_next), "set_next without a frame")
    check(raises(Exception, debugger.set_next, 1), "set_next of a number")
    check(raises(TypeError, cbdb.Bdb.set_step, 1), "a method of another object")
    check(raises(ValueError, cbdb.Bdb, backend="telepathy"), "an unknown backend")
    check(raises(Exception, cbdb.Breakpoint), "Breakpoint without a place")
    check(raises(NotImplementedError, cbdb.Bdb().do_clear, "1"), "do_clear of the base class")
    bare = cbdb.Bdb.__new__(Counter)
    check(raises(AttributeError, bare.set_break, HERE, LINE), "a Bdb that wasn't initialised")


def conditions():
    for cond, hit in (("i == 2", True), ("nonsense", True), ("i +", True), ("0", False), ("  i == 1", True), ("i == 77", False)):
        clear()
        debugger = Counter()
        debugger.set_break(HERE, LINE, cond=cond)
        debugger.runcall(target, 5)
        check((LINE in debugger.lines[1:]) == hit, "condition %r: stops %s" % (cond, debugger.lines))


def deleted_in_its_hit():
    class Deleter(Counter):
        def user_line(self, frame):
            Counter.user_line(self, frame)
            self.clear_all_breaks()
            self.set_continue()

    clear()
    debugger = Deleter()
    debugger.set_break(HERE, LINE, cond="1")
    check(debugger.runcall(target, 5) == 10, "deleting a breakpoint in its hit")
    clear()
    debugger = Counter()
    debugger.set_break(HERE, LINE, temporary=True)
    debugger.runcall(target, 5)
    check(debugger.lines[1:] == [LINE] and not debugger.breaks, "a temporary breakpoint")


def exceptions():
    class Broken(Counter):
        def user_line(self, frame):
            raise RuntimeError("user_line")

    check(raises(RuntimeError, Broken().runcall, target, 3), "an exception of user_line")
    check(sys.gettrace() is None, "traced after an exception of user_line")
    clear()
    debugger = Broken()
    debugger.set_continue = None  # in place of a method
    check(raises(RuntimeError, debugger.runcall, target, 3), "an attribute in place of a method")


def overrides():
    class Deaf(Counter):
        def stop_here(self, frame):
            return False

    class Property(Counter):
        stopframe = property(lambda self: self.__dict__.get("kept"), lambda self, value: self.__dict__.update(kept=value))

    clear()
    check(Deaf().runcall(target, 3) == 3, "stop_here that never stops")
    debugger = Property()
    debugger.set_break(HERE, LINE)
    check(debugger.runcall(target, 3) == 3 and debugger.lines.count(LINE) == 3, "stopframe as a property")
    debugger = Counter()
    debugger.lines = seen = []
    debugger.user_line = lambda frame: (seen.append(0), debugger.set_step())
    debugger.runcall(target, 2)
    check(len(seen) > 4, "user_line of an instance")


def taken():
    """Somebody else takes the trace function while a breakpoint is waited for."""

    def other():
        sys.settrace(lambda *arguments: None)
        target(2)
        sys.settrace(None)
        return target(2)

    clear()
    debugger = Counter()
    debugger.set_break(HERE, LINE)
    check(debugger.runcall(other) == 1, "sys.settrace taken by somebody else")
    check(sys.gettrace() is None, "traced at the end")


def threads():
    clear()
    debugger = Counter()
    debugger.set_break(HERE, LINE)

    def both():
        workers = [threading.Thread(target=target, args=(200,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        value = target(3)
        for worker in workers:
            worker.join()
        return value

    check(debugger.runcall(both) == 3, "threads beside")
    check(debugger.lines.count(LINE) == 3, "lines of this thread only: %d" % debugger.lines.count(LINE))


def nested():
    class Outer(Counter):
        def user_line(self, frame):
            Counter.user_line(self, frame)
            self.inner = Counter()
            self.inner.set_break(HERE, LINE)

    clear()
    debugger = Outer()
    debugger.runcall(target, 2)
    check(debugger.inner.runcall(target, 2) == 1, "another Bdb made in a stop")


def one_round():
    clear()
    for keywords in ({}, {"backend": "monitoring"}) if hasattr(sys, "monitoring") else ({},):
        debugger = Counter(**keywords)
        debugger.set_break(HERE, LINE, cond="i == 2")
        debugger.runcall(target, 4)
        debugger.run("x = 1", {})
        debugger.clear_all_breaks()
        stepper = cbdb.Bdb(**keywords)
        stepper.runcall(target, 3)
        debugger.get_stack(sys._getframe(), None)
        debugger.format_stack_entry((sys._getframe(), 1))


def leaks():
    """Objects that stay: in debug builds by the count of references."""
    count = getattr(sys, "gettotalrefcount", None)
    rounds = ROUNDS if count else 100
    for _ in range(rounds // 2):
        one_round()
    gc.collect()
    before = count() if count else len(gc.get_objects())
    for _ in range(rounds):
        one_round()
    gc.collect()
    more = (count() if count else len(gc.get_objects())) - before
    check(more < rounds // 5, "%d references more after %d rounds" % (more, rounds))


def leave_armed():
    """At the end of the interpreter a breakpoint is still waited for."""
    clear()
    debugger = Counter()
    debugger.set_break(HERE, LINE)
    debugger.set_trace()
    debugger.set_continue()
    target(2)


def main():
    for part in (texts, arguments, conditions, deleted_in_its_hit, exceptions, overrides, taken, threads, nested, leaks):
        clear()
        part()
        sys.settrace(None)
    for words in FAILED:
        print(words)
    print("done")
    sys.stdout.flush()
    leave_armed()


if __name__ == "__main__":
    main()
