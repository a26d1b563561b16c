"""Values of ctypes: simple ones as repr() has them; structures, arrays and pointers with what they hold."""

import ctypes
import itertools
import sys

import values

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text=None):
    rows.append((next(names), value) + (({"text": text},) if text is not None else ()))


def at(value):
    return "%s at 0x%x" % (type(value).__name__, id(value))


def pointer_text(pointer):
    """What the pointer itself holds."""
    target = ctypes.cast(pointer, ctypes.c_void_p).value
    return "pointer to 0x%x>" % target if target else "null pointer>"


for kind in (ctypes.c_byte, ctypes.c_short, ctypes.c_int, ctypes.c_long, ctypes.c_longlong):
    bits = 8 * ctypes.sizeof(kind)
    for number in (0, 5, -7, 2 ** (bits - 1) - 1, -(2 ** (bits - 1))):
        add(kind(number))
for kind in (ctypes.c_ubyte, ctypes.c_ushort, ctypes.c_uint, ctypes.c_ulong, ctypes.c_ulonglong, ctypes.c_size_t):
    for number in (0, 5, 2 ** (8 * ctypes.sizeof(kind)) - 1):
        add(kind(number))
for kind in (ctypes.c_float, ctypes.c_double, ctypes.c_longdouble):
    for number in (0.1, -0.0, 1e22, float("inf"), float("nan"), 3.0):
        add(kind(number))
for name in ("c_float_complex", "c_double_complex", "c_longdouble_complex"):
    if hasattr(ctypes, name):
        add(getattr(ctypes, name)(0.5 - 2j))
for value in (True, False):
    add(ctypes.c_bool(value))
for byte in (b"a", b"\0", b"'", b"\xff", b"\n"):
    add(ctypes.c_char(byte))
for character in (u"a", u"\u4e2d", u"'", u"\0", u"\U0001f600"):
    add(ctypes.c_wchar(character))
for address in (None, 1, 2**64 - 1):
    add(ctypes.c_void_p(address))
for text in (None, b"bytes", b""):
    add(ctypes.c_char_p(text))
for text in (None, u"caf\xe9 \u4e2d", u""):
    add(ctypes.c_wchar_p(text))
if ctypes.c_int.__ctype_be__ is not ctypes.c_int:
    add(ctypes.c_int.__ctype_be__(-5))
    add(ctypes.c_double.__ctype_be__(0.1))
items = [1, "two"]
add(ctypes.py_object(items))
add(ctypes.py_object())
inside = []
inside.append(ctypes.py_object(inside))
add(inside)


class Number(ctypes.c_int):
    pass


class Named(ctypes.c_char_p):
    pass


class Reference(ctypes.py_object):
    pass


class Own(ctypes._SimpleCData):
    _type_ = "i"


add(Number(5))
add(Named(b"x"))
add(Reference([]))
add(Own(7))


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


class Empty(ctypes.Structure):
    pass


class Line(ctypes.Structure):
    _fields_ = [("begin", Point), ("points", Point * 2), ("name", ctypes.c_char * 8), ("wide", ctypes.c_wchar * 4),
                ("text", ctypes.c_char_p), ("wide_text", ctypes.c_wchar_p), ("next", ctypes.POINTER(Point)),
                ("flags", ctypes.c_ubyte * 3), ("grid", ctypes.c_short * 2 * 2), ("handle", ctypes.c_void_p)]


class Solid(Point):
    _fields_ = [("z", ctypes.c_float), ("ok", ctypes.c_bool)]


class Bits(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int, 3), ("b", ctypes.c_uint, 5), ("c", ctypes.c_int, 24), ("d", ctypes.c_longlong, 60)]


class Reversed(ctypes.BigEndianStructure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_short), ("c", ctypes.c_uint, 3), ("d", ctypes.c_uint, 29)]


class Either(ctypes.Union):
    _fields_ = [("number", ctypes.c_uint), ("bytes", ctypes.c_ubyte * 4)]


class Holder(ctypes.Structure):
    _fields_ = [("what", ctypes.py_object), ("self", ctypes.py_object)]


class Large(ctypes.Structure):
    _fields_ = [("data", ctypes.c_ubyte * 0x30005), ("last", ctypes.c_int)]


class Many(ctypes.Structure):
    _fields_ = [("f%d" % i, ctypes.c_ubyte) for i in range(100)]


class Spoken(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int)]

    def __repr__(self):
        return "mine"


# 2.7 makes a long of what may not fit into an int.
L = "L" if sys.version_info < (3,) else ""
point = Point(-3, 0.1)
add(point, "<%s: x=-3, y=0.1>" % at(point))
empty = Empty()
add(empty, "<%s>" % at(empty))
line = Line(point, (Point * 2)(Point(1, 2), Point(3, 4)), b"name", u"caf\xe9", b"it's", u"\u4e2d", ctypes.pointer(point),
            (1, 2, 3), ((ctypes.c_short * 2) * 2)((1, 2), (3, -4)), 5)
