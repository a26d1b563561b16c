"""A child of fork, in which the parent's other threads are gone; the child is the one to look at."""

import os
import warnings

import truth


def parent_waits(child):
    os.close(int(os.environ["TRUTH_FD"]))
    os.waitpid(child, 0)


def main():
    for number in range(3):
        truth.spawn(truth.block, name="of-the-parent-%d" % number)
    truth.wait_until_quiet()
    warnings.simplefilter("ignore")  # 3.12 and later warn of just this
    child = os.fork()
    if child:
        parent_waits(child)
    else:
        truth.spawn(truth.block, name="of-the-child")
        truth.hang()


main()
