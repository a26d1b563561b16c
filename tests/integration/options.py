#!/usr/bin/env python3
"""What the options change."""

import sys

from harness import compare, process
from harness.bed import Case, run
from harness.command import run_pyinspect
from harness.target import Target


def expect(target, run, max_frames=compare.MAX_FRAMES):
    return compare.compare(target, run, max_frames)


def check_order(target):
    """Options may stand behind the target, and be written in one word."""
    process.wait_for_rest(target.pid)
    yield from expect(target, run_pyinspect(target.pid, "--json"))
    yield from expect(target, run_pyinspect("--json", "--max-frames=200", "--timeout=5", "--", target.pid))
    yield from expect(target, run_pyinspect("--json", target.pid, "--max-frames", "200", "--timeout", "5.5"))


def check_no_stop(target):
    """Of a hung process it proves as much."""
    yield from expect(target, run_pyinspect("--json", "--no-stop", target.pid))


def check_one_thread(target):
    (wanted,) = [t for t in target.truth.threads if t.name == "worker-1"]
    run = run_pyinspect("--json", "-t", wanted.tid, target.pid)
    yield from compare.differ("exit code", 0, run.code)
    threads = run.answer()["interpreters"][0]["threads"]
    yield from compare.differ("threads", [wanted.tid], [thread["tid"] for thread in threads])
    if threads:
        yield from compare.compare_thread(target, wanted, threads[0], compare.MAX_FRAMES)


def check_missing_thread(target):
    run = run_pyinspect("-t", 1, target.pid)
    if run.code == 0:
        yield "exit code 0 although there is no such thread"
    if "1" not in run.err:
        yield f"the message doesn't name the thread: {run.err!r}"


def check_max_frames(target):
    for count in (1, 2, 3, 5):
        yield from expect(target, run_pyinspect("--json", "--max-frames", count, target.pid), count)


def check_all_frames(target):
    """Shims are shown, as what they are, and all Python frames stay as they were."""
    process.wait_for_rest(target.pid)
    answer = run_pyinspect("--json", "--all-frames", target.pid).answer()
    found = {thread["ident"]: thread for thread in answer["interpreters"][0]["threads"]}
    for expected in target.truth.threads:
        frames = [frame for frame in found[expected.ident]["frames"] if frame["owner"] != "native"]
        yield from compare.differ("number of frames", len(expected.frames), len(frames))
        for truth, frame in zip(expected.frames, frames):
            yield from compare.compare_frame(truth, frame)


def check_several(target):
    """One line of JSON for each, in the order asked for."""
    other = Target(target.interpreter, target.arguments, target.folder)
    try:
        process.wait_for_rest(other.truth.pid)
        run = run_pyinspect("--json", other.pid, target.pid)
        yield from compare.differ("exit code", 0, run.code)
        answers = run.answers()
        yield from compare.differ("targets", [other.pid, target.pid], [a["target"]["pid"] for a in answers])
        for which, answer in zip((other, target), answers):
            yield from compare.compare_threads(which, answer)
    finally:
        other.close()


def check_one_of_several_fails(target):
    run = run_pyinspect("--json", target.pid, NO_PROCESS)
    yield from compare.differ("exit code", 3, run.code)
    first, second = run.answers()
    yield from compare.compare_threads(target, first)
    yield from compare.differ("pid", NO_PROCESS, second["target"]["pid"])
    if not second["problems"]:
        yield "the target that fails has no problem"


def check_verbose(target):
    """-v explains where things were found, and leaves the answer in JSON as it is."""
    text = run_pyinspect("-v", target.pid)
    for word in ("layout", "runtime", "0x"):
        if word not in text.out + text.err:
            yield f"no {word!r} in {text}"
    yield from expect(target, run_pyinspect("--json", "-v", target.pid))


def check_family(target):
    """Every Python process of the tree, each once."""
    process.wait_for_rest(target.pid)
    run = run_pyinspect("--json", "--subprocesses", target.pid)
    yield from compare.differ("exit code", 0, run.code)
    expected = {target.pid, *target.truth.notes["descendants"]}
    pids = [a["target"]["pid"] for a in run.answers() if a.get("interpreters")]
    yield from compare.differ("pids", sorted(expected), sorted(pids))
    both = run_pyinspect("--json", "--subprocesses", target.pid, *expected)
    pids = [a["target"]["pid"] for a in both.answers() if a.get("interpreters")]
    yield from compare.differ("pids, named twice", sorted(expected), sorted(pids))


def check_without_family(target):
    pids = [a["target"]["pid"] for a in run_pyinspect("--json", target.pid).answers()]
    yield from compare.differ("pids", [target.pid], pids)


NO_PROCESS = 4190000  # near the highest that there can be

CHECKS = {
    "order of options": check_order,
    "--no-stop": check_no_stop,
    "-t": check_one_thread,
    "-t of no thread": check_missing_thread,
    "--max-frames": check_max_frames,
    "--all-frames": check_all_frames,
    "several targets": check_several,
    "one of several targets fails": check_one_of_several_fails,
    "-v": check_verbose,
}

CASES = [
    Case("options", "crowd.py", ("4",), CHECKS),
    Case("--subprocesses", "family.py", checks={"": check_family, "without it": check_without_family}),
]

sys.exit(run(CASES))
