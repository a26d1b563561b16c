"""Paths, addresses, loggers and the like of Python 3."""

import argparse
import ipaddress
import logging
import pathlib
import subprocess
import sys

import values


class Path(pathlib.PurePosixPath):
    pass


class PathWithStr(pathlib.PurePosixPath):
    def __str__(self):
        return "x"


texts = [
    "", ".", "/", "//", "///", "a", "a/b", "/a/b/", "./a//b/./c", "a b'c", 'a"b', "a'\"b", "../x", "//host/x", "a/..",
    "x" * 500,
]  # fmt: skip
kinds = [("pure", pathlib.PurePosixPath), ("path", pathlib.Path), ("windows", pathlib.PureWindowsPath), ("own", Path)]
rows = []
for kind, make in kinds:
    for i, text in enumerate(texts):
        rows.append(("%s_%d" % (kind, i), make(text)))
rows += [
    ("joined", pathlib.Path("a") / "b" / "/c" / "d"),
    ("joined_many", pathlib.Path("a", "b/", "c")),
    ("parent", pathlib.Path("/a/b/c").parent),
    ("named", pathlib.Path("/a/b").with_name("c")),
    ("drive", pathlib.PureWindowsPath("c:/x", "y\\z")),
    ("drive_alone", pathlib.PureWindowsPath("c:x")),
    ("share", pathlib.PureWindowsPath("//host/share/x")),
    ("here", pathlib.Path.cwd()),
    ("letters", pathlib.Path("/\u00e9\u4e2d/\u2028\U0001f600")),
    ("surrogate", pathlib.Path("a\udcff")),
    ("paths", [pathlib.Path("a"), pathlib.Path("b")]),
]
# repr() keeps the text; of these it is asked later.
fresh = [("fresh_%d" % i, (text,)) for i, text in enumerate(texts)]
fresh.append(("fresh_joined", ("a", "b/", "/c", "", "d")))
pure = pathlib.PurePosixPath
rows += [(name, pure(*parts), {"text": repr(pure(*parts))}) for name, parts in fresh]

# It has its parts alone, and they aren't put together: repr() is that of another one.
rows.append(("fresh_letters", pure("/\u00e9\u4e2d"), {"text": repr(pure("/\u00e9\u4e2d"))}))

with_str = PathWithStr("a")
rows.append(("with_str", with_str, {"text": "<__main__.PathWithStr at 0x%x>" % id(with_str), "custom_repr": True}))

make = ipaddress.ip_address
addresses = ["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "1::", "2001:db8::1:0:0:1", "1:2:3:4:5:6:7:8"]
addresses += ["::ffff:1.2.3.4", "0:1::", "1:0:2:0:3:0:4:0", "fe80::1:2", "0:0:1::", "ffff::ffff"]
rows += [("address_%d" % i, make(text)) for i, text in enumerate(addresses)]
rows += [("interface_%d" % i, ipaddress.ip_interface(text + "/24")) for i, text in enumerate(addresses)]
rows += [("network_%d" % i, ipaddress.ip_network(text + "/24", strict=False)) for i, text in enumerate(addresses)]
if sys.version_info >= (3, 9):
    rows.append(("scope", make("fe80::1%eth0")))
rows.append(("address_own", type("Own", (ipaddress.IPv4Address,), {})("1.2.3.4")))

log = logging.getLogger("app.db")
levelled = logging.getLogger("levelled")
levelled.setLevel(17)
debugging = logging.getLogger("debugging")
debugging.setLevel(logging.DEBUG)
if sys.version_info >= (3, 7):
    rows += [("logger", log), ("logger_root", logging.getLogger()), ("logger_odd", levelled)]
    rows += [("logger_debug", debugging), ("logger_child", logging.getLogger("debugging.child"))]
odd_name = logging.getLogger("odd\n\u00e9\x1b")
logging.addLevelName(17, "A\nB")
rows += [("logger_odd_name", odd_name)] if sys.version_info >= (3, 7) else []
rows += [("handler", logging.NullHandler()), ("file_handler", logging.FileHandler("/tmp/x y", delay=True))]

parser = argparse.Namespace
rows += [
    ("arguments_none", parser()),
    ("arguments", parser(b=1, a="x")),
    ("arguments_many", parser(**{"name_%d" % i: i for i in range(20)})),
    ("arguments_nested", parser(a=parser(b=[parser()]))),
    ("arguments_own", type("Own", (parser,), {})(z=[1])),
]

if sys.version_info >= (3, 9):
    def ended(*args):
        process = subprocess.Popen(list(args), executable=sys.executable, stdout=subprocess.DEVNULL)
        process.wait()
        return process

    short, long_one = ended("x", "--version"), ended("x", "--version", "y" * 100)
    middle = ended("x", "--version", *"123456789")
    edges = [ended("x", "--version", "z" * count) for count in range(15, 30)]
    rows += [("process_edge_%d" % i, process) for i, process in enumerate(edges)]
    rows += [("process", short), ("process_long", long_one), ("process_middle", middle)]
    odd = ended("x", "--version")
    odd.args = ("x", 5)
    expected = {"text": repr(odd)}
    if "['x', 5]" in repr(odd):
        # 3.9 at first made a list of them.
        expected = {"text": "<subprocess.Popen at 0x%x>" % id(odd), "custom_repr": True}
    rows.append(("process_odd", odd, expected))
    rows.append(("processes", [long_one, short]))

values.hold(rows)
