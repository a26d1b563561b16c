"""Functions that call each other all the time, each with a variable that tells which function it is of.

Whatever frame is seen: a value of mine, if there is one, is the name of the frame's function. It begins when it
can read from standard input: a test starts several of these programs ahead.
"""

import os

import truth

FUNCTIONS = 30
SOURCE = """
def tell_{number}(depth, {arguments}):
    mine = "tell_{number}"
    if depth:
        tellers[(depth * 7 + {number}) % len(tellers)](depth - 1)
    repr(list(range(depth)))
    return mine
"""


def make_tellers():
    """Frames of many sizes, so that others lie where one has been."""
    tellers = []
    names = {"tellers": tellers}
    for number in range(FUNCTIONS):
        arguments = ", ".join("a%d=%d" % (i, i) for i in range(number % 7 + 1))
        exec(SOURCE.format(number=number, arguments=arguments), names)
    tellers.extend(names["tell_%d" % number] for number in range(FUNCTIONS))
    return tellers


def call(tellers):
    number = 0
    os.read(0, 1)
    while True:
        number += 1
        tellers[number % FUNCTIONS](number % 23)


def main():
    truth.spawn(call, make_tellers())
    truth.hang()


main()
