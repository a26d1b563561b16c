"""Print line tables of this Python's standard library, and what Python itself makes of them.

Runs in every Python from 2.7 on. For each code object one line `code KIND FIRST_LINE TABLE`, with the table in
hexadecimal and the kind as enum line_table counts; then for each stretch of instructions that are in one place a line
`at START END LINE END_LINE COLUMN END_COLUMN`: bytes from START to before END, columns from 1, 0 for what is not known.
"""
from __future__ import print_function
import binascii
import dis
import os
import sys
import types

MODULES = ["argparse", "ast", "bisect", "codecs", "os", "posixpath", "re", "subprocess", "tempfile", "threading", "typing"]
CODES_MAX = 350
VERSION = sys.version_info[:2]

# Far apart, long, on many lines, and going back: what libraries seldom have.
ODD = [
    "x = 1" + "\n" * 300 + "y = 2\n" + "\n" * 70000 + "z = 3\n",
    "def f(a,\n      b=(1,\n         2)):\n" + "\n" * 200 + "    return (a +\n\n\n        b(\n  a))\n",
    "f(" + " " * 300 + "a, " + "b" * 200 + ",\n\n" + "c + " * 90 + "d)\n",
    "s = u'" + u"\u00e4\u20ac".encode("utf-8").decode("latin-1") * 20 + "' + g(t)\n",
    "try:\n    f()\nexcept E as e:\n    g()\nfinally:\n    h()\nfor i in j:\n    with k as l:\n        m()\nelse:\n    n()\n",
    "def f():\n    yield 1\n    x = [e for e in g]\ndef h():\n    if a:\n        return [b\n                for b in\n                c if d]\n",
    "class A(\n    B):\n    def f(self): return lambda: (yield)\n",
    "",
]


def kind():
    if VERSION >= (3, 11):
        return 3
    return 2 if VERSION == (3, 10) else 1 if VERSION >= (3, 0) else 0


def stretches_of_positions(code):
    for index, position in enumerate(code.co_positions()):
        line, end_line, column, end_column = position
        columns = [0 if c is None else c + 1 for c in (column, end_column)]
        yield index * 2, index * 2 + 2, line or 0, end_line or 0, columns[0], columns[1]


def stretches_of_lines(code):
    for start, end, line in code.co_lines():
        yield start, end, line or 0, 0, 0, 0


def stretches_of_starts(code):
    starts = list(dis.findlinestarts(code))
    ends = [start for start, _ in starts[1:]] + [len(code.co_code)]
    if not starts or starts[0][0] > 0:
        yield 0, starts[0][0] if starts else len(code.co_code), code.co_firstlineno, 0, 0, 0
    for (start, line), end in zip(starts, ends):
        yield start, end, line, 0, 0, 0


def stretches(code):
    """Those that follow each other in the same place are put together."""
    find = {3: stretches_of_positions, 2: stretches_of_lines}.get(kind(), stretches_of_starts)
    last = None
    for now in find(code):
        if last and last[2:] == now[2:] and last[1] == now[0]:
            last = (last[0],) + now[1:]
            continue
        if last:
            yield last
        last = now
    if last:
        yield last


def codes_in(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            for inner in codes_in(constant):
                yield inner


def sources():
    for source in ODD:
        yield source
    folder = os.path.dirname(os.__file__)
    for module in MODULES:
        path = os.path.join(folder, module + ".py")
        if os.path.exists(path):
            with open(path, "rb") as file:
                yield file.read()


def main():
    count = 0
    for source in sources():
        for code in codes_in(compile(source, "x", "exec")):
            if count == CODES_MAX:
                return
            count += 1
            table = code.co_linetable if VERSION >= (3, 10) else code.co_lnotab
            print("code", kind(), code.co_firstlineno, binascii.hexlify(table).decode() or "-")
            for stretch in stretches(code):
                print("at", *stretch)


main()
