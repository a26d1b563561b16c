"""Every way of coming to be a thread."""

import multiprocessing.pool
import threading

import truth

try:
    import ctypes
except ImportError:
    ctypes = None
try:
    import concurrent.futures
except ImportError:
    concurrent = None


class Slotted(threading.Thread):
    __slots__ = ("item",)

    def run(self):
        truth.register()
        self.item = 1
        truth.block()


class WithInit(threading.Thread):
    def __init__(self):
        super(WithInit, self).__init__(name="with-init")
        self.more = dict.fromkeys(range(100))
        for number in range(100):
            setattr(self, "attribute%d" % number, number)

    def run(self):
        truth.enter(truth.block)


class Crowded(threading.Thread):
    """Its instance has had attributes deleted and its dictionary taken, which changes where they are stored."""

    def run(self):
        del self.__dict__["passing"]
        self.__dict__.update(("later%d" % n, n) for n in range(40))
        self.name = "crowded"
        truth.enter(truth.block)


def from_threading():
    truth.spawn(truth.block, name="daemon")
    truth.spawn(truth.block, name="not-daemon", daemon=False)
    truth.spawn(truth.block)
    for kind in (Slotted, WithInit, Crowded):
        thread = kind()
        thread.passing = 1
        thread.daemon = True
        thread.start()
    timer = threading.Timer(0, truth.enter, (truth.block,))
    timer.daemon = True
    timer.start()


def unknown_to_threading():
    truth._thread.start_new_thread(truth.enter, (truth.block,))
    truth._thread.start_new_thread(known_late, ())


def known_late():
    """Asking for it makes threading invent a Thread object."""
    threading.current_thread()
    truth.enter(truth.block)


def forgotten_by_threading():
    thread = truth.spawn(truth.block, name="forgotten")
    truth.wait_until_quiet()  # 2.7 enters it after start() has returned
    del threading._active[thread.ident]


def from_pools():
    multiprocessing.pool.ThreadPool(2).apply_async(truth.enter, (truth.block,))
    if concurrent:
        executor = concurrent.futures.ThreadPoolExecutor(2)
        executor.submit(truth.enter, truth.block)
        truth.kept = executor


def from_c():
    """A thread of C that calls Python, and two that never do."""
    libc = ctypes.CDLL(None)
    signature = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
    truth.callback = signature(called_from_c)
    start_in_c(libc, truth.callback)
    start_in_c(libc, libc.pause)
    start_in_c(libc, libc.pause)


def called_from_c(_argument):
    truth.enter(truth.block)


def start_in_c(libc, function):
    handle = ctypes.c_ulong()
    if libc.pthread_create(ctypes.byref(handle), None, function, None):
        truth.skip("pthread_create fails")


def main():
    from_threading()
    unknown_to_threading()
    forgotten_by_threading()
    from_pools()
    if ctypes:
        from_c()
    truth.notes["native"] = 2 if ctypes else 0
    truth.hang()


main()
