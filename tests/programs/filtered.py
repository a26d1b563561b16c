"""A process that hangs, and whose core dump is to have what the argument says: bits of /proc/PID/coredump_filter."""

import sys

import truth


def main(number):
    with open("/proc/self/coredump_filter", "w") as file:
        file.write(number)
    truth.notes["filter"] = int(number)
    truth.spawn(truth.block, name="worker")
    truth.hang()


main(sys.argv[1])
