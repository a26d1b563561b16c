"""A thread rewrites a list and a dict at full speed that a hanging frame has.

Whatever is seen of them: all items of the list are equal, so are all values of the dict, and the pair holds
two numbers that follow one another.
"""

import threading

import truth

COUNT = 60


def rewrite(shared, table, box, ready):
    number = 0
    keys = ["k%d" % i for i in range(COUNT)]
    while True:
        number += 1
        shared[:] = [number] * COUNT
        table.update(dict.fromkeys(keys, number))
        box.pair = (number, number + 1)
        if number == 1000:
            ready.set()


class Box(object):
    pass


def hold(shared, table, box, ready):
    truth.report_running()
    truth.block()


def main():
    shared, table, box, ready = [0] * COUNT, {}, Box(), threading.Event()
    truth.spawn(rewrite, shared, table, box, ready)
    ready.wait()
    hold(shared, table, box, ready)


main()
