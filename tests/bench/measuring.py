"""Measurements of one command, and medians of many."""

import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from tools import BUILD

LIMIT = 120  # seconds that any command may take


@dataclass
class Samples:
    """What interleaved rounds gave of one tool."""
    wall: list = field(default_factory=list)  # ms
    cpu: list = field(default_factory=list)  # ms
    memory: int = 0  # KiB, the largest
    frames: int = 0  # of those that are there, how many it shows
    calls: Counter = None  # system calls; None where they aren't counted
    pause: list = field(default_factory=list)  # ms
    rate: list = field(default_factory=list)  # looks in a second
    problem: str = ""  # why there is nothing

    @property
    def spread(self):
        """The quartiles' distance from one another, in percent of the median."""
        if len(self.wall) < 4:
            return 0
        ordered = sorted(self.wall)
        quarter = len(ordered) // 4
        return 100 * (ordered[-1 - quarter] - ordered[quarter]) / median(ordered)


def check(tool, pid, samples):
    """Run it once to see what it shows; returns whether it works at all."""
    try:
        result = subprocess.run(tool.on(pid, shown=True), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        samples.problem = f"no end within {LIMIT} s"
        return False
    samples.frames = len(re.findall(tool.frame, result.stdout))
    if not samples.frames:
        lines = result.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {result.returncode}"]
        words = " ".join(re.sub(r"\x1b\[[0-9;]*m|[^ -~]|\d{3,}", "", line).strip() for line in lines[-2:])
        samples.problem = f"it shows no frame: {words[:80]}"
    return not samples.problem


def run_once(tool, pid, samples):
    """Returns the wall time in seconds."""
    result = subprocess.run([BUILD / "measure", *tool.on(pid)], stdout=subprocess.PIPE, check=True, timeout=LIMIT)
    wall, cpu, memory, _ = map(int, result.stdout.split())
    samples.wall.append(wall / 1e6)
    samples.cpu.append(cpu / 1e6)
    samples.memory = max(samples.memory, memory)
    return wall / 1e9


def count_calls(tool, pid):
    """Its system calls, by name."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        subprocess.run(["strace", "-f", "-qq", "-c", "-U", "calls,name", "-o", log, *tool.on(pid)],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LIMIT)
        with open(log) as file:
            pairs = [line.split() for line in file]
    return Counter({name: int(count) for count, name in (p for p in pairs if len(p) == 2)
                    if count.isdigit() and name != "total"})


def measure_rate(name, command, pid, threads, samples):
    """Looks at all threads in a second."""
    start = time.monotonic()
    result = subprocess.run([word.replace("PID", str(pid)) for word in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LIMIT)
    elapsed = time.monotonic() - start
    if name.startswith("pyinspect"):
        rate = float(result.stdout.split()[0])
    else:
        rate = len(re.findall(rb"(?m)^P\d+;.*wait_at", result.stdout)) / threads / elapsed
    if rate:
        samples.rate.append(rate)


def measure_pause(tool, pid, ticker, samples):
    ticker.reset()
    subprocess.run(tool.on(pid), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=LIMIT)
    time.sleep(0.002)
    samples.pause.append(ticker.longest_ms())
