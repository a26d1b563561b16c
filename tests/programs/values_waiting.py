"""Locks, threads, queues and the like."""

import itertools
import sys
import threading
import time

import truth
import values

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text, **more):
    more["text"] = text
    # JSON has the member only where it is true.
    more.setdefault("custom_repr", has_python_repr(value) or None)
    rows.append((next(names), value, more))


def has_python_repr(value):
    return hasattr(type(value).__repr__, "__code__")


def at(value):
    return " at 0x%x" % id(value)


def short(value):
    return type(value).__name__


def rlock_text(lock, owner, count):
    if not count:
        return "<%s unlocked%s>" % (short(lock), at(lock))
    return "<%s locked%s, owner %d, count %d>" % (short(lock), at(lock), owner, count)


def lock_text(lock):
    return "<%s %s%s>" % (short(lock), "locked" if lock.locked() else "unlocked", at(lock))


free, held = threading.Lock(), threading.Lock()
held.acquire()
contended = threading.Lock()
contended.acquire()
truth.spawn(contended.acquire)
for lock in (free, held, contended):
    add(lock, lock_text(lock))
again = threading.Lock()
again.acquire()
again.release()
add(again, lock_text(again))

own = truth.main_ident
for count in range(4):
    rlock = threading.RLock()
    for i in range(count):
        rlock.acquire()
    add(rlock, rlock_text(rlock, own, count))
given = threading.RLock()
given.acquire()
given.release()
add(given, rlock_text(given, own, 0))
others = threading.RLock()
keeper = []


def keep():
    others.acquire()
    keeper.append(threading.current_thread().ident)
    truth.block()


truth.spawn(keep)
while not keeper:
    time.sleep(0.001)
add(others, rlock_text(others, keeper[0], 1))
if sys.version_info >= (3, 6):
    python_rlock = threading._RLock()
    python_rlock.acquire()
    add(python_rlock, rlock_text(python_rlock, own, 1))

condition = threading.Condition(threading.Lock())
add(condition, "<%s%s, %s>" % (short(condition), at(condition), lock_text(condition._Condition__lock if sys.version_info < (3,) else condition._lock)))
default = threading.Condition()
waiting = threading.Condition(threading.Lock())
waiting_event = threading.Event()


def wait_for(what):
    with what:
        what.wait()


for i in range(2):
    truth.spawn(wait_for, waiting)
truth.spawn(waiting_event.wait)


def waiters(condition):
    return len(condition._Condition__waiters if sys.version_info < (3,) else condition._waiters)


def inner(event):
    return event._Event__cond if sys.version_info < (3,) else event._cond


while waiters(waiting) < 2 or waiters(inner(waiting_event)) < 1:
    time.sleep(0.001)
add(waiting, "<%s%s, 2 waiting, %s>" % (short(waiting), at(waiting), lock_text(waiting._Condition__lock if sys.version_info < (3,) else waiting._lock)))
default_lock = default._Condition__lock if sys.version_info < (3,) else default._lock
add(default, "<%s%s, %s>" % (short(default), at(default), rlock_text(default_lock, 0, 0)),
    custom_repr=True)

event, event_set = threading.Event(), threading.Event()
event_set.set()
add(event, "<%s not set%s>" % (short(event), at(event)))
add(event_set, "<%s set%s>" % (short(event), at(event_set)))
add(waiting_event, "<%s not set%s, 1 waiting>" % (short(event), at(waiting_event)))
semaphore = threading.Semaphore(3)
add(semaphore, "<%s value 3%s>" % (short(semaphore), at(semaphore)))
bounded = threading.BoundedSemaphore(2)
bounded.acquire()
add(bounded, "<%s value 1 of 2%s>" % (short(bounded), at(bounded)))


class Worker(threading.Thread):
    def run(self):
        truth.register()
        truth.block()


class Shown(threading.Thread):
    def __repr__(self):
        return "mine"


def thread_text(thread, state, daemon=True):
    return "<%s %s %s%s%s>" % (
        short(thread), thread.name, state, ", daemon" if daemon else "",
        "" if thread.ident is None else ", ident %d" % thread.ident)


worker = Worker(name="worker-1 \n 'x'")
worker.daemon = True
worker.start()
new = threading.Thread(name="new")
ended = threading.Thread(target=int)
ended.start()
ended.join()
unjoined = threading.Thread(target=int)
unjoined.start()
while unjoined.ident in sys._current_frames():
    time.sleep(0.001)
add(worker, thread_text(worker, "started"))
add(new, thread_text(new, "not started", False))
add(ended, thread_text(ended, "stopped", False))
add(threading.current_thread(), thread_text(threading.current_thread(), "started", False))
timer = threading.Timer(1000, int)
add(timer, thread_text(timer, "not started", False))
shown = Shown()
add(shown, "<__main__.Shown at 0x%x>" % id(shown), custom_repr=True)

if sys.version_info >= (3,):
    import concurrent.futures
    import queue

    barrier = threading.Barrier(3)
    add(barrier, "<Barrier 0 of 3 waiting%s>" % at(barrier))
    broken = threading.Barrier(2)
    broken.abort()
    add(broken, "<Barrier broken 0 of 2 waiting%s>" % at(broken))

    def queue_text(queue, count, behind=""):
        return "<%s of %d entr%s%s%s>" % (
            short(queue), count, "y" if count == 1 else "ies", at(queue), behind)

    empty = queue.Queue()
    add(empty, queue_text(empty, 0))
    full = queue.Queue(2)
    full.put(1)
    full.put([full])
    add(full, queue_text(full, 2, ", maxsize 2, 2 unfinished"))
    for kind in (queue.LifoQueue, queue.PriorityQueue):
        one = kind()
        one.put(1)
        add(one, queue_text(one, 1, ", 1 unfinished"))

    class Own(queue.Queue):
        pass

    own_queue = Own()
    add(own_queue, queue_text(own_queue, 0))
    if hasattr(queue, "SimpleQueue"):
        simple = queue.SimpleQueue()
        add(simple, queue_text(simple, 0))
        filled = queue.SimpleQueue()
        for i in range(20):
            filled.put(i)
        for i in range(7):
            filled.get()
        add(filled, queue_text(filled, 13))
        filled_one = queue.SimpleQueue()
        filled_one.put(1)
        add(filled_one, queue_text(filled_one, 1))
    pool = concurrent.futures.ThreadPoolExecutor(4)
    go_on = threading.Event()
    running = [pool.submit(truth.enter, truth.block) for i in range(4)]
    pending = pool.submit(int)
    while any(future._state != "RUNNING" for future in running):
        time.sleep(0.001)
    work = pool._work_queue
    add(pool, "<ThreadPoolExecutor 4 of 4 threads%s, %s>" % (
        at(pool), queue_text(work, 1, ", 5 unfinished" if hasattr(work, "maxsize") else "")))
    add(running[0], "<Future RUNNING%s>" % at(running[0]))
    add(pending, "<Future PENDING%s>" % at(pending))
    result = concurrent.futures.Future()
    result.set_result([5])
    add(result, "<Future FINISHED%s, result [5]>" % at(result))
    itself = concurrent.futures.Future()
    itself.set_result([itself])
    add(itself, "<Future FINISHED%s, result [<Future FINISHED%s, result ...>]>" % (at(itself), at(itself)), custom_repr=True)
    cancelled = concurrent.futures.Future()
    cancelled.cancel()
    add(cancelled, "<Future CANCELLED%s>" % at(cancelled))

values.hold(rows)
