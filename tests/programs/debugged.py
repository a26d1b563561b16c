"""A process at whose frames somebody looks with a debugger; it tells what repr() gives of their variables."""

import truth

ANSWER = 42


class Box(object):
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def note(name, variables):
    """Of what repr() shows without an address."""
    truth.notes["variables"][name] = sorted((key, repr(value)) for key, value in variables.items() if not isinstance(value, Box) and not callable(value))


def innermost(number, text="it's\t\033[31m", *rest, **more):
    items = [number, {"a key": (1, 2.5), "--option": None}]
    box = Box(items=items)
    unbound = 1
    del unbound
    note("innermost", locals())
    truth.hang()
    return box


def middle(depth):
    if depth:
        return middle(depth - 1)
    return innermost(7, *("rest",) * 1, more=[True, None])


def outer():
    captured = "captured"

    def inner(argument):
        result = len(captured) and middle(argument)
        return result

    return inner(2)


def work(name):
    own = name * 2
    note(name, {"name": name, "own": own})
    return truth.block()


def main():
    truth.notes["variables"] = {}
    truth.spawn(work, "worker", name="worker")
    outer()


main()
