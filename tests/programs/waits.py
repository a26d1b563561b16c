"""One thread per thing that a thread can wait for."""

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import truth

try:
    import queue
except ImportError:
    import Queue as queue

LONG = 100000
WAITS = []
CHILDREN = []


def wait(function):
    WAITS.append(function)
    return function


@wait
def lock():
    taken = threading.Lock()
    taken.acquire()
    with taken:
        pass


@wait
def reentrant_lock():
    taken = threading.RLock()
    ready = threading.Event()
    truth.spawn(take_and_block, taken, ready, name="holder")
    ready.wait()
    with taken:
        pass


def take_and_block(taken, ready):
    with taken:
        ready.set()
        truth.block()


@wait
def lock_with_timeout():
    taken = threading.Lock()
    taken.acquire()
    if sys.version_info >= (3,):
        taken.acquire(timeout=LONG)
    else:
        taken.acquire()


@wait
def condition():
    changed = threading.Condition()
    with changed:
        changed.wait()


@wait
def event():
    threading.Event().wait()


@wait
def event_with_timeout():
    threading.Event().wait(timeout=LONG)


@wait
def semaphore():
    threading.Semaphore(0).acquire()


@wait
def barrier():
    if hasattr(threading, "Barrier"):
        threading.Barrier(2).wait()
    else:
        truth.block()


@wait
def join():
    truth.spawn(truth.block, name="joined").join()


@wait
def queue_get():
    queue.Queue().get()


@wait
def queue_put():
    full = queue.Queue(1)
    full.put(1)
    full.put(2)


@wait
def receive():
    left, right = socket.socketpair()
    left.recv(1)
    right.close()


@wait
def receive_with_timeout():
    left, right = socket.socketpair()
    left.settimeout(LONG)
    left.recv(1)
    right.close()


@wait
def accept():
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(1)
    listening.accept()


@wait
def read_pipe():
    left, right = os.pipe()
    os.read(left, 1)
    os.close(right)


@wait
def read_file_object():
    left, right = os.pipe()
    with os.fdopen(left) as stream:
        stream.readline()
    os.close(right)


@wait
def write_full_pipe():
    left, right = os.pipe()
    while True:
        os.write(right, b"x" * 65536)
    os.close(left)


@wait
def select_forever():
    left, right = os.pipe()
    select.select([left], [], [])
    os.close(right)


@wait
def poll_forever():
    left, right = os.pipe()
    poll = select.poll()
    poll.register(left, select.POLLIN)
    poll.poll()
    os.close(right)


@wait
def epoll_forever():
    left, right = os.pipe()
    poll = select.epoll()
    poll.register(left, select.EPOLLIN)
    poll.poll()
    os.close(right)


@wait
def sleep():
    time.sleep(LONG)


@wait
def pause():
    signal.pause()


@wait
def child():
    CHILDREN[0].wait()


@wait
def file_lock():
    with tempfile.NamedTemporaryFile(dir=".") as taken, open(taken.name) as other:
        fcntl.flock(taken, fcntl.LOCK_EX)
        fcntl.flock(other, fcntl.LOCK_EX)


def start_child():
    """It reads our standard input, and so ends when the test does."""
    command = [sys.executable, "-S", "-E", "-c", "import sys; sys.stdin.read()"]
    CHILDREN.append(subprocess.Popen(command, close_fds=True))


def main():
    start_child()  # here, because a thread that waits for exec() looks as if it hung
    for function in WAITS:
        truth.spawn(function, name=function.__name__)
    truth.hang()


main()
