"""Version numbers of Python are compared in src/layout/dialects.c alone.

Everything else asks the layout whether a member is there, or the dialect what it means.
"""

import re
import sys

from tree import name, written

HOME = {"src/layout/dialects.c", "src/layout/dialects.h"}
COMPARISON = re.compile(
    # version >= ..., dialect->minor == ..., 0x030d... < hexversion, hexversion >> 16
    r"\b(\w*hexversion\w*|(->|\.)(minor|major))\s*(==|!=|>=|<=|<(?!<)|>(?!>)|>>|&(?!&))"
    r"|(==|!=|>=|<=|(?<!<)<|(?<![->])>)\s*[\w.>-]*\b(hexversion|(->|\.)(minor|major))\b"
    r"|\b(PY_VERSION_HEX|PY_MINOR_VERSION)\s*[<>=!]"
    r"|\b0x0[23][0-9a-f]{6}\b",
    re.IGNORECASE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def without_comments(text):
    """The same lines, with nothing where comments were."""
    return COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)


def main():
    wrong = 0
    for path in written("src"):
        if name(path) in HOME:
            continue
        for number, line in enumerate(without_comments(path.read_text()).splitlines(), 1):
            if COMPARISON.search(line):
                print(f"{name(path)}:{number}: a version number outside of the dialects: {line.strip()}")
                wrong += 1
    samples = ["if (dialect->minor >= 13)", "x = hexversion >> 16 == 0x30d;", "if (0x030d00f0 <= version)", "a.major == 2"]
    wrong += sum(not COMPARISON.search(sample) for sample in samples)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
