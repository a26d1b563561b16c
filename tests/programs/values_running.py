"""Generators, coroutines, frames, tracebacks, cells: what they are to be described as, Python itself tells."""

import itertools
import sys

import values

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text, **more):
    more["text"] = text
    rows.append((next(names), value, more))


def name_of(code):
    return code.co_qualname if hasattr(code, "co_qualname") else code.co_name


def place(frame):
    return " at %s:%d" % (frame.f_code.co_filename, frame.f_lineno)


def own_name(generator):
    return getattr(generator, "__qualname__", generator.__name__)


def gen(first):
    second = yield first
    yield (
        second)


class Store(object):
    def rows(self):
        for i in range(3):
            yield i


def not_started(kind, value):
    add(value, "<%s %s not started>" % (kind, own_name(value)))


def suspended(kind, value, frame, behind=""):
    add(value, "<%s %s suspended%s%s>" % (kind, own_name(value), place(frame), behind))


new = gen(1)
not_started("generator", new)
once = gen(1)
next(once)
suspended("generator", once, once.gi_frame)
twice = gen(1)
next(twice)
next(twice)
suspended("generator", twice, twice.gi_frame)
done = gen(1)
list(done)
add(done, "<generator %s finished>" % own_name(done))
closed = gen(1)
next(closed)
closed.close()
add(closed, "<generator %s finished>" % own_name(closed))
unopened = gen(1)
unopened.close()
add(unopened, "<generator %s finished>" % own_name(unopened))


def failing():
    yield 1
    raise ValueError("no")


failed = failing()
next(failed)
try:
    next(failed)
except ValueError:
    failure = sys.exc_info()[2]
add(failed, "<generator %s finished>" % own_name(failed))
method = Store().rows()
next(method)
suspended("generator", method, method.gi_frame)
not_started("generator", (i for i in [1, 2]))
expression = (i for i in [1, 2])
next(expression)
suspended("generator", expression, expression.gi_frame)
renamed = gen(2)
next(renamed)
if sys.version_info >= (3, 5):
    renamed.__qualname__ = "new\n'name' \u20ac"
suspended("generator", renamed, renamed.gi_frame)
add([new], "[<generator %s not started>]" % own_name(new))


def frame_text(frame):
    return "<frame %s%s>" % (name_of(frame.f_code), place(frame))


def ended():
    return sys._getframe()


def traceback_text(traceback):
    count, last = 0, traceback
    while last:
        count, last = count + 1, last.tb_next
    return "<traceback at %s:%d in %s, %d frame%s>" % (
        traceback.tb_frame.f_code.co_filename,
        line_of(traceback),
        name_of(traceback.tb_frame.f_code),
        count,
        "" if count == 1 else "s",
    )


def line_of(traceback):
    """Without asking it, which would store the line."""
    if sys.version_info < (3, 11):
        return traceback.tb_lineno
    return list(traceback.tb_frame.f_code.co_positions())[traceback.tb_lasti // 2][0]


def fail_deep(depth):
    if depth:
        fail_deep(depth - 1)
    raise ValueError(
        "deep"
    )


add(failure, traceback_text(failure))
for depth in (0, 1, 20):
    try:
        fail_deep(depth)
    except ValueError:
        add(sys.exc_info()[2], traceback_text(sys.exc_info()[2]))
add(failure.tb_next, traceback_text(failure.tb_next))
frame = ended()
add(frame, frame_text(frame))
add(once.gi_frame, frame_text(once.gi_frame))
add(new.gi_frame, frame_text(new.gi_frame))


def cells(value, unbound=1):
    def inner():
        return value, unbound

    return inner.__closure__


def self_cell():
    items = []

    def inner():
        return items

    items.append(inner.__closure__[0])
    return items


def empty_cell():
    def inner():
        return late

    if not inner:
        late = 1
    return inner.__closure__[0]


add(cells(5)[1], "<cell of 5>")
add(cells(5)[0], "<cell of 1>")
add(empty_cell(), "<cell, empty>")
add(self_cell(), "[<cell of [...]>]")

if sys.version_info >= (3, 6):
    exec(
        '''
class Wait:
    def __await__(self):
        yield 5

async def leaf(): await Wait()
async def branch(): await leaf()
async def trunk():
    await branch()
async def many():
    yield 1
    await branch()
    yield 2
def below():
    yield from gen(1)
def over_list():
    yield from [1, 2]
'''
    )
    trunk = trunk()
    not_started("coroutine", trunk)
    waiting = globals()["trunk"]
    coroutine = branch()
    coroutine.send(None)
    inner = coroutine.cr_await
    wait = inner.cr_await
    text = "<generator Wait.__await__ suspended%s>" % place(wait.gi_frame)
    text = "<coroutine leaf suspended%s, awaits %s>" % (place(inner.cr_frame), text)
    suspended("coroutine", coroutine, coroutine.cr_frame, ", awaits " + text)
    asynchronous = many()
    not_started("async_generator", asynchronous)
    step = asynchronous.__anext__()
    add(step, "<async_generator_asend of <async_generator many not started>>")
    other = many()
    try:
        other.__anext__().send(None)
    except StopIteration:
        pass
    suspended("async_generator", other, other.ag_frame)
    third = many()
    for i in range(2):
        try:
            third.__anext__().send(None)
        except StopIteration:
            pass
    deep = third.ag_await
    awaited = "<coroutine leaf suspended%s, awaits <generator Wait.__await__ suspended%s>>" % (
        place(deep.cr_await.cr_frame), place(deep.cr_await.cr_await.gi_frame))
    awaited = "<coroutine branch suspended%s, awaits %s>" % (place(deep.cr_frame), awaited)
    suspended("async_generator", third, third.ag_frame, ", awaits " + awaited)
    delegating = below()
    next(delegating)
    lower = delegating.gi_yieldfrom
    suspended("generator", delegating, delegating.gi_frame,
              ", yields from <generator gen suspended%s>" % place(lower.gi_frame))
    finished = leaf()
    try:
        while True:
            finished.send(None)
    except StopIteration:
        pass
    add(finished, "<coroutine leaf finished>")
    wrapper = leaf()
    add(wrapper.__await__(), "<coroutine_wrapper of <coroutine leaf not started>>")


def running_text(generator, line):
    return "<generator %s running at %s:%d>" % (own_name(generator), __file__, line)


def hanging():
    text = running_text(itself[0], sys._getframe().f_lineno + 1)
    values.hold(rows + [("running", itself[0], {"text": text})])
    yield 1


itself = []
itself.append(hanging())
next(itself[0])
