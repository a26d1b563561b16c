"""What has named fields: namedtuple, struct sequences, dataclasses, enumerations."""

import collections
import os
import resource
import sys
import textwrap
import time

import values

NEW = sys.version_info[0] >= 3
found = []


def add(name, value, **more):
    found.append((name, value, more) if more else (name, value))


def custom(value):
    cls = type(value)
    return "<%s.%s at 0x%x>" % (cls.__module__, getattr(cls, "__qualname__", cls.__name__), id(value))


Point = collections.namedtuple("Point", "x y")
Empty = collections.namedtuple("Empty", "")
Renamed = collections.namedtuple("Renamed", ["a", "def", "a"], rename=True)
Many = collections.namedtuple("Many", ["field%d" % i for i in range(60)])


class Sub(Point):
    pass


class Slotted(Point):
    __slots__ = ()


class Shown(Point):
    def __repr__(self):
        return "a point"


class Vague(tuple):
    """Not made by namedtuple(), though it looks so."""

    _fields = ("x", "y")

    def __repr__(self):
        return "vague"


cycle = Point(1, [])
cycle.y.append(cycle)
add("point", Point(1, 2))
add("point_empty", Empty())
add("point_renamed", Renamed(1, 2, 3))
add("point_many", Many(*range(60)))
add("point_nested", Point(Point(1, 2), (Empty(),)))
add("point_cycle", cycle)
add("point_sub", Sub(1, 2))
add("point_slotted", Slotted(1, 2))
shown = Shown(1, 2)
add("point_shown", shown, text=custom(shown), custom_repr=True)
vague = Vague((1, 2))
add("point_vague", vague, text=custom(vague), custom_repr=True)

add("struct_time", time.gmtime(0))
add("struct_version", sys.version_info)
add("struct_flags", sys.flags)
add("struct_stat", os.stat("/"))
add("struct_statvfs", os.statvfs("/"))
add("struct_nested", [time.gmtime(86400)])
if NEW:
    add("struct_terminal", os.terminal_size((80, 24)))
    add("struct_hash", sys.hash_info)
    add("struct_thread", sys.thread_info)
    add("struct_int", sys.int_info)


COUNTERS = """
class Tally(collections.Counter):
    pass

class Odd(collections.Counter):
    def most_common(self, n=None):
        return []

dotted = type("dotted.Tally", (collections.Counter,), {})("a")
add("counter_dotted", [dotted])
add("counter_empty", collections.Counter())
add("counter", collections.Counter({"a": 3, "b": 5, "c": 3, "d": 5}))
add("counter_negative", collections.Counter({1: -3, 2: 0, 3: 2}))
add("counter_many", collections.Counter(i % 37 for i in range(1000)))
add("counter_bool", collections.Counter({1: True, 2: 7}))
add("counter_single", collections.Counter({1: "x"}))
add("counter_sub", Tally("hello"))
add("counter_sub_empty", Tally())
odd = Odd("ab")
add("counter_odd", odd, text=custom(odd), custom_repr=True)
if NEW:
    class Chain(collections.ChainMap):
        pass
    class Wrapped(collections.UserList):
        pass
    add("chain", collections.ChainMap({1: 2}, {}))
    add("chain_sub", Chain({1: 2}))
    chain = collections.ChainMap({})
    chain.maps[0][1] = chain
    add("chain_cycle", chain)
    add("user_dict", collections.UserDict({1: 2}))
    add("user_list", collections.UserList([1, 2]))
    add("user_list_sub", Wrapped([1, 2]))
    users = collections.UserList([1])
    users.data.append(users)
    add("user_list_cycle", users)
    add("user_string", collections.UserString("abc"))
    import collections.abc, argparse
    add("mapping_view", collections.abc.KeysView(collections.UserDict({1: 2})))
    add("mapping_values", collections.UserDict({1: 2}).values())
    parser = argparse.ArgumentParser()
    parser.add_argument("--zeta", type=int, default=3)
    parser.add_argument("--alpha", action="store_true")
    add("options", parser.parse_args([]))
else:
    import UserList
    add("user_list", UserList.UserList([1, 2]))
    add("mapping_view", collections.OrderedDict([(1, 2)]).viewvalues())
"""

