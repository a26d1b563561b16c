"""Usage: compilers.py BUILD_FOLDER COMPILER

Compile every C file of the project as the build does, by that compiler, and take warnings for errors.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, SKIP, name

# What says where output goes, and what only the build's own compiler knows.
DROPPED_PAIRS = {"-o", "-MF", "-MQ", "-MT"}
DROPPED = ("-M", "-fsanitize", "-D_FILE_OFFSET_BITS", "-O", "-g", "-c", "-fprofile", "--coverage", "-Werror")


def options(entry):
    """The options of a compile command that say what the source means and what to warn of."""
    words = iter(shlex.split(entry["command"])[1:])
    kept = []
    for word in words:
        if word in DROPPED_PAIRS:
            next(words)
        elif not word.startswith(DROPPED) and not word.endswith(".c"):
            kept.append(word)
    return kept


def compile_file(compiler, entry):
    source = os.path.join(entry["directory"], entry["file"])
    # gcc finds some faults only when it optimizes; it takes its time.
    in_src = name(Path(source).resolve()).startswith("src/")
    mode = ["-O2", "-c", "-o", "/dev/null"] if compiler == "gcc" and in_src else ["-fsyntax-only"]
    command = [compiler, "-Wall", "-Wextra", *options(entry), "-Werror", *mode, source]
    result = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True)
    return "" if result.returncode == 0 else result.stderr


def main():
    build, compiler = sys.argv[1:]
    if not shutil.which(compiler):
        print(f"there is no {compiler} here: install it")
        return SKIP
    entries = {}
    for entry in json.loads((Path(build) / "compile_commands.json").read_text()):
        source = Path(entry["directory"], entry["file"]).resolve()
        if source.suffix == ".c" and source.is_relative_to(ROOT):
            entries[source] = entry
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = [text for text in pool.map(lambda entry: compile_file(compiler, entry), entries.values()) if text]
    for text in outputs:
        print(text)
    print(f"{len(entries)} files, {len(outputs)} with warnings of {compiler}")
    return 1 if outputs or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
