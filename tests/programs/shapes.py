# -*- coding: utf-8 -*-
"""One thread per shape of code, each hung inside it: what every Python from 2.7 can say."""

import functools
import itertools
import operator
import weakref

import truth

SHAPES = []


def shape(function):
    SHAPES.append(function)
    return function


def stop(value=None):
    truth.block()
    return value


@shape
def generator():
    def numbers():
        yield 1
        yield stop()

    for _ in numbers():
        pass


@shape
def generator_chain():
    def source():
        yield stop()

    def double(values):
        for value in values:
            yield value * 2

    return sum(double(value for value in double(source())))


@shape
def generator_sent_to():
    def receiver():
        while True:
            value = yield
            stop(value)

    waiting = receiver()
    next(waiting)
    waiting.send(1)


@shape
def generator_thrown_into():
    def catcher():
        try:
            yield
        except ValueError:
            stop()

    waiting = catcher()
    next(waiting)
    waiting.throw(ValueError("thrown"))


@shape
def generator_closed():
    def closing():
        try:
            yield
        finally:
            stop()

    waiting = closing()
    next(waiting)
    waiting.close()


@shape
def generator_expression():
    return list(stop(n) for n in range(3) if n)


@shape
def nested_generator_expression():
    return list(list(stop(m) for m in range(n)) for n in range(1, 3))


@shape
def list_comprehension():
    return [stop(n) for n in range(3)]


@shape
def list_comprehension_over_lines():
    return [
        stop(
            n,
        )
        for n in range(3)
        if n
    ]


@shape
def set_comprehension():
    return {stop(n) for n in range(3)}


@shape
def dict_comprehension():
    return {n: stop(n) for n in range(3)}


@shape
def nested_comprehension():
    return [{m: {stop(k) for k in range(m)} for m in range(1, n)} for n in range(2, 4)]


@shape
def comprehension_in_class_body():
    class Table(object):
        rows = [stop(n) for n in range(3)]

    return Table


@shape
def comprehension_in_lambda():
    return (lambda count: [stop(n) for n in range(count)])(3)


@shape
def comprehension_with_closure():
    return [(lambda: stop(n))() for n in range(3)]


@shape
def class_body():
    class Outer(object):
        before = 1

        class Inner(object):
            attribute = stop()

    return Outer


@shape
def method():
    class Store(object):
        def put(self, item):
            return self._put(item)

        @staticmethod
        def _put(item):
            stop(item)

    Store().put(1)


@shape
def class_method_and_property():
    class Store(object):
        @classmethod
        def open(cls):
            return cls().content

        @property
        def content(self):
            return stop()

    return Store.open()


@shape
def special_methods():
    class Value(object):
        def __add__(self, other):
            return self[other]

        def __getitem__(self, key):
            return key in self

        def __contains__(self, key):
            with self:
                pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return stop()

    return Value() + 1


@shape
def constructor():
    class Made(object):
        def __new__(cls):
            return super(Made, cls).__new__(cls)

        def __init__(self):
            stop()

    return Made()


@shape
def metaclass():
    class Meta(type):
        def __new__(mcs, name, bases, namespace):
            return stop(super(Meta, mcs).__new__(mcs, name, bases, namespace))

    return Meta("Made", (object,), {})


@shape
def lambdas():
    call = lambda f: f()  # noqa: E731
    return call(lambda: call(lambda: stop()))


@shape
def decorated():
    def twice(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs), function(*args, **kwargs)

        return wrapper

    @twice
    @twice
    def work(value=1):
        return stop(value)

    return work(value=2)


@shape
def in_a_decorator():
    def blocking(function):
        stop()
        return function

    @blocking
    def work():
        pass

    return work


@shape
def closures():
    total = []

    def add(n):
        def inner():
            total.append(n)
            return stop(total)

        return inner

    return add(1)()


@shape
def default_argument():
    def work(value=stop()):
        return value

    return work


@shape
def partials():
    return functools.partial(functools.partial(stop, 1))()


