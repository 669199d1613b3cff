"""Renditions, the echo of input and the node's metrics, as a viewer that is no browser and Prometheus see them."""

import asyncio
import contextlib
import json
import re
import time

import aiohttp
import pytest

from support import figures
from support.background import run
from support.peer import Peer, play

pytestmark = pytest.mark.timeout(90)

GUESTS = 1
SDP = {"Content-Type": "application/sdp"}
# The demo guest's mode.
FULL = (640, 480)
TILE = (384, 288)
SERIES = re.compile(r'^(\w+)\{([^}]*)\} (\S+)$')
LABEL = re.compile(r'(\w+)="([^"]*)"')


def whep(fleet, rendition=None):
    return f"{fleet.url}/api/instances/instance-0/whep" + (f"?rendition={rendition}" if rendition else "")


async def metrics(session, fleet):
    """The node's page as [(name, labels, value)]."""
    async with session.get(fleet.node("instance-0")["url"] + "/metrics") as answer:
        text = await answer.text()
        assert answer.status == 200, text
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    series = [SERIES.match(line) for line in lines]
    assert all(series), [line for line, match in zip(lines, series) if not match]
    return [(one[1], dict(LABEL.findall(one[2])), float(one[3])) for one in series]


def values(page, name, **labels):
    return [value for key, has, value in page if key == name and labels.items() <= has.items()]


async def eventually(what, probe, timeout=10):
    """Awaits `probe` until it gives something true."""
    last = None
    try:
        async with asyncio.timeout(timeout):
            while not (last := await probe()):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not within {timeout} s: {what}; last: {last!r}") from None
    return last


@contextlib.asynccontextmanager
async def watching(fleet, rendition=None, **options):
    """A peer that plays, and the session for further requests; leaves by the WHEP session's end."""
    peer = Peer(**options)
    async with aiohttp.ClientSession() as session:
        try:
            _, location = await play(session, whep(fleet, rendition), peer)
            yield peer, session
            async with session.delete(location) as answer:
                assert answer.status == 200
        finally:
            await peer.close()


async def wait_size(peer, size):
    async def seen():
        return peer.size == size

    await eventually(f"frames of {size}, not {peer.size}", seen)


def test_a_viewer_changes_between_renditions_on_one_connection(fleet):
    async def scenario():
        async with watching(fleet, "tile", channel="input", codec="VP8") as (peer, session):
            await peer.wait_frames(5)
            assert peer.size == TILE
            hello = await peer.wait_message("hello")
            assert hello["rendition"] == "tile"
            assert hello["renditions"] == ["full", "tile"]
            before = peer.connection.remoteDescription.sdp

            began = time.monotonic()
            peer.channel.send(json.dumps({"type": "rendition", "name": "full"}))
            changed = await peer.wait_message("rendition")
            assert changed == {"type": "rendition", "name": "full", "wanted": "full", "reason": "requested"}
            await wait_size(peer, FULL)
            figures.record("rendition: wish to first decoded frame in Python",
                           (time.monotonic() - began) * 1000, "ms")
            assert peer.connection.remoteDescription.sdp == before
            assert peer.connection.connectionState == "connected"

            peer.messages.clear()
            peer.channel.send(json.dumps({"type": "rendition", "name": "tile"}))
            assert (await peer.wait_message("rendition"))["name"] == "tile"
            await wait_size(peer, TILE)

            peer.channel.send(json.dumps({"type": "rendition", "name": "giant"}))
            error = await peer.wait_message("error")
            assert error["code"] == "unknown-rendition" and "giant" in error["message"], error

    run(scenario(), 80)


def test_without_a_wish_the_guests_own_size_comes(fleet):
    async def scenario():
        async with watching(fleet, codec="H264") as (peer, session):
            await peer.wait_frames(5)
            assert peer.size == FULL

    run(scenario())


@pytest.mark.parametrize("name", ["giant", "Full", "", "a b"])
def test_an_unknown_rendition_is_refused(fleet, name):
    async def scenario():
        peer = Peer()
        async with aiohttp.ClientSession() as session:
            try:
                url = f"{fleet.url}/api/instances/instance-0/whep"
                offer = await peer.offer()
                async with session.post(url, params={"rendition": name}, data=offer, headers=SDP) as answer:
                    assert answer.status == 400, await answer.text()
                    error = (await answer.json())["error"]
                    assert error["code"] == "unknown-rendition"
                    assert "full" in error["message"] and "tile" in error["message"], error
            finally:
                await peer.close()

    run(scenario())


