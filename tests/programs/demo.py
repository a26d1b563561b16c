"""A small daemon that hangs: two workers have locked each other out, and the main thread waits for them.

Prints "ready" once it hangs.
"""
import queue
import sys
import threading
import time

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


def place(thread):
    """Where a thread is, if it sleeps in the kernel."""
    with open(f"/proc/self/task/{thread.native_id}/stat") as file:
        state = file.read().rpartition(")")[2].split()[0]
    frame = sys._current_frames()[thread.ident]
    return frame.f_code.co_name, frame.f_lineno if state == "S" else None


def wait_until_they_hang(workers):
    """Each where it stays: in Store.put or in Condition.wait, asleep, and there before, too."""
    before = None
    while True:
        now = [place(worker) for worker in workers]
        if now == before and all(name in ("put", "wait") and line for name, line in now):
            return
        before = now
        time.sleep(0.02)


store = Store()
workers = [
    threading.Thread(target=store.put, args=(first, second), name="ingest-1"),
    threading.Thread(target=store.put, args=(second, first), name="ingest-2"),
]
workers += [threading.Thread(target=idle, name=f"idle-{n}", daemon=True) for n in range(8)]
for worker in workers:
    worker.start()
wait_until_they_hang(workers)
print("ready", flush=True)
workers[0].join()
