"""Runs of pyinspect."""

import json
import os
import subprocess
from dataclasses import dataclass

RUN_SECONDS = 60


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    def answers(self):
        """The JSON documents, one a line. (`splitlines` would know other line ends, too.)"""
        return [json.loads(line) for line in self.out.split("\n") if line]

    def answer(self):
        answers = self.answers()
        if len(answers) != 1:
            raise ValueError(f"{len(answers)} answers (exit code {self.code}): {self.err}")
        return answers[0]


def pyinspect_path():
    path = os.environ.get("PYINSPECT")
    if not path or not os.access(path, os.X_OK):
        raise SystemExit("the environment variable PYINSPECT has to name the pyinspect to test")
    return os.path.abspath(path)


def run_pyinspect(*arguments, environment=None, prefix=(), executable=None):
    """Run it to its end; its output has to be valid UTF-8."""
    result = subprocess.run(
        [*prefix, executable or pyinspect_path(), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(environment or {}),
        timeout=RUN_SECONDS,
        check=False,
    )
    return Run(result.returncode, result.stdout.decode("utf-8"), result.stderr.decode("utf-8"))


def _environment(more):
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR_FORCE")}
    return {**plain, **more}
