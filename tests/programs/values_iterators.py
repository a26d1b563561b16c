"""Iterators, weak references, views of memory, variables of contexts."""

import itertools
import sys
import weakref

import values

rows = []
names = ("v%d" % i for i in itertools.count())
is_2 = sys.version_info < (3,)


def add(value, text=None, **more):
    if text is not None:
        more["text"] = text
    more.setdefault("custom_repr", None)
    rows.append((next(names), value, more))


def short(value):
    return type(value).__name__


def at(value):
    return " at 0x%x" % id(value)


def skip(iterator, count):
    for i in range(count):
        next(iterator)
    return iterator


def end(iterator):
    for item in iterator:
        pass
    return iterator


texts = [u"abcdefghij", u"abcdefghi\u20ac"] if not is_2 else []
for sequence in [list(range(10)), tuple(range(10)), b"abcdefghij", bytearray(b"abcdefghij")] + texts:
    if is_2 and isinstance(sequence, bytes):
        continue
    for count in (0, 3, 10):
        iterator = skip(iter(sequence), count)
        add(iterator, "<%s at item %d of 10>" % (short(iterator), count))
    iterator = end(iter(sequence))
    add(iterator, "<%s, exhausted>" % short(iterator))
for sequence in (list(range(10)), tuple(range(10))):
    for count in (0, 4):
        iterator = skip(reversed(sequence), count)
        add(iterator, "<%s, %d left>" % (short(iterator), 10 - count))
    iterator = end(reversed(sequence))
    add(iterator, "<%s, exhausted>" % short(iterator))


class Sequence(object):
    def __getitem__(self, index):
        return index


add(skip(iter(Sequence()), 3), "<iterator at item 3>")
table = {1: 2, 3: 4, 5: 6}
views = ["iterkeys", "itervalues", "iteritems"] if is_2 else ["keys", "values", "items"]
for view in views:
    iterator = skip(iter(getattr(table, view)()), 1)
    add(iterator, "<%s, 2 left>" % short(iterator))
    iterator = end(iter(getattr(table, view)()))
    add(iterator, "<%s, exhausted>" % short(iterator))
iterator = skip(iter({1, 2, 3, 4}), 1)
add(iterator, "<%s, 3 left>" % short(iterator))
iterator = end(iter({1}))
add(iterator, "<%s, exhausted>" % short(iterator))
numbers = (xrange if is_2 else range)(5, 50, 5)
for count in (0, 2, 9):
    iterator = skip(iter(numbers), count)
    add(iterator, "<%s, %d left>" % (short(iterator), 9 - count))
letters = [1, 2, 3]
over = "<%s at item %%d of 3>" % short(iter(letters))
counted = skip(enumerate(letters, 7), 2)
add(counted, "<enumerate at 9 of %s>" % (over % 2))
add(enumerate(letters, 2**70), "<enumerate of %s>" % (over % 0))
if not is_2:
    add(skip(zip(letters, letters), 1), "<zip of (%s, %s)>" % (over % 1, over % 1))
    add(filter(None, letters), "<filter by None of %s>" % (over % 0))
else:
    add(itertools.izip(letters), "<izip of (%s,)>" % (over % 0))
    add(itertools.ifilter(None, letters), "<ifilter by None of %s>" % (over % 0))
calls = iter(Sequence, 0)
chained = itertools.chain([1], letters)
skip(chained, 2)
add(chained, "<chain of %s>" % (over % 1))
add(end(itertools.chain([1])), "<chain, exhausted>")
cycle = skip(itertools.cycle(letters), 1)
add(cycle, "<cycle of %s>" % (over % 1))
sliced = skip(itertools.islice(letters, 1, 3), 1)
add(sliced, "<islice at item 2 to 3 of %s>" % (over % 2))
endless = itertools.islice(letters, 0, None, 2)
add(endless, "<islice at item 0 of %s>" % (over % 0))
add(itertools.product([1], [2]), "<product of ((1,), (2,))>")
add(itertools.permutations([1, 2]), "<permutations of (1, 2)>")
add(itertools.combinations([1, 2], 1), "<combinations of (1, 2)>")
add(itertools.combinations_with_replacement([1], 1), "<combinations_with_replacement of (1,)>")
add(itertools.compress(letters, letters), "<compress of %s>" % (over % 0))
add(itertools.groupby(letters), "<groupby of %s>" % (over % 0))
longest = (itertools.izip_longest if is_2 else itertools.zip_longest)(letters)
add(longest, "<%s of (%s,)>" % (short(longest), over % 0))
if not is_2:
    add(itertools.accumulate(letters), "<accumulate of %s>" % (over % 0))
    add(itertools.filterfalse(None, letters), "<filterfalse by None of %s>" % (over % 0))
