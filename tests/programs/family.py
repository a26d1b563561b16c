"""A process with a Python child, that one's Python child, and a child that isn't Python."""

import os
import subprocess
import sys

import truth

LEFT = int(sys.argv[1]) if len(sys.argv) > 1 else 2


def start_child(left):
    """A child that tells us through a pipe of its own when it hangs."""
    ready, told = os.pipe()
    environment = dict(os.environ, TRUTH_FD=str(told))
    command = [sys.executable, os.path.abspath(__file__), str(left)]
    child = subprocess.Popen(command, env=environment, **passing(told))
    os.close(told)
    with os.fdopen(ready, "rb") as stream:
        return child.pid, truth.json.loads(stream.read().decode("ascii"))


def passing(fd):
    if sys.version_info >= (3,):
        return {"pass_fds": [fd]}
    return {}


def start_other_child():
    """It reads our standard input, and so ends when the test does."""
    truth.notes["not_python"] = None
    if os.path.exists("/bin/cat"):
        truth.notes["not_python"] = subprocess.Popen(["/bin/cat"]).pid


def main():
    pids = []
    if LEFT:
        pid, told = start_child(LEFT - 1)
        pids = [pid] + told["notes"]["descendants"]
        truth.notes["not_python"] = told["notes"]["not_python"]
    else:
        start_other_child()
    truth.notes["descendants"] = pids
    truth.hang()


main()
