"""The GDBs of this machine, and runs of them: each to its end, with nobody to answer questions."""

import fnmatch
import functools
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .interpreters import SCRIPTS
from .target import PROGRAMS, Unsupported, die_with_the_test, plain_environment
from .truth import Truth

RUN_SECONDS = 120
MARK = "== command "


@dataclass(frozen=True)
class Debugger:
    label: str
    version: tuple = ()
    has_python: bool = False
    command: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    server: str = ""  # how GDB starts its gdbserver, as a shell reads it
    missing: str = ""  # why it isn't there


@dataclass(frozen=True)
class GdbRun:
    code: int
    out: str  # all of it, errors among the rest
    answers: list  # what each command printed


@dataclass
class Way:
    """How GDB comes to a stopped process: words of its command line."""

    words: list
    program: list = field(default_factory=list)  # what GDB starts: the last words
    prefix: list = field(default_factory=list)  # words before GDB's own
    pass_fds: list = field(default_factory=list)


class Program:
    """What GDB is to start: as a target is, but not started. Its truth is there once it ran."""

    def __init__(self, interpreter, arguments, folder):
        self.interpreter = interpreter
        self.arguments = [str(a) for a in arguments]
        self.folder = Path(folder)
        self.told = self.folder / "told"

    @property
    def truth(self):
        truth = Truth(json.loads(self.told.read_text()))
        if truth.skip:
            raise Unsupported(truth.skip)
        return truth


@functools.cache
def find_debuggers():
    """All that PYINSPECT_GDBS (globs of labels, comma between) lets through."""
    globs = os.environ.get("PYINSPECT_GDBS", "*").split(",")
    return [d for d in _all() if any(fnmatch.fnmatch(d.label, glob) for glob in globs)]


def _all():
    for label, version, python, command, server in _lines("--list"):
        words = command.split(" ")
        count = next(i for i, word in enumerate(words) if "=" not in word)
        environment = dict(word.split("=", 1) for word in words[:count])
        numbers = tuple(map(int, re.findall(r"\d+", version)))
        server = "" if server == "-" else server
        yield Debugger(label, numbers, python == "python", words[count:], environment, server)
    for label, reason in _lines("--missing"):
        yield Debugger(label, missing=reason)


def _lines(option):
    result = subprocess.run([SCRIPTS / "get-gdbs", option], stdout=subprocess.PIPE, check=True, text=True)
    return [line.split("\t") for line in result.stdout.splitlines()]


def run_gdb(debugger, commands, way, target, words=()):
    """Let GDB come to the target by a way, one of WAYS, and give it commands; `words` come before, as an option -iex does."""
    if debugger.missing:
        raise Unsupported(f"no GDB {debugger.label}: {debugger.missing}")
    led = WAYS[way](debugger, target)
    marked = [word for number, command in enumerate(commands) for word in _marked(number, command)]
    marked += _marked(len(commands), "echo")  # whether the last one fails is GDB's exit code
    out, code = _run(debugger, [*_quiet(debugger), *words, *led.words, *marked, *led.program], led)
    parts = re.split(rf"^{MARK}\d+\n", out, flags=re.MULTILINE)
    return GdbRun(code, out, parts[1 : len(commands) + 1])


def _marked(number, command):
    return ["-ex", f"echo \\n{MARK}{number}\\n", "-ex", command]


def _quiet(debugger):
    words = ["-nx", "-batch", "-iex", "set confirm off"]
    if debugger.has_python:
        # Else it says at each start that it does not load what lies beside the interpreter.
        words += ["-iex", "set auto-load python-scripts off"]
    return words


