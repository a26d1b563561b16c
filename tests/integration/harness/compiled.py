"""C programs of tests/programs, compiled when they are needed."""

import atexit
import os
import shlex
import shutil
import subprocess
import tempfile
from functools import lru_cache

from .target import PROGRAMS


@lru_cache(maxsize=None)
def compiled(name, *flags):
    """Path of the program or, with -shared, of the library."""
    result = f"{_folder()}/{name}"
    compiler = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run([*compiler, "-O1", "-g0", "-o", result, f"{PROGRAMS}/{name}.c", *flags, "-pthread", "-ldl"], check=True)
    return result


@lru_cache(maxsize=None)
def _folder():
    folder = tempfile.mkdtemp(prefix="pyinspect-programs-")
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
    return folder
