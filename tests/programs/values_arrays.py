"""Arrays and scalars of numpy, which scripts/get-numpy has put into the folder of the argument.

The argument's subfolders are named as Python's minor versions.
"""

import itertools
import os
import sys

import truth
import values

sys.path.insert(0, os.path.join(sys.argv[1], "%d.%d" % sys.version_info[:2]))
try:
    import numpy
except ImportError:
    truth.skip("this Python has no numpy")

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text):
    rows.append((next(names), value, {"text": text, "custom_repr": None}))


def shape_text(array):
    return "shape %r" % (array.shape,)


def array_text(array, dtype, items):
    shown = " ".join(items[:10]) + (" ..." if len(items) > 10 else "")
    return "<numpy.ndarray %s %s%s>" % (dtype, shape_text(array), ": " + shown if items else "")


for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
              "float32", "float64", "complex128"):
    for shape in ((0,), (3,), (3, 2), (2, 3, 4), ()):
        array = numpy.arange(int(numpy.prod(shape)), dtype="int64").reshape(shape).astype(dtype)
        items = [repr(item).rstrip("L") for item in array.ravel().tolist()]
        add(array, array_text(array, dtype, items))
base = numpy.arange(100, dtype="float64").reshape(10, 10) / 8 - 3
for array in (base.T, base[::-2, ::3], base[5], base[:, 1], base[2:3, 4:5]):
    add(array, array_text(array, "float64", [repr(item) for item in array.ravel().tolist()]))
swapped = numpy.array([1, -2], dtype=">i4")
add(swapped, "<numpy.ndarray big-endian int32 shape (2,): 1 -2>")
texts = numpy.array([u"a", u"b'c", u""])
add(texts, array_text(texts, "U3", [repr(item) for item in texts.tolist()]))
raw = numpy.array([b"a", b"bc\xff"])
add(raw, array_text(raw, "S3", [repr(item) for item in raw.tolist()]))
for text in (u"", u"it's", u"caf\xe9 \U0001f600", u"long" * 200):
    add(numpy.array([text])[0], "<numpy.%s %r>" % (type(numpy.array([text])[0]).__name__, text))
for data in (b"", b"it's", b"\xff\0x"):
    add(numpy.array([data])[0], "<numpy.%s %r>" % (type(numpy.array([data])[0]).__name__, numpy.array([data]).tolist()[0]))
# Of fewer bits than a Python float has: numpy writes the fewest digits that say which it is.
numbers = [0.1, -0.0, 1.5, 1e-7, 2.0**-14, 3.0, 1 / 3.0, float("inf"), float("-inf"), float("nan")]
for dtype in ("float16", "float32", "float64"):
    array = numpy.array(numbers + ([2.5e16] if dtype != "float16" else []), dtype=dtype)
    for item in array:
        add(item, "<numpy.%s %s>" % (dtype, item))
    array = array[:3]
    add(array, array_text(array, dtype, [str(item) for item in array]))
    array = array.astype(array.dtype.newbyteorder())
    add(array, array_text(array, "big-endian " + dtype, [str(item) for item in array]))
for item in numpy.array([0.1 + 2j, 1, 0.1j, -0.0 - 1j], dtype="complex64"):
    add(item, "<numpy.complex64 %s>" % item)
objects = numpy.array([None, [1], 2], dtype=object)
add(objects, "<numpy.ndarray object shape (3,): None [1] 2>")
cycle = numpy.empty(1, dtype=object)
cycle[0] = [cycle]
add(cycle, "<numpy.ndarray object shape (1,): [<numpy.ndarray object shape (1,): ...>]>")
when = numpy.array(["2020-01-01", "NaT"], dtype="datetime64[D]")
add(when, "<numpy.ndarray datetime64 shape (2,): 18262 NaT>")
record = numpy.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
add(record, "<numpy.ndarray void shape (2,)>")
for dtype in ("int8", "int64", "uint32", "float64", "complex128", "bool"):
    scalar = numpy.dtype(dtype).type(1)
    item = repr(scalar.item()).rstrip("L")
    add(scalar, "<numpy.%s %s>" % (type(scalar).__name__, item))
add(numpy.float64("-inf"), "<numpy.float64 -inf>")
add(numpy.int64(-5), "<numpy.int64 -5>")
add(numpy.datetime64("2020-01-01"), "<numpy.datetime64 18262>")
values.hold(rows)
