"""A thread that runs a second interpreter, and hangs in it.

What it is doing there it notes itself: Python's own list of frames has only one entry for each thread.
"""

import os

import truth

try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        interpreters = None

SCRIPT = """
import json, os, sys
sys.path.insert(0, %r)
import truth

def tell():
    table = truth.FrameTable()
    frames = [table.index(frame) for frame in truth.walk(sys._getframe(1))]
    with open("inside.tmp", "w") as file:
        json.dump({"frames": frames, "table": table.rows}, file)
    os.rename("inside.tmp", "inside.json")

def inside():
    for action in (tell, truth.forever()):
        action()

inside()
"""


def run_inside():
    # Made here, because up to 3.12 its state keeps the ident of the thread that made it.
    interpreters.run_string(interpreters.create(), SCRIPT % os.path.dirname(os.path.abspath(__file__)))


def main():
    if interpreters is None:
        truth.skip("this Python has no module for subinterpreters")
    truth.spawn(run_inside, name="guest")
    while not os.path.exists("inside.json"):
        truth.time.sleep(truth.QUIET_SECONDS)
    truth.hang()


main()
