# -*- coding: utf-8 -*-
"""Strings that no name should be, and Python's objects with such names."""

import sys
import types

STRINGS = {
    "plain": u"plain.py",
    "empty": u"",
    "blank": u"  \u00a0 ",
    "latin": u"\xfcber.py",
    "bmp": u"\u65e5\u672c\u8a9e.py",
    "astral": u"\U0001f600\U0001f40d.py",
    "surrogate": u"a\udc80b\ud800",
    "newline": u"first\nsecond\r\tthird",
    "escape": u"\x1b[31mred\x1b]0;title\x07",
    "c1": u"\x9b31m\x85\x7f",
    "bidi": u"\u202egnp.py\u2066\u2069",
    "nul": u"before\0after",
    "quotes": u"a\"b\\c'd",
    "separators": u"a\u2028b\u2029c",
    "invisible": u"\u200b\ufeff\u00ad",
    "combining": u"e\u0301\u0327",
    "pseudo": u"<string>",
    "frozen": u"<frozen importlib._bootstrap>",
    "long": u"x" * 5000,
    "long_latin": u"\xe9" * 5000,
    "long_bmp": u"\u65e5" * 5000,
    "long_astral": u"\U0001f600" * 5000,
    "page": u"y" * 4096,
}

NATIVE = sys.version_info >= (3,)


class Name(str):
    """A string whose characters lie elsewhere than a plain one's."""

    __slots__ = ()

    def __str__(self):
        return "a lie"

    __repr__ = __str__


def native_strings():
    """The strings as this version's `str`; that of 2.7 consists of bytes."""
    for label, value in sorted(STRINGS.items()):
        yield label, value if NATIVE else to_bytes(label, value)


def to_bytes(label, value):
    return value.encode("latin-1" if label in ("latin", "c1") else "utf-8")


def with_name(code, name):
    if hasattr(code, "co_qualname"):
        return code.replace(co_name=name, co_qualname=name)
    return rebuild(code, name, code.co_filename)


def with_file(code, filename):
    if hasattr(code, "replace"):
        return code.replace(co_filename=filename)
    return rebuild(code, code.co_name, filename)


def rebuild(code, name, filename):
    if hasattr(code, "replace"):
        return code.replace(co_name=name, co_filename=filename)
    counts = [code.co_argcount] + ([code.co_kwonlyargcount] if NATIVE else [])
    rest = [
        code.co_nlocals, code.co_stacksize, code.co_flags, code.co_code, code.co_consts, code.co_names, code.co_varnames,
        filename, name, code.co_firstlineno, code.co_lnotab, code.co_freevars, code.co_cellvars,
    ]
    return types.CodeType(*(counts + rest))