if hasattr(itertools, "pairwise"):
    add(itertools.pairwise(letters), "<pairwise of %s>" % (over % 0))
loop = []
loop.append(itertools.chain(loop))
next(loop[0])
add(loop, "[<chain of <%s at item 1 of 1>>]" % short(iter([])))
nested, text = letters, over % 0
for i in range(20):
    nested = itertools.islice(nested, 3)
    text = "<islice at item 0 to 3 of %s>" % text
add(nested, text)
for count in (itertools.count(), itertools.count(5), itertools.count(-3), itertools.count(5, 2),
              itertools.count(2**31, -1), skip(itertools.count(1), 4), skip(itertools.count(1, 3), 2)):
    add(count, repr(count))


class Count(itertools.count):
    pass


add(Count(4), repr(Count(4)))
for repeat in (itertools.repeat(1), itertools.repeat(1, 3), skip(itertools.repeat([2], 3), 2),
               end(itertools.repeat(None, 2)), itertools.repeat((1, (2,)))):
    add(repeat, repr(repeat))


class Store(object):
    pass


class Callable(object):
    def __call__(self):
        pass


class Shown(object):
    def __repr__(self):
        return "mine"


store, called, shown = Store(), Callable(), Shown()
values.store = store
for target in (store, called, shown, Store):
    reference = weakref.ref(target)
    name = "type" if target is Store else "__main__." + short(target)
    add(reference, "<%s%s to %s%s>" % (short(reference), at(reference), name, at(target)))
    proxy = weakref.proxy(target)
    add(proxy, "<%s%s to %s%s>" % (type(proxy).__name__, at(proxy), name, at(target)),
        type=type(proxy).__name__)
dead = weakref.ref(Store())
add(dead, "<%s%s, dead>" % (short(dead), at(dead)))
proxy = weakref.proxy(Store())
add(proxy, "<%s%s, dead>" % (type(proxy).__name__, at(proxy)))


class Reference(weakref.ref):
    pass


reference = Reference(store)
add(reference, "<Reference%s to __main__.Store%s>" % (at(reference), at(store)))
keys = weakref.WeakKeyDictionary()
keys[store] = 1
strong = [Store() for i in range(3)]
weak_set = weakref.WeakSet(strong)
custom = True if hasattr(type(weak_set).__repr__, "__code__") else None
add(weak_set, "<WeakSet of 3 entries%s>" % at(weak_set), custom_repr=custom)
if not is_2:
    add(keys, "<WeakKeyDictionary of 1 entry%s>" % at(keys), custom_repr=True)
    by_name = weakref.WeakValueDictionary()
    add(by_name, "<WeakValueDictionary of 0 entries%s>" % at(by_name), custom_repr=True)

owner = "str" if is_2 else "bytes"
add(memoryview(b"abc"), "<memoryview of %s, 3 bytes, format 'B'>" % owner)
add(memoryview(b""), "<memoryview of %s, 0 bytes, format 'B'>" % owner)
add(memoryview(bytearray(b"a"))[0:], "<memoryview of bytearray, 1 byte, format 'B'>")
if not is_2:
    add(memoryview(b"abcd" * 6).cast("B").cast("H", (2, 6)),
        "<memoryview of bytes, 24 bytes, format 'H', shape (2, 6)>")
    released = memoryview(b"abc")
    released.release()
    add(released, "<memoryview, released>")
if sys.version_info >= (3, 7):
    import contextvars

    for variable in (contextvars.ContextVar("name"), contextvars.ContextVar("other", default=[1])):
        add(variable, repr(variable))
values.hold(rows)
