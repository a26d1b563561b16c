"""A thread rewrites a list and a dict at full speed that a hanging frame has.

Whatever is seen of them: all items of the list are equal, so are all values of the dict, and the pair holds
two numbers that follow one another. It begins when it can read from standard input: a test starts several
of these programs ahead.
"""

import os

import truth

COUNT = 60
KEYS = ["k%d" % i for i in range(COUNT)]


def rewrite(shared, table, box):
    number = 0
    os.read(0, 1)
    while True:
        number += 1
        shared[:] = [number] * COUNT
        table.update(dict.fromkeys(KEYS, number))
        box.pair = (number, number + 1)


class Box(object):
    pair = (0, 1)


def hold(shared, table, box):
    truth.hang()


def main():
    shared, table, box = [0] * COUNT, dict.fromkeys(KEYS, 0), Box()
    box.pair = (0, 1)
    truth.spawn(rewrite, shared, table, box)
    hold(shared, table, box)


main()
