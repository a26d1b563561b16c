#!/usr/bin/env python3
"""Where the code comes from: files of all sorts, archives, the command line, standard input."""

import os
import sys
import zipfile

from harness import compare, process
from harness.bed import Case, check_whole, run
from harness.command import run_pyinspect

HANGING = "import truth\n\n\ndef hang_here():\n    truth.hang()\n\n\nhang_here()\n"
LATIN_LINE = "x = ['\xe9\xe8', truth.hang()]  # \xfc"


def command_line(_folder):
    return ["-c", HANGING]


def standard_input(_folder):
    return ["-"]


def archive(folder):
    with zipfile.ZipFile(folder / "program.zip", "w") as packed:
        packed.writestr("__main__.py", "import inside\n")
        packed.writestr("inside.py", HANGING)
    return [folder / "program.zip"]


def imports_three_deep(folder):
    for module, imported in (("one", "two"), ("two", "three")):
        (folder / f"{module}.py").write_text(f"\nimport {imported}\n")
    (folder / "three.py").write_text(HANGING)
    (folder / "main.py").write_text("import one\n")
    return [folder / "main.py"]


def package(folder):
    (folder / "package" / "inner").mkdir(parents=True)
    (folder / "package" / "__init__.py").write_text("from .inner import deep\n")
    (folder / "package" / "inner" / "__init__.py").write_text("")
    (folder / "package" / "inner" / "deep.py").write_text("def run():\n    import truth\n    truth.hang()\n")
    (folder / "main.py").write_text("import package\npackage.deep.run()\n")
    return [folder / "main.py"]


def module_option(folder):
    package(folder)
    (folder / "package" / "__main__.py").write_text("from package import deep\ndeep.run()\n")
    return ["-m", "package"]


def relative_after_chdir(folder):
    (folder / "away").mkdir()
    (folder / "main.py").write_text("import os\nos.chdir('away')\n" + HANGING)
    return ["main.py"]


def deleted(folder):
    (folder / "main.py").write_text("import os\nos.unlink(__file__)\n" + HANGING)
    return [folder / "main.py"]


def replaced(folder):
    source = "import io, os\nos.rename(__file__, 'old.py')\nwith io.open('main.py', 'w') as new: new.write(u'# newer\\n' * 20)\n"
    (folder / "main.py").write_text(source + HANGING)
    return [folder / "main.py"]


def byte_code_only(folder):
    source = "import py_compile, os, sys\npy_compile.compile('hung.py', 'hung.pyc')\nos.unlink('hung.py')\nimport hung\n"
    (folder / "hung.py").write_text(HANGING)
    (folder / "main.py").write_text(source)
    return [folder / "main.py"]


def latin_source(folder):
    lines = ["# -*- coding: latin-1 -*-", "import truth", LATIN_LINE]
    (folder / "main.py").write_bytes("\n".join(lines).encode("latin-1"))
    return [folder / "main.py"]


def file_with_odd_name(folder):
    path = folder / "\xfcber \u65e5\u672c \U0001f600\n\x1b[31m.py"
    path.write_text(HANGING)
    return [path]


def file_with_name_that_is_not_utf8(folder):
    path = os.fsencode(folder) + b"/\xfcber.py"
    with open(path, "w", encoding="utf-8") as source:
        source.write(HANGING)
    return [os.fsdecode(path)]


def windows_line_ends(folder):
    (folder / "main.py").write_bytes(HANGING.replace("\n", "\r\n").encode())
    return [folder / "main.py"]


def no_last_line_end(folder):
    (folder / "main.py").write_text("import truth\nif True:\n\ttruth.hang()")
    return [folder / "main.py"]


def fifo_instead_of_source(folder):
    """Opening it would wait for a writer for ever."""
    (folder / "main.py").write_text("import os\nos.unlink(__file__)\nos.mkfifo(__file__)\n" + HANGING)
    return [folder / "main.py"]


def link_to_device_instead_of_source(folder):
    (folder / "main.py").write_text("import os\nos.unlink(__file__)\nos.symlink('/dev/zero', __file__)\n" + HANGING)
    return [folder / "main.py"]


def sources(target):
    """The source of every frame of the main thread, innermost first."""
    process.wait_for_rest(target.pid)
    answer = run_pyinspect("--json", target.pid).answer()
    (main,) = [t for t in answer["interpreters"][0]["threads"] if t["main"]]
    return [frame["source"] for frame in main["frames"]]


def check_sources(*expected):
    """Of the frames outside truth.py, where the file can't be seen from here or isn't what it was."""

    def check(target):
        yield from compare.differ("sources", list(expected), sources(target)[1:])

    return check


def check_no_source(target):
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    yield from compare_without_source(run)


def check_refused_source(target):
    """There is something that can't be read, and that is said."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", target.pid)
    yield from compare.differ("exit code", 1, run.code)
    yield from compare.differ("problems", 2, len(list(compare.problems_of(run.answer()))))
    yield from compare_without_source(run)


def compare_without_source(run):
    main = run.answer()["interpreters"][0]["threads"][0]
    yield from compare.differ("sources", [None, None], [frame["source"] for frame in main["frames"][1:]])


def check_frames_only(target):
    """Without the source; it isn't the one that runs, for instance."""
    process.wait_for_rest(target.pid)
    answer = run_pyinspect("--json", target.pid).answer()
    (expected,) = target.truth.threads
    yield from compare.compare_frames(expected.frames, answer["interpreters"][0]["threads"][0])


def check_latin(target):
    """The file is read as UTF-8, as what it says of its encoding is not obeyed; what isn't valid is escaped."""
    shown = LATIN_LINE.encode("latin-1").decode("utf-8", "backslashreplace")
    yield from check_sources(shown)(target)
    yield from check_frames_only(target)


TWO = ("truth.hang()", "hang_here()")
WITHOUT_SOURCE = {"": check_whole, "no source": check_no_source}

CASES = [
    Case("-c", command_line, checks=WITHOUT_SOURCE),
    Case("standard input", standard_input, script=HANGING.encode(), checks=WITHOUT_SOURCE),
    Case("archive", archive),
    Case("imports three deep", imports_three_deep),
    Case("package", package, checks={"": check_whole, "source": check_sources("truth.hang()", "package.deep.run()")}),
    Case("-m", module_option),
    Case("relative name after chdir", relative_after_chdir),
    Case("deleted source", deleted, checks=WITHOUT_SOURCE),
    Case("replaced source", replaced, checks={"": check_frames_only}),
    Case("byte code only", byte_code_only, since=(3, 6)),
    Case("Latin-1 source", latin_source, checks={"": check_latin}),
    Case("file with an odd name", file_with_odd_name, checks={"": check_whole, "source": check_sources(*TWO)}),
    Case("file with a name that isn't UTF-8", file_with_name_that_is_not_utf8),
    Case("Windows line ends", windows_line_ends, checks={"": check_whole, "source": check_sources(*TWO)}),
    Case("no last line end", no_last_line_end, checks={"": check_whole, "source": check_sources("truth.hang()")}),
    Case("a FIFO instead of the source", fifo_instead_of_source, checks={"": check_refused_source}),
    Case("a device instead of the source", link_to_device_instead_of_source, checks={"": check_refused_source}),
]

sys.exit(run(CASES))
