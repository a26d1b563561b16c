"""A Python process that hangs, and the truth about it."""

import ctypes
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from . import process
from .truth import Truth

PROGRAMS = Path(__file__).resolve().parents[2] / "programs"
READY_SECONDS = 120
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


class TargetFailed(Exception):
    """The target isn't in the state that the test wants."""


class Unsupported(Exception):
    """This interpreter can't be put into the wanted state; a reason to skip."""


class Target:
    """One started target program. It dies with the test, however that ends."""

    def __init__(self, interpreter, arguments, folder, environment=None, script=None):
        self.interpreter = interpreter
        self.folder = folder
        self.arguments = arguments
        self._truth = None
        self._errors = tempfile.TemporaryFile()
        self._pipe, write_end = os.pipe()
        folders = [PROGRAMS, Path(tempfile.gettempdir())]
        self.process = subprocess.Popen(
            interpreter.command_for(folders) + [str(a) for a in arguments],
            env=plain_environment(write_end, {**interpreter.environment, **(environment or {})}),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=[write_end],
            preexec_fn=die_with_the_test,
            start_new_session=True,
        )
        os.close(write_end)
        if script is not None:
            self.process.stdin.write(script)
            self.process.stdin.close()
        #: The process to look at, which may turn out to be a child.
        self.pid = self.process.pid

    @property
    def truth(self):
        """What the target said; waits until it is ready."""
        if self._truth is None:
            self._truth = Truth(self._receive())
            if not self._truth.skip and self.errors():
                raise TargetFailed(f"the target complains: {self.errors()}")
            self._identify()
        if self._truth.skip:
            raise Unsupported(self._truth.skip)
        return self._truth

    def _identify(self):
        """Find the process that told, by our number; it may have numbers of its own."""
        self.pid = self._truth.pid or self.pid
        if not self._truth.skip and getattr(self.interpreter, "own_pids", False):
            started = process.descendants(self.process.pid)
            (self.pid,) = [pid for pid in started if process.is_known_as(pid, self._truth.pid)]
            outer = {inner: tid for tid, inner in process.inner_ids(self.pid).items()}
            for thread in self._truth.threads:
                thread.tid = outer.get(thread.tid)

    def poke(self):
        """Let a thread of the target go on that reads its standard input."""
        os.write(self.process.stdin.fileno(), b"x")

    def errors(self):
        """What it wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def close(self):
        """End it and what it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdin.close()
        self._errors.close()
        os.close(self._pipe)

    def _receive(self):
        deadline = time.monotonic() + READY_SECONDS
        chunks = []
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._pipe], [], [], left)[0]:
                raise TargetFailed(f"the target was not ready after {READY_SECONDS} s: {self.errors()}")
            chunk = os.read(self._pipe, 1 << 20)
            if not chunk:
                break
            chunks.append(chunk)
            # Who waits for it has the pipe, too, and doesn't close it.
            if self.interpreter.parent_waits and _is_whole(b"".join(chunks)):
                break
        if not chunks:
            self.process.wait(timeout=10)
            raise TargetFailed(f"the target ended ({self.process.returncode}): {self.errors()}")
        return json.loads(b"".join(chunks))


def _is_whole(data):
    try:
        return bool(json.loads(data))
    except ValueError:
        return False


def plain_environment(truth_fd, more):
    """A plain environment, so that the machine's own settings change no target."""
    plain = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(PROGRAMS),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TRUTH_FD": str(truth_fd),
    }
    return {**plain, **more}


def die_with_the_test():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
