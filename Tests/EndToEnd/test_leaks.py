"""Two hundred viewers come and go: the node is afterwards what it was before."""

import asyncio
import re

import aiohttp
import pytest

from support import figures
from support.background import run
from support.peer import Peer, play

pytestmark = pytest.mark.timeout(180)

GUESTS = 1
CYCLES = 200
AT_ONCE = 4
SERIES = {
    "threads": "loco_process_threads",
    "file descriptors": "loco_process_open_fds",
    "GStreamer objects": "loco_live_objects",
    "resident bytes": "loco_process_resident_bytes",
}


async def measure(session, fleet):
    async with session.get(fleet.node("instance-0")["url"] + "/metrics") as answer:
        text = await answer.text()
    return {name: float(re.search(rf"^{series}\S* (\S+)$", text, re.M)[1]) for name, series in SERIES.items()}


async def settled(session, fleet, reached, timeout=15):
    """Measures until the counts are down to `reached`, or the time is up: encoders outlive their viewers for 3 s."""
    deadline = asyncio.get_running_loop().time() + timeout
    while True:
        now = await measure(session, fleet)
        if reached(now) or asyncio.get_running_loop().time() > deadline:
            return now
        await asyncio.sleep(0.5)


async def cycle(session, fleet, number):
    peer = Peer(channel="input", codec="H264" if number % 2 else "VP8")
    try:
        _, location = await play(session, f"{fleet.url}/api/instances/instance-0/whep", peer)
        # Every fourth leaves before it is connected, every fourth says nothing when it goes.
        if number % 4:
            await peer.wait_frames(1)
        if number % 4 == 3:
            await peer.close()
        async with session.delete(location) as answer:
            assert answer.status in (200, 404), await answer.text()
    finally:
        await peer.close()


def test_two_hundred_viewers_leave_nothing_behind(fleet):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            async def cycles(numbers):
                numbers = list(numbers)
                for start in range(0, len(numbers), AT_ONCE):
                    await asyncio.gather(*(cycle(session, fleet, one) for one in numbers[start:start + AT_ONCE]))

            # What is loaded and pooled once is not a leak; the heap's holes settle after some hundred sessions.
            await cycles(range(140))
            # The heap is trimmed 5 s after viewers left.
            before = await settled(session, fleet, lambda now: False, timeout=9)
            await cycles(range(CYCLES))
            after = await settled(
                session, fleet, lambda now: all(now[one] <= before[one] * 1.05 for one in SERIES))
            for name in SERIES:
                figures.record(f"{CYCLES} viewers came and went: {name} before", before[name], "")
                figures.record(f"{CYCLES} viewers came and went: {name} after", after[name], "")
            assert after["GStreamer objects"] == before["GStreamer objects"], (before, after)
            # One or two are the hub's and this test's own requests.
            assert after["file descriptors"] <= before["file descriptors"] + 2, (before, after)
            # Swift and GLib keep a few pool threads as they like.
            assert after["threads"] <= before["threads"] + 4, (before, after)
            assert after["resident bytes"] <= before["resident bytes"] * 1.10, (before, after)

    run(scenario(), 170)
