"""One thread per syntax that some later version brought, each hung inside it.

The sources are strings, because older versions can't read them; those that this one can't are left out.
"""

import sys
import textwrap

import truth

SOURCES = {
    "assignment_expression": (
        (3, 8),
        """
        def run():
            if (value := stop(1)) and (other := 2):
                return value, other
        """,
    ),
    "positional_only": (
        (3, 8),
        """
        def run():
            def take(a, b, /, c, *, d):
                return stop(a)
            return take(1, 2, c=3, d=4)
        """,
    ),
    "decorator_expression": (
        (3, 9),
        """
        def run():
            @(lambda function: [stop(function)][0])
            def work():
                pass
        """,
    ),
    "parenthesised_with": (
        (3, 10),
        """
        def run():
            class Context:
                def __enter__(self):
                    return stop()
                def __exit__(self, *error):
                    pass
            with (
                Context() as first,
                Context() as second,
            ):
                return first, second
        """,
    ),
    "match_guard": (
        (3, 10),
        """
        def run():
            match [1, {"key": 2}]:
                case [1, {"key": 3}]:
                    return 3
                case [1, {"key": two}] if stop(two):
                    return two
        """,
    ),
    "match_class": (
        (3, 10),
        """
        def run():
            class Point:
                __match_args__ = ("x",)
                @property
                def x(self):
                    return stop(1)
            match Point():
                case Point(2):
                    return 2
        """,
    ),
    "exception_group": (
        (3, 11),
        """
        def run():
            try:
                raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
            except* ValueError as errors:
                stop(errors)
        """,
    ),
    "type_parameters": (
        (3, 12),
        """
        def run():
            def take[T: int](value: T = stop()) -> T:
                return value
            class Box[T]:
                def get(self):
                    return stop()
            return Box[int]().get()
        """,
    ),
    "type_alias": (
        (3, 12),
        """
        def run():
            type Alias[T] = list[stop(T)]
            return Alias.__value__
        """,
    ),
    "nested_formatted_string": (
        (3, 12),
        """
        def run():
            return f"{f"{[stop(n) for n in range(3)]}"}"
        """,
    ),
    "type_parameter_default": (
        (3, 13),
        """
        def run():
            class Box[T = stop()]:
                pass
            return Box.__type_params__[0].__default__
        """,
    ),
    "deferred_annotation": (
        (3, 14),
        """
        def run():
            def work(value: stop()):
                return value
            return work.__annotations__
        """,
    ),
    "template_string": (
        (3, 14),
        '''
        def run():
            return t"before {stop(1)} after"
        ''',
    ),
    "except_without_parentheses": (
        (3, 14),
        """
        def run():
            try:
                raise ValueError("caught")
            except TypeError, ValueError:
                stop()
        """,
    ),
}


def stop(value=None):
    truth.block()
    return value


def main():
    for name, (since, source) in sorted(SOURCES.items()):
        if sys.version_info >= since:
            namespace = {"stop": stop, "__name__": name}
            exec(compile(textwrap.dedent(source), "<%s>" % name, "exec"), namespace)
            truth.spawn(namespace["run"], name=name)
    truth.hang()


main()
