"""One thread per shape of code, each hung inside it: what Python 3.6 and later can say."""

import contextlib

import truth

SHAPES = []


def shape(function):
    SHAPES.append(function)
    return function


def stop(value=None):
    truth.block()
    return value


def drive(awaitable):
    """Run a coroutine that never has to wait for anything but a lock."""
    try:
        awaitable.send(None)
    except StopIteration as end:
        return end.value


class Immediately:
    def __await__(self):
        return stop()
        yield


@shape
def yield_from():
    def innermost():
        yield stop()

    def middle():
        yield from innermost()

    def outer():
        yield from middle()

    return list(outer())


@shape
def yield_from_after_yields():
    def innermost():
        yield 1
        yield 2
        yield stop()

    def outer():
        yield 0
        result = yield from innermost()
        return result

    return list(outer())


@shape
def yield_from_list_iterator():
    class Items:
        def __iter__(self):
            return self

        def __next__(self):
            return stop()

    def outer():
        yield from Items()

    return next(outer())


@shape
def coroutine_chain():
    async def innermost():
        return stop()

    async def middle():
        return await innermost()

    async def outer():
        return (
            1,
            await middle(),
        )

    return drive(outer())


@shape
def coroutine_awaits_object():
    async def outer():
        return await Immediately()

    return drive(outer())


@shape
def asynchronous_generator():
    async def numbers():
        yield 1
        yield stop()

    async def outer():
        async for number in numbers():
            print(number, end="")

    return drive(outer())


@shape
def asynchronous_comprehension():
    async def numbers():
        yield stop()

    async def outer():
        return [number async for number in numbers()]

    return drive(outer())


@shape
def asynchronous_generator_expression():
    async def numbers():
        for n in range(2):
            yield n

    async def outer():
        return [n async for n in (stop(n) async for n in numbers())]

    return drive(outer())


@shape
def await_in_comprehension():
    async def value(n):
        return stop(n)

    async def outer():
        return [await value(n) for n in range(3)]

    return drive(outer())


@shape
def asynchronous_with():
    class Context:
        async def __aenter__(self):
            return stop()

        async def __aexit__(self, *error):
            return None

    async def outer():
        async with Context() as value:
            return value

    return drive(outer())


@shape
def asynchronous_with_exit():
    class Context:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *error):
            return stop()

    async def outer():
        async with Context():
            raise ValueError("leaving")

    return drive(outer())


@shape
def asynchronous_generator_closed():
    async def numbers():
        try:
            yield 1
        finally:
            stop()

    async def outer():
        running = numbers()
        await running.__anext__()
        await running.aclose()

    return drive(outer())


@shape
def context_manager():
    @contextlib.contextmanager
    def managed():
        yield 1
        stop()

    with managed() as one:
        return one


@shape
def context_manager_enter():
    @contextlib.contextmanager
    def managed():
        yield stop()

    with managed() as one, managed() as other:
        return one, other


@shape
def keyword_only_arguments():
    def take(first, *rest, key, other=2, **more):
        return stop(key)

    return take(1, 2, 3, key=4, more=5)


@shape
def formatted_string():
    return f"{1} {stop(2)!r:>{10}} {3}"


@shape
def formatted_string_over_lines():
    return f"""
    {1}
    {stop(
        2)}
    """


@shape
def annotated_variable():
    value: stop() = 1 if stop() else 2
    return value


@shape
def annotated_class():
    class Record:
        first: int = 1
        second: int = stop()

    return Record


@shape
def initialised_subclass():
    class Base:
        def __init_subclass__(cls, **kwargs):
            stop(kwargs)

    class Derived(Base, option=1):
        pass

    return Derived


@shape
def descriptor_named():
    class Named:
        def __set_name__(self, owner, name):
            stop(name)

    class Owner:
        attribute = Named()

    return Owner


@shape
def prepared_class():
    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases):
            return stop({})

    class Made(metaclass=Meta):
        pass

    return Made


@shape
def nonlocal_closure():
    count = 0

    def add():
        nonlocal count
        count += stop(1)

    add()
    return count


@shape
def unpacking():
    def values():
        yield 1
        yield stop()

    first, *rest = values()
    return first, rest


@shape
def matrix_product():
    class Matrix:
        def __matmul__(self, other):
            return stop(other)

    return Matrix() @ Matrix()


def main():
    for function in SHAPES:
        truth.spawn(function, name=function.__name__)
    truth.hang()


main()
