#!/usr/bin/env python3
"""What is installed works from where it is installed, and the documents' example compiles and runs.

Usage: installed.py BUILD-FOLDER
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.tap import Report

SOURCE = Path(__file__).resolve().parents[2]
# Asleep, with a name that is easily found in the output.
TARGET = "import sys, threading; print('ready', flush=True); threading.Event().wait()"
HEADERS = ["pyinspect.h", "pyinspect_core.h", "pyinspect_native.h", "pyinspect_values.h"]


def run(*command, **settings):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, **settings)


def install(build, destination):
    done = run("meson", "install", "-C", build, "--no-rebuild", "--destdir", destination)
    if done.returncode:
        raise SystemExit(f"Bail out! meson install fails: {done.stdout[-300:]}")


def has_dwarf(build):
    """It was built where libdw is."""
    return (Path(build) / "src/pyinspect-dwarf").exists()


def find(root, name):
    return next((path for path in sorted(Path(root).rglob(name)) if path.is_file()), None)


def check_files(root, build):
    """All that users are promised."""
    wanted = ["pyinspect", "pyinspect-gdb.so", "libthread_db.so.1", "pyinspect.gdb", "thread_db.gdb", "outside.sh"]
    wanted += ["libpyinspect.so.0", "libpyinspect-json.so", "cbdb.so", "pyinspect.pc", "pyinspect.1"]
    wanted += HEADERS
    if has_dwarf(build):
        wanted.append("pyinspect-dwarf")
    return [f"{name} is not installed" for name in wanted if not find(root, name)]


def check_command(root, pid):
    command = next(path for path in Path(root).rglob("bin/pyinspect"))
    library = find(root, "libpyinspect.so.0").parent
    environment = dict(os.environ, LD_LIBRARY_PATH=str(library))
    for options, words in (([], "Event.wait"), (["--json"], '"schema":"pyinspect/1"')):
        done = run(str(command), *options, str(pid), env=environment)
        if done.returncode or words not in done.stdout:
            yield f"{' '.join(options)} exits with {done.returncode}: {done.stdout[:200]}"


def check_dwarf(root, pid):
    """The program that reads debugging information is found where it was installed."""
    command = next(path for path in Path(root).rglob("bin/pyinspect"))
    library = find(root, "libpyinspect.so.0").parent
    environment = dict(os.environ, LD_LIBRARY_PATH=str(library), XDG_CACHE_HOME=root, DEBUGINFOD_URLS="")
    done = run(str(command), "--layout=dwarf", str(pid), env=environment)
    if "Event.wait" not in done.stdout and "no debugging information: no DWARF information" not in done.stdout:
        yield f"it exits with {done.returncode}: {done.stdout[:300]}"


def option(build, name):
    options = json.loads(run("meson", "introspect", build, "--buildoptions").stdout)
    return next(option["value"] for option in options if option["name"] == name)


def why_no_gdb(build):
    """Why the system's GDB can't be shown what was installed; None if it can."""
    if not shutil.which("gdb"):
        return "gdb is not installed"
    if option(build, "prefix") != "/usr/local" or not os.path.isdir("/etc/gdb/gdbinit.d"):
        return "it isn't built for where GDB of this system looks"
    if run("unshare", "--mount", "true").returncode:
        return "mounting is not allowed here"
    return None


def check_gdb(root, pid):
    """A plain gdb knows the commands, in a namespace in which the files lie where they will be."""
    bind = "".join(f"mount --bind {root}{path} {path} && " for path in ("/usr/local", "/etc/gdb/gdbinit.d"))
    script = f"{bind} exec gdb -batch -p {pid} -ex pystack -ex 'help pystack'"
    done = run("unshare", "--mount", "sh", "-c", script, env=dict(os.environ, HOME=root, DEBUGINFOD_URLS=""))
    for words in ("threading.py (", "): wait\n", "<string> (1): <module>", "Usage: pystack"):
        if words not in done.stdout:
            yield f"{words!r} isn't printed: {done.stdout[-500:]}"


def check_gdb_init(root):
    """The line that it prints works, too."""
    command = next(path for path in Path(root).rglob("bin/pyinspect"))
    line = run(str(command), "gdb-init").stdout
    if not re.fullmatch(rf"with confirm off -- source {re.escape(root)}/\S+/pyinspect\.gdb\n", line) or not os.path.exists(line.split()[-1]):
        yield f"it prints {line!r}"


def check_needs(root):
    """A plain look loads the C library and ours, nothing else; the command may have both in it."""
    for name in ("pyinspect", "libpyinspect.so.0"):
        path = next(Path(root).rglob("bin/pyinspect")) if name == "pyinspect" else find(root, name)
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", str(path)).stdout)
        odd = [library for library in needed if not re.match(r"lib(c|pyinspect)\.so", library)]
        if odd or not needed and name != "pyinspect":
            yield f"{name} needs {needed}"


def check_symbols(root):
    """Nothing but the public functions is exported, with their version."""
    symbols = run("readelf", "--dyn-syms", "-W", str(find(root, "libpyinspect.so.0"))).stdout
    exported = re.findall(r"(?:GLOBAL|WEAK) +DEFAULT +\d+ (\S+)", symbols)
    for name in exported:
        if not re.match(r"pyinspect_\w+@@PYINSPECT_0$|PYINSPECT_0$", name):
            yield f"{name} is exported"
    if len(exported) < 50:
        yield f"only {len(exported)} symbols are exported"


def check_header_is_whole(root):
    """Each function that the header declares is exported."""
    header = "".join(find(root, name).read_text() for name in HEADERS)
    declared = set(re.findall(r"\b(pyinspect_\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.S)))
    exported = run("readelf", "--dyn-syms", "-W", str(find(root, "libpyinspect.so.0"))).stdout
    for name in sorted(declared):
        if not re.search(rf" {name}@@", exported):
            yield f"{name} is declared and not exported"


def check_example(root, build, pid, compiler, folder):
    """docs/example.c against the build, as its header comment says."""
    program = os.path.join(folder, "example-" + compiler)
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.join(build, "meson-uninstalled"))
    flags = run("pkg-config", "--cflags", "--libs", "pyinspect", env=environment).stdout.split()
    done = run(compiler, "-Wall", "-Wextra", "-Werror", str(SOURCE / "docs/example.c"), "-o", program, *flags)
    if done.returncode:
        yield f"does not compile: {done.stdout[:300]}"
        return
    libraries = dict(os.environ, LD_LIBRARY_PATH=str(find(root, "libpyinspect.so.0").parent))
    done = run(program, str(pid), env=libraries)
    if done.returncode or "wait" not in done.stdout:
        yield f"exits with {done.returncode}: {done.stdout[:300]}"


def check_completion():
    """The completion knows the options of --help, and no others."""
    offered = set(re.findall(r"--[a-z-]+", (SOURCE / "completions/pyinspect.bash").read_text()))
    told = {option for command in ([], ["print"])
            for option in re.findall(r"--[a-z-]+", run(os.environ["PYINSPECT"], *command, "--help").stdout)}
    for option in sorted(told - offered):
        yield f"{option} is not offered"


def check_manual(page, *command):
    """The manual has every option of --help, and no formatting errors."""
    text = (SOURCE / "docs/man" / page).read_text()
    for option in sorted(set(re.findall(r"--[a-z-]+", run(os.environ["PYINSPECT"], *command, "--help").stdout))):
        if option.replace("-", r"\-") not in text and option not in text:
            yield f"{option} is not described"
    if shutil.which("groff"):
        done = run("groff", "-man", "-ww", "-Tutf8", "-z", str(SOURCE / "docs/man" / page))
        if done.stdout.strip():
            yield done.stdout[:300]


def check_readme(build):
    """The output in the README has the shape of what the program prints."""
    done = run(str(SOURCE / "scripts/gen-readme"), "--check")
    if done.returncode:
        yield done.stdout[:300]


def is_sanitized(build):
    return option(build, "b_sanitize") != "none"


def main():
    build = os.path.abspath(sys.argv[1])
    report = Report()
    if is_sanitized(build):
        print("1..0 # SKIP programs without the sanitizers can't load a library that has them")
        return 0
    target = subprocess.Popen([sys.executable, "-c", TARGET], stdout=subprocess.PIPE)
    with tempfile.TemporaryDirectory(prefix="pyinspect-test-") as root:
        try:
            target.stdout.readline()
            install(build, root)
            checks = [
                ("everything is installed", check_files(root, build)),
                ("the installed command works", check_command(root, target.pid)),
                ("a plain look loads no library that it does not use", check_needs(root)),
                ("nothing but the public functions is exported", check_symbols(root)),
                ("what the header declares is exported", check_header_is_whole(root)),
                ("the completion offers the options of --help", check_completion()),
                ("the manual describes the options of --help", check_manual("pyinspect.1")),
                ("the manual of print describes the options of its --help", check_manual("pyinspect-print.1", "print")),
                ("the README shows what the program prints", check_readme(build)),
            ]
            if has_dwarf(build):
                checks.append(("the installed reader of debugging information works", check_dwarf(root, target.pid)))
            else:
                report.skip("the installed reader of debugging information works", "libdw-dev is not installed")
            checks.append(("pyinspect gdb-init prints a line for GDB", check_gdb_init(root)))
            if why_no_gdb(build):
                report.skip("a plain gdb knows the commands", why_no_gdb(build))
            else:
                checks.append(("a plain gdb knows the commands", check_gdb(root, target.pid)))
            for compiler in ("gcc", "clang", "g++"):
                name = f"the example compiles with {compiler} and runs"
                if not shutil.which(compiler):
                    report.skip(name, f"{compiler} is not installed")
                else:
                    checks.append((name, check_example(root, build, target.pid, compiler, root)))
            for name, problems in checks:
                problems = list(problems)
                report.not_ok(name, problems) if problems else report.ok(name)
        finally:
            target.kill()
            target.wait()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
