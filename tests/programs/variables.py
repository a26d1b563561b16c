"""Frames with all kinds of variables, and what each of them is to show: runs on 2.7 and 3.6 to 3.15.

Each frame's function calls expect() with its variables in the order in which they are to be shown, as
(name, kind, parameter, object or UNBOUND), which notes them with their repr().
"""

import sys

import truth

UNBOUND = object()
truth.notes["frames"] = []


def expect(*rows):
    truth.notes["frames"].append({
        "function": truth.text(sys._getframe(1).f_code.co_name),
        "variables": [told(*row) for row in rows],
    })


def told(name, kind, parameter, value):
    unbound = value is UNBOUND
    return {"name": name, "kind": kind, "parameter": parameter, "unbound": unbound,
            "repr": None if unbound else truth.text(repr(value))}


def positional(a, b=2, *args, **kwargs):
    local = [a, b]
    if not a:
        never = 1
    expect(("a", "argument", "positional", a), ("b", "argument", "positional", b),
           ("args", "argument", "varargs", args), ("kwargs", "argument", "varkw", kwargs),
           ("local", "local", None, local), ("never", "local", None, UNBOUND))
    captured(5, 6)
    return never


def captured(x, y):
    """x is an argument that an inner function uses, too; `cell` a local of that sort; `late` has no value yet."""
    cell = {"c": x}

    def inner():
        return x, cell, late

    expect(("x", "argument", "positional", x), ("y", "argument", "positional", y),
           ("inner", "local", None, inner), ("cell", "cell", None, cell), ("late", "cell", None, UNBOUND))
    outer(x)
    late = 1


def outer(x):
    unset = None
    del unset

    def changed():
        expect(("x", "free", None, x))
        rebound([x])

    expect(("x", "argument", "positional", x), ("unset", "local", None, UNBOUND), ("changed", "local", None, changed))
    changed()


def rebound(x):
    """An argument that is a cell, too, and has another value than it was called with."""
    x = [x, "new\n"]

    def use():
        expect(("x", "free", None, x))
        return generating(x)

    expect(("x", "argument", "positional", x), ("use", "local", None, use))
    use()


def generating(items):
    def rows(more):
        for item in items:
            expect(("more", "argument", "positional", more), ("item", "local", None, item), ("items", "free", None, items))
            in_class()
            yield item

    expect(("items", "argument", "positional", items), ("rows", "local", None, rows))
    return list(rows(1))


def in_class():
    class Body(object):
        first = 1
        _Body__mangled = 2
        __private = 3
        second = dict_of_body(locals())

    expect()
    return Body


def dict_of_body(space):
    """What a class body has now, in its order, is known to itself."""
    truth.notes["frames"].append({"function": "Body", "variables": rows_of(space), "any_order": True})
    expect(("space", "argument", "positional", space))
    in_exec()


def rows_of(space):
    return [told(name, "local", None, value) for name, value in space.items()]


def in_exec():
    space = {}
    exec("own = 1\nother = 'x'\nfinish(own)\n", {"finish": mangled}, space)
    return space


def mangled(own):
    truth.notes["frames"].append({"function": "<module>", "variables": [
        told("own", "local", None, 1), told("other", "local", None, "x")], "any_order": True})
    truth.notes["frames"].append({"function": "in_exec", "variables": [
        told("space", "local", None, {"own": 1, "other": "x"})], "any_order": True})
    expect(("own", "argument", "positional", own))
    Holder().method(7)


class Holder(object):
    def method(self, __value):
        __local = __value
        expect(("self", "argument", "positional", self), ("_Holder__value", "argument", "positional", __value),
               ("_Holder__local", "local", None, __local))
        newer()


NEWER = """
def keyword_only(a, *, b, c=3):
    expect(("a", "argument", "positional", a), ("b", "argument", "keyword_only", b), ("c", "argument", "keyword_only", c))
    keyword_after(1, 2, d=4, e=5)

def keyword_after(a, *args, d, **rest):
    expect(("a", "argument", "positional", a), ("args", "argument", "varargs", args), ("d", "argument", "keyword_only", d),
           ("rest", "argument", "varkw", rest))
    last()
"""

POSITIONAL_ONLY = """
def positional_only(a, b=2, /, c=3, *args, d, **rest):
    def use():
        return a, args, d, rest
    expect(("a", "argument", "positional_only", a), ("b", "argument", "positional_only", b), ("c", "argument", "positional", c),
           ("args", "argument", "varargs", args), ("d", "argument", "keyword_only", d), ("rest", "argument", "varkw", rest),
           ("use", "local", None, use))
    final()
"""


def newer():
    expect()
    if sys.version_info < (3,):
        final()
    defined(NEWER)["keyword_only"](1, b=2)


def last():
    expect()
    if sys.version_info < (3, 8):
        final()
    defined(POSITIONAL_ONLY)["positional_only"](1, 2, 3, 4, 5, d=6, e=7)


def defined(source):
    space = {"expect": expect, "last": last, "final": final}
    exec(source, space)
    return space


def final():
    expect()
    truth.hang()


positional("first", 2, 3, 4, named=[5])
