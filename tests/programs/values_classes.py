"""Classes, plain instances of all kinds of classes, and modules."""

import abc
import collections
import os
import sys
import tempfile
import threading
import types
import warnings

import values

# Of module_repr(), on standard error.
warnings.simplefilter("ignore")

THREE = sys.version_info >= (3,)


class Store(object):
    class Inner(object):
        class Innermost(object):
            pass


class Meta(type):
    pass


class MetaWithRepr(type):
    def __repr__(cls):
        return "<a class>"


class ABCMetaLike(abc.ABCMeta):
    pass


Made = Meta("Made", (), {})
MadeWithRepr = MetaWithRepr("MadeWithRepr", (), {})
Abstract = ABCMetaLike("Abstract", (), {})


class WithRepr(object):
    def __repr__(self):
        return "WithRepr()"


class Inherits(WithRepr):
    pass


class Again(WithRepr):
    """Has the __repr__ of object again."""

    __repr__ = object.__repr__


class PlainList(list):
    __repr__ = object.__repr__


class PlainInt(int):
    __repr__ = object.__repr__


class SubList(list):
    pass


class Both(Store, SubList):
    """object.__repr__ comes last."""


class OfMixin(WithRepr, list):
    pass


class Attribute(object):
    def __init__(self):
        self.__repr__ = lambda: "no"


# A class is told its module by the globals of whoever makes it.
NoModule = eval("type('NoModule', (), {})", {})
NoModule.Inner = eval("type('Inner', (), {'__qualname__': 'NoModule.Inner'})", {})


class NumberModule(object):
    __module__ = 5


class OddModule(object):
    __module__ = "a.b\nc"


class Hostile(object):
    pass


class Slotted(object):
    __slots__ = ("a",)


class ClassItself(type):
    __repr__ = type.__repr__


def opaque(name, value, shown=None):
    """What stands for an object with a __repr__ in Python."""
    kind = type(value)
    shown = shown or "%s.%s" % (kind.__module__, getattr(kind, "__qualname__", kind.__name__))
    return (name, value, {"text": "<%s at 0x%x>" % (shown, id(value)), "custom_repr": True})


Hostile.__name__ = "a b\n.c"
if THREE:
    Hostile.__qualname__ = "x\x1b[1m.\u202e"

rows = [
    ("class_of_builtins", int),
    ("class_object", object),
    ("class_type", type),
    ("class_in_python", Store),
    ("class_nested", Store.Inner),
    ("class_nested_more", Store.Inner.Innermost),
    ("class_of_metaclass", Made),
    ("metaclass", Meta),
    ("class_abstract", Abstract),
    ("class_of_collections", collections.deque),
    ("class_of_python_library", collections.Counter),
    ("class_no_module", NoModule),
    ("class_no_module_inner", NoModule.Inner),
    ("class_number_module", NumberModule),
    ("class_odd_module", OddModule),
    ("class_hostile", Hostile),
    ("class_of_function", type(opaque)),
    ("class_of_module", type(sys)),
    ("class_of_none", type(None)),
    ("class_exception", ValueError),
    ("class_dots", type("a.b.c", (), {})),
    ("class_itself", ClassItself("Itself", (), {})),
    ("classes", [int, Store, NoModule]),
    opaque("class_with_repr", MadeWithRepr),
    ("plain", Store()),
    ("plain_nested", Store.Inner.Innermost()),
    ("plain_object", object()),
    ("plain_of_metaclass", Made()),
    ("plain_of_class_with_repr", MadeWithRepr()),
    ("plain_no_module", NoModule()),
    ("plain_no_module_inner", NoModule.Inner()),
    ("plain_number_module", NumberModule()),
    ("plain_odd_module", OddModule()),
    ("plain_hostile", Hostile()),
    ("plain_again", Again()),
    ("plain_list", PlainList([1])),
    ("plain_int", PlainInt(1)),
    ("plain_attribute", Attribute()),
    ("plain_slotted", Slotted()),
    ("plain_dots", type("a.b.c", (), {})()),
    ("plain_like_deque", type("collections.deque", (), {})()),
    ("plain_like_list", type("list", (), {})()),
    ("plain_like_date", type("datetime.date", (), {"__module__": "builtins"})()),
    ("plain_local", (lambda: type("Local", (), {}))()()),
    ("list_both", Both([1, 2])),
    ("list_subclass", SubList([1])),
    opaque("with_repr", WithRepr()),
    opaque("inherits", Inherits()),
    opaque("of_mixin", OfMixin()),
    opaque("repr_is_lambda", type("Lambda", (), {"__repr__": lambda self: "x"})()),
    opaque("looks_like_fraction", type("Fraction", (), {"__module__": "fractions", "__repr__": lambda self: "x"})()),
    ("long_class", type("L" * 2000, (), {})),
    ("long_instance", type("L" * 2000, (), {})()),
]

