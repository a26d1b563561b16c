"""The commands that are compared: each prints all Python stacks of a process once."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "tests" / "bench"

@dataclass(frozen=True)
class Tool:
    name: str
    command: list  # ends with the process id
    frame: bytes = b""  # what it prints for each frame of the target's function, a regular expression
    shown: list = None  # another command that prints each frame, where the first one folds equal stacks
    environment: dict = field(default_factory=dict)
    slow: bool = False  # measured in few rounds

    def on(self, pid, shown=False):
        command = self.shown if shown and self.shown else self.command
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        return (["env", *settings] if settings else []) + [word.replace("PID", str(pid)) for word in command]


def empty():
    return Tool("empty program", [str(BUILD / "empty")])


def ours():
    program = os.environ.get("PYINSPECT", str(ROOT / "build" / "src" / "pyinspect"))

    def variant(name, *options):
        return Tool(name, [program, *options, "PID"], b'"function":"wait_at"',
                    shown=[program, "--json", *options, "PID"])

    return [variant("pyinspect"), variant("pyinspect --stop", "--stop"), variant("pyinspect --no-stop", "--no-stop"),
            variant("pyinspect --locals", "--locals")]


def peers(folder, root):
    """Those that get-peers has fetched into folder; root is a Debian whose loader is new enough for austin."""
    folder, root = Path(folder), Path(root)
    loader = [str(root / "lib64/ld-linux-x86-64.so.2"), "--library-path", str(root / "usr/lib/x86_64-linux-gnu")]
    return [
        Tool("austin 4.0 -w", [*loader, str(folder / "bin/austin"), "-w", "PID"], rb"wait_at\x1b"),
        Tool("austin 3.7 -w", [str(folder / "older/bin/austin"), "-w", "PID"], rb"wait_at[:\x1b]"),
        Tool("py-spy 0.4 dump", [str(folder / "bin/py-spy"), "dump", "--pid", "PID"], rb"(?m)^ +wait_at \("),
        Tool("pystack 1.7", ["/usr/bin/python3", "-m", "pystack", "remote", "PID"], rb"(?m)in wait_at$", slow=True,
             environment={"PYTHONPATH": str(folder)}),
    ]


def samplers(folder):
    """Names and commands of what looks again and again: ours for half a second, austin for one."""
    sample = str(BUILD / "sample")
    chosen = [("pyinspect", [sample, "PID", "0.5"]), ("pyinspect --stop", [sample, "PID", "0.5", "--stop"]),
              ("pyinspect, each as the first", [sample, "PID", "0.5", "--forget"])]
    if folder:
        chosen.append(("austin 3.7 -i 1us", [str(Path(folder) / "older/bin/austin"), "-i", "1us", "-x", "1", "-p", "PID"]))
    return chosen


def gdb(interpreter):
    """With the libpython.py of that interpreter, if it has one."""
    scripts = sorted(Path(interpreter).resolve().parent.glob("python*-gdb.py"))
    if not scripts:
        return []
    return [Tool("gdb + libpython", ["gdb", "-nx", "-batch", "-p", "PID", "-ex", f"source {scripts[0]}",
                                     "-ex", "thread apply all py-bt"], rb"(?m)in wait_at$", slow=True)]


def hold():
    return Tool("ptrace alone", [str(BUILD / "hold"), "PID"])
