"""Patterns of re and what they match."""

import itertools
import re
import sys

import values

rows = []
names = ("v%d" % i for i in itertools.count())
is_2 = sys.version_info < (3,)


def add(value, text=None):
    more = {"custom_repr": None}
    if text is not None:
        more["text"] = text
    rows.append((next(names), value, more))


if is_2:
    # Python says no more than the type.
    add(re.compile("a'b"), "re.compile(\"a'b\")")
    add(re.compile(u"a\u20ac", re.I), "re.compile(u'a\\u20ac', re.IGNORECASE)")
    add(re.match("a+", "aab"), "<_sre.SRE_Match object; span=(0, 2), match='aa'>")
else:
    texts = ["", "a", "a'b", "'\"", "\n\t\\\\", "\u20ac\xe9\U0001f600", "\x7f\xad\u2028", "x" * 197, "x" * 198,
             "x" * 199, "x" * 500, "\n" * 150, "\u2028" * 40, "x" * 196 + "\n\n", "'" * 300, "[a-z]+(b)?"]
    for text in texts:
        add(re.compile(text))
        try:
            add(re.compile(text.encode("latin-1")))
        except UnicodeEncodeError:
            pass
    for flags in (re.I, re.M | re.S, re.X, re.A, re.A | re.I, re.U, re.I | re.M | re.S | re.X):
        add(re.compile("x y", flags))
    for flags in (re.I, re.L, re.L | re.I, re.S):
        add(re.compile(b"x y", flags))
    for pattern, text in (("a", "a"), ("b*", "aaa"), ("b", "aab"), ("(a)(b)?", "\u20acab"), (".*", "x" * 100),
                          (".*", "x" * 48), (".*", "x" * 49), (".*", "x" * 47), ("[^a]+", "aa'b'\n\"c"),
                          ("\U0001f600.", "a\U0001f600\xe9"), ("(?s).*", "\n" * 60), ("(?s).*", "a" * 48 + "\n")):
        add(re.search(pattern, text))
        add([re.search(pattern, text)] * 2)
    add(re.search(b"b+", b"aabb\xff"))
    add(re.search(b"(?s)b.*", b"a" * 1000 + b"b\xff\x00'"))
    add(re.search(b"b+", bytearray(b"aabb")), "<%s object; span=(2, 4)>" % (
        "_sre.SRE_Match" if sys.version_info < (3, 7) else "re.Match"))

    class Text(str):
        def __repr__(self):
            return "mine"

    add(re.search("b+", Text("abbc")))

values.hold(rows)