ENUMS = """
import enum
import http
import re
import signal
import socket

try:
    import ssl
except ImportError:  # not every build has it
    ssl = None

class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    ALIAS = 1
    PAIR = (1, [2])

class Number(enum.IntEnum):
    ONE = 1
    MINUS = -1

class Perm(enum.Flag):
    R = 4
    W = 2
    X = 1
    RX = 5

class Bits(enum.IntFlag):
    A = 1
    B = 2
    D = 8
    ABD = 11

class Covered(enum.IntFlag):
    A = 3

class Shown(enum.Enum):
    A = 1
    def __repr__(self):
        return "shown"

class Text(str, enum.Enum):
    A = "a"

class Whole(int, enum.Enum):
    A = 1

class Rich(enum.Enum):
    A = 1
    B = 2
    def __init__(self, number):
        self.number = number
        self.twice = number * 2

Made = enum.Enum("Made", "X Y")

Hostile = enum.Enum("New\\nline", [("x y", 1), ("\\x1b[0m", 2)])
Dotted = enum.Enum("a.b", "X")
add("enum_hostile", Hostile["x y"])
add("enum_hostile_escape", [Hostile["\\x1b[0m"]])
add("enum_dotted", [Dotted.X])
add("enum_red", Color.RED)
add("enum_green", Color.GREEN)
add("enum_alias", Color.ALIAS)
add("enum_pair", Color.PAIR)
add("enum_one", Number.ONE)
add("enum_minus", Number.MINUS)
add("enum_text", Text.A)
add("enum_whole", Whole.A)
add("enum_rich", Rich.B)
add("enum_made", Made.Y)
add("enum_shown", Shown.A, text=custom(Shown.A), custom_repr=True)
add("enum_class", Color)
add("enum_class_flag", Perm)
add("enum_class_int", Number)
for number in range(8):
    add("flag_%d" % number, Perm(number))
add("flag_not", ~Perm.R)
add("flag_in_list", [Perm.R | Perm.W, {Perm.X: Color.RED}])
for number in (0, 1, 2, 3, 4, 7, 8, 11, 15, 16, 64, 77, -1, -2, -8):
    add("bits_%s" % str(number).replace("-", "minus"), Bits(number))
for number in (1, 3, 7, 15):
    add("covered_%d" % number, Covered(number))
add("http", http.HTTPStatus.NOT_FOUND)
add("signal", signal.SIGTERM)
add("socket", socket.AF_INET)
add("socket_kind", socket.SOCK_STREAM)
if ssl:
    add("ssl", ssl.CERT_REQUIRED)
    add("ssl_options", ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1)
add("pattern_i", re.I)
add("pattern_none", re.RegexFlag(0))
add("pattern_im", re.I | re.M)
add("pattern_more", re.I | re.M | re.X | re.S)
add("pattern_not", ~re.I)
add("pattern_unknown", re.RegexFlag(0x1002))
if hasattr(enum, "StrEnum"):
    class Word(enum.StrEnum):
        A = enum.auto()
    class Kept(enum.Flag, boundary=enum.KEEP):
        A = 1
        B = 2
    class Strict(enum.IntFlag, boundary=enum.EJECT):
        A = 1
    @enum.global_enum
    class Global(enum.Enum):
        LEFT = 1
    @enum.global_enum
    class GlobalFlag(enum.IntFlag):
        ONE = 1
        TWO = 2
    add("enum_word", Word.A)
    add("flag_kept", Kept(7))
    add("flag_strict", Strict(1))
    add("flag_ejected", Strict(5))
    add("enum_global", Global.LEFT)
    for number in (0, 1, 2, 3, 4, 7):
        add("flag_global_%d" % number, GlobalFlag(number))
"""

DATACLASSES = """
import dataclasses
import typing
from dataclasses import dataclass, field

class Pair(typing.NamedTuple):
    left: int
    right: object = None

class PairShown(typing.NamedTuple):
    left: int
    def __repr__(self):
        return "pair"

add("typed", Pair(1, [2]))
add("typed_default", Pair(3))
shown = PairShown(1)
add("typed_shown", shown, text=custom(shown), custom_repr=True)

@dataclass
class Place:
    x: int
    y: object = 2
    hidden: int = field(default=5, repr=False)
    shared: typing.ClassVar[int] = 9
    seed: dataclasses.InitVar[int] = 3
    _private: int = 0

@dataclass
class Deep(Place):
    z: object = None
    y: object = 7

@dataclass(frozen=True)
class Frozen:
    a: int
    b: tuple = ()

@dataclass(repr=False)
class Bare:
    a: int

@dataclass(repr=False)
class Inherits(Place):
    late: int = 1

class Plain(Place):
    pass

@dataclass
class Own:
    a: int
    def __repr__(self):
        return "own"

@dataclass
class Nothing:
    pass

@dataclass
class Computed:
    a: int
    @property
    def a(self):
        return 4
    @a.setter
    def a(self, value):
        pass

@dataclass
class Slots:
    __slots__ = ("a", "b")
    a: int
    b: object

@dataclass
class Listed(list):
    a: int

class Outer:
    @dataclass
    class Inner:
        a: int

place = Place(1)
add("place", place)
place = Place(1)
place.y = [place]
add("place_cycle", place)
place = Place(1)
place.y = place
add("place_self", place)
add("place_nested", [Place(Place(1), {2: Place(3)})])
place = Place(1)
del place.y
add("place_default_of_class", place)
add("place_deep", Deep(1))
add("place_frozen", Frozen(1, (2,)))
bare = Bare(1)
add("place_bare", bare)
add("place_inherits", Inherits(1))
add("place_plain", Plain(1))
own = Own(1)
add("place_own", own, text=custom(own), custom_repr=True)
add("place_nothing", Nothing())
computed = Computed(1)
add("place_computed", computed, text=custom(computed), custom_repr=True)
add("place_slots", Slots(1, [2]))
add("place_listed", Listed(1))
add("place_inner", Outer.Inner(1))
add("place_made", dataclasses.make_dataclass("Made", ["u", "v"])(1, 2))
if sys.version_info >= (3, 10):
    @dataclass(slots=True, kw_only=True)
    class Tight:
        a: int
        b: object = None
    @dataclass(slots=True)
    class Tighter(Tight):
        c: int = 3
    add("place_tight", Tight(a=1))
    add("place_tighter", Tighter(a=1, b=[2]))
"""


def run(source):
    exec(textwrap.dedent(source), globals())


run(COUNTERS)
if NEW:
    run(ENUMS)
if sys.version_info >= (3, 7):
    run(DATACLASSES)
values.hold(found)