def _run(debugger, words, way):
    """Output and exit code; what hangs is killed, and what it started."""
    with subprocess.Popen(
        [*way.prefix, *debugger.command, *words],
        env={**_environment(), **debugger.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=way.pass_fds,
        preexec_fn=_prepare,
        start_new_session=True,
    ) as gdb:
        try:
            out, _ = gdb.communicate(timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(gdb.pid, signal.SIGKILL)
            out, _ = gdb.communicate()
            raise TimeoutError(f"GDB hangs; until then it said: {out.decode('utf-8', 'replace')}") from None
    return out.decode("utf-8", "replace"), gdb.returncode


def _prepare():
    die_with_the_test()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # some GDBs end with an internal error


def _environment():
    """Nothing that changes GDB's words, and no server to be asked for debugging information."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "SHELL": "/bin/sh"}


def live(debugger, target):
    """gdb -p PID"""
    # It finds no program in another root.
    return Way([*_file_system(target), *(_executable(target) if _root_of(target) else []), "-p", str(target.pid)])


def core(debugger, target):
    """gdb PROGRAM CORE, the core being GDB's own."""
    return Way([*_file_system(target), *_executable(target), "-c", str(make_core(debugger, target))])


def core_alone(debugger, target):
    """gdb -c CORE. Newer ones know the program by it, and all read the files that it names."""
    return Way([*_safe_path(""), "-c", str(make_core(debugger, target))])


def gdbserver(debugger, target):
    """gdb PROGRAM, target remote. The server ends with the pipe."""
    if not debugger.server:
        raise Unsupported(f"no gdbserver for GDB {debugger.label}")
    connect = f"target remote | {debugger.server} --once - --attach {target.pid}"
    # Else it fetches each library through the server, which takes seconds.
    return Way(["-iex", "set sysroot /", *_file_system(target), *_executable(target), "-ex", connect])


def run(debugger, program):
    """gdb --args PROGRAM, run. The program gets an environment of its own, and may live in a root folder of its own."""
    told = os.open(program.told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    words = [word for name in debugger.environment for word in ("-iex", f"unset environment {name}")]
    for name, value in plain_environment(told, program.interpreter.environment).items():
        words += ["-iex", f"set environment {name} {value}"]
    words += [*_file_system(program), "-ex", "run"]
    root = _root_of(program)
    path = root + program.interpreter.command[-1]
    prefix = []
    if root:
        # GDB follows one program: inside of the root it has to have the path that it has outside.
        words += ["-iex", f"set exec-wrapper chroot {root}"]
        folders = ["/proc", "/dev", root, PROGRAMS, tempfile.gettempdir()]
        binds = [word for folder in folders for word in ("--bind", f"{folder}:{root}{folder}")]
        prefix = [str(SCRIPTS / "in-root"), "/", *binds]
    return Way(words, ["--args", path, *program.arguments], prefix, [told])


WAYS = {"live": live, "run": run, "core": core, "core alone": core_alone, "gdbserver": gdbserver}


def _root_of(target):
    """The root folder that the target's files are in."""
    return target.interpreter.command[1] if target.interpreter.in_root else ""


def _safe_path(root):
    """A setting: GDB may load the libthread_db that lies beside the target's C library."""
    return ["-iex", f"add-auto-load-safe-path {root}/lib/x86_64-linux-gnu"]


def _file_system(target):
    """Settings for the target's libraries."""
    root = _root_of(target)
    return [*_safe_path(root), "-iex", f"set sysroot {root}"] if root else _safe_path(root)


def _executable(target):
    return ["-iex", f"file {os.readlink(f'/proc/{target.pid}/exe')}"]


def make_core(debugger, target):
    """One of the target's threads as they are; each GDB writes its own."""
    if target.interpreter.in_root:
        # In its C library stacks have guard pages that don't show (MADV_GUARD_INSTALL). GDBs before 17 stop at the first
        # byte that can't be read, and write no stack.
        debugger = max((d for d in _all() if not d.missing), key=lambda d: d.version)
    path = target.folder / f"core-{debugger.label}"
    if not path.exists():
        way = live(debugger, target)
        out, _ = _run(debugger, [*_quiet(debugger), *way.words, "-ex", f"generate-core-file {path}"], way)
        if not path.exists():
            raise RuntimeError(f"GDB wrote no core: {out}")
    return path