@shape
def calls_over_lines():
    def take(*args, **kwargs):
        return args, kwargs

    return take(
        1,
        take(2, 3),
        stop(
            take(
                4,
            )
        ),
        last=take(
            5
        ),
    )


@shape
def calls_of_calls():
    def outer():
        return inner

    def inner(value):
        return stop(value)

    return (outer)(
    )(
        1
    )


@shape
def chained_methods():
    class Chain(object):
        def step(self):
            return self

        def last(self):
            return stop(self)

    return (
        Chain()
        .step()
        .step()
        .last()
    )


@shape
def operators_over_lines():
    class Value(object):
        def __add__(self, other):
            return stop(other)

    return (
        Value()
        +
        1
    )


@shape
def text_before_the_call():
    return ["ä", "中文", "😀", stop("é"), "ü"]


@shape
def several_on_a_line():
    a = 1; b = stop(a); return b  # noqa: E702


@shape
def backward_in_a_loop():
    count = 0
    while stop_at_second(count):
        count += 1
        count += 0


def stop_at_second(count):
    if count == 1:
        stop()
    return True


@shape
def in_finally():
    try:
        try:
            raise ValueError("first")
        finally:
            stop()
    except ValueError:
        pass


@shape
def in_except():
    try:
        {}["missing"]
    except KeyError:
        try:
            raise ValueError("while handling")
        except ValueError as error:
            stop(error)


@shape
def in_conditions():
    return 1 if not [] and (stop() or 2) else 3


@shape
def in_subscripts():
    table = {None: {}}
    table[None][
        stop()
    ] = 1


@shape
def in_assert():
    assert stop(), "never reached"


@shape
def in_format():
    class Shown(object):
        def __repr__(self):
            return stop("shown")

    return "%r" % Shown()


@shape
def in_executed_string():
    exec("def made():\n    return stop()\n\nmade()", {"stop": stop})


@shape
def in_executed_string_in_a_package():
    exec("stop()", {"stop": stop, "__name__": "package.module"})


@shape
def in_executed_string_without_name():
    exec("stop()", {"stop": stop, "__builtins__": __builtins__})


@shape
def in_evaluated_string():
    return eval("1 +\\\nstop(2)")


@shape
def sorted_key():
    return sorted([3, 1, 2], key=lambda n: stop(n))


@shape
def reduced():
    return functools.reduce(lambda a, b: stop(a + b), range(3))


@shape
def mapped_over_generator():
    return list(map(stop, (n for n in range(3))))


@shape
def iterator_tools():
    return list(itertools.chain.from_iterable(itertools.starmap(lambda a, b: [stop(a)], [(1, 2)])))


@shape
def attribute_getter():
    class Slow(object):
        @property
        def value(self):
            return stop()

    return operator.attrgetter("value")(Slow())


@shape
def finaliser():
    class Dying(object):
        def __del__(self):
            stop()

    dying = Dying()
    del dying


@shape
def weak_reference_callback():
    class Dying(object):
        pass

    dying = Dying()
    kept = weakref.ref(dying, lambda reference: stop(reference))
    del dying
    return kept


@shape
def comparison_in_c():
    class Key(object):
        def __init__(self, n):
            self.n = n

        def __lt__(self, other):
            return stop(self.n < other.n)

        def __hash__(self):
            return 1

        def __eq__(self, other):
            return stop(False)

    keys = {Key(1): 1}
    return keys.get(Key(2))


@shape
def deep_c_and_python():
    def visit(left):
        if not left:
            return stop()
        return functools.reduce(lambda a, b: visit(left - 1), [1, 2])

    return visit(5)


@shape
def many_locals():
    namespace = {"stop": stop}
    lines = ["v%d = %d" % (n, n) for n in range(300)]
    exec("def many():\n    %s\n    return stop(v299)\n" % "\n    ".join(lines), namespace)
    return namespace["many"]()


@shape
def many_arguments():
    def take(*args, **kwargs):
        return stop(len(args))

    return take(*range(500), **dict(("k%d" % n, n) for n in range(300)))


def main():
    for function in SHAPES:
        truth.spawn(function, name=function.__name__)
    truth.hang()


main()
