"""list, tuple, dict, set and what is made of them in C, with cycles."""

import array
import collections
import sys
import types
import warnings

import values

NEW = sys.version_info[0] >= 3


class Plain(object):
    pass


class List(list):
    pass


class Tuple(tuple):
    pass


class Dict(dict):
    pass


class Set(set):
    pass


class Frozen(frozenset):
    pass


class Deque(collections.deque):
    pass


class Default(collections.defaultdict):
    def make(self):
        return 1


class Hashable(list):
    __hash__ = object.__hash__


class Slotted(dict):
    __slots__ = ("extra",)


class Shouting(list):
    def __repr__(self):
        return "LIST!"


class Quiet(list):
    __repr__ = object.__repr__


def custom(value):
    return "<%s.%s at 0x%x>" % (type(value).__module__, type(value).__name__, id(value))


def within(container, add):
    """A container that is in itself."""
    add(container)
    return container


def holes(count, left):
    """A dict of which little is left."""
    whole = dict.fromkeys(range(count))
    for i in range(count):
        if i % (count // left):
            del whole[i]
    return whole


def dug(count, left):
    """The same of a set."""
    whole = set(range(count))
    for i in range(count):
        if i % (count // left):
            whole.discard(i)
    return whole


def nested(depth):
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


class Order(object):
    """Attributes that are set in another order than those of the first instance."""

    def __init__(self, names):
        for name in names:
            setattr(self, name, 1)


def lists():
    small = [1]
    yield "list_empty", []
    yield "list_one", [1]
    yield "list_many", list(range(300))
    yield "list_nested", [[], [[]], [1, [2, [3]]]]
    yield "list_twice", [small, small]
    yield "list_cycle", within([1], lambda x: x.append(x))
    yield "list_long_cycle", within([], lambda x: x.append((1, {"a": [x]})))
    yield "list_deep", nested(50)
    yield "list_sub", List([1])
    yield "list_slots", [None, True, False, -5]
    yield "list_of_strings", ["a", "bc"]
    yield "list_custom", Shouting([1]), {"text": custom, "custom_repr": True}
    yield "list_in_custom", [Shouting([1])], {"text": lambda x: "[%s]" % custom(x[0]), "custom_repr": True}
    yield "list_object_repr", Quiet([1])
    yield "tuple_empty", ()
    yield "tuple_one", (1,)
    yield "tuple_two", (1, 2)
    yield "tuple_nested", ((), ((),), (1, (2,)))
    yield "tuple_sub", Tuple([1])
    yield "tuple_sub_empty", Tuple()
    yield "tuple_in_itself", within([], lambda x: x.append((x,)))[0]


def dicts():
    order = [Order("ab"), Order("ba"), Order("cab")]
    resized = dict.fromkeys(range(1000))
    for i in range(990):
        resized.pop(i)
    resized[5] = 6
    mixed = {1: 2, "a": 3, None: 4, (1, 2): 5, True: 6, frozenset(): 7}
    yield "dict_empty", {}
    yield "dict_one", {1: 2}
    yield "dict_text_keys", dict.fromkeys("zyxabc", 1)
    yield "dict_many", dict.fromkeys(range(500))
    yield "dict_mixed", mixed
    yield "dict_nested", {1: {2: {3: {}}}, 4: [{5: 6}]}
    yield "dict_deleted", holes(100, 10)
    yield "dict_sparse", holes(5000, 2)
    yield "dict_resized", resized
    yield "dict_cleared", within(dict.fromkeys(range(50)), dict.clear)
    yield "dict_cycle", within({}, lambda x: x.update({1: x}))
    yield "dict_list_cycle", within({}, lambda x: x.update({1: [x, (x,)]}))
    yield "dict_sub", Dict(a=1)
    yield "dict_slotted", Slotted(a=1)
    yield "dict_shared_first", vars(order[0])
    yield "dict_shared_reversed", vars(order[1])
    yield "dict_shared_third", vars(order[2])
    yield "dict_empty_vars", vars(Plain())
    deleted = Order("abcd")
    del deleted.b
    deleted.e = 1
    deleted.b = 2
    yield "dict_shared_deleted", vars(deleted)
    other = Order("xyz")
    del other.x
    yield "dict_shared_less", vars(other)


def sets():
    outer = Hashable()
    inner = frozenset([outer])
    outer.append(inner)
    yield "set_empty", set()
    yield "set_one", set([1])
    yield "set_many", set(range(0, 3000, 7))
    yield "set_of_strings", set(["a", "b", "c", "<dummy key>"])
    yield "set_mixed", set([1, "a", None, (1, 2), frozenset([3])])
    yield "set_deleted", dug(100, 10)
    yield "set_sparse", dug(5000, 2)
    yield "set_popped", within(set(range(20)), set.pop)
    yield "set_sub", Set([1])
    yield "set_sub_empty", Set()
    yield "frozenset_empty", frozenset()
    yield "frozenset_one", frozenset([1])
    yield "frozenset_sub", Frozen([1, 2])
    yield "frozenset_sub_empty", Frozen()
    yield "frozenset_cycle", inner
    strings = set("abcdefgh")
    strings.discard("c")
    strings.discard("d")
    yield "set_strings_deleted", strings


def typecodes():
    return getattr(array, "typecodes", "cbBuhHiIlLfd")


def sequences():
    rotated = collections.deque(range(300))
    rotated.rotate(77)
    for _ in range(100):
        rotated.popleft()
    yield "deque_empty", collections.deque()
    yield "deque_one", collections.deque([1])
    yield "deque_many", rotated
    yield "deque_maxlen", collections.deque(range(10), 3)
    yield "deque_maxlen_empty", collections.deque([], 0)
    yield "deque_left", within(collections.deque(), lambda x: x.extendleft(range(200)))
    yield "deque_cycle", within(collections.deque([1], 5), lambda x: x.append(x))
    yield "deque_sub", Deque([1])
    yield "deque_sub_maxlen", Deque([1], 9)
    for code in "bBhHiIlL" + ("qQ" if NEW else ""):
        signed = code.islower()
        yield "array_%s_%s" % (code.lower(), signed), array.array(code, [0, 1, 120, -7 if signed else 255])
        yield "array_%s_%s_empty" % (code.lower(), signed), array.array(code)
    yield "array_large", array.array("l", [2**63 - 1, -(2**63)])
    yield "array_large_unsigned", array.array("L", [2**64 - 1])
    yield "array_many", array.array("h", range(400))
    reals = [0.1, -0.0, 1.5, 1e22, 1e-7, float("inf"), float("-inf"), float("nan"), 65504.0]
    for code in sorted(set("efd").intersection(typecodes())):
        large = code == "e"
        yield "array_real_" + code, array.array(code, [x for x in reals if not large or abs(x) != 1e22])
        yield "array_real_%s_empty" % code, array.array(code)
    yield "array_real_many", array.array("d", [i / 7.0 for i in range(100)])
    yield "array_real_small", array.array("f", [2.0**-149, 2.0**-126, 3.4028234663852886e38])
    for code in sorted(set(["Zf", "Zd"]).intersection(typecodes())):
        yield "array_" + code, array.array(code, [0.1, 1 + 2j, -0.0 - 1j, complex("nan")])
        yield "array_%s_empty" % code, array.array(code)
    # From 3.13 on Python complains of "u".
    warnings.simplefilter("ignore")
    for code in sorted(set("uw").intersection(typecodes())):
        for i, text in enumerate([u"", u"a", u"it's", u"caf\xe9 \u4e2d\n\0", u"\U0001f600", u"long" * 200]):
            yield "array_text_%s_%d" % (code, i), array.array(code, text)
    if not NEW:
        yield "array_characters", array.array("c", "it's\xe9\n")
        yield "array_characters_empty", array.array("c")


def mappings():
    ordered = collections.OrderedDict([(3, 1), ("a", 2), (1, 3), (None, 4), ((1, 2), 5)])
    deleted = collections.OrderedDict((i, i) for i in range(300))
    for i in range(0, 300, 3):
        del deleted[i]
    deleted[0] = 0

    class Ordered(collections.OrderedDict):
        pass

    class Backwards(collections.OrderedDict):
        def items(self):
            return list(collections.OrderedDict.items(self))[::-1]

        def __iter__(self):
            return reversed(list(collections.OrderedDict.__iter__(self)))

    yield "ordered_empty", collections.OrderedDict()
    yield "ordered", ordered
    yield "ordered_deleted", deleted
    yield "ordered_cycle", within(collections.OrderedDict(a=1), lambda x: x.update(b=[x]))
    yield "ordered_sub", Ordered(a=1)
    yield "ordered_sub_empty", Ordered()
    backwards = Backwards()
    backwards["a"] = 1
    backwards["b"] = 2
    name = "%s.%s" % (__name__, getattr(Backwards, "__qualname__", "Backwards"))
    yield "ordered_backwards", backwards, {"text": "<%s at 0x%x>" % (name, id(backwards)), "custom_repr": True}
    yield "default_none", collections.defaultdict(None, {1: 2})
    yield "default_empty", collections.defaultdict()
    cyclic = collections.defaultdict(None)
    cyclic[1] = cyclic
    yield "default_cycle", cyclic
    yield "default_nested", collections.defaultdict(None, {1: collections.defaultdict(None, {2: 3})})
    yield "default_sub", Default(None, {1: 2})
    if NEW:
        for name, kind in (("keys", dict.keys), ("values", dict.values), ("items", dict.items)):
            yield "view_" + name, kind({1: 2, 3: 4})
            yield "view_%s_empty" % name, kind({})
            yield "view_%s_ordered" % name, kind(ordered)
            yield "odict_view_" + name, getattr(ordered, name)()
            yield "view_%s_sub" % name, kind(Dict(a=1))
        moved = collections.OrderedDict((i, str(i)) for i in range(100))
        for i in range(40):
            moved.move_to_end(i, last=i % 2)
        yield "ordered_moved", moved
        yield "odict_moved_keys", moved.keys()
        yield "odict_moved_items", moved.items()
        texts = collections.OrderedDict.fromkeys("hello world")
        texts.move_to_end("w", last=False)
        yield "ordered_texts", texts
        yield "proxy", types.MappingProxyType({1: 2})
        yield "proxy_ordered", types.MappingProxyType(moved)
        yield "proxy_twice", types.MappingProxyType(types.MappingProxyType({}))
        yield "proxy_cycle", within({}, lambda x: x.update({1: types.MappingProxyType(x)}))
    else:
        yield "view_keys", {1: 2, 3: 4}.viewkeys()
        yield "view_values", {1: 2, 3: 4}.viewvalues()
        yield "view_items", {1: 2, 3: 4}.viewitems()
        yield "view_items_empty", {}.viewitems()
    cycle = {}
    cycle[1] = cycle.values() if NEW else cycle.viewvalues()
    yield "view_cycle", cycle[1]
    yield "view_dict_cycle", cycle
    if NEW:
        for row in namespaces():
            yield row


def namespaces():
    class Space(types.SimpleNamespace):
        pass

    odd = types.SimpleNamespace(z=1)
    vars(odd)[""] = 2
    yield "namespace_empty", types.SimpleNamespace()
    yield "namespace", types.SimpleNamespace(z=1, b=[2], a=types.SimpleNamespace(c=3))
    yield "namespace_cycle", within(types.SimpleNamespace(z=1), lambda x: setattr(x, "me", x))
    yield "namespace_sub", Space(z=1, b=2)
    yield "namespace_sub_cycle", within(Space(z=1), lambda x: setattr(x, "me", x))
    yield "namespace_empty_name", odd
    hostile = types.SimpleNamespace()
    for name in ("a b", "new\nline", "\x1b[31m", "\u202e", "\xe9", "\U0001f600", "if", "1"):
        vars(hostile)[name] = None
    yield "namespace_hostile", hostile


def contexts():
    if sys.version_info < (3, 7):
        return
    import contextvars

    plain, other = contextvars.ContextVar("plain"), contextvars.ContextVar("other", default=[1])
    token = plain.set(1)
    yield "context", plain
    yield "context_default", other
    yield "context_token", token
    yield "context_token_used", within(plain.set(2), plain.reset)


def unready():
    """Nobody has used the types of these, which 2.7 makes ready only then."""
    yield "descriptors", [str.join, list.append, object().__init__, (5).__add__]


def rows():
    for family in (contexts, unready, lists, dicts, sets, sequences, mappings):
        for row in family():
            more = dict(row[2]) if len(row) > 2 else {}
            if callable(more.get("text")):
                more["text"] = more["text"](row[1])
            yield (row[0], row[1], more)


values.hold(list(rows()))
