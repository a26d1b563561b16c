"""A frame with things that expressions can lead to; what each expression gives is told as Python gives it."""

import collections
import os.path

import truth


class Base(object):
    inherited = ["from the base"]

    def method(self):
        return 1


class Conn(Base):
    __slots__ = ("host", "port", "unset")
    count = 7
    length = len

    def __init__(self, host, port):
        self.host = host
        self.port = port
        self.extra = {"a": [1, (2, "three")], 5: "five", b"raw": "bytes", None: "none", True: "true", "a b": 1}

    @property
    def computed(self):
        raise SystemExit("a property was run")

    @staticmethod
    def static():
        pass

    @classmethod
    def maker(cls):
        pass


class Dynamic(object):
    present = 1

    def __getattr__(self, name):
        raise SystemExit("__getattr__ was run")


class Indexed(list):
    def __getitem__(self, index):
        raise SystemExit("__getitem__ was run")

    def __len__(self):
        raise SystemExit("__len__ was run")


class Plain(dict):
    pass


class Named(set):
    """Its length is that of a set, whatever it says of itself."""

    def __repr__(self):
        return object.__repr__(self).replace(" object", "")


class Shadowing(object):
    """An attribute of the instance comes before a function of the class, but not before a property."""

    def name(self):
        pass


RIGHT = [
    "pool", "pool[0].host", "pool[-1].port", "pool[1].extra['a'][1][1]", "pool[0].extra[5]", 'pool[0].extra["a b"]',
    "pool[0].extra[b'raw']", "pool[0].extra[None]", "len(pool)", "len(text)", "text[0]", "text[-2]", "raw[1]",
    "table['k\\u00e9y'].port", "plain['x']", "len(plain)", "pool[0].inherited[0]", "pool[0].count", "Conn.count",
    "pool[0].__class__.__name__", "type(pool[0]).__name__", "os.path.sep", "os.path.__name__", "CONSTANT", "shadow.name",
    "free", "( pool ) [ 0 ] . host", "pool[index].host", "table[key].host", "error.args[0]", "error.args",
    "pair[1]", "dynamic.present", "id(pool)", "len(vars(dynamic))", "len(table)", "len(group)", "(-5)", "0x1f", "'text'",
    "pool[0]", "vars(shadow)", "vars(pool[0])['extra'][5]", "vars(os.path)['sep']", "None", "True",
    "len(os.path.sep)", "pool[False].host", "len(queue)", "Conn.__mro__[1].inherited",
    "type(number)", "type(pool[0])", "type(text)", "type(pool)", "type(Conn)", "len", "pool[0].method", "pool[0].static",
    "pool[0].maker", "Conn.static", "Conn.maker", "error", "text", "raw", "unicode_text", "unicode_text[0]", "unicode_text[-1]",
    "len(unicode_text)", "b'it\\'s'", '"it\'s"', "queue[0]", "queue[-1]", "long_queue[0]", "long_queue[200]", "long_queue[-1]",
    "named_group", "len(named_group)", "len(long_queue)", "sized", "len(sized)", "pool[0].length", "number", "pair",
]

# What is to be told of each instead of a value.
WRONG = {
    "missing": "no variable", "pool[5]": "there is no item 5, it has 2", "pool['x']": "found by an integer",
    "table['nope']": "there is no key", "pool[0].nope": "no attribute nope", "pool[0].unset": "no value",
    "pool[0].computed": "the property computed of __main__.Conn would have to run", "dynamic.x": "__getattr__",
    "indexed[0]": "__getitem__", "len(indexed)": "__len__", "number[0]": "can't be had by reading alone",
    "len(number)": "can't be had by reading alone", "late": "no value", "missing_dict['q']": "would make for it",
    "os.path.nope": "no attribute nope", "Conn.nope": "no attribute nope", "queue[2]": "there is no item 2, it has 2",
    "queue['x']": "found by an integer",
}

# What isn't an expression.
BAD = ["", "pool[", "pool[0", "pool.", "pool +", "pool()", "print(pool)", "1.5.x", "'open", "pool[0]]", "a b", "\u00e9[", "." * 100,
       "(" * 1000, "9" * 30]

CONSTANT = {"constant": (1,)}


def outer():
    free = ["free"]

    def innermost(pool, table, plain, index, key):
        text = "caf\xe9s"
        raw = b"bytes"
        number = 5
        pair = (1, 2)
        dynamic = Dynamic()
        indexed = Indexed([1])
        shadow = Shadowing()
        shadow.name = "mine"
        error = KeyError("gone", 2)
        group = frozenset([1, 2, 3])
        queue = collections.deque([1, 2])
        long_queue = collections.deque(range(300))
        long_queue.rotate(50)
        named_group = Named([1, 2])
        sized = bytearray(b"12345")
        unicode_text = u"\xe9\u4e2d\U0001f600z"
        missing_dict = collections.defaultdict(list)
        if not free:
            late = 1
        space = dict(globals(), **locals())
        truth.notes["right"] = [(e, truth.text(repr(eval(e, space)))) for e in expressions()]
        truth.notes["wrong"] = WRONG
        truth.notes["bad"] = [truth.text(word) for word in BAD]
        truth.hang()
        return late, raw, text, number, pair, dynamic, indexed, group, queue, missing_dict, error, long_queue, named_group, sized, unicode_text

    conns = [Conn("one", 1), Conn("two", 2)]
    innermost(conns, {"k\xe9y": conns[0], "plain": conns[1]}, Plain(x=3), 1, "plain")


def expressions():
    """2.7 has no names that are unicode."""
    return [e for e in RIGHT if bytes is not str or "u00e9" not in e]


outer()
