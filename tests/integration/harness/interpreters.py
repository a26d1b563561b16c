"""The Pythons of this machine."""

import fnmatch
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
    missing: str = ""  # why it isn't there

    @property
    def in_root(self):
        """Whether it runs in a file system of its own."""
        return self.command[0].endswith("/in-root")

    def path_here(self, path):
        """Where a file of the target's file system lies in ours; what is bound into it lies at the same place."""
        if not self.in_root or os.path.exists(path) and not path.startswith("/usr/"):
            return path
        return self.command[1] + path

    def command_for(self, folders):
        """The command that starts it, in which these folders can be seen."""
        if not self.in_root:
            return self.command
        script, root, program = self.command
        binds = [word for folder in folders for word in ("--bind", str(folder))]
        return [script, root, *binds, program]


def find_interpreters():
    """All that PYINSPECT_PYTHONS (globs of labels, comma between) lets through."""
    globs = os.environ.get("PYINSPECT_PYTHONS", "*").split(",")
    return [i for i in _all() if any(fnmatch.fnmatch(i.label, glob) for glob in globs)]


def _all():
    for label, version, command in _lines("--list"):
        yield Interpreter(label, tuple(map(int, re.findall(r"\d+", version))), command.split(" "))
    for label, reason in _lines("--missing"):
        yield Interpreter(label, missing=reason)


def _lines(option):
    result = subprocess.run([SCRIPTS / "get-pythons", option], stdout=subprocess.PIPE, check=True, text=True)
    return [line.split("\t") for line in result.stdout.splitlines()]
