"""Usage: decimals.py CHECK_DECIMALS

Numbers in decimal, by pyinspect and by the Python that runs this.
"""

import os
import random
import struct
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from harness.tap import Report  # noqa: E402

LONG = os.environ.get("PYINSPECT_LONG") == "1"
SEED = 20260101
getattr(sys, "set_int_max_str_digits", lambda limit: None)(0)


def double_line(value):
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    power = len(whole) + int(exponent or 0) - (len(digits) - len(digits.lstrip("0")))
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    return f"real 8 {bits:x} {digits.strip('0')} {power}"


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def is_number(value):
    return value == value and value not in (0, float("inf"), float("-inf"))


def random_doubles():
    numbers = random.Random(SEED)
    for _ in range(3000000 if LONG else 300000):
        yield from_bits(numbers.getrandbits(64))


def odd_doubles():
    """Powers of two and of ten with their neighbours, short texts, the ends of the range."""
    powers = [2.0**i for i in range(-1074, 1024)] + [float(f"1e{i}") for i in range(-323, 309)]
    for power in powers:
        bits = struct.unpack("<Q", struct.pack("<d", power))[0]
        yield from (from_bits(bits + i) for i in (-2, -1, 0, 1, 2) if bits + i >= 0)
    for exponent in range(-330, 309):
        yield from (float(f"{digits}e{exponent}") for digits in (2, 3, 5, 7, 9, 1.5, 9.5, 123456789, 99999999999999999))
    yield from (i / 100 for i in range(-2000, 2000))
    yield from (sys.float_info.max, sys.float_info.min, 5e-324, 2.0**53 - 1, 2.0**53 + 2, 0.1 + 0.2, 1 / 3)


def small_line(bits, size, fraction_bits):
    """Of a float or a half, by exact arithmetic: Python has no repr() of these."""
    exponent_mask = (1 << (8 * size - 1 - fraction_bits)) - 1
    exponent, fraction = bits >> fraction_bits, bits & ((1 << fraction_bits) - 1)
    mantissa = fraction | (1 << fraction_bits if exponent else 0)
    unit = Fraction(2) ** (max(exponent, 1) - exponent_mask // 2 - fraction_bits)
    value = mantissa * unit
    low = value - (unit / 4 if fraction == 0 and exponent > 1 else unit / 2)
    high = value + unit / 2
    power = 0
    while 10**power <= value:
        power += 1
    while Fraction(10) ** (power - 1) > value:
        power -= 1
    for count in range(1, 20):
        scale = Fraction(10) ** (count - power)
        first = int(value * scale)
        good = [n for n in (first, first + 1) if (low <= n / scale <= high if mantissa % 2 == 0 else low < n / scale < high)]
        if good:
            digits = min(good, key=lambda n: (abs(n / scale - value), n % 2))
            return f"real {size} {bits:x} {str(digits).rstrip('0')} {power + len(str(digits)) - count}"
    raise ValueError(hex(bits))


def small_reals():
    """Halves and floats, of them the powers of two with their neighbours."""
    yield from (small_line(bits, 2, 10) for bits in range(1, 0x7C00, 1 if LONG else 31))
    edges = [(exponent << 23) + i for exponent in range(255) for i in (0, 1, 0x7FFFFF)]
    yield from (small_line(bits, 4, 23) for bits in edges if bits)
    numbers = random.Random(SEED)
    yield from (small_line(numbers.randrange(1, 0x7F800000), 4, 23) for _ in range(50000 if LONG else 2000))


def whole_numbers():
    numbers = random.Random(SEED)
    yield from range(100)
    for bits in list(range(1, 200)) + [1000, 4095, 4096, 4097, 20000, 332192]:
        yield from ((1 << bits) - 1, 1 << bits, numbers.getrandbits(bits))
    for digits in (18, 19, 20, 37, 38, 39, 57, 1000, 5000):
        yield from (10**digits - 1, 10**digits, 10**digits + 1)


def leading_line(number, wanted, kept):
    text = str(number)
    shift = max(number.bit_length() - kept, 0)
    return f"leading {number >> shift:x} {shift} {text[:wanted]} {len(text)}"


def leading_numbers():
    numbers = random.Random(SEED)
    for wanted in (1, 2, 17, 18, 19, 20, 64, 400, 3000):
        # As many words as decimal_leading_words() says.
        kept = 64 * (wanted * 7 // 128 + 6) - 63
        for bits in (2000, 2001, 12345, 40000, 100003):
            number = 1 << (bits - 1) | numbers.getrandbits(bits - 1)
            if len(str(number)) > wanted + 2 and bits > kept:
                yield leading_line(number, wanted, kept)
    # Just beside a power of ten, where the number of digits is in question.
    for digits in (700, 701, 20000):
        yield leading_line(10**digits + 10 ** (digits - 30), 20, 700)
        yield leading_line(10**digits - 10 ** (digits - 30), 20, 700)
        yield leading_line(2 * 10**digits - 10 ** (digits - 60), 20, 700)


def unknown_numbers():
    """What is behind the words decides about every digit."""
    for digits in (20000, 50000):
        number = 10**digits
        shift = number.bit_length() - 2000
        yield f"leading {number >> shift:x} {shift} - 0"


GROUPS = [
    ("doubles of random bits are as repr() has them", lambda: map(double_line, filter(is_number, random_doubles()))),
    ("odd doubles are as repr() has them", lambda: map(double_line, filter(is_number, odd_doubles()))),
    ("halves and floats have the fewest digits, and the closest", small_reals),
    ("whole numbers", lambda: (f"whole {number:x} {number}" for number in whole_numbers())),
    ("first digits of large numbers", leading_numbers),
    ("no digits where the first bits don't tell them", unknown_numbers),
]


def main():
    report = Report()
    for name, lines in GROUPS:
        data = "".join(f"{line}\n" for line in lines())
        result = subprocess.run([sys.argv[1]], input=data, capture_output=True, text=True)
        details = result.stdout.splitlines() + result.stderr.splitlines()
        if result.returncode:
            report.not_ok(name, details)
        else:
            report.ok(name)
            print(f"# {details[-1]}", flush=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
