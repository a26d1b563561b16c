"""Tables of what was measured, in Markdown."""

import os
import platform
from datetime import date
from statistics import median

from targets import describe, frames_of_interest

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def render(results, options):
    """Tables of results[size][interpreter][tool]."""
    parts = [introduction(results, options)]
    for title, cell in TABLES:
        parts.append(f"### {title}\n\n{table(results, cell)}")
    parts.append(problems(results))
    return "\n\n".join(part for part in parts if part) + "\n"


def introduction(results, options):
    all_samples = [s for by_label in results.values() for found in by_label.values() for s in found.values() if s.wall]
    empty = [found["empty program"] for by_label in results.values() for found in by_label.values()]
    return (f"Linux {platform.release()} {platform.machine()}, {os.cpu_count()} processors, {date.today()}; medians of "
            f"{options.rounds} interleaved rounds (of tools that take long: 3). The empty program took "
            f"{min(median(s.wall) for s in empty):.2f} to {max(median(s.wall) for s in empty):.2f} ms. The middle half of a "
            f"tool's rounds lies within {median(s.spread for s in all_samples):.0f} % of its median, typically, and within "
            f"{max(s.spread for s in all_samples):.0f} % at worst. When all was measured, {os.getloadavg()[2]:.0f} "
            "processes had wanted a processor on the average of the last quarter of an hour.")


def labels_of(results):
    labels = []
    for by_label in results.values():
        labels += [label for label in by_label if label not in labels]
    return labels


def table(results, cell):
    """A row for each size and tool that has something to say, a column for each interpreter."""
    labels = labels_of(results)
    rows = [["", *labels], ["---"] + ["--:"] * len(labels)]
    for size, by_label in results.items():
        body = []
        for name in tools_of(by_label):
            texts = [cell(size, name, by_label.get(label, {})) for label in labels]
            if any(texts):
                body.append([name, *(text or "-" for text in texts)])
        if body:
            rows += [[f"**{size}**: {describe(size)}"] + [""] * len(labels), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def tools_of(by_label):
    names = []
    for found in by_label.values():
        names += [name for name in found if name not in names]
    return names


def wall(size, name, found):
    samples = found.get(name)
    return f"{median(samples.wall):.2f}" if samples and samples.wall else ""


def to_empty(size, name, found):
    samples = found.get(name)
    if not samples or not samples.wall or name == "empty program":
        return ""
    return f"{median(samples.wall) / median(found['empty program'].wall):.1f}"


def to_peer(size, name, found):
    """Our share of a peer's time."""
    samples, mine = found.get(name), found.get("pyinspect")
    if not samples or not samples.wall or not mine or not mine.wall or name.startswith(("pyinspect", "empty")):
        return ""
    ratio = median(mine.wall) / median(samples.wall)
    return f"{ratio:.2f}" if ratio > 0.095 else f"1/{1 / ratio:.0f}"


def cpu(size, name, found):
    samples = found.get(name)
    return f"{median(samples.cpu):.1f}" if samples and samples.cpu and name != "empty program" else ""


def calls(size, name, found):
    samples = found.get(name)
    if not samples or not samples.calls:
        return ""
    reads = samples.calls["process_vm_readv"]
    return f"{samples.calls.total()}" + (f" ({reads})" if reads else "")


def memory(size, name, found):
    samples = found.get(name)
    return f"{samples.memory / 1024:.1f}" if samples and samples.wall else ""


def pause(size, name, found):
    samples = found.get(name)
    return f"{median(samples.pause):.2f}" if samples and samples.pause and name != "empty program" else ""


def rate(size, name, found):
    samples = found.get(name)
    return f"{median(samples.rate):.0f}" if samples and samples.rate else ""


def frames(size, name, found):
    samples = found.get(name)
    if not samples or not samples.frames:
        return ""
    return f"{100 * samples.frames / frames_of_interest(size):.0f} %"


TABLES = [
    ("Wall time, in empty programs of the same run", to_empty),
    ("pyinspect's wall time, as a part of the other's", to_peer),
    ("Wall time, ms", wall),
    ("Processor time, ms", cpu),
    ("System calls (`process_vm_readv` among them)", calls),
    ("Peak of resident memory, MiB", memory),
    ("Longest pause of a thread of the target, ms (the noise is what an unstopped tool shows)", pause),
    ("Looks at all threads in a second, one after the other", rate),
    ("Frames shown of those that are there", frames),
]


def problems(results):
    lines = []
    for size, by_label in results.items():
        for label, found in by_label.items():
            lines += [f"- {name} on {label}, {size}: {s.problem}" for name, s in found.items() if s.problem]
    return "### What did not work\n\n" + "\n".join(lines) if lines else ""


def insert(path, text, begin=BEGIN, end=END):
    """Replace what lies between the marks."""
    with open(path, encoding="utf-8") as file:
        old = file.read()
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    if not rest:
        raise SystemExit(f"bench: {path} has no line {begin}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}\n{text}{end}{after}")
