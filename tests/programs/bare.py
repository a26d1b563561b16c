"""One thread in a process that never imports threading; it tells its pid only."""

import os

try:
    import thread
except ImportError:
    import _thread as thread


def tell():
    fd = int(os.environ["TRUTH_FD"])
    os.write(fd, ('{"pid": %d}' % os.getpid()).encode("ascii"))
    os.close(fd)


def hang():
    lock = thread.allocate_lock()
    lock.acquire()
    for action in (tell, lock.acquire):
        action()


hang()
