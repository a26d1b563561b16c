"""The main thread alone, hung at the moment that argv[1] names."""

import atexit
import gc
import os
import signal
import sys
import threading
import weakref

import truth


class Cyclic(object):
    def __init__(self):
        self.self = self


def signal_handler():
    signal.signal(signal.SIGUSR1, lambda number, frame: truth.hang())
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(10):  # where it runs is up to the version
        len([])


def collection():
    truth.notes["collecting"] = ["MainThread"]
    garbage = Cyclic()
    kept = weakref.ref(garbage, lambda reference: truth.hang())
    del garbage
    gc.collect()
    return kept


def collection_by_itself():
    """The collector starts in the middle of an allocation."""
    truth.notes["collecting"] = ["MainThread"]
    gc.callbacks.append(lambda phase, info: truth.hang())
    gc.set_threshold(10)
    kept = []
    while True:
        kept.append([Cyclic()])


def at_exit():
    atexit.register(truth.hang)


def shutdown():
    """The module has ended, and Python waits for a thread that is no daemon."""
    truth.spawn(report_last, threading.current_thread(), name="last", daemon=False)


def report_last(main_thread):
    truth.register()
    truth.hang()


def exception_hook():
    sys.excepthook = lambda kind, value, trace: truth.hang()
    raise ValueError("never shown")


def display_hook():
    sys.displayhook = lambda value: truth.hang()
    eval(compile("1", "<display>", "single"))


def audit_hook():
    if not hasattr(sys, "addaudithook"):
        truth.skip("no audit hooks before 3.8")
    sys.addaudithook(lambda event, arguments: event == "wanted" and truth.hang())
    sys.audit("wanted")


def monitoring():
    use_monitoring()
    monitored()


def use_monitoring():
    if not hasattr(sys, "monitoring"):
        truth.skip("no sys.monitoring before 3.12")
    tool = sys.monitoring
    tool.use_tool_id(3, "test")
    for event in (tool.events.LINE, tool.events.PY_START, tool.events.CALL, tool.events.INSTRUCTION):
        tool.register_callback(3, event, lambda *arguments: None)
    tool.set_events(3, tool.events.LINE | tool.events.PY_START | tool.events.CALL | tool.events.INSTRUCTION)


def monitored():
    for _ in range(20):  # more often than bytecode needs to be specialised
        inner(False)
    return [
        inner(
            True
        )
    ]


def inner(last):
    if last:
        truth.hang()
    return last


def monitoring_callback():
    use_monitoring()
    sys.monitoring.register_callback(3, sys.monitoring.events.PY_START, hang_in_inner)
    inner(False)


def hang_in_inner(code, offset):
    if code is inner.__code__:
        truth.hang()


def warmed_up():
    """Bytecode is specialised by then."""
    for _ in range(5000):
        inner(False)
    monitored()


globals()[sys.argv[1]]()
