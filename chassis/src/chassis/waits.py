"""Waits that end in time."""

import asyncio


async def is_set(event: asyncio.Event, within: float) -> bool:
    """Whether it is set within so many seconds.

    Not `asyncio.wait_for`: of Python 3.11's, a task that is cancelled in the very moment in which the event is set hears nothing of it, and
    what it does again and again never ends.
    """
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
