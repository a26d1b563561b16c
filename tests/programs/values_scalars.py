"""None, numbers and the like."""

import values

values.hold([
    ("none", None),
    ("true", True),
    ("false", False),
    ("zero", 0),
    ("small", -5),
    ("large", 2**31 - 1),
])
