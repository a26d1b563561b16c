"""The files of the project, and which of them people write."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
C = (".c", ".h", ".def")
SKIP = 77


def is_generated(path):
    return path.parent.name == "tables" or path.name.startswith("syscalls_")


def files(*folders):
    """Files below folders of the project, without what Python and builds leave behind."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def written(*folders, suffixes=C):
    return [p for p in files(*folders) if p.suffix in suffixes and not is_generated(p)]


def name(path):
    return path.relative_to(ROOT).as_posix()
