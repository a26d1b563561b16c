"""While Python ends, after atexit, the last object hangs; a daemon thread is still there. It tells its pid only."""

import os
import sys

import truth

DATA = ('{"pid": %d}' % os.getpid()).encode("ascii")


class Late(object):
    # Modules are emptied by then: all that is needed is in the defaults.
    def __del__(self, write=os.write, close=os.close, fd=int(os.environ["TRUTH_FD"]), data=DATA, read=os.read, pipe=os.pipe()):
        write(fd, data)
        close(fd)
        read(pipe[0], 1)  # from 3.15 on no lock can be waited for any more


def main():
    truth.spawn(truth.block, name="worker")
    truth.wait_until_quiet()
    sys.late = Late()


main()
