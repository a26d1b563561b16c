"""A fork server and what hangs below it: its children, and one that is no Python."""

import multiprocessing
import os
import subprocess

import truth

def hang_below(pipe, name):
    """In a child of the server: say who and where it is, and hang."""
    import sys

    frames = []

    def tell():
        frame = sys._getframe(1)
        while frame:
            frames.append(frame.f_code.co_name)
            frame = frame.f_back
        pipe.send((name, os.getpid(), os.getppid(), frames))

    for action in (tell, truth.forever()):
        action()


def start_child(context, name):
    ours, theirs = context.Pipe()
    child = context.Process(target=hang_below, args=(theirs, name), daemon=True)
    child.start()
    return ours.recv()


def main():
    context = multiprocessing.get_context("forkserver")
    pipe = os.environ.pop("TRUTH_FD")  # the server and its children haven't got it
    truth.notes["children"] = [start_child(context, "child-%d" % number) for number in range(3)]
    truth.notes["not_python"] = None
    if os.path.exists("/bin/cat"):
        truth.notes["not_python"] = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE).pid
    os.environ["TRUTH_FD"] = pipe
    truth.hang()


if __name__ == "__main__":
    main()
