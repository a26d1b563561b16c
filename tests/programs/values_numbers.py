"""int, long, float and complex."""

import random
import struct
import sys

import values

getattr(sys, "set_int_max_str_digits", lambda limit: None)(0)
random.seed(1)


class Int(int):
    pass


class Long(type(2**70)):
    pass


class Slots(int):
    __slots__ = ()


class Float(float):
    pass


class Complex(complex):
    pass


def number(row):
    """int and long have as many digits as their text, without sign and L."""
    name, value = row
    return name, value, {"length": len(str(value).lstrip("-"))}


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


whole = [0, 1, -1, 5, -5, 255, 256, 257, -6, 10**9, sys.maxsize, -sys.maxsize - 1, sys.maxsize + 1, -sys.maxsize - 2]
for bits in (29, 30, 31, 32, 59, 60, 61, 63, 64, 65, 90, 120, 1000, 3500):
    whole += [2**bits - 1, 2**bits, -(2**bits), random.getrandbits(bits)]
for digits in (15, 18, 19, 20, 38, 39, 57, 100, 399, 400, 401, 1000, 2000, 5000):
    whole += [10**digits - 1, 10**digits, -(10**digits) - 1, 10**digits // 7]
whole.append(10**30000 // 7)
rows = [number(("int_%d" % i, value)) for i, value in enumerate(whole)]
rows += [number(("random_%d" % i, random.getrandbits(random.randrange(1, 2000)))) for i in range(100)]

rows += [
    ("sub_int", Int(12345)),
    ("sub_huge", Long(-(3**200))),
    ("sub_slots", Slots(2**40)),
    ("sub_zero", Int()),
    ("ints", [0, -1, 2**64, -(2**64), True, Int(7)]),
]
try:
    rows += [
        ("long_small", long(7)),
        ("long_negative", long(-7)),
        ("long_zero", long(0)),
        ("long_sub", Long(7)),
        ("longs", [long(1), 2**70, 1]),
    ]
except NameError:
    pass

nan, inf = float("nan"), float("inf")
real = [0.0, -0.0, 1.0, -1.0, 0.1, 0.1 + 0.2, 1 / 3.0, 100.0, 123456789.125, nan, -nan, inf, -inf]
real += [1e15, 1e16, 1e17, 123456789012345678.0, 9999999999999998.0, 9007199254740993.0, 1e22, 1e23, 1e100, -1e300]
real += [1e-3, 1e-4, 1e-5, 0.00012345, 0.000012345, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308]
real += [sys.float_info.max, -sys.float_info.max, sys.float_info.min, 2.0**-44, 2.0**-1074, 2.0**1023, 1.5, 12.5, 1e5]
rows += [("float_%d" % i, value) for i, value in enumerate(real)]
rows += [("double_%d" % i, from_bits(random.getrandbits(64))) for i in range(300)]
rows += [("power_%d" % i, float("1e%d" % (i - 25))) for i in range(50)]
rows += [("sub_float", Float(2.5)), ("sub_nan", Float("nan")), ("floats", [1.0, -0.0, nan, 1e-7])]

parts = [0.0, -0.0, 1.0, -1.5, nan, inf, -inf, 1e16, 1e-5]
rows += [("complex_%d_%d" % (i, j), complex(a, b)) for i, a in enumerate(parts) for j, b in enumerate(parts)]
rows += [("sub_complex", Complex(1, -2)), ("complexes", [1j, -1j, complex(-0.0, 1)])]

values.hold(rows)
