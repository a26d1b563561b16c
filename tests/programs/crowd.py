"""As many threads as argv[1] says, all waiting for one lock."""

import sys
import threading

import truth


def worker(lock):
    lock.acquire()


def main():
    lock = threading.Lock()
    lock.acquire()
    for number in range(int(sys.argv[1])):
        truth.spawn(worker, lock, name="worker-%d" % number)
    truth.hang(lock.acquire)


main()
