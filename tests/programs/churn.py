"""Two threads that start eight threads, wait for their end, and begin again."""

import threading

import truth


def sink(depth):
    if depth:
        sink(depth - 1)
    else:
        truth.time.sleep(0.001)


def work():
    sink(10)


def breed():
    while True:
        children = [threading.Thread(target=work, name="child") for _ in range(8)]
        for child in children:
            child.start()
        for child in children:
            child.join()


def main():
    for _ in range(2):
        truth.spawn(breed, name="breeder")
    for action in (truth.report_running, truth.forever()):
        action()


main()