if THREE:
    import importlib.machinery

    class Unrepresentable(object):
        __repr__ = None

    class OfDict(object):
        __repr__ = dict.__repr__

    none, of_dict = Unrepresentable(), OfDict()
    rows += [
        ("no_repr", none, {"text": "<__main__.Unrepresentable at 0x%x>" % id(none), "custom_repr": True}),
        ("of_dict", of_dict, {"text": "<__main__.OfDict at 0x%x>" % id(of_dict), "custom_repr": True}),
        ("class_local", (lambda: type("Local", (), {"__qualname__": "f.<locals>.Local"}))()),
        ("slot_of_dict", type("D", (dict,), {"__repr__": dict.__repr__})(a=1)),
    ]
    import enum

    Color = enum.Enum("Color", "RED GREEN")
    Bits = enum.IntFlag("Bits", "A B") if hasattr(enum, "IntFlag") else Color
    rows += [("class_enum", Color), ("class_flag", Bits), ("class_enum_base", enum.Enum)]

if sys.version_info >= (3, 9):
    rows += [
        ("alias", list[int]),
        ("alias_some", dict[str, list[int]]),
        ("alias_text", list["x"]),
        ("alias_none", tuple[()]),
        ("alias_dots", tuple[int, ...]),
        ("alias_of_own", list[Store.Inner]),
        ("alias_type", type(list[int])),
        ("alias_of_class", collections.deque[int]),
    ]
if sys.version_info >= (3, 10):
    rows += [
        ("union", int | None),
        ("union_of_alias", list[int] | str | Store),
        ("alias_of_union", list[int | None]),
    ]
if sys.version_info >= (3, 11):
    rows.append(("alias_starred", next(iter(tuple[int, str]))))

if not THREE:
    exec("class Old: pass\nclass OldChild(Old): pass\nclass OldRepr:\n    def __repr__(self): return 'x'\n")
    exec("class OldGetattr:\n    def __getattr__(self, name): raise AttributeError(name)\n")
    exec("class OldReprChild(OldChild, OldRepr): pass\nclass OldNoModule: pass\ndel OldNoModule.__dict__['__module__']\n")
    exec("class OldMethod:\n    def get(self): pass\n")
    space = globals()
    instance = space["Old"]()
    instance.value = 1
    rows += [
        ("old_class", space["Old"]),
        ("old_child", space["OldChild"]),
        ("old_instance", instance),
        ("old_child_instance", space["OldChild"]()),
        ("old_no_module", space["OldNoModule"]),
        ("old_no_module_instance", space["OldNoModule"]()),
        ("old_method", space["OldMethod"]().get),
        ("old_unbound", space["OldMethod"].get),
        opaque("old_repr", space["OldRepr"](), "__main__.OldRepr"),
        opaque("old_repr_child", space["OldReprChild"](), "__main__.OldReprChild"),
        opaque("old_getattr", space["OldGetattr"](), "__main__.OldGetattr"),
    ]
    own = space["Old"]()
    own.__repr__ = lambda: "x"
    rows.append(opaque("old_own_repr", own, "__main__.Old"))


def module(name, **names):
    made = types.ModuleType(name)
    for key, value in names.items():
        if value is Ellipsis:
            delattr(made, key)
        else:
            setattr(made, key, value)
    return made


class Module(types.ModuleType):
    pass


rows += [
    ("module_os", os),
    ("module_sys", sys),
    ("module_main", sys.modules["__main__"]),
    ("module_package", collections),
    ("module_threading", threading),
    ("module_new", module("new")),
    ("module_file", module("filed", __file__="x.py")),
    ("module_subclass", Module("sub")),
    ("module_no_name", module("gone", __name__=Ellipsis)),
]

if THREE:
    where = tempfile.mkdtemp()
    os.mkdir(os.path.join(where, "spaced"))
    sys.path.insert(0, where)
    import spaced

    spec = importlib.machinery.ModuleSpec
    odd = module("a'b\n\u00e9", __file__="\x1b[1m\u2028")
    getattr_module = module("asks", __getattr__=lambda name: 5)
    if sys.version_info >= (3, 7):
        kind = {"text": "<module at 0x%x>" % id(getattr_module), "custom_repr": True}
        rows.append(("module_getattr", getattr_module, kind))
    own_loader = type("Loader", (), {"module_repr": lambda self, module: "x"})()
    if sys.version_info < (3, 12):
        asked = module("asked", __loader__=own_loader)
        rows.append(("module_repr", asked, {"text": "<module at 0x%x>" % id(asked), "custom_repr": True}))
    cycle = module("cycle")
    cycle.__loader__ = [cycle]
    kind = "<module 'cycle' ([<module at 0x%x>])>" % id(cycle)
    rows.append(("module_cycle", cycle, {"text": kind, "custom_repr": True}))
    rows += [
        ("module_odd", odd),
        ("module_namespace", spaced),
        ("module_frozen", sys.modules["_frozen_importlib"]),
        ("module_builtin", sys.modules["_imp"]),
        ("module_loader", module("loaded", __loader__=5)),
        ("module_loader_file", module("loaded", __loader__=5, __file__="y.py")),
        ("module_file_number", module("loaded", __file__=5)),
        ("module_spec", module("x", __spec__=spec("a.b", None))),
        ("module_spec_origin", module("x", __spec__=spec("a.b", None, origin="here"))),
        ("module_spec_loader", module("x", __spec__=spec("a.b", 7))),
        ("module_of_builtin_loader", module("x", __loader__=importlib.machinery.BuiltinImporter)),
        ("module_of_frozen_loader", module("x", __loader__=importlib.machinery.FrozenImporter)),
    ]
    os.rmdir(os.path.join(where, "spaced"))
    os.rmdir(where)

values.hold(rows)
