"""Threads that call families of functions by turns, at full speed. A stack of two families never was.

Each line of a function ends with its name. The families' frames differ in size and number, so that a reader who
is too slow finds one family's frames where another's were.
"""

import sys

import truth

SOURCE = "families.py"
# Name: how many functions call one another, how many variables each has, and how they call.
FAMILIES = {
    "a": (8, 14, "return {callee}(n) + v0"),
    "b": (5, 1, "return {callee}(n) + v0"),
    "c": (4, 9, "return list(map({callee}, (n,)))[0] + v0"),  # through C: an entry frame, and a cframe in 3.11
    "d": (6, 2, "return sorted([n], key={callee})[0] + v0"),
    "g": (5, 11, "for v in {callee}(n): yield v"),
    "h": (3, 1, "for v in {callee}(n): yield v"),
}
PAIRS = ("ab", "cd", "gh")


def write_families():
    with open(SOURCE, "w") as source:
        for letter, (depth, variables, call) in sorted(FAMILIES.items()):
            last = "yield n" if call.startswith("for") else "return n"
            for number in range(1, depth + 1):
                name = letter + str(number)
                body = call.format(callee=letter + str(number + 1)) if number < depth else last
                start = " = ".join("v%d" % i for i in range(variables)) + " = n"
                source.write("def %s(n):\n    %s  # %s\n    %s  # %s\n\n\n" % (name, start, name, body, name))


def spin(first, second):
    while True:
        first(1)
        second(2)


def exhaust(first, second):
    while True:
        for _ in first(1):
            pass
        for _ in second(2):
            pass


def main():
    write_families()
    sys.path.insert(0, ".")
    families = __import__("families")
    for pair in PAIRS[:int(sys.argv[1])]:
        loop = exhaust if pair == "gh" else spin
        truth.spawn(loop, *[getattr(families, letter + "1") for letter in pair], name=pair)
    truth.notes["pairs"] = PAIRS[:int(sys.argv[1])]
    for action in (truth.report_running, truth.forever()):
        action()


main()
