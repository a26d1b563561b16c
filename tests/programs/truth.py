"""Tell the test what this process is doing, as Python itself sees it, and hang.

Target programs import this; it runs unchanged on 2.7 and 3.6 to 3.15. The environment variable
TRUTH_FD names the pipe to the test, which is closed when all is told: that says "ready".
"""

import itertools
import json
import os
import sys
import threading
import time

try:
    import fcntl
except ImportError:
    fcntl = None  # extension modules don't find a Python that was loaded with RTLD_LOCAL
try:
    import thread as _thread
except ImportError:
    import _thread

QUIET_SECONDS = 0.01
PATIENCE_SECONDS = 60
GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # inspect.CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

# Every program imports this in its main thread.
main_ident = _thread.get_ident()
tids = {}
notes = {}


def hang(block=None, spoil=None):
    """Tell the truth about all threads, this one included, and block for ever.

    One instruction calls all, so that this frame is at the same place when it tells and when it hangs.
    `spoil` runs in between, and may break what the truth is taken from.
    """
    for action in (report, spoil or nothing, block or forever()):
        action()


def nothing():
    pass


def forever():
    """Something to call that never returns, and in which no Python code runs."""
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock.acquire


def block():
    """Block for ever without a word; another thread tells."""
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire()


def spawn(function, *arguments, **options):
    """Start a daemon thread that calls the function; its tid will be known to the truth."""
    daemon = options.pop("daemon", True)
    started = threading.Thread(target=enter, args=(function,) + arguments, **options)
    started.daemon = daemon
    started.start()
    return started


def enter(function, *arguments):
    register()
    function(*arguments)


def register():
    """Note the tid of the calling thread, which Python itself knows from 3.8 only."""
    tids[_thread.get_ident()] = own_tid()


def own_tid():
    return int(os.readlink("/proc/thread-self").rpartition("/")[2])


def skip(reason):
    """Say why this Python can't be put into the wanted state, and end."""
    send({"skip": reason})
    sys.exit(0)


def report():
    """Wait until all other threads hang, and tell where every one is."""
    wait_until_quiet()
    if "TRUTH_UNSEEN" in os.environ:
        # Asking for a frame makes Python build an object for it, which isn't there in other programs.
        send({"pid": os.getpid()})
    else:
        send(collect(sys._getframe(1)))


def report_running():
    """The same, without waiting: some threads never come to rest."""
    send(collect(sys._getframe(1)))


def send(document):
    data = json.dumps(document).encode("ascii")
    fd = int(os.environ["TRUTH_FD"])
    while data:
        data = data[os.write(fd, data[:65536]):]
    os.close(fd)


def wait_until_quiet():
    """Return once no other thread has run for a while, and all sleep or have ended.

    A thread that waits for the GIL wakes up every few milliseconds, and so isn't taken for a hung one.
    """
    deadline = time.time() + PATIENCE_SECONDS
    before = None
    while time.time() < deadline:
        now = other_threads()
        if now == before and all(state in "SZ" for state, _ in now.values()):
            return
        before = now
        time.sleep(QUIET_SECONDS)
    skip("other threads never came to rest: %r" % (before,))


def other_threads():
    own = own_tid()
    found = {}
    for tid in os.listdir("/proc/self/task"):
        if int(tid) != own:
            try:
                found[tid] = (thread_state(tid), thread_runs(tid))
            except (IOError, OSError):  # it ended meanwhile
                found[tid] = ("X", None)
    return found


def thread_state(tid):
    with open("/proc/self/task/%s/stat" % tid, "rb") as stat:
        return stat.read().rpartition(b")")[2].split()[0].decode()


def thread_runs(tid):
    with open("/proc/self/task/%s/schedstat" % tid, "rb") as schedstat:
        return schedstat.read()


def collect(own_frame):
    table = FrameTable()
    frames = dict(sys._current_frames())
    frames[_thread.get_ident()] = own_frame
    threads = [describe_thread(ident, frame, table) for ident, frame in frames.items()]
    return {
        "pid": os.getpid(),
        "version": "%d.%d.%d" % sys.version_info[:3],
        "full_version": sys.version.split()[0],
        "hexversion": sys.hexversion,
        "debug": hasattr(sys, "gettotalrefcount"),
        "free_threaded": "t" in getattr(sys, "abiflags", ""),
        "jit": hasattr(sys, "_jit") and sys._jit.is_enabled(),
        "executable": text(sys.executable),
        "threads": threads,
        "table": table.rows,
        "notes": notes,
    }


def describe_thread(ident, frame, table):
    known = known_threads().get(ident)
    return {
        "ident": str(ident),
        "tid": thread_tid(ident, known),
        "name": text(known.name) if known else None,
        "daemon": known.daemon if known else None,
        "main": ident == main_ident,
        "frames": [table.index(f) for f in walk(frame)],
    }


def known_threads():
    return dict((t.ident, t) for t in threading.enumerate())


def thread_tid(ident, known):
    if ident == main_ident and ident not in tids:
        return os.getpid()
    return tids.get(ident) or getattr(known, "native_id", None)


def walk(frame):
    while frame is not None:
        yield frame
        frame = frame.f_back


class FrameTable(object):
    """Each distinct frame once: a deep recursion consists of few."""

    def __init__(self):
        self.rows = []
        self.known = {}
        self.codes = []  # keeps them alive, so that their ids stay theirs

    def index(self, frame):
        key = (id(frame.f_code), frame.f_lasti, frame.f_lineno, id(frame.f_globals))
        if key not in self.known:
            self.codes.append(frame.f_code)
            self.known[key] = len(self.rows)
            self.rows.append(describe_frame(frame))
        return self.known[key]


def describe_frame(frame):
    code = frame.f_code
    line, end_line, column, end_column = positions(code, frame.f_lasti)
    return {
        "function": text(code.co_name),
        "qualname": text(getattr(code, "co_qualname", None)),
        "file": text(code.co_filename),
        "line": frame.f_lineno,
        "position_line": line,
        "end_line": end_line,
        "column": column,
        "end_column": end_column,
        "module": text(frame.f_globals.get("__name__")),
        "generator": bool(code.co_flags & GENERATOR_FLAGS),
    }


def positions(code, lasti):
    if not hasattr(code, "co_positions"):
        return None, None, None, None
    return next(itertools.islice(code.co_positions(), lasti // 2, None))


def text(value):
    """A string as JSON can hold it; the bytes of 2.7 are marked as such."""
    if isinstance(value, str) and bytes is str:
        return {"bytes": value.decode("latin-1")}
    return str.__str__(value) if isinstance(value, str) else value


def keep_pipe_from_children():
    """Otherwise 2.7's children would hold it open, and the test never see its end."""
    if fcntl and "TRUTH_FD" in os.environ:
        fcntl.fcntl(int(os.environ["TRUTH_FD"]), fcntl.F_SETFD, fcntl.FD_CLOEXEC)


keep_pipe_from_children()
