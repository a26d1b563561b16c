"""All characters, in pieces: which ones are printable is a matter of Python's version."""

import sys

import values

unichr = getattr(__builtins__, "unichr", chr)
PIECE = 1024
# Behind these are thousands that nobody has given a meaning, then tags and private ones.
pieces = list(range(0, 0x34000, PIECE)) + [0xe0000, 0xefc00, 0xf0000, 0x10fc00]
rows = []
for start in pieces:
    text = u"".join(unichr(c) for c in range(start, start + PIECE) if c <= sys.maxunicode)
    rows.append(("from_%x" % start, text, {"length": len(text)}))
values.hold(rows)
