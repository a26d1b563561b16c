"""Two threads, which hang."""

import truth


def work():
    truth.block()


def main():
    truth.register()
    truth.spawn(work, name="worker")
    truth.hang()


main()
