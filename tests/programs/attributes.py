"""Objects with attributes of all sorts, and what each of them has."""

import truth

LIMIT = 42
names = ["one", "two"]


class Plain(object):
    def __init__(self, **values):
        self.__dict__.update(values)


class Slots(object):
    __slots__ = ("a", "b", "__private")

    def __init__(self):
        self.a = 1
        self.__private = 2


class SlotsAndDict(Slots):
    def __init__(self):
        super(SlotsAndDict, self).__init__()
        self.more = [3]


class Items(list):
    pass


class Number(int):
    pass


class Text(str):
    pass


class Pair(tuple):
    pass


class Mapping(dict):
    pass


class Old:
    def __init__(self):
        self.old = 1


def with_attribute(value, **attributes):
    value.__dict__.update(attributes)
    return value


def reordered():
    value = Plain(a=1, b=2, c=3)
    del value.b
    value.b = 4
    return value


def many():
    return Plain(**dict(("name_%d" % i, i) for i in range(60)))


def odd_keys():
    value = Plain(a=1)
    value.__dict__[u"\xe9t\xe9" if bytes is str else "\xe9t\xe9"] = 2
    return value


def replaced():
    value = Plain(a=1)
    value.__dict__ = {"b": 2, "c": Plain(d=3)}
    return value


def materialised():
    value = Plain(x=1, y=2)
    value.__dict__
    return value


def describe(value, depth=4):
    """Attributes, and items that have some; None if there is nothing to open."""
    below = {"attributes": [], "items": []}
    for owner in reversed(type(value).__mro__):
        for name in slots_of(owner):
            if hasattr(value, name):
                below["attributes"].append(row(name, getattr(value, name), depth))
            else:
                below["attributes"].append({"name": name, "repr": None})
    for name, attribute in getattr(value, "__dict__", {}).items():
        below["attributes"].append(row(name, attribute, depth))
    below["items"] = items_of(value, "", depth)
    return below


def slots_of(owner):
    for name in owner.__dict__.get("__slots__", ()):
        yield "_%s%s" % (owner.__name__, name) if name.startswith("__") else name


def row(name, value, depth):
    told = {"name": truth.text(name), "repr": truth.text(repr(value))}
    if depth:
        told["below"] = describe(value, depth - 1)
    return told


def items_of(value, path, depth):
    if isinstance(value, dict):
        pairs = [(repr(key), item) for key, item in value.items()]
    elif isinstance(value, (list, tuple)):
        pairs = [(str(index), item) for index, item in enumerate(value)]
    else:
        return []
    found = []
    for key, item in pairs:
        here = "%s[%s]" % (path, key)
        if getattr(item, "__dict__", None) or any(list(slots_of(c)) for c in type(item).__mro__):
            found.append(row(here, item, depth))
        else:
            found += items_of(item, here, depth)
    return found


def main():
    values = [
        ("plain", Plain(x=1, text="two")),
        ("empty", Plain()),
        ("slots", Slots()),
        ("slots_and_dict", SlotsAndDict()),
        ("items", with_attribute(Items([1, 2]), extra="e")),
        ("number", with_attribute(Number(5), unit="m")),
        ("text", with_attribute(Text("abc"), language="x")),
        ("pair", with_attribute(Pair((1, 2)), left=1)),
        ("mapping", with_attribute(Mapping(a=1), extra=2)),
        ("error", with_attribute(ValueError("bad"), code=5)),
        ("reordered", reordered()),
        ("many", many()),
        ("replaced", replaced()),
        ("odd_keys", odd_keys()),
        ("materialised", materialised()),
        ("nested", Plain(one=Plain(two=Plain(three=Plain(four=4))))),
        ("container", [1, [Plain(x=1)], {"k": (Plain(y=2), 3)}]),
        ("in_attribute", Plain(pool=[Plain(host="h")], by_name={"a": {"b": Slots()}})),
        ("number_alone", 5),
    ]
    truth.notes["attributes"] = dict((name, describe(value)) for name, value in values)
    truth.notes["globals"] = {"LIMIT": "42", "names": "['one', 'two']"}
    space = {"hang": truth.hang}
    exec("def held(%s):\n    hang()\n" % ", ".join(name for name, _ in values), space)
    space["held"](*[value for _, value in values])


main()
