"""target.py THREADS FRAMES [TICKER FILE]: the main thread and THREADS others wait for a lock, all frames in one line.

With THREADS, each of them has FRAMES frames and the main thread has one; without, the main thread has FRAMES.
"""

import sys
import threading

BOOTSTRAP = 3  # frames of threading's below a thread's function


def wait_at(depth):
    if depth > 1:
        wait_at(depth - 1)
    else:
        lock.acquire()


def start_ticker(library, path):
    import ctypes
    if ctypes.CDLL(library).start_ticking(path.encode()) != 0:
        raise SystemExit("the ticker does not start")


thread_count, frame_count = int(sys.argv[1]), int(sys.argv[2])
sys.setrecursionlimit(10000)
threading.stack_size(256 * 1024)
lock = threading.Lock()
lock.acquire()
for _ in range(thread_count):
    thread = threading.Thread(target=wait_at, args=(frame_count - BOOTSTRAP,))
    thread.daemon = True
    thread.start()
if len(sys.argv) > 3:
    start_ticker(sys.argv[3], sys.argv[4])
sys.stdout.write("ready\n")
sys.stdout.flush()
if thread_count:
    lock.acquire()
else:
    wait_at(frame_count - 1)
