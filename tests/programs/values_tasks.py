"""Tasks and futures of asyncio, and what they wait for."""

import asyncio
import itertools
import sys

import truth
import values

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text, custom=True):
    rows.append((next(names), value, {"text": text, "custom_repr": custom}))


def at(value):
    return " at 0x%x" % id(value)


def place(coroutine):
    return " at %s:%d" % (__file__, coroutine.cr_frame.f_lineno)


def name_of(task):
    return "" if sys.version_info < (3, 8) else " " + task.get_name()


async def wait(future):
    return await future


async def value():
    return [5]


async def failing():
    raise KeyError(1)


async def held(lock):
    async with lock:
        await asyncio.sleep(1000)


async def main():
    loop = asyncio.get_event_loop()
    if not hasattr(asyncio.Task, "_schedule_callbacks") and asyncio.Task.__module__ != "_asyncio":
        truth.skip("asyncio has no tasks in C here")
    future = loop.create_future()
    add(future, "<Future pending%s>" % at(future))
    done = loop.create_future()
    done.set_result((1, None))
    add(done, "<Future finished%s, result (1, None)>" % at(done))
    none = loop.create_future()
    none.set_result(None)
    add(none, "<Future finished%s, result None>" % at(none))
    cancelled = loop.create_future()
    cancelled.cancel()
    add(cancelled, "<Future cancelled%s>" % at(cancelled))
    cycle = loop.create_future()
    cycle.set_result([cycle])
    add(cycle, "<Future finished%s, result [<Future finished%s, result ...>]>" % (at(cycle), at(cycle)))

    inner = wait(future)
    task = loop.create_task(inner)
    fresh = value()
    new = loop.create_task(fresh)
    finished = loop.create_task(value())
    failed = loop.create_task(failing())
    stopped = loop.create_task(wait(loop.create_future()))
    above = wait(task)
    outer = loop.create_task(above)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    stopped.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    text = "<Task%s pending, coro wait%s, waits for <Future pending%s>>" % (
        name_of(task), place(inner), at(future))
    add(task, text)
    add(outer, "<Task%s pending, coro wait%s, waits for %s>" % (name_of(outer), place(above), text))
    add(finished, "<Task%s finished, coro value, result [5]>" % name_of(finished))
    add(stopped, "<Task%s cancelled, coro wait>" % name_of(stopped))
    failed.exception()
    lock = asyncio.Lock()
    add(lock, "<Lock unlocked%s>" % at(lock))
    taken = asyncio.Lock()
    holders = [loop.create_task(held(taken)) for i in range(3)]
    event = asyncio.Event()
    add(event, "<Event not set%s>" % at(event))
    set_event = asyncio.Event()
    set_event.set()
    add(set_event, "<Event set%s>" % at(set_event))
    queue = asyncio.Queue(4)
    queue.put_nowait(1)
    add(queue, "<Queue of 1 entry%s, maxsize 4, 1 unfinished>" % at(queue))
    semaphore = asyncio.Semaphore(2)
    add(semaphore, "<Semaphore value 2%s>" % at(semaphore))
    condition = asyncio.Condition(lock)
    add(condition, "<Condition%s, <Lock unlocked%s>>" % (at(condition), at(lock)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    add(taken, "<Lock locked%s, 2 waiting>" % at(taken))
    late = value()
    newest = loop.create_task(late)
    add(newest, "<Task%s pending, coro value not started>" % name_of(newest))

    class Own(asyncio.Task):
        pass

    own = value()
    own_task = Own(own)
    add(own_task, "<Own%s pending, coro value not started>" % name_of(own_task))
    values.hold(rows)


if __name__ == "__main__":
    asyncio.new_event_loop().run_until_complete(main())
