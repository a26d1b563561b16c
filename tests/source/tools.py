"""Usage: tools.py codespell|shellcheck

Run a tool over the files that it is for.
"""

import shutil
import subprocess
import sys

from tree import ROOT, SKIP, files, is_generated, name

# Words that are right here: of C, of CPython, of the kernel, of PyInstaller.
WORDS = "ans,datas,fo,iff,inout,mis,ned,nd,ore,ot,sie,te,ue"


def shell_scripts():
    for path in files("scripts", ".ci"):
        with path.open("rb") as file:
            first = file.readline()
        if path.suffix == ".sh" or (first.startswith(b"#!") and b"sh" in first.split(b"/")[-1]):
            yield name(path)


def texts():
    for path in files("src", "tests", "scripts", "docs", "tools", ".ci"):
        if not is_generated(path):
            yield name(path)
    for path in ROOT.glob("*.*"):
        if path.is_file():
            yield name(path)


def main():
    tool = sys.argv[1]
    if not shutil.which(tool):
        print(f"there is no {tool} here: install it")
        return SKIP
    if tool == "shellcheck":
        command = [tool, "--external-sources", *shell_scripts()]
    else:
        command = [tool, "--ignore-words-list", WORDS, *texts()]
    return 1 if subprocess.run(command, cwd=ROOT).returncode else 0


if __name__ == "__main__":
    sys.exit(main())
