"""Threads in code whose line tables are large, jump far, or go back."""

import sys

import truth

BLANK_LINES = 70000


def stop(value=None):
    truth.block()
    return value


def run_source(source, name):
    namespace = {"stop": stop, "__name__": name}
    exec(compile(source, "<%s>" % name, "exec"), namespace)
    namespace["run"]()


def one_long_function():
    return "def run():\n    a = 1\n%s    stop(a)\n" % ("\n" * BLANK_LINES)


def function_far_down():
    return "%sdef run():\n    a = 1\n\n\n    stop(a)\n" % ("\n" * 1000000)


def many_statements():
    return "def run():\n    a = 1\n%s    stop(a)\n" % ("    a = a\n" * BLANK_LINES)


def call_over_many_lines():
    return "def run():\n    return stop(\n%s1)\n" % ("\n" * 300)


def argument_over_many_lines():
    return "def run():\n    return len([\n%sstop(),\n%s])\n" % ("\n" * 300, "\n" * 300)


def back_and_forth():
    # The arguments lie far below the line of the call, to which the table has to return.
    gaps = ("\n" * 200, "\n" * 130, "\n" * 127)
    return "def run():\n    return max(\n%s1,\n%s    2,\n    key=lambda n:\n%sstop(n))\n" % gaps


def long_line():
    return "def run():\n    return [%s stop()]\n" % ("1, " * 2000)


def very_long_line():
    return "def run():\n    x = '%s'; stop()\n" % ("a" * 100000)


def wide_line():
    return u"def run():\n    return [u'%s', stop()]\n" % (u"\u65e5" * 100)


def after_a_line_of_255():
    return "def run():\n    a = 1\n%s    b = 2\n%s    stop(a)\n" % ("\n" * 254, "\n" * 255)


def long_byte_code_on_a_line():
    return "def run():\n    a = 1; %sstop(a)\n" % ("a = a; " * 1000)


def while_loop_over_lines():
    lines = "".join("        n += %d\n" % n for n in range(300))
    return "def run():\n    n = 0\n    while not n or stop(n):\n%s" % lines


def for_loop_header():
    lines = "".join("        m = n + %d\n" % n for n in range(300))
    return "def run():\n    for n in (stop(m) if m else m for m in range(2)):\n%s" % lines


def decorated_far_above():
    return "def run():\n    @(stop\n    )\n    def f():\n        pass\n" if sys.version_info >= (3, 9) else (
        "def run():\n    @stop\n\n    def f():\n        pass\n"
    )


SOURCES = [
    one_long_function,
    function_far_down,
    many_statements,
    call_over_many_lines,
    argument_over_many_lines,
    back_and_forth,
    long_line,
    very_long_line,
    wide_line,
    after_a_line_of_255,
    long_byte_code_on_a_line,
    while_loop_over_lines,
    for_loop_header,
    decorated_far_above,
]


def main():
    for source in SOURCES:
        truth.spawn(run_source, source(), source.__name__, name=source.__name__)
    truth.hang()


main()
