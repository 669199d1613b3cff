"""Who has only a token to watch sees and hears everything, and reaches the guest on no way."""

import asyncio
import json
import time
import urllib.request

import aiohttp
import pytest

from support.background import run
from support.fleet import Fleet
from support.guest_memory import SPARE_CONTROL
from support.peer import Peer
from support.polling import until
from support.rfb import RFB, ByteSocket, Refused

pytestmark = pytest.mark.timeout(90)

TOKENS = {"admin": "admin-admin-admin", "control": "control-control", "view": "view-view-view"}
WHEP = "/api/instances/instance-0/whep"


class TokenFleet(Fleet):
    """A fleet whose own questions carry the token of an admin."""

    def get(self, path, timeout=5.0):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {TOKENS['admin']}"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read()


@pytest.fixture(scope="module")
def fleet():
    with TokenFleet(guests=1, arguments=[SPARE_CONTROL], environment={
        "LOCO_TOKEN": TOKENS["admin"], "LOCO_CONTROL_TOKEN": TOKENS["control"], "LOCO_VIEW_TOKEN": TOKENS["view"]}) as one:
        until("the bridge is there", lambda: one.instance("instance-0")["vncUrl"], 10)
        yield one


def bearer(scope):
    return {"Authorization": f"Bearer {TOKENS[scope]}"}


async def whep(session, url, scope, peer):
    """Plays with a token; gives what the node says of the session's access."""
    headers = {"Content-Type": "application/sdp", **bearer(scope)}
    async with session.post(url, data=await peer.offer(), headers=headers) as answer:
        text = await answer.text()
        assert answer.status == 201, f"{answer.status}: {text}"
        location = answer.headers["Location"]
    await peer.answer(text)
    return (await peer.wait_message("hello"))["access"], location


async def signal(session, url, scope, peer, data=None):
    """Plays by the signaling socket."""
    async with session.ws_connect(f"{url}/signal", headers=bearer(scope)) as socket:
        await socket.send_json({"type": "register"})
        await socket.send_json({"type": "signal", "target": "instance-0",
                                "data": {"type": "offer", "sdp": await peer.offer(), **(data or {})}})
        async for message in socket:
            answer = json.loads(message.data)
            assert answer["type"] != "error", answer
            if answer["type"] == "signal":
                await peer.answer(answer["data"]["sdp"])
                return (await peer.wait_message("hello"))["access"]


async def assert_watches_only(peer, memory):
    await peer.wait_frames(5)
    before = memory.state()
    for message in ({"type": "key", "code": "KeyQ", "action": "tap"}, {"type": "control", "action": "take"},
                    {"type": "button", "button": 0, "action": "press"}, {"type": "release-all"},
                    {"type": "mouse", "mode": "relative", "dx": 5, "dy": 5}):
        peer.messages = []
        peer.channel.send(json.dumps(message))
        assert (await peer.wait_message("error"))["code"] == "view-only", message
    now = memory.state()
    assert (now.presses, now.clicks) == (before.presses, before.clicks)
    # It is told who plays, and what it may ask for it may.
    peer.channel.send('{"type":"rendition","name":"tile"}')
    await peer.wait_message("rendition")
    assert not any(one["type"] == "control" and one["you"] for one in peer.messages)


async def assert_plays(peer, memory):
    total = memory.state().typed_total
    peer.channel.send('{"type":"key","code":"KeyP","action":"tap"}')
    await asyncio.to_thread(memory.wait, "it types", lambda state: state.typed_total == total + 1)


@pytest.mark.parametrize("scope, wish, granted", [
    ("view", None, "view"), ("view", "control", "view"), ("control", "view", "view"), ("admin", "view", "view"),
    ("control", None, "control"), ("admin", "control", "control"),
])
@pytest.mark.parametrize("way", ["whep", "signal"])
def test_a_session_may_do_what_its_token_and_its_own_wish_allow(fleet, memory, way, scope, wish, granted):
    async def scenario():
        peer = Peer(channel="input")
        async with aiohttp.ClientSession() as session:
            try:
                if way == "whep":
                    query = f"?access={wish}" if wish else ""
                    access, _ = await whep(session, fleet.url + WHEP + query, scope, peer)
                else:
                    access = await signal(session, fleet.url, scope, peer, {"access": wish} if wish else None)
                assert access == granted
                await (assert_plays if granted == "control" else assert_watches_only)(peer, memory)
            finally:
                await peer.close()

    run(scenario())


def test_a_node_itself_gives_a_viewer_no_more(fleet, memory):
    node = fleet.node("instance-0")["url"]

    async def scenario():
        peer = Peer(channel="input")
        async with aiohttp.ClientSession() as session:
            try:
                access, _ = await whep(session, node + "/whep", "view", peer)
                assert access == "view"
                await assert_watches_only(peer, memory)
            finally:
                await peer.close()
            for scope, status in (("view", 403), ("control", 204)):
                async with session.post(node + "/input", json={"type": "release-all"}, headers=bearer(scope)) as answer:
                    assert answer.status == status
                    if status == 403:
                        error = (await answer.json())["error"]
                        assert error["code"] == "forbidden"
                        assert "control" in error["message"] and "view" in error["message"]

    run(scenario())


@pytest.mark.parametrize("direct", [False, True], ids=["hub", "node"])
def test_a_vnc_viewer_may_do_what_its_token_allows(fleet, memory, direct):
    if direct:
        url = fleet.node("instance-0")["url"].replace("http:", "ws:") + "/vnc"
    else:
        url = f"ws://127.0.0.1:{fleet.port}/proxy/vnc/instance-0"
    with pytest.raises(Refused) as refused:
        ByteSocket(url)
    assert refused.value.status == 401
    before = memory.state()
    viewer = RFB(url + "?control=take", headers=bearer("view"))
    try:
        viewer.picture()
        viewer.keep_reading()
        viewer.tap("q")
        viewer.pointer(9, 9, buttons=1)
        time.sleep(0.5)
        now = memory.state()
        assert (now.presses, now.clicks) == (before.presses, before.clicks)
        player = RFB(url, headers=bearer("control"))
        try:
            player.keep_reading()
            player.tap("w")
            memory.wait("who may plays", lambda state: state.typed_total == before.typed_total + 1)
        finally:
            player.close()
    finally:
        viewer.close()


def test_the_hub_says_what_the_asker_may_do(fleet):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            for scope in TOKENS:
                async with session.get(fleet.url + "/api/status", headers=bearer(scope)) as answer:
                    assert (await answer.json())["access"] == scope
            async with session.post(
                    fleet.url + "/services/instance-0/qemu/restart", headers=bearer("control")) as answer:
                assert answer.status == 403
                message = (await answer.json())["error"]["message"]
                assert "admin" in message and "control" in message

    run(scenario())
