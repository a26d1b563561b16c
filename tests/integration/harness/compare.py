"""Compares pyinspect's answer with the truth. All functions yield the differences, in words."""

import linecache
import os
from datetime import datetime, timezone

from . import process

MAX_FRAMES = 200
PROVEN_STATES = "SD"
ELAPSED_TOLERANCE = 0.5


def compare(target, run, max_frames=MAX_FRAMES):
    """Everything that holds for any hung target."""
    if run.code != 0:
        yield f"exit code {run.code}, expected 0"
    if run.err:
        yield f"standard error: {run.err}"
    if not run.out:
        return
    answer = run.answer()
    yield from compare_process(target, answer)
    yield from compare_threads(target, answer, max_frames)
    yield from compare_native_threads(target, answer)
    yield from (f"problem: {problem}" for problem in problems_of(answer))


def compare_process(target, answer):
    python = answer.get("python") or {}
    about = answer["target"]
    yield from differ("schema", "pyinspect/1", answer["schema"])
    yield from differ("kind", "process", about["kind"])
    yield from differ("pid", target.pid, about["pid"])
    yield from differ("parent pid", process.parent(target.pid), about["parent_pid"])
    yield from differ("executable", process.executable(target.pid), about["executable"])
    yield from differ("uid", os.getuid(), about["uid"])
    yield from differ("command line", process.command_line(target.pid), about["command_line"])
    yield from differ("python version", target.truth.full_version, python.get("version"))
    yield from differ("debug", target.truth.is_debug, python.get("debug"))
    yield from differ("free-threaded", target.truth.is_free_threaded, python.get("free_threaded"))
    yield from compare_jit(target, python)
    yield from compare_times(target, answer)
    if python.get("layout") not in ("debug_offsets", "dwarf", "table"):
        yield f"layout: {python.get('layout')!r}"


def compare_jit(target, python):
    """Where a debug build has the member, DWARF alone says."""
    if python.get("jit") is None and target.truth.is_debug and python.get("layout") != "dwarf":
        return
    yield from differ("jit", target.truth.has_jit, python.get("jit"))


