"""A client that knows nothing but WHEP plays a guest; what it sends wrong is answered with the reason."""

import asyncio
import re

import aiohttp
import pytest

from support import figures
from support.background import run
from support.peer import Peer, play

pytestmark = pytest.mark.timeout(60)

GUESTS = 1
SDP = {"Content-Type": "application/sdp"}


def whep(fleet, identifier="instance-0"):
    return f"{fleet.url}/api/instances/{identifier}/whep"


async def offer_of(**options):
    peer = Peer(**options)
    try:
        return await peer.offer()
    finally:
        await peer.close()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_whep_client_sees_and_hears_the_guest(fleet, codec):
    async def scenario():
        peer = Peer(codec=codec)
        async with aiohttp.ClientSession() as session:
            start = asyncio.get_running_loop().time()
            try:
                answer, location = await play(session, whep(fleet), peer)
                assert "a=candidate:" in answer, "the answer carries no candidate"
                candidates = re.findall(r"a=candidate:\S+ \d+ \S+ \d+ (\S+)", answer)
                assert set(candidates) == {"127.0.0.1"}, candidates
                assert re.search(r"/api/instances/instance-0/whep/[^/]+$", location), location
                await peer.wait_frames(1)
                figures.record(f"whep, {codec}: POST to first decoded frame in Python",
                               (asyncio.get_running_loop().time() - start) * 1000, "ms")
                before = peer.frames["video"]
                await asyncio.sleep(3)
                # That it plays, not how fast: this client decodes in Python.
                assert peer.frames["video"] - before >= 30, peer.frames
                await peer.wait_frames(50, "audio")
                assert peer.size == (640, 480)

                async with session.delete(location) as gone:
                    assert gone.status == 200
                async with session.delete(location) as gone:
                    assert gone.status == 404
                    assert (await gone.json())["error"]["code"]
            finally:
                await peer.close()

    run(scenario())


def test_the_session_says_which_methods_it_has(fleet):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            headers = {"Origin": fleet.url, "Access-Control-Request-Method": "POST"}
            async with session.options(whep(fleet), headers=headers) as answer:
                assert answer.status in (200, 204)

    run(scenario())


BAD = {
    "not SDP": (lambda: "hello, this is no session description", SDP, 400),
    "empty": (lambda: "", SDP, 400),
    "half of an SDP": (lambda: "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video", SDP, 400),
    "oversized": (lambda: "v=0\r\n" + "a=x:" + "y" * 1_000_000 + "\r\n", SDP, 413),
    "wrong type": (lambda: '{"sdp": "v=0"}', {"Content-Type": "application/json"}, 415),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused_with_its_reason(fleet, name):
    body, headers, status = BAD[name]

    async def scenario():
        async with aiohttp.ClientSession() as session:
            async with session.post(whep(fleet), data=body(), headers=headers) as answer:
                text = await answer.text()
                assert answer.status == status, f"{answer.status}: {text}"
                error = (await answer.json())["error"]
                assert error["code"] and error["message"]

    run(scenario())


def test_an_offer_without_a_common_codec_is_told_what_it_offered(fleet):
    async def scenario():
        offer = await offer_of(codec="VP8")
        # A codec that nobody has, in place of the one offered.
        offer = offer.replace("VP8/90000", "THEORA/90000")
        async with aiohttp.ClientSession() as session:
            async with session.post(whep(fleet), data=offer, headers=SDP) as answer:
                text = await answer.text()
                assert 400 <= answer.status < 500, f"{answer.status}: {text}"
                error = (await answer.json())["error"]
                assert error["code"] == "no-common-codec"
                assert "THEORA" in error["message"].upper(), error

    run(scenario())


def test_an_unknown_guest_is_not_found(fleet):
    async def scenario():
        offer = await offer_of()
        async with aiohttp.ClientSession() as session:
            async with session.post(whep(fleet, "instance-77"), data=offer, headers=SDP) as answer:
                assert answer.status == 404
                assert "instance-77" in (await answer.json())["error"]["message"]

    run(scenario())


def test_an_unknown_session_is_not_found(fleet):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            for name in ("0" * 32, "nonsense"):
                async with session.delete(f"{whep(fleet)}/{name}") as answer:
                    assert answer.status == 404

    run(scenario())


@pytest.mark.timeout(120)
def test_sessions_that_come_and_go_leave_nothing_behind(fleet):
    """Twenty quick sessions, half of them never ended by the client's word but by closing."""

    async def scenario():
        async with aiohttp.ClientSession() as session:
            for index in range(20):
                peer = Peer()
                try:
                    _, location = await play(session, whep(fleet), peer)
                    if index % 2:
                        async with session.delete(location) as answer:
                            assert answer.status == 200
                finally:
                    await peer.close()
            # One more still gets its picture.
            peer = Peer()
            try:
                await play(session, whep(fleet), peer)
                await peer.wait_frames(10)
            finally:
                await peer.close()

    run(scenario(), 90)

