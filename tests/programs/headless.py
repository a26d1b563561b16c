"""A process whose first thread has ended, while others go on."""

import ctypes
import os

import truth


def wait_for_the_end_of_main():
    while truth.thread_state(os.getpid()) != "Z":
        truth.time.sleep(truth.QUIET_SECONDS)
    truth.hang()


def main():
    truth.spawn(truth.block, name="worker")
    truth.spawn(wait_for_the_end_of_main, name="reporter")
    ctypes.CDLL(None).pthread_exit(None)


main()
