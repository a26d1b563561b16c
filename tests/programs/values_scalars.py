"""None and the like, ranges and slices."""

import values

rows = [
    ("none", None),
    ("not_implemented", NotImplemented),
    ("ellipsis", Ellipsis),
    ("true", True),
    ("false", False),
    ("slice_stop", slice(3)),
    ("slice_all", slice(1, -2, 3)),
    ("slice_texts", slice("a", "b", "it's")),
    ("slice_nested", slice(slice(1), [slice(2)], None)),
    ("among_others", [None, NotImplemented, Ellipsis, True, False]),
]

try:
    xrange
except NameError:

    class Index(object):
        def __index__(self):
            return 7

    rows += [
        ("range_stop", range(10)),
        ("range_start", range(3, 10)),
        ("range_step", range(3, 10, 2)),
        ("range_down", range(10, -10, -1)),
        ("range_empty", range(0)),
        ("range_odd", range(5, 5, 7)),
        ("range_huge", range(-(10**100), 10**100, 10**50)),
        ("range_bools", range(False, True, True)),
        ("range_index", range(Index(), 20)),
    ]
else:
    rows += [
        ("range_stop", xrange(10)),
        ("range_start", xrange(3, 10)),
        ("range_step", xrange(3, 10, 2)),
        ("range_down", xrange(10, -10, -1)),
        ("range_empty", xrange(0)),
        ("range_odd", xrange(5, 5, 7)),
        ("range_uneven", xrange(1, 11, 4)),
        ("range_large", xrange(-(2**62), 2**62, 2**60)),
    ]

values.hold(rows)
