"""Threads in functions whose name, or whose file's name, is odd."""

import types

import odd
import truth


def ordinary():
    truth.block()


def run_code(code):
    types.FunctionType(code, globals())()


def spawn_with_strings(kind, change):
    for label, value in odd.native_strings():
        truth.spawn(run_code, change(ordinary.__code__, value), name="%s-%s" % (kind, label))


def main():
    spawn_with_strings("file", odd.with_file)
    spawn_with_strings("function", odd.with_name)
    if odd.NATIVE:
        for kind, change in (("file", odd.with_file), ("function", odd.with_name)):
            for value in (odd.Name("derived"), odd.Name("d\xe9riv\xe9"), odd.Name("\u6d3e\u751f")):
                truth.spawn(run_code, change(ordinary.__code__, value), name="%s-of-a-subclass" % kind)
    truth.hang()


main()
