"""Files and functions are as long as they can be read.

No file that people write has more than 800 lines; of the functions, at most one in ten has more than 70.
"""

import sys

from tree import C, name, written

LINES_MAX = 800
FUNCTION_LINES = 70
LONG_SHARE = 0.1


def functions(path):
    """First line and length of each function: its braces stand at the margin."""
    start = 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start + 1
            start = 0


def main():
    wrong = 0
    for path in written("src", "tools", "tests", "scripts", "docs", suffixes=C + (".py", ".sh", "")):
        count = len(path.read_text().splitlines())
        if count > LINES_MAX:
            print(f"{name(path)}: {count} lines, more than {LINES_MAX}")
            wrong += 1
    all_functions = [(path, *f) for path in written("src", "tools", "tests", suffixes=(".c",)) for f in functions(path)]
    long = [f for f in all_functions if f[2] > FUNCTION_LINES]
    if not all_functions or len(long) > LONG_SHARE * len(all_functions):
        wrong += 1
        print(f"{len(long)} of {len(all_functions)} functions have more than {FUNCTION_LINES} lines:")
        for path, start, length in long:
            print(f"{name(path)}:{start}: {length} lines")
    print(f"{len(all_functions)} functions, {len(long)} of them long")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
