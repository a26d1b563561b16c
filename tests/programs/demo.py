"""A small daemon that hangs: two workers have locked each other out, and the main thread waits for them.

Prints "ready" once it hangs.
"""
import queue
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


def is_waiting(thread):
    """Asleep in the kernel."""
    with open(f"/proc/self/task/{thread.native_id}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "S"


store = Store()
workers = [
    threading.Thread(target=store.put, args=(first, second), name="ingest-1"),
    threading.Thread(target=store.put, args=(second, first), name="ingest-2"),
]
workers += [threading.Thread(target=idle, name=f"idle-{n}", daemon=True) for n in range(8)]
for worker in workers:
    worker.start()
while not (first.locked() and second.locked() and all(map(is_waiting, workers))):
    time.sleep(0.01)
print("ready", flush=True)
workers[0].join()
