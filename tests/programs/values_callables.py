"""Functions, methods and descriptors, partials, and code."""

import functools
import operator
import sys

import values

THREE = sys.version_info >= (3,)


def plain():
    pass


def outer():
    def inner():
        pass

    return inner


def renamed():
    pass


class Store(object):
    def get(self, key):
        return key

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def fixed():
        pass

    @property
    def size(self):
        return 0

    class Inner(object):
        def method(self):
            pass


class Slotted(object):
    __slots__ = ("first", "second")


class Derived(Store):
    def get(self, key):
        self.above = super(Derived, self)
        return self.above


class Callable(object):
    def __call__(self):
        pass


class Named(Callable):
    """An object that tells a name of itself, but isn't a function."""

    def __init__(self, **names):
        self.__dict__.update(names)


class Recursive(list):
    def method(self):
        pass


class Partial(functools.partial):
    pass


class Outer(object):
    class Partial(functools.partial):
        pass


def method_of(function, self):
    """A bound method of anything that can be called."""
    return type(Store().get)(function, self) if THREE else type(Store().get)(function, self, Store)


rows = [
    ("function", plain),
    ("nested", outer()),
    ("anonymous", lambda: None),
    ("function_of_class", Store.__dict__["get"]),
    ("method", Store().get),
    ("method_of_class", Store.make),
    ("method_of_base", Derived().make),
    ("nested_method", Store.Inner().method),
    ("unbound", Store.get),
    ("unbound_base", Derived.make),
    ("static", Store.fixed),
    ("staticmethod_object", Store.__dict__["fixed"]),
    ("classmethod_object", Store.__dict__["make"]),
    ("staticmethod_nested", staticmethod(staticmethod(plain))),
    ("property_object", Store.__dict__["size"]),
    ("builtin", len),
    ("builtin_method", [1].append),
    ("builtin_of_dict", {}.get),
    ("builtin_of_class", dict.fromkeys),
    ("builtin_of_module", sys.exit),
    ("builtin_of_str", "x".join),
    ("builtin_of_subclass", Recursive().append),
    ("builtin_new", object.__new__),
    ("builtin_reduce", Store().__reduce__),
    ("method_descriptor", str.join),
    ("class_descriptor", dict.__dict__["fromkeys"]),
    ("slot_wrapper", object.__repr__),
    ("slot_wrapper_len", list.__len__),
    ("method_wrapper", [].__len__),
    ("method_wrapper_of_function", plain.__call__),
    ("getset", type(plain).__dict__["__code__" if THREE else "func_code"]),
    ("getset_of_class", Store.__dict__["__dict__"]),
    ("member", Slotted.__dict__["first"]),
    ("member_of_c", type(plain).__dict__["__doc__"]),
    ("code", plain.__code__),
    ("code_of_module", compile("1", "<no file>", "exec")),
    ("code_of_text", compile("\n\n\n1", "a\"b'\n.py", "eval")),
    ("super_object", Derived().get(1)),
    ("super_of_class", super(Store, Derived)),
    ("super_unbound", super(Store)),
    ("method_of_builtin", method_of(len, [1])),
    ("partial", functools.partial(plain)),
    ("partial_arguments", functools.partial(plain, 1, "two", [3])),
    ("partial_keywords", functools.partial(plain, first=1)),
    ("partial_both", functools.partial(plain, 1, None, last="x")),
    ("partial_of_partial", functools.partial(functools.partial(plain, 1), 2)),
    ("partial_subclass", Partial(plain, 1)),
    ("partial_nested_class", Outer.Partial(plain)),
    ("partial_of_method", functools.partial(Store().get, 1)),
    ("partial_many", functools.partial(plain, *range(300))),
    ("in_list", [plain, len, Store.fixed, [].append]),
    ("itemgetter", operator.itemgetter(1)),
    ("itemgetter_some", operator.itemgetter(1, "a")),
]

cycle = Recursive()
cycle.append(cycle.method)
rows += [("cycle_method", cycle.method), ("cycle", cycle)]

partial = functools.partial(plain)
inside = []
partial = functools.partial(plain, inside)
inside.append(partial)
rows += [("cycle_partial", partial), ("cycle_partial_list", inside)]

if THREE:
    cached = functools.lru_cache()(plain)
    plain.note = 1
    renamed.__qualname__ = "a b\nc\x1b[31m\u2028.\ud800"
    renamed.__name__ = "other"
    rows += [
        ("lru_cache", cached),
        ("method_of_lru_cache", method_of(cached, 1)),
        ("hostile", renamed),
        ("method_hostile", method_of(renamed, 1)),
        ("method_of_class_object", method_of(Store, 1)),
        ("method_of_method", method_of(Store().get, 2)),
        ("method_of_append", method_of([].append, 2)),
        ("method_of_partial", method_of(functools.partial(plain), 3)),
        ("method_of_callable", method_of(Callable(), 3)),
        ("method_of_named", method_of(Named(__qualname__="q", __name__="n"), 3)),
        ("method_of_name", method_of(Named(__name__="n"), 3)),
        ("method_of_number", method_of(Named(__qualname__=5, __name__="n"), 3)),
        ("static_of_c", str.maketrans),
        ("wrapped_method", Store.__init__),
    ]
    long_name = Named()
    renamed_long = outer()
    renamed_long.__qualname__ = "x" * 3000
    rows.append(("long_name", renamed_long))
else:
    renamed.__name__ = "a b\nc\x1b[31m"
    rows.append(("hostile", renamed))
    rows.append(("method_hostile", method_of(renamed, 1)))
    exec("def %s(): pass\nlong_named = %s" % ("n" * 150, "n" * 150))
    rows.append(("long_code", long_named.__code__))  # noqa: F821
    exec(compile("def f(): pass", "/" + "p" * 400, "exec"))
    rows.append(("long_file", f.__code__))  # noqa: F821
    rows.append(("unbound_of_none", type(Store().get)(plain, None, Store)))

deep = plain
for _ in range(50):
    deep = functools.partial(deep)
rows.append(("partial_deep", deep))
of_method = Store().get
for _ in range(30):
    of_method = method_of(plain, of_method)
rows.append(("method_deep", of_method))

if hasattr(functools, "Placeholder"):
    rows.append(("placeholder", functools.partial(plain, functools.Placeholder, 1)))

values.hold(rows)
