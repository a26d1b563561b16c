"""Values that are too large to be read as a whole. What is told of their text is the beginning."""

import values

DIGITS = 300000
SEVENTH = "142857" * (DIGITS // 6)
MANY = 1 << 26

rows = [
    # Its first bits say everything.
    ("seventh", 10**DIGITS // 7, {"text": SEVENTH, "length": DIGITS}),
    ("negative", -(10**DIGITS // 7), {"text": "-" + SEVENTH, "length": DIGITS}),
    # Its last bit decides whether it begins with 7 or with 6.
    ("seven", 7 * 10**DIGITS, {"text": "<int of %d bits>" % (7 * 10**DIGITS).bit_length(), "custom_repr": True}),
    ("zeros", bytearray(1 << 30), {"text": "bytearray(b'" + "\\x00" * 1000, "length": 1 << 30}),
    ("text", u"x" * MANY, {"text": repr(u"x" * 1000)[:-1], "length": MANY}),
    ("wide", u"\u20ac" * MANY, {"text": repr(u"\u20ac" * 1000)[:-1], "length": MANY}),
    # The quotes are those that fit the first million of characters.
    ("late", "x" * (MANY - 1) + "'", {"text": "'" + "x" * 1000, "length": MANY}),
    ("inside", ["x" * MANY, 10**DIGITS // 7], {"text": "['" + "x" * 1000}),
]
values.hold(rows)
