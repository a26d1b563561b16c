"""Coroutines under asyncio: argv[1] says whether the loop rests or a task blocks it."""

import asyncio
import sys

import truth


async def leaf(event):
    await event.wait()


async def branch(event, depth):
    if depth:
        return await branch(event, depth - 1)
    return await leaf(event)


async def blocks():
    await asyncio.sleep(0)
    await innermost()


async def innermost():
    truth.hang()


async def serve(blocking):
    event = asyncio.Event()
    others = [asyncio.ensure_future(branch(event, depth)) for depth in range(5)]
    await asyncio.sleep(0)
    if blocking:
        await blocks()
    await asyncio.gather(*others)


def run(blocking):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(serve(blocking))


def main():
    blocking = sys.argv[1] == "blocked"
    if not blocking:
        truth.spawn(truth.hang, name="reporter")
    run(blocking)


main()
