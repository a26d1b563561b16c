"""What a target said about itself, in the words that pyinspect has for it."""

from dataclasses import asdict, dataclass
from functools import cached_property


@dataclass(frozen=True)
class Frame:
    function: str
    qualname: str
    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    module: str
    owner: str

    @cached_property
    def members(self):
        """As pyinspect's JSON names them."""
        return asdict(self)


@dataclass
class Thread:
    ident: str
    tid: int
    name: str
    daemon: bool
    main: bool
    frames: list

    def __str__(self):
        return f"thread {self.tid or self.ident} {self.name!r}"


class Truth:
    """The document of tests/programs/truth.py, decoded."""

    def __init__(self, document):
        self.skip = document.get("skip")
        self.pid = document.get("pid")
        if self.skip:
            return
        if "threads" not in document:  # told to keep its eyes shut
            return
        self.version = document["version"]
        self.full_version = document["full_version"]
        self.is_debug = document["debug"]
        self.is_free_threaded = document["free_threaded"]
        self.has_jit = document["jit"]
        self.executable = text(document["executable"])
        self.notes = document["notes"]
        table = [_frame(row) for row in document["table"]]
        self.threads = [_thread(row, table) for row in document["threads"]]

    def thread(self, name):
        """The one thread of that name."""
        (found,) = [thread for thread in self.threads if thread.name == name]
        return found


def text(value):
    """The string as valid Unicode: Python's backslashreplace for what isn't."""
    if isinstance(value, dict):
        return value["bytes"].encode("latin-1").decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def frames_of(document):
    """The one stack of a document with `frames` and `table`."""
    table = [_frame(row) for row in document["table"]]
    return [table[index] for index in document["frames"]]


def _thread(row, table):
    frames = [table[index] for index in row["frames"]]
    return Thread(row["ident"], row["tid"], text(row["name"]), row["daemon"], row["main"], frames)


def _frame(row):
    return Frame(
        function=text(row["function"]),
        qualname=text(row["qualname"]),
        file=text(row["file"]),
        line=row["line"],
        end_line=row["end_line"],
        column=_from_one(row["column"]),
        end_column=_from_one(row["end_column"]),
        module=text(row["module"]),
        owner="generator" if row["generator"] else "thread",
    )


def _from_one(column):
    return None if column is None else column + 1
