"""A small daemon that hangs: two workers have locked each other out, and the main thread waits for them.

Prints "ready" once it hangs.
"""
import os
import queue
import threading
import time

THREADS = 11

first, second = threading.Lock(), threading.Lock()
holding = threading.Barrier(2)
jobs = queue.Queue()


class Store:
    def put(self, mine, other):
        with mine:
            holding.wait()
            with other:
                self.items = []


def idle():
    jobs.get()


def threads_of(pid):
    """State of each thread, and how often it was given a processor."""
    found = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{tid}/stat") as stat, open(f"/proc/{pid}/task/{tid}/schedstat") as runs:
            found[tid] = stat.read().rpartition(")")[2].split()[0], runs.read()
    return found


def say_when_it_hangs(pid):
    """In a process of its own, which sees when the main thread sleeps, too."""
    before = None
    while True:
        now = threads_of(pid)
        if now == before and len(now) == THREADS and all(state == "S" for state, _ in now.values()):
            break
        before = now
        time.sleep(0.05)
    os.write(1, b"ready\n")
    os._exit(0)


daemon = os.getpid()
if os.fork() == 0:
    say_when_it_hangs(daemon)
store = Store()
workers = [
    threading.Thread(target=store.put, args=(first, second), name="ingest-1"),
    threading.Thread(target=store.put, args=(second, first), name="ingest-2"),
]
workers += [threading.Thread(target=idle, name=f"idle-{n}", daemon=True) for n in range(8)]
for worker in workers:
    worker.start()
workers[0].join()
