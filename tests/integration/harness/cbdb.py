# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module cbdb.so that is tested, and what a Python needs to load it when it was built with sanitizers."""

import os
import re
import subprocess
from pathlib import Path

MODULE = Path(os.environ["CBDB"])


def _sanitizers():
    """Runtimes that it needs; they have to be there before anything else."""
    text = subprocess.run(["readelf", "-dW", MODULE], capture_output=True, text=True, check=True).stdout
    names = [name.split(".so")[0] + ".so" for name in re.findall(r"\[(lib(?:asan|ubsan)\.so[^]]*)\]", text)]
    found = [subprocess.run(["cc", f"-print-file-name={name}"], capture_output=True, text=True).stdout.strip() for name in names]
    return [str(Path(path).resolve()) for path in found]


SANITIZERS = _sanitizers()


def reason_against(interpreter):
    """Why it can't be tested, or nothing."""
    if interpreter.missing:
        return interpreter.missing
    if SANITIZERS and interpreter.in_root:
        return "built with sanitizers, whose runtimes its file system lacks"
    return ""


def environment_for(interpreter, **more):
    """For a process of this Python that loads it."""
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **interpreter.environment)
    if SANITIZERS:
        # Python itself leaks; with its own malloc sanitizers see little. Without a GIL there is no other.
        more = dict(more, LD_PRELOAD=":".join(SANITIZERS))
        if not re.search(r"\dt", interpreter.label):
            more["PYTHONMALLOC"] = "malloc"
        options = environment.get("ASAN_OPTIONS", "").replace("detect_leaks=1", "")
        environment["ASAN_OPTIONS"] = options + ":detect_leaks=0"
    environment.update(more)
    return environment
