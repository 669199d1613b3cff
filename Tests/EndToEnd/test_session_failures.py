"""What fails in sessions is counted by what failed."""

import asyncio
import re

import aiohttp
import pytest

from support.background import run
from support.peer import Peer, play

pytestmark = pytest.mark.timeout(120)

GUESTS = 1
WHEP = "/api/instances/instance-0/whep"


async def value(session, fleet, series, **labels):
    async with session.get(fleet.node("instance-0")["url"] + "/metrics") as answer:
        page = await answer.text()
    wanted = "".join(f',{name}="{text}"' for name, text in labels.items())
    return float(re.search(rf'^{series}{{instance="instance-0"{wanted}}} (\S+)$', page, re.M)[1])


async def grows(session, fleet, before, series, **labels):
    deadline = asyncio.get_running_loop().time() + 30
    while await value(session, fleet, series, **labels) <= before:
        assert asyncio.get_running_loop().time() < deadline, f"{series} {labels} stays at {before}"
        await asyncio.sleep(0.2)
    assert await value(session, fleet, series, **labels) == before + 1


async def misbehave(fleet, kind, deed):
    async with aiohttp.ClientSession() as session:
        peer = Peer(channel="input")
        try:
            before = await value(session, fleet, "loco_sctp_errors_total", kind=kind)
            ended = await value(session, fleet, "loco_sessions_total", end="channel-closed")
            lasted = await value(session, fleet, "loco_session_seconds_count")
            await play(session, fleet.url + WHEP, peer)
            await peer.wait_message("hello")
            await deed(peer)
            await grows(session, fleet, before, "loco_sctp_errors_total", kind=kind)
            await grows(session, fleet, ended, "loco_sessions_total", end="channel-closed")
            await grows(session, fleet, lasted, "loco_session_seconds_count")
        finally:
            await peer.close()


def test_an_aborted_association_is_an_sctp_error_and_ends_the_session(fleet):
    run(misbehave(fleet, "association", lambda peer: peer.connection.sctp._abort()), 60)


def test_a_message_of_no_known_kind_is_an_sctp_error_of_its_channel(fleet):
    # 99 is no payload protocol identifier of RFC 8831.
    run(misbehave(fleet, "channel", lambda peer: peer.connection.sctp._send(peer.channel.id, 99, b"?")), 60)


@pytest.mark.parametrize("kind", ["timeout", "no-path"])
def test_a_viewer_that_never_connects_is_a_failure_of_ice(fleet, kind):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            peer = Peer(channel="input")
            try:
                before = await value(session, fleet, "loco_ice_failures_total", kind=kind)
                offer = await peer.offer()
                if kind == "timeout":
                    # Candidates that never come leave nothing to give up on.
                    offer = re.sub(r"^a=(candidate:|end-of-candidates).*\r\n", "", offer, flags=re.M)
                async with session.post(
                        fleet.url + WHEP, data=offer, headers={"Content-Type": "application/sdp"}) as answer:
                    assert answer.status == 201, await answer.text()
                await grows(session, fleet, before, "loco_ice_failures_total", kind=kind)
            finally:
                await peer.close()

    run(scenario(), 60)


def test_offers_that_cannot_be_answered_are_counted_by_reason(fleet):
    async def scenario():
        async with aiohttp.ClientSession() as session:
            before = await value(session, fleet, "loco_negotiation_failures_total", reason="bad-sdp")
            async with session.post(
                    fleet.url + WHEP, data="v=0", headers={"Content-Type": "application/sdp"}) as answer:
                assert answer.status == 400, await answer.text()
            await grows(session, fleet, before, "loco_negotiation_failures_total", reason="bad-sdp")

    run(scenario(), 30)
