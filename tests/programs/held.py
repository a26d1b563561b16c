# -*- coding: utf-8 -*-
"""Objects of many types that are held until the end; where each is, and what Python itself says of it, is told."""

import collections
import ctypes
import gc
import mmap
import sys

import truth


class New(object):
    def method(self):
        pass


class Slotted(object):
    __slots__ = ("x", "__weakref__")


class Numbers(int):
    pass


class Words(type(u"")):
    pass


class Meta(type):
    pass


Made = Meta("Made", (object,), {})


class Old:
    pass


def function():
    pass


def generate():
    yield 1


class Finalized(object):
    """Its finalizer has run and has let it live, which the collector notes."""

    saved = []

    def __del__(self):
        self.saved.append(self)


def finalized():
    one = Finalized()
    one.own = one
    del one
    gc.collect()
    return Finalized.saved[0] if Finalized.saved else None


def instance(make, **attributes):
    made = make()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def objects():
    """Name and object; nothing else refers to most of them."""
    started = generate()
    next(started)
    yield "list", [1, "two", None]
    yield "empty list", []
    yield "dict", {"a": 1}
    yield "dict of lists", {"a": []}
    yield "tuple of a list", ([],)
    yield "tuple of numbers", tuple([10 ** 20, 2.5])
    yield "set", set(["x"])
    yield "bytes", bytes(bytearray(b"abc\xff"))
    yield "int", 10 ** 30
    yield "bool", True
    yield "float", float("1.5")
    yield "None", None
    yield "number of a class", Numbers(7)
    yield "instance", instance(New, x=1)
    yield "slots", instance(Slotted, x=1)
    yield "class", New
    yield "class of a metaclass", Made
    yield "instance of that", Made()
    yield "type", list
    yield "type of types", type
    yield "old instance", Old()
    yield "old class", Old
    yield "function", function
    yield "code", function.__code__
    yield "method", New().method
    yield "builtin", len
    yield "generator", started
    yield "module", sys.modules["collections"]
    yield "exception", ValueError("no", 1)
    yield "deque", collections.deque([1])
    yield "finalized", finalized()


def strings():
    yield "ascii", "plain text"
    yield "empty", ""
    yield "escapes", "a\tb\\c\x1b[31m"
    yield "latin", u"h\xe4llo"
    yield "wide", u"\u20ac and \u0394"
    yield "astral", u"\U0001f40d"
    yield "of a class", Words(u"subclass \u20ac")
    yield "long", u"0123456789" * 500


def extra_references():
    """References that sys.getrefcount() itself makes to an item of a list."""
    held = [object()]
    return sys.getrefcount(held[0]) - 1


def describe(name, item, count):
    return {
        "name": name,
        "address": id(item),
        "type": type(item).__name__,
        "type_address": id(type(item)),
        "repr": truth.text(repr(item)),
        "tracked": gc.is_tracked(item),
        "finalized": getattr(gc, "is_finalized", lambda _: None)(item),
        "references": count,
        "shared": item is None or item in (True, list, type),
        "has_gc": bool(type(item).__flags__ & (1 << 14)) and not (isinstance(item, type) and not item.__flags__ & (1 << 9)),
    }


def describe_all(names, held, extra):
    # First the counts, then all else: that may refer to them.
    counts = [sys.getrefcount(held[i]) - extra for i in range(len(held))]
    for i in range(len(held)):
        yield describe(names[i], held[i], counts[i])


def unmapped():
    """An address at which there was something."""
    hole = mmap.mmap(-1, 1 << 20)
    view = (ctypes.c_char * (1 << 20)).from_buffer(hole)
    address = ctypes.addressof(view)
    del view
    gc.collect()
    hole.close()
    return address


def split(pairs):
    pairs = list(pairs)
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def main():
    names, held = split(objects())
    text_names, texts = split(strings())
    truth.notes["unmapped"] = unmapped()
    truth.notes["texts"] = [
        {"name": name, "address": id(item), "text": truth.text(item), "length": len(item)} for name, item in zip(text_names, texts)
    ]
    # Before the counts: builds without a GIL stop to count some references when there are two threads.
    truth.spawn(truth.block, name="plain")
    # No control characters: gdbserver would give them to GDB as XML, which that refuses.
    truth.spawn(truth.block, name="odd \\ name", daemon=False)
    gc.collect()
    truth.notes["objects"] = list(describe_all(names, held, extra_references()))
    truth.hang()


main()
