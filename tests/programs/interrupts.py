"""Threads in calls that end with EINTR when they are stopped; `errors` gets a line when one of them does."""

import select
import socket
import struct

import truth

FOREVER = struct.pack("ll", 1000000, 0)


def wait(call):
    try:
        call()
    except Exception as error:
        with open("errors", "a") as errors:
            errors.write("%s: %s\n" % (truth.threading.current_thread().name, error))
    truth.block()


def epoll():
    select.epoll().poll()


def pair(kept=[]):
    kept.append(socket.socketpair())
    return kept[-1][0]


def receive():
    end = pair()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, FOREVER)
    end.recv(1)


def poll():
    poller = select.poll()
    poller.register(pair(), select.POLLIN)
    poller.poll()


def main():
    for call in (epoll, receive, poll):
        truth.spawn(wait, call, name=call.__name__)
    truth.hang()


main()
