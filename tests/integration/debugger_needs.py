# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cbdb.so asks of the process that loads it: libc alone, no version of a symbol newer than glibc 2.28, and that it exports
nothing but what Python looks for. It finds a CPython that was loaded for its host alone (RTLD_LOCAL). And the example of
docs/bdb.md does what the document says.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import tap
from harness.cbdb import MODULE, SANITIZERS, environment_for
from harness.interpreters import Interpreter, find_interpreters

NEWEST = (2, 28)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "bdb.md"
LIBRARIES = re.compile(r"libc\.so\.6|ld-linux.*\.so\.\d")
HOST = r"""
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words)
{
	void *python = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
	if (!python)
		return puts(dlerror()), 1;
	void (*start)(void) = (void (*)(void))dlsym(python, "Py_Initialize");
	int (*run)(const char *) = (int (*)(const char *))dlsym(python, "PyRun_SimpleString");
	start();
	return run(words[2]) != 0;
}
"""
SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
# An extension module of Python's own needs its symbols to be global; cbdb doesn't.
try:
    from importlib.machinery import ExtensionFileLoader
    from importlib.util import module_from_spec, spec_from_loader
    loader = ExtensionFileLoader("cbdb", {path!r})
    cbdb = module_from_spec(spec_from_loader("cbdb", loader))
except ImportError:
    import imp
    cbdb = imp.load_dynamic("cbdb", {path!r})
stops = []
class Debugger(cbdb.Bdb):
    def user_line(self, frame):
        stops.append(frame.f_lineno)
Debugger().run("x = 1\\ny = 2", {{}})
assert stops == [1, 2], stops
"""


def readelf(*options):
    return subprocess.run(["readelf", "-W", *options, MODULE], capture_output=True, text=True, check=True).stdout


def needs():
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("-d")):
        if not LIBRARIES.fullmatch(library):
            yield f"needs {library}"
    for version in set(re.findall(r"\bGLIBC_([\d.]+)", readelf("-V"))):
        if tuple(map(int, version.split("."))) > NEWEST:
            yield f"needs GLIBC_{version}"


def exports():
    rows = [line.split() for line in readelf("--dyn-syms").splitlines()]
    found = {row[7] for row in rows if len(row) == 8 and row[4] == "GLOBAL" and row[6].isdigit()}
    if found != {"PyInit_cbdb", "initcbdb"}:
        yield f"exports {', '.join(sorted(found))}"


def in_private_host(interpreter, host):
    environment = environment_for(interpreter, PYTHONHOME=str(Path(interpreter.command[0]).resolve().parents[1]))
    script = SCRIPT.format(folder=str(MODULE.parent), path=str(MODULE))
    result = subprocess.run(
        [host, interpreter.library, script], capture_output=True, text=True, env=environment, timeout=60, errors="replace"
    )
    if result.returncode:
        yield f"ended with {result.returncode}"
        yield from (result.stdout + result.stderr).splitlines()[-4:]


def blocks():
    """Kind and text of the document's parts between ``` and ```."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)


def example():
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "example.py")
        (_, code), (_, shown) = blocks()[:2]
        program.write_text(code)
        own = Interpreter(sys.executable, sys.version_info[:3], [sys.executable])
        environment = environment_for(own, PYTHONPATH=str(MODULE.parent))
        result = subprocess.run([sys.executable, program], capture_output=True, text=True, env=environment, timeout=60)
    said = result.stdout.replace(folder, "...")
    if said != shown or result.returncode:
        yield from ["the example says", *said.splitlines(), *result.stderr.splitlines()[-3:]]


def main():
    report = tap.Report()

    def check(name, problems):
        problems = list(problems)
        report.not_ok(name, problems) if problems else report.ok(name)

    if SANITIZERS:
        report.skip("libraries and versions of symbols", "built with a sanitizer")
    else:
        check("libraries and versions of symbols", needs())
        check("exported symbols", exports())
    check("the example of docs/bdb.md", example())
    with tempfile.TemporaryDirectory() as folder:
        source, host = Path(folder, "host.c"), Path(folder, "host")
        source.write_text(HOST)
        subprocess.run(["cc", source, "-o", host, "-ldl"], check=True)
        for interpreter in find_interpreters():
            if interpreter.library and not interpreter.few:
                check(f"{interpreter.label}: libpython for the host alone", in_private_host(interpreter, host))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
