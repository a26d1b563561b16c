"""A daemon of the classic sort (fork, setsid, fork), with a Python child; it is no child of ours any more."""

import ctypes
import os

import truth

PR_SET_PDEATHSIG, SIGKILL = 1, 9


def become_daemon():
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)


def end_with_the_test():
    """Its standard input ends with the test, and nobody else would end it."""

    def wait():
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), SIGKILL)

    truth.spawn(wait, name="watchdog")


def start_child():
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
        os.close(int(os.environ["TRUTH_FD"]))
        truth.forever()()
    return child


def main():
    become_daemon()
    truth.notes["child"] = start_child()
    end_with_the_test()
    truth.hang()


main()