def compare_times(target, answer):
    try:
        then = datetime.strptime(answer["time"], "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        yield f"time: {answer['time']!r}"
        return
    since_then = (datetime.now(timezone.utc) - then).total_seconds()
    expected = process.elapsed(target.pid) - since_then
    elapsed = answer["target"]["elapsed_seconds"]
    if not is_number(elapsed) or abs(elapsed - expected) > ELAPSED_TOLERANCE:
        yield f"elapsed_seconds: expected about {expected}, got {elapsed!r}"
    if answer["stopped_us"]:
        yield f"stopped_us is {answer['stopped_us']!r} although no thread was stopped"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def compare_threads(target, answer, max_frames=MAX_FRAMES):
    """The threads that Python knows, and their frames."""
    if len(answer["interpreters"]) != 1:
        yield f"{len(answer['interpreters'])} interpreters, expected 1"
        return
    found = {thread["ident"]: thread for thread in answer["interpreters"][0]["threads"]}
    expected = {thread.ident: thread for thread in target.truth.threads}
    for ident in found.keys() - expected.keys():
        yield f"thread {ident} does not exist: {found[ident]['name']!r}"
    for ident, thread in expected.items():
        if ident not in found:
            yield f"{thread} is missing"
            continue
        yield from (f"{thread}: {text}" for text in compare_thread(target, thread, found[ident], max_frames))


def compare_thread(target, expected, found, max_frames):
    if expected.tid is not None:
        yield from differ("tid", expected.tid, found["tid"])
    if expected.name is None or isinstance(expected.name, str):
        yield from differ("name", expected.name, found["name"])
    yield from differ("daemon", expected.daemon, found["daemon"])
    yield from differ("main", expected.main, found["main"])
    yield from compare_flags(target, expected, found)
    yield from compare_state(target.pid, found)
    yield from compare_frames(expected.frames, found, max_frames)
    yield from compare_sources(target, found["frames"])


def compare_flags(target, expected, found):
    """Of hung threads none has to do with the GIL or the collector, unless the target notes its name."""
    for flag in ("holds_gil", "waits_for_gil", "collecting"):
        if flag == "collecting" and found[flag] is None and target.interpreter.version < (3, 7):
            continue  # up to 3.6 a variable without a symbol says so
        yield from differ(flag, expected.name in target.truth.notes.get(flag, ()), found[flag])
    yield from differ("stopped", False, found["stopped"])


def compare_state(pid, found):
    """What the kernel says of a thread, which hangs and so doesn't change."""
    tid = found["tid"]
    if tid not in process.tids(pid):
        yield f"tid {tid} does not exist"
        return
    state = process.state(pid, tid)
    if state != found["state"]:  # it may be in the midst of a loop of short waits
        process.wait_for_rest(pid)
        state = process.state(pid, tid)
    yield from differ("state", state, found["state"])
    if state in PROVEN_STATES:
        syscall = process.syscall(pid, tid)
        if syscall:
            yield from differ("syscall", syscall, found["syscall"])
        yield from differ("os_name", process.comm(pid, tid), found["os_name"])
    if not is_number(found["cpu_seconds"]):
        yield f"cpu_seconds: {found['cpu_seconds']!r}"
    yield from differ("verified", True, found["verified"])


def compare_frames(expected, found, max_frames=MAX_FRAMES):
    """Frames in their order, without the native ones."""
    yield from differ("frame_count", len(expected), found["frame_count"])
    shown, omitted = elide(expected, max_frames)
    yield from differ("frames_omitted", omitted, found.get("frames_omitted"))
    frames = [frame for frame in found["frames"] if frame["kind"] == "python"]
    yield from differ("number of frames", len(shown), len(frames))
    for index, (truth, frame) in enumerate(zip(shown, frames)):
        yield from (f"frame {index} {truth.function!r}: {text}" for text in compare_frame(truth, frame))


def elide(frames, max_frames):
    if not max_frames or len(frames) <= max_frames:
        return frames, None
    inner = max_frames - max_frames // 2
    outer = max_frames // 2
    omitted = {"after": inner, "count": len(frames) - max_frames}
    return frames[:inner] + frames[len(frames) - outer:], omitted


def compare_frame(expected, found):
    if expected.members.items() <= found.items():  # for hundreds of thousands of frames
        return
    for name, value in expected.members.items():
        yield from differ(name, value, found[name])


def compare_sources(target, frames):
    """The source line of every frame whose file has one."""
    for frame in frames:
        line = source_line(target, frame)
        if line is not None:
            yield from differ(f"source of {frame['file']}:{frame['line']}", line, frame["source"])


def source_line(target, frame):
    if not isinstance(frame["line"], int) or not frame["file"].startswith("/"):
        return None
    line = linecache.getline(target.interpreter.path_here(frame["file"]), frame["line"])
    return line.strip() or None


def compare_native_threads(target, answer):
    known = {thread["tid"] for i in answer["interpreters"] for thread in i["threads"]}
    expected = [tid for tid in process.tids(target.pid) if tid not in known]
    found = {thread["tid"]: thread for thread in answer["native_threads"]}
    yield from differ("native threads", expected, sorted(found))
    for tid in found.keys() & set(expected):
        yield from differ("os_name", process.comm(target.pid, tid), found[tid]["os_name"])


def problems_of(value):
    """All problems, wherever they hang in the document."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from member if key == "problems" else problems_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from problems_of(member)


def differ(what, expected, found):
    # 1 == True, but a number is no truth value in JSON.
    if expected != found or isinstance(expected, bool) != isinstance(found, bool):
        yield f"{what}: expected {_short(expected)}, got {_short(found)}"


def _short(value):
    text = repr(value)
    return text if len(text) < 300 else f"{text[:140]}...{text[-140:]} ({len(text)} characters)"
