# -*- coding: utf-8 -*-
"""str, bytes, bytearray; 2.7's str and unicode."""

import ctypes
import sys
import warnings

import values

# Of the old C API.
warnings.simplefilter("ignore", DeprecationWarning)

python2 = bytes is str
text_type = type(u"")


class Text(text_type):
    pass


class Slots(text_type):
    __slots__ = ()


class Bytes(bytes):
    pass


class Array(bytearray):
    pass


texts = [
    u"", u"a", u"plain", u" ", u"it's", u'"', u"both ' and \"", u"'", u"\\", u"\\'", u"\t\n\r", u"\0", u"a\0b\x01\x1f\x7f",
    u"\x80\x9f\xa0\xa1\xad\xae\xff", u"h\xe4nde", u"'\xe4'", u"\u0100\u20ac", u"\u0378\u200b\u2028\ufeff\ufffe\uffff",
    u"\U0001f40d", u"a\U0001f40db\U0010ffff\U000e0001", u"\ud800", u"a\udc80b", u"\udfff\ud83d", u"\x1b[31mred\x1b[0m",
    u"\u202eabc", u"e\u0301", u"\u3000x", u"%s %d {}", u"... 3 more", u"a...", u"'... 5 more'",
]
texts += [c * n for c in (u"x", u"\xe4", u"\u20ac", u"\U0001f40d", u"'", u"\n", u"\x00") for n in (2, 5, 6, 7, 8, 398, 399, 400, 401)]
texts += [c * 5000 + end for c in (u"y", u"\xfc", u"\u0416", u"\U0001f600") for end in (u"", u"'", u'"', u"'\"")]
texts += [u"\u20ac" * i + u"'" + u"x" * (20 - i) for i in range(20)]

data = [b"", b"a", b"it's", b'"', b"both ' and \"", b"\\", b"\t\n\r\0", bytes(bytearray(range(256))), b"\xff\xfe", b"\xed\xa0\x80"]
data += [c * n for c in (b"x", b"\0", b"\\") for n in (2, 3, 4, 5, 6, 7, 398, 399, 400, 401)]
data += [b"z" * 70000 + b"'", b"z" * 70000 + b"'\"", bytes(bytearray(range(32, 127))) * 40]

rows = [("text_%d" % i, value, {"length": len(value)}) for i, value in enumerate(texts)]
rows += [("sub_%d" % i, Text(value), {"length": len(value)}) for i, value in enumerate(texts)]
rows += [("bytes_%d" % i, value, {"length": len(value)}) for i, value in enumerate(data)]
rows += [("sub_bytes_%d" % i, Bytes(value)) for i, value in enumerate(data)]
rows += [("array_%d" % i, bytearray(value), {"length": len(value)}) for i, value in enumerate(data)]
rows += [("sub_array_%d" % i, Array(value)) for i, value in enumerate(data)]

shrunk = bytearray(b"0123456789" * 10)
del shrunk[:55]
emptied = bytearray(b"abc")
del emptied[:]
with_attribute = Text(u"value")
with_attribute.attribute = 1
rows += [
    ("slots", Slots(u"sl\xf6ts")),
    ("with_attribute", with_attribute),
    ("array_shrunk", shrunk),
    ("array_emptied", emptied),
    ("array_grown", bytearray(b"a") + bytearray(b"b") * 1000),
    ("interned", sys.intern("interned") if hasattr(sys, "intern") else intern("interned")),
    ("native", "native's"),
    ("mixed", [u"a", b"b", bytearray(b"c"), Text(u"d"), {u"k": b"v"}, (u"it's", u'"')]),
    ("long_inside", [u"q" * 1000, u"r" * 1000, b"s" * 1000, 10**1000]),
]


def not_ready(text):
    """A str of the old C API, until somebody looks at it: repr() would make an ordinary one of it."""
    api = ctypes.pythonapi
    api.PyUnicode_FromUnicode.restype = ctypes.py_object
    api.PyUnicode_FromUnicode.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]
    api.PyUnicode_AsUnicode.restype = ctypes.c_void_p
    api.PyUnicode_AsUnicode.argtypes = [ctypes.py_object]
    made = api.PyUnicode_FromUnicode(None, len(text))
    ctypes.memmove(api.PyUnicode_AsUnicode(made), (ctypes.c_wchar * len(text))(*text), 4 * len(text))
    return made


if not python2 and hasattr(ctypes.pythonapi, "PyUnicode_AsUnicode"):
    for i, value in enumerate([u"old", u"\xe4\u20ac\U0001f40d", u"it's", u"w" * 1000]):
        rows.append(("not_ready_%d" % i, not_ready(value), {"text": repr(value), "length": len(value)}))

values.hold(rows)
