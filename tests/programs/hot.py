"""A loop that runs often enough to be compiled where Python does that, and then hangs in the midst of it."""

import os

import truth

# As many as a pipe holds.
ROUNDS = 60000


def hot(pipe):
    total = 0
    for i in range(ROUNDS + 1):
        total += outer(pipe, i)
    return total


def outer(pipe, i):
    if i % 2:
        return inner(pipe, i)
    return inner(pipe, i) + 1


def inner(pipe, i):
    return len(
        os.read(pipe, 1)) + i


def main():
    reads, writes = os.pipe()
    os.write(writes, b"x" * ROUNDS)
    truth.spawn(hot, reads, name="hot")
    truth.hang()


main()
