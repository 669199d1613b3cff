"""`loco scale` with the guests of one machine: new ones stream within their start-up time, who watches one that goes is told."""

import asyncio
import json
import time

import aiohttp
import pytest

from support.agents import loco
from support.background import run
from support.events import EventLog
from support.polling import until

pytestmark = pytest.mark.timeout(120)


def test_loco_up_gets_more_guests_and_fewer(fleet):
    with EventLog(fleet.url) as events:
        first = fleet.node("instance-0")["pid"]
        start = time.monotonic()
        done = loco("scale", 2, "--hub", fleet.url)
        assert (done.returncode, done.stdout) == (0, "from 1 to 2 guests\n"), done.stderr
        until("the new guest is ready", lambda: fleet.instance("instance-1")["ready"], 60, 0.1, fleet.explain)
        print(f"scaled to 2: ready after {time.monotonic() - start:.1f} s")
        fleet.note()

        async def watch():
            async with aiohttp.ClientSession() as session, session.ws_connect(f"{fleet.url}/signal") as socket:
                await socket.send_json({"type": "register", "id": "watcher"})
                await socket.send_json(
                    {"type": "signal", "target": "instance-1", "data": {"candidate": "", "sdpMLineIndex": 0}})
                await asyncio.sleep(1)
                async with session.post(f"{fleet.url}/api/instances/scale", json={"replicas": 1}) as answer:
                    body = await answer.json()
                async with asyncio.timeout(15):
                    async for message in socket:
                        told = json.loads(message.data)
                        if told.get("code") == "target-gone":
                            return body, told
                return body, None

        start = time.monotonic()
        body, told = run(watch())
        assert body == {"from": 2, "to": 1}
        assert told["target"] == "instance-1" and "scaled from 2 to 1" in told["message"]
        gone = events.wait("it is gone", lambda data: data["news"]["phase"] == "gone", 5, "instance", "instance-1", start)
        assert "scaled from 2 to 1" in gone.data["news"]["message"]
        assert [one["id"] for one in fleet.instances()] == ["instance-0"]
        assert fleet.node("instance-0")["pid"] == first
        refused = loco("scale", 65, "--hub", fleet.url)
        assert refused.returncode == 1 and "64" in refused.stderr
