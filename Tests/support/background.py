"""Runs coroutines for tests that are not coroutines.

In a thread of its own: the browser driver already occupies the event loop of the main thread.
"""

import asyncio
import concurrent.futures


def run(coroutine, timeout=60.0):
    """Runs a coroutine to its end and gives its result; cancelled and failed after `timeout` seconds."""

    async def bounded():
        async with asyncio.timeout(timeout):
            return await coroutine

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, bounded()).result(timeout + 10)