def test_a_rendition_is_encoded_once_and_a_viewers_series_go_with_it(fleet):
    async def scenario():
        peers = [Peer(codec="H264"), Peer(codec="H264")]
        async with aiohttp.ClientSession() as session:
            async def left_over():
                page = await metrics(session, fleet)
                return [one for one in page if "viewer" in one[1] or one[0] == "loco_encoder_viewers"]

            async def gone():
                # Encoders stay for a moment after their last viewer, in case of a reload.
                return not await left_over()

            try:
                await eventually("a node without viewers", gone, 15)
                ended = values(await metrics(session, fleet), "loco_sessions_total", end="requested")
                locations = [(await play(session, whep(fleet, "tile"), peer))[1] for peer in peers]
                for peer in peers:
                    await peer.wait_frames(30)
                page = await metrics(session, fleet)
                assert values(page, "loco_encoder_viewers", rendition="tile") == [2]
                assert values(page, "loco_encoder_viewers", rendition="tile", codec="h264") == [2]
                assert values(page, "loco_encoder_viewers", rendition="full") == []
                assert values(page, "loco_encoder_target_bits", rendition="tile")[0] > 0
                assert values(page, "loco_keyframes_total", rendition="tile")[0] >= 1
                assert values(page, "loco_encoded_frames_total", rendition="tile")[0] >= 30
                assert values(page, "loco_encoded_bytes_total", rendition="tile")[0] > 3000
                assert values(page, "loco_viewers") == [2]
                for stage in ("grab", "gate", "encode", "packetise", "send", "wire"):
                    assert values(page, "loco_stage_seconds_count", stage=stage)[0] > 0, stage
                assert values(page, "loco_stage_seconds_bucket", stage="grab", le="+Inf") == \
                    values(page, "loco_stage_seconds_count", stage="grab")
                grabbed = values(page, "loco_frames_total", kind="grabbed")[0]
                assert grabbed >= values(page, "loco_frames_total", kind="changed")[0] > 0
                assert values(page, "loco_gate_seconds_total")[0] > 0
                assert values(page, "loco_process_open_fds")[0] > 10

                viewers = {has["viewer"] for _, has, _ in page if "viewer" in has}
                assert len(viewers) == 2
                assert values(page, "loco_viewer_rendition", rendition="tile") == [1, 1]
                assert min(values(page, "loco_viewer_delivered_frames_total")) >= 30

                async with session.delete(locations[0]) as answer:
                    assert answer.status == 200
                page = await metrics(session, fleet)
                left = {has["viewer"] for _, has, _ in page if "viewer" in has}
                assert len(left) == 1 and left < viewers
                assert values(page, "loco_encoder_viewers", rendition="tile") == [1]
                assert values(page, "loco_sessions_total", end="requested") == [ended[0] + 1]
                async with session.delete(locations[1]) as answer:
                    assert answer.status == 200
                await eventually("the encoders end", gone, 15)
            finally:
                for peer in peers:
                    await peer.close()

    run(scenario(), 85)


def test_an_input_with_a_number_is_told_the_frame_that_shows_it(fleet):
    async def scenario():
        async with watching(fleet, channel="input", codec="VP8") as (peer, session):
            await peer.wait_frames(10)
            clock = (await peer.wait_message("hello"))["clock"]
            assert clock["rate"] == 90000 and 0 <= clock["rtpOffset"] < 2**32
            echoes = []
            for number in range(1, 11):
                peer.messages.clear()
                sent = time.monotonic()
                peer.channel.send(json.dumps(
                    {"type": "key", "code": "Space", "action": "tap", "id": number}))
                echo = await peer.wait_message("echo", 5)
                heard = time.monotonic()
                echoes.append(echo)
                assert echo["id"] == number
                assert 0 <= echo["taken"] < echo["changed"] < 1000, echo
                # The frame's time by the clock that `hello` names lies between the press and the word of it.
                ticks = (echo["rtp"] - clock["rtpOffset"]) % 2**32
                age = ((round(heard * 90000) - ticks) % 2**32) / 90000
                assert -0.001 < age < heard - sent + 0.001, (age, heard - sent)
                await asyncio.sleep(0.15)
            # The demo guest draws all the time: what shows an input is the next frame.
            middle = sorted(one["changed"] for one in echoes)[len(echoes) // 2]
            figures.record("input: arrival to the grab of the frame that shows it, median", middle, "ms")

            peer.messages.clear()
            peer.channel.send(json.dumps({"type": "key", "code": "Space", "action": "tap"}))
            await asyncio.sleep(0.5)
            assert not [one for one in peer.messages if one["type"] == "echo"]

    run(scenario())


def test_what_viewers_measure_is_in_the_metrics(fleet):
    async def scenario():
        async with watching(fleet, channel="input", codec="VP8") as (peer, session):
            viewer = (await peer.wait_message("hello"))["viewer"]
            before = await metrics(session, fleet)
            peer.channel.send(json.dumps(
                {"type": "report", "clickToPixel": [40, 50, 60], "firstFrame": 300, "jitterBuffer": 4, "fps": 29}))

            async def told():
                page = await metrics(session, fleet)
                return values(page, "loco_viewer_click_to_pixel_seconds", viewer=viewer) and page

            page = await eventually("the viewer's report", told)
            for name, count in (("loco_click_to_pixel_seconds", 3), ("loco_first_frame_seconds", 1)):
                assert values(page, f"{name}_count")[0] == values(before, f"{name}_count")[0] + count
            assert values(page, "loco_viewer_click_to_pixel_seconds", viewer=viewer, quantile="0.5") == [0.05]
            assert 0.04 <= values(page, "loco_click_to_pixel_quantile_seconds", quantile="0.95")[0] <= 0.06

    run(scenario())


def test_health_tells_what_encodes_each_codec(fleet):
    choices = json.loads(fleet.get("/api/instances/instance-0/health"))["encoderChoices"]
    assert [one["codec"] for one in choices] == ["h264", "vp8"]
    assert choices[0]["element"].endswith("h264enc") or choices[0]["element"] == "x264enc"
    assert choices[1]["element"] == "vp8enc"
    for passed in (passed for one in choices for passed in one["passedOver"]):
        assert passed["element"] and passed["reason"]
