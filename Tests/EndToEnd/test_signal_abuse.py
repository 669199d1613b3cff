"""Ten thousand messages that make no sense, on each of the two ways in, while somebody watches undisturbed."""

import asyncio
import json
import random

import aiohttp
import pytest

from support.background import run
from support.peer import Peer, play
from support.polling import until

pytestmark = pytest.mark.timeout(150)

GUESTS = 1
MESSAGES = 10_000
SEED = 20260101


def nonsense(random):
    """One message that no server should like; some are nearly right."""
    text = "".join(chr(random.choice([random.randrange(32, 127), random.randrange(0x80, 0x2FFF)]))
                   for _ in range(random.randrange(0, 60)))
    number = random.choice([0, -1, 1e308, 2**63, 2**64, -0.5, random.random()])
    return random.choice([
        lambda: text,
        lambda: "",
        lambda: "{" * random.randrange(1, 400),
        lambda: "[" * 2000,
        lambda: "null",
        lambda: json.dumps(number),
        lambda: json.dumps([text, number]),
        lambda: json.dumps({"type": number}),
        lambda: json.dumps({"type": text}),
        lambda: json.dumps({"type": "register", "id": number}),
        lambda: json.dumps({"type": "signal"}),
        lambda: json.dumps({"type": "signal", "target": text, "data": {}}),
        lambda: json.dumps({"type": "signal", "target": "instance-0", "data": text}),
        lambda: json.dumps({"type": "signal", "target": "instance-0", "data": {"type": "offer", "sdp": text}}),
        lambda: json.dumps({"type": "signal", "target": "instance-0", "data": {"type": "offer", "sdp": number}}),
        lambda: json.dumps({"type": "signal", "target": "instance-0", "data": {
            "candidate": text, "sdpMid": number, "sdpMLineIndex": number}}),
        lambda: json.dumps({"type": "signal", "target": "instance-0", "data": {"type": "answer", "sdp": "v=0"}}),
        lambda: json.dumps({"type": "key", "code": text, "action": "press"}),
        lambda: json.dumps({"type": "key", "code": "KeyA", "action": text}),
        lambda: json.dumps({"type": "key", "code": "A" * 4000, "action": "tap"}),
        lambda: json.dumps({"type": "mouse", "mode": "absolute", "x": number, "y": text}),
        lambda: json.dumps({"type": "mouse", "mode": text, "dx": number, "dy": number}),
        lambda: json.dumps({"type": "button", "button": number, "action": "press"}),
        lambda: json.dumps({"type": "wheel", "dy": text}),
        lambda: json.dumps({"type": "control", "action": number}),
        lambda: json.dumps({"type": "ping", "ts": text}),
        lambda: '{"type":"ping","type":"signal","ts":NaN}',
    ])()


class Watcher:
    """Somebody who watches while the abuse goes on."""

    def __init__(self, viewer):
        self.viewer = viewer.open()
        self.viewer.wait_playing()
        self.start = self.viewer.metrics()

    def assert_undisturbed(self):
        # Long enough for a rate to mean something.
        self.viewer.page.wait_for_timeout(2000)
        now = self.viewer.metrics()
        seconds = (now["at"] - self.start["at"]) / 1000
        frames = now["framesDecoded"] - self.start["framesDecoded"]
        assert now["attempts"] == 1 and now["state"] == "playing"
        assert frames / seconds >= 20, f"{frames} frames in {seconds:.1f} s"


def test_ten_thousand_malformed_signal_messages(fleet, viewer):
    watcher = Watcher(viewer)
    answered = []

    async def scenario():
        dice = random.Random(SEED)
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(fleet.url.replace("http", "ws") + "/signal", origin=fleet.url) as socket:
                await socket.send_str('{"type":"register","id":"vandal"}')
                first = await socket.receive_json(timeout=5)
                assert first["type"] == "registered"

                async def read():
                    async for message in socket:
                        if message.type == aiohttp.WSMsgType.TEXT:
                            answered.append(json.loads(message.data))

                reader = asyncio.ensure_future(read())
                for index in range(MESSAGES):
                    await socket.send_str(nonsense(dice))
                    if index % 100 == 0:
                        await asyncio.sleep(0.01)
                # The socket is still open and the hub still listens. It may let messages of a flood go by unanswered,
                # so this is asked again.
                async with asyncio.timeout(30):
                    while not any(one.get("type") == "__pong" and one.get("ts") == 4711 for one in answered):
                        assert not socket.closed, f"the socket was closed with {socket.close_code}"
                        await socket.send_str('{"type":"__ping","ts":4711}')
                        await asyncio.sleep(0.5)
                reader.cancel()

    run(scenario(), 120)
    errors = [one for one in answered if one.get("type") == "error"]
    assert errors and all(one["code"] and one["message"] for one in errors)
    watcher.assert_undisturbed()
    assert json.loads(fleet.get("/health"))


def test_a_frame_that_is_too_long_ends_only_its_own_socket(fleet, viewer):
    watcher = Watcher(viewer)

    async def scenario():
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(fleet.url.replace("http", "ws") + "/signal", origin=fleet.url) as socket:
                await socket.send_str("x" * 200_000)
                async with asyncio.timeout(10):
                    while True:
                        message = await socket.receive()
                        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                            break

    run(scenario(), 30)
    watcher.assert_undisturbed()
    assert viewer.page.evaluate("loco.socket.isOpen")


def test_ten_thousand_malformed_messages_on_the_data_channel(fleet, viewer):
    watcher = Watcher(viewer)

    async def scenario():
        dice = random.Random(SEED + 1)
        peer = Peer(channel="input")
        async with aiohttp.ClientSession() as session:
            try:
                await play(session, f"{fleet.url}/api/instances/instance-0/whep", peer)
                await peer.wait_message("hello")
                for index in range(MESSAGES):
                    message = nonsense(dice)
                    # Nothing that would take the control from the guest is among them.
                    peer.channel.send(message if index % 10 else message.encode())
                    if index % 50 == 0:
                        while peer.channel.bufferedAmount > 200_000:
                            await asyncio.sleep(0.01)
                        await asyncio.sleep(0.005)
                async with asyncio.timeout(60):
                    while not any(one.get("type") == "pong" and one.get("ts") == 4711 for one in peer.messages):
                        assert peer.channel.readyState == "open", "the channel was closed"
                        peer.channel.send('{"type":"ping","ts":4711}')
                        await asyncio.sleep(0.5)
                assert any(one.get("type") == "error" for one in peer.messages)
            finally:
                await peer.close()

    run(scenario(), 120)
    watcher.assert_undisturbed()
    # The guest still answers whoever controls it now.
    until("control is free", lambda: viewer.metrics()["control"]["holder"] is None, 20)
    viewer.control()
