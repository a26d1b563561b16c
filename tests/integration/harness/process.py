"""A process as the kernel shows it."""

import os
import time
from pathlib import Path

REST_SECONDS = 30
# Numbers of the system calls that our targets hang in (x86_64).
SYSCALLS = {
    0: "read",
    1: "write",
    7: "poll",
    23: "select",
    34: "pause",
    35: "nanosleep",
    42: "connect",
    43: "accept",
    45: "recvfrom",
    47: "recvmsg",
    61: "wait4",
    128: "rt_sigtimedwait",
    202: "futex",
    230: "clock_nanosleep",
    232: "epoll_wait",
    247: "waitid",
    270: "pselect6",
    271: "ppoll",
    281: "epoll_pwait",
    288: "accept4",
}


def tids(pid):
    return sorted(int(tid) for tid in os.listdir(f"/proc/{pid}/task"))


def state(pid, tid):
    return _read(pid, tid, "stat").rpartition(")")[2].split()[0]


def runs(pid, tid):
    """How often the thread was given a CPU."""
    return int(_read(pid, tid, "schedstat").split()[2])


def all_runs(pid):
    return {tid: runs(pid, tid) for tid in tids(pid)}


def syscall(pid, tid):
    """The name of the system call that it sleeps in, or None where we don't know the number."""
    first = _read(pid, tid, "syscall").split()[0]
    return SYSCALLS.get(int(first)) if first.isdigit() else None


def comm(pid, tid):
    return _read(pid, tid, "comm")[:-1]


def elapsed(pid):
    """Seconds since it was started."""
    started = int(_read(pid, pid, "stat").rpartition(")")[2].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - started / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid, tid):
    """To a hundredth of a second."""
    user, system = _read(pid, tid, "stat").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def inner_ids(pid):
    """The numbers of its threads in the pid namespace that the process lives in, by ours."""
    return {tid: int(_words(f"{pid}/task/{tid}", "NSpid")[-1]) for tid in tids(pid)}


def outer_uid(pid, inner):
    """Our number of a user in the user namespace of the process."""
    for line in Path(f"/proc/{pid}/uid_map").read_text().splitlines():
        first, outer, count = map(int, line.split())
        if first <= inner < first + count:
            return outer + inner - first
    return None


def is_known_as(pid, inner):
    """Whether it lives in a pid namespace below ours, where this is its number."""
    numbers = _words(pid, "NSpid")
    return len(numbers) > 1 and int(numbers[-1]) == inner


def descendants(pid):
    """The process and all below it."""
    found = [pid]
    for one in found:
        for tid in tids(one):
            found += map(int, Path(f"/proc/{one}/task/{tid}/children").read_text().split())
    return found


def tracer(pid):
    return _status_number(pid, "TracerPid")


def parent(pid):
    return _status_number(pid, "PPid")


def executable(pid):
    """Its path inside of the process's root; a link of /proc has the chroot's own path before it."""
    path, root = os.readlink(f"/proc/{pid}/exe"), os.readlink(f"/proc/{pid}/root")
    path = path[len(root) :] if root != "/" and path.startswith(root + "/") else path
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def command_line(pid):
    """The arguments, as valid Unicode."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    return [word.decode("utf-8", "backslashreplace") for word in words]


def wait_until(condition, what):
    """Wait for something that is sure to come soon."""
    deadline = time.monotonic() + REST_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {REST_SECONDS} s until {what}")
        time.sleep(0.001)


def wait_for_rest(pid):
    """Wait until no thread of the process runs any more; some may have ended."""
    seen = [None]

    def rests():
        before, seen[0] = seen[0], {tid: (runs(pid, tid), state(pid, tid)) for tid in tids(pid)}
        return seen[0] == before and all(s in "SZ" for _, s in before.values())

    wait_until(rests, f"process {pid} rests")


def _status_number(pid, name):
    return int(_words(pid, name)[0])


def _words(which, name):
    status = Path(f"/proc/{which}/status").read_text(errors="backslashreplace")
    return status.partition(f"\n{name}:")[2].partition("\n")[0].split()


def _read(pid, tid, name):
    # As bytes: reading text would turn a carriage return into a newline.
    return Path(f"/proc/{pid}/task/{tid}/{name}").read_bytes().decode("utf-8", "backslashreplace")
