"""Exceptions."""

import collections
import sys

import values


class Own(Exception):
    pass


class WithRepr(Exception):
    def __repr__(self):
        return "x"


class WithInit(ValueError):
    def __init__(self, code):
        self.code = code


class WithAttributes(KeyError):
    def __init__(self, *args):
        KeyError.__init__(self, *args)
        self.more = [1]


class Plain(Exception):
    __repr__ = object.__repr__


class Mixed(Own, OSError):
    pass


def raised(action):
    try:
        action()
    except BaseException as error:
        return error


custom = WithRepr(1)
rows = [
    ("none", ValueError()),
    ("one", ValueError("x")),
    ("two", ValueError("x", 2)),
    ("number", ValueError(1)),
    ("nested", ValueError(KeyError("x"))),
    ("tuple_argument", ValueError((1, 2))),
    ("list_argument", ValueError([1, 2], {})),
    ("own", Own("x")),
    ("own_dots", type("a.b", (Exception,), {})(1)),
    ("with_init", WithInit(5)),
    ("with_attributes", WithAttributes("x")),
    ("plain", Plain(1)),
    ("mixed", Mixed(2, "x")),
    ("custom", custom, {"text": "<__main__.WithRepr at 0x%x>" % id(custom), "custom_repr": True}),
    ("key", raised(lambda: {}["x"])),
    ("zero", raised(lambda: 1 // 0)),
    ("os_error", raised(lambda: open("/nonexistent/x"))),
    ("os_error_made", OSError(2, "text", "file")),
    ("import_error", ImportError("x")),
    ("stop", StopIteration()),
    ("stop_value", StopIteration(5)),
    ("exit_code", SystemExit(3)),
    ("interrupt", KeyboardInterrupt()),
    ("generator_exit", GeneratorExit()),
    ("memory", MemoryError()),
    ("attribute", raised(lambda: None.missing)),
    ("name", raised(lambda: missing)),  # noqa: F821
    ("syntax", raised(lambda: compile("a b", "f.py", "exec"))),
    ("assertion", AssertionError("x")),
    ("warning", UserWarning("x")),
    ("many", ValueError(*range(200))),
    ("in_list", [ValueError("x"), KeyError()]),
]

loop = ValueError()
loop.args = (loop, 1)
rows.append(("cycle", loop))

if sys.version_info >= (3,):
    rows += [
        ("decode", raised(lambda: b"\xff".decode("ascii"))),
        ("import_missing", raised(lambda: __import__("nonexistent.module"))),
        ("import_made", ImportError("x", name="n")),
        ("import_path", ImportError("x", path="p")),
        ("import_both", ImportError("x", 2, name="n", path="p")),
        ("import_nothing", ImportError(name="n", path="p")),
    ]
if sys.version_info >= (3, 11):
    rows += [
        ("group", ExceptionGroup("m", [ValueError(1)])),  # noqa: F821
        ("group_tuple", ExceptionGroup("m", (ValueError(1), KeyError("x")))),  # noqa: F821
        ("group_nested", ExceptionGroup("m", [ExceptionGroup("n", [OSError(1, "x")])])),  # noqa: F821
        ("group_base", BaseExceptionGroup("m", [KeyboardInterrupt()])),  # noqa: F821
        ("group_own", type("Group", (ExceptionGroup,), {})("m", [ValueError()])),  # noqa: F821
    ]

    class Sequence(list):
        def __repr__(self):
            return "a sequence"

    class NoList(collections.UserList):
        def __repr__(self):
            return "no list"

    errors = [ValueError(1), KeyError("x")]
    changed = ExceptionGroup("changed", errors)  # noqa: F821
    errors.append(5)
    odd = NoList([ValueError(1)])
    rows += [
        ("group_changed", changed),
        ("group_no_list", ExceptionGroup("m", odd)),  # noqa: F821
    ]
    if BaseExceptionGroup.__repr__ is BaseException.__repr__:  # noqa: F821
        # Without a text of its own: what was given to it is asked.
        text = "ExceptionGroup('m', <__main__.NoList at 0x%x>)" % id(odd)
        rows[-1] += ({"text": text, "custom_repr": True},)

values.hold(rows)
