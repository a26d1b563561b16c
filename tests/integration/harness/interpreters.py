"""The Pythons of this machine."""

import fnmatch
import functools
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


@dataclass(frozen=True)
class Interpreter:
    label: str
    version: tuple = ()
    command: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)  # what it needs to be what it is
    few: bool = False  # it differs little from others: not all cases need it each time
    missing: str = ""  # why it isn't there
    parent_waits: bool = False  # what is started isn't the Python, but waits for that

    @property
    def in_root(self):
        """Whether it runs in a file system of its own."""
        return self.command[0].endswith("/in-root")

    @property
    def library(self):
        """Its shared library, or None."""
        if self.in_root or not self.command:
            return None
        prefix = Path(self.command[0]).resolve().parents[1]
        found = sorted(prefix.glob("lib/libpython{}.{}*.so.1.0".format(*self.version)))
        return found[0] if found else None

    def path_here(self, path):
        """Where a file of the target's file system lies in ours; what is bound into it lies at the same place."""
        if not self.in_root or os.path.exists(path) and not path.startswith("/usr/"):
            return path
        return self.command[1] + path

    def command_for(self, folders):
        """The command that starts it, in which these folders can be seen."""
        if not self.in_root:
            return self.command
        script, root, *program = self.command
        binds = [word for folder in folders for word in ("--bind", str(folder))]
        return [script, root, *binds, *program]


def long_run():
    """Whether what takes longer than a commit should wait is asked for."""
    return os.environ.get("PYINSPECT_LONG", "0") not in ("", "0")


@functools.cache
def find_interpreters(every=False):
    """All that PYINSPECT_PYTHONS (globs of labels, comma between) lets through."""
    globs = ["*"] if every else os.environ.get("PYINSPECT_PYTHONS", "*").split(",")
    return [i for i in _all() if any(fnmatch.fnmatch(i.label, glob) for glob in globs)]


def _all():
    for label, version, share, command in _lines("--list"):
        words = command.split(" ")
        count = next(i for i, word in enumerate(words) if "=" not in word)
        environment = dict(word.split("=", 1) for word in words[:count])
        few = share == "few" and not long_run()
        yield Interpreter(label, tuple(map(int, re.findall(r"\d+", version))), words[count:], environment, few)
    for label, reason in _lines("--missing"):
        yield Interpreter(label, missing=reason)


def debug_dirs():
    """Folders like /usr/lib/debug, with the debugging information of Debian's builds."""
    named = [folder for folder in os.environ.get("PYINSPECT_DEBUG_DIRS", "").split(":") if folder]
    return named + [line[0] for line in _lines("--debug-dirs")]


def _lines(option):
    result = subprocess.run([SCRIPTS / "get-pythons", option], stdout=subprocess.PIPE, check=True, text=True)
    return [line.split("\t") for line in result.stdout.splitlines()]
