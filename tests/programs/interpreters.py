"""Several interpreters in one process. A thread of the main one's runs in each, and starts another one there.

Usage: interpreters.py own|shared|held. What is going on inside, every thread there notes itself.
"""

import os
import sys

import truth

try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        interpreters = None

MODE = sys.argv[1]
COUNT = 3

INSIDE = """
import builtins, collections, functools, itertools, json, os, sys, threading
sys.path.insert(0, {folder!r})
import truth

NUMBER, MODE = {number}, {mode!r}
builtins.only_here = "builtin of %d" % NUMBER

class Local(str):
    pass

def note(name, variables):
    table = truth.FrameTable()
    frames = [table.index(frame) for frame in truth.walk(sys._getframe(1))]
    told = dict(interpreter=NUMBER, name=threading.current_thread().name, daemon=threading.current_thread().daemon,
                ident=str(threading.get_ident()), tid=truth.own_tid(), frames=frames, table=table.rows,
                locals=dict((key, repr(value)) for key, value in variables.items()))
    with open("inside.tmp-%s-%d" % (name, NUMBER), "w") as file:
        json.dump(told, file)
    os.rename("inside.tmp-%s-%d" % (name, NUMBER), "inside-%s-%d.json" % (name, NUMBER))

def hang(name, block):
    mark, number, items = "inside %d" % NUMBER, 10 ** 9 + NUMBER, [NUMBER, Local("x%d" % NUMBER), dict(a=NUMBER, b=None)]
    pair = (name, 0.5 + NUMBER, True)
    tell = functools.partial(note, name, dict(mark=mark, number=number, items=items, pair=pair))
    for action in (tell, block):
        action()

def compute():
    # One call of C wakes the worker and computes, so that the GIL is never given up in between.
    wake_and_compute = itertools.chain(iter(gate.release, None), itertools.repeat(None))
    return functools.partial(collections.deque, wake_and_compute, maxlen=0)

gate = threading.Lock()
gate.acquire()
worker = threading.Thread(target=hang, args=("worker", gate.acquire), name="worker of %d" % NUMBER)
worker.start()
while not os.path.exists("inside-worker-%d.json" % NUMBER):
    truth.time.sleep(truth.QUIET_SECONDS)
hang("main", compute() if MODE == "held" else truth.forever())
"""


def create():
    shared = MODE == "shared"
    if sys.version_info < (3, 9):
        return interpreters.create()
    if sys.version_info >= (3, 13):
        return interpreters.create("legacy" if shared else "isolated")
    return interpreters.create(isolated=not shared)


def run_inside(number):
    script = INSIDE.format(folder=os.path.dirname(os.path.abspath(__file__)), number=number, mode=MODE)
    interpreters.run_string(create(), script)


def is_told(number):
    return all(os.path.exists("inside-%s-%d.json" % (name, number)) for name in ("main", "worker"))


def main():
    if interpreters is None:
        truth.skip("this Python has no module for subinterpreters")
    truth.register()
    for number in range(1, COUNT + 1):
        truth.spawn(run_inside, number, name="guest-%d" % number)
        while not is_told(number):
            truth.time.sleep(truth.QUIET_SECONDS)
    for action in (truth.report_running if MODE == "held" else truth.report, truth.forever()):
        action()


main()
