#!/usr/bin/env python3
"""A server that is looked at once a second under load: no request fails, and what it costs them is told."""

import http.client
import sys
import threading
import time

from harness import compare, process
from harness.bed import Case, long_run, run
from harness.command import run_pyinspect

SECONDS = 120 if long_run() else 5  # of each of the two halves: without looks, and with them
CLIENTS = 6
COUNT_TO = 2000
PAUSE = 0.004  # between two requests of a client: the load is bounded


class Client(threading.Thread):
    """Sends requests until it is told to stop."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.stop = threading.Event()
        self.took = []
        self.failures = []

    def run(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            while not self.stop.wait(PAUSE):
                self.took.append(self.request(connection))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failures.append(f"{type(error).__name__}: {error}")

    def request(self, connection):
        began = time.monotonic()
        connection.request("GET", f"/{COUNT_TO}")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or int(body) != COUNT_TO * (COUNT_TO - 1) // 2:
            raise ValueError(f"{response.status}: {body!r}")
        return time.monotonic() - began


def load(port, seconds, look):
    """Failures, times of requests in order, and what went wrong with the looks."""
    clients = [Client(port) for _ in range(CLIENTS)]
    wrong = []
    for client in clients:
        client.start()
    try:
        for number in range(seconds):
            until = time.monotonic() + 1
            wrong.extend(look(number))
            time.sleep(max(0, until - time.monotonic()))
    finally:
        for client in clients:
            client.stop.set()
        for client in clients:
            client.join(60)
    took = sorted(time_ for client in clients for time_ in client.took)
    return [failure for client in clients for failure in client.failures], took, wrong


def no_look(_number):
    return ()


def looks_at(target):
    def look(number):
        options = ["--stop"] if number % 2 else []
        result = run_pyinspect("--json", *options, target.pid)
        yield from compare.differ(f"exit code with {options}", 0, result.code)
        threads = [t for i in result.answer()["interpreters"] for t in i["threads"]]
        yield from compare.differ("unproven threads", [], [t["tid"] for t in threads if not t["verified"]])
        if "server" not in [thread["name"] for thread in threads]:
            yield "the server's thread is missing"

    return look


def check_soak(target):
    port = int((target.folder / "port").read_text())
    for name, look in (("without looks", no_look), ("with looks", looks_at(target))):
        failures, took, wrong = load(port, SECONDS, look)
        yield from failures
        yield from wrong
        if len(took) < SECONDS * CLIENTS:
            yield f"only {len(took)} requests were answered {name}"
        else:
            median, late = (took[int(len(took) * part)] * 1000 for part in (0.5, 0.99))
            label = target.interpreter.label
            print(f"# {label} {name}: {len(took)} requests, median {median:.2f} ms, 99 % in {late:.2f} ms", flush=True)
    yield from compare.differ("tracer", 0, process.tracer(target.pid))
    yield from compare.differ("errors of the server", "", target.errors())


CASE = ("server under load", "server.py", (), {"": check_soak})
CASES = [Case(*CASE)] if long_run() else [Case(*CASE, since=(3, 8), before=(3, 9)), Case(*CASE, since=(3, 14), before=(3, 15))]

sys.exit(run(CASES))