add(line, "<%s: begin=<Point: x=-3, y=0.1>, points=[<Point: x=1, y=2.0>, <Point: x=3, y=4.0>], name=%r, wide=%r, text=%r, "
          "wide_text=%r, next=<LP_Point %s, flags=[1, 2, 3], grid=[[1, 2], [3, -4]], handle=5>"
    % (at(line), b"name", u"caf\xe9", b"it's", u"\u4e2d", pointer_text(line.next)))
none = Line()
add(none, "<%s: begin=<Point: x=0, y=0.0>, points=[<Point: x=0, y=0.0>, <Point: x=0, y=0.0>], name=%r, wide=%r, text=None, "
          "wide_text=None, next=<LP_Point null pointer>, flags=[0, 0, 0], grid=[[0, 0], [0, 0]], handle=None>" % (at(none), b"", u""))
solid = Solid(1, 2, 0.5, True)
add(solid, "<%s: x=1, y=2.0, z=0.5, ok=True>" % at(solid))
bits = Bits(-2, 30, -12345, -(2**50))
add(bits, "<%s: a=-2, b=30%s, c=-12345, d=%r>" % (at(bits), L, bits.d))
big = Reversed(-2, 300, 5, 12345)
add(big, "<%s: a=-2, b=300, c=5%s, d=12345%s>" % (at(big), L, L))
either = Either(0x04030201)
add(either, "<%s: number=67305985%s, bytes=[1, 2, 3, 4]>" % (at(either), L))
holder = Holder([1, "two"])
add(holder, "<%s: what=[1, 'two'], self=<NULL>>" % at(holder))
cycle = Holder(None)
cycle.self = ctypes.py_object(cycle)
add(cycle, "<%s: what=None, self=<%s: ...>>" % (at(cycle), at(cycle)))
itself = ctypes.py_object()
itself.value = itself
add(itself, "py_object(py_object(...))")
around = Holder(None)
around.self = ctypes.py_object([around])
add(around, "<%s: what=None, self=[<%s: ...>]>" % (at(around), at(around)))
large = Large(last=7)
add(large, "<%s: data=[%s], last=7>" % (at(large), ", ".join(["0"] * 0x30005)))
many = Many(*range(100))
add(many, "<%s: %s>" % (at(many), ", ".join("f%d=%d" % (i, i) for i in range(100))))
spoken = Spoken(1)
rows.append(("spoken", spoken, {"text": "<__main__.Spoken at 0x%x>" % id(spoken), "custom_repr": True}))

for array in ((ctypes.c_int * 3)(1, -2, 3), (ctypes.c_int * 0)(), (ctypes.c_double * 200)(*range(200))):
    add(array, "<%s: %r>" % (at(array), list(array)))
for text in (b"text", b"", b"full", b"a\0b"):
    array = (ctypes.c_char * 4)()
    array.raw = text.ljust(4, b"\0")
    add(array, "<%s: %r>" % (at(array), array.value))
resized = (ctypes.c_int * 3)(1, 2, 3)
ctypes.resize(resized, 100)
add(resized, "<%s: [1, 2, 3]>" % at(resized))
addresses = (ctypes.c_void_p * 2)(1, None)
add(addresses, "<%s: [1, None]>" % at(addresses))
words = (ctypes.c_char_p * 3)(b"a", None, b"it's")
add(words, "<%s: %r>" % (at(words), list(words)))
pointers = (ctypes.POINTER(Point) * 2)(ctypes.pointer(point))
add(pointers, "<%s: [<LP_Point %s, <LP_Point null pointer>]>" % (at(pointers), pointer_text(pointers[0])))
buffer = ctypes.create_string_buffer(b"x" * 1000)
add(buffer, "<%s: %r>" % (at(buffer), buffer.value))
wide = ctypes.create_unicode_buffer(u"\u4e2d" * 300)
add(wide, "<%s: %r>" % (at(wide), wide.value))

for pointer in (ctypes.pointer(ctypes.c_int(5)), ctypes.POINTER(ctypes.c_int)(), ctypes.pointer(point)):
    add(pointer, "<%s, %s" % (at(pointer), pointer_text(pointer)))
function = ctypes.CDLL(None).strlen
add(function, "<%s strlen at 0x%x, %s" % (type(function).__name__, id(function), pointer_text(function)))
callback = ctypes.CFUNCTYPE(None)(lambda: None)
add(callback, "<%s, %s" % (at(callback), pointer_text(callback)))
none = ctypes.CFUNCTYPE(ctypes.c_int)()
add(none, "<%s, null pointer>" % at(none))
# One that another object holds the memory of.
second = (Point * 2)(Point(1, 2), Point(3, 4))[1]
add(second, "<%s: x=3, y=4.0>" % at(second))
values.hold(rows)
