"""A VNC viewer plays a guest through hub and node, as the page does where WebRTC finds no way."""

import asyncio
import contextlib
import os
import signal
import stat
import time

import aiohttp
import pytest

from support import figures
from support.background import run
from support.guest_memory import SPARE_CONTROL
from support.peer import Peer, play
from support.polling import until
from support.fleet import Fleet
from support.rfb import RFB, ByteSocket, Closed

pytestmark = pytest.mark.timeout(90)


@pytest.fixture(scope="module")
def fleet():
    with Fleet(guests=1, arguments=[SPARE_CONTROL]) as one:
        until("the bridge is there", lambda: one.instance("instance-0")["vncUrl"], 10)
        yield one


@pytest.fixture
def connect(fleet, memory):
    """Makes viewers, which are gone after the test, with nothing held and nobody in control."""
    viewers = []

    def make(query="", **options):
        viewers.append(open_viewer(fleet, query, **options))
        return viewers[-1]

    yield make
    for one in viewers:
        one.close()
    memory.wait("nothing is held", lambda state: state.keys_down == 0 and state.buttons == 0)
    # Control is free once an event from nobody is taken.
    until("control is free", lambda: post_input(fleet) == 204, 5)


def open_viewer(fleet, query="", **options):
    path = fleet.instance("instance-0")["vncUrl"]
    return RFB(f"ws://127.0.0.1:{fleet.port}{path}{query}", **options)


def post_input(fleet, message='{"type":"release-all"}'):
    async def ask():
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{fleet.url}/api/instances/instance-0/input", data=message,
                                    headers={"Content-Type": "application/json"}) as answer:
                return answer.status

    return run(ask())


def test_a_viewer_sees_the_guest_move(fleet, connect):
    start = time.monotonic()
    viewer = connect(subprotocol="binary")
    first = viewer.whole()
    figures.record("vnc: connecting to the first whole picture", (time.monotonic() - start) * 1000, "ms")
    assert viewer.socket.headers["sec-websocket-protocol"] == "binary"
    assert viewer.size == (640, 480)
    # The guest may have cleared its screen for the first picture just now.
    first = until("a picture of more than one colour", lambda: len(set(now := viewer.whole())) > 20 and now, 5)
    time.sleep(0.5)
    assert viewer.whole() != first, "the train stands still"
    # Only what changed is sent of what is asked for incrementally.
    update = viewer.picture(incremental=True)
    assert sum(width * height for _, _, width, height, _ in update) < 640 * 480


@pytest.mark.parametrize("version", [b"RFB 003.003\n", b"RFB 003.007\n"])
def test_older_versions_are_spoken(connect, version):
    assert connect(version=version, shared=1).picture()


def test_a_viewer_types_and_points(memory, connect):
    viewer = connect()
    viewer.picture()
    viewer.keep_reading()
    before = memory.state()
    start = time.monotonic()
    for letter in "loco":
        viewer.tap(letter)
    after = memory.wait("the letters are typed", lambda state: state.typed_total == before.typed_total + 4)
    figures.record("vnc: four keys, until the guest has typed them", (time.monotonic() - start) * 1000, "ms")
    assert after.typed.endswith(b"loco")
    viewer.scan_code(0x1E, ord("a"), True)
    memory.wait("a key by its scan code is down", lambda state: state.keys_down == 1 and state.last_scan == 0x1E)
    viewer.scan_code(0x1E, ord("a"), False)
    memory.wait("it is up", lambda state: state.keys_down == 0)
    viewer.pointer(100, 100)
    viewer.pointer(140, 130)
    viewer.pointer(140, 130, buttons=1)
    memory.wait("the button is down", lambda state: state.buttons == 1)
    viewer.pointer(140, 130)
    moved = memory.wait("the button is up", lambda state: state.buttons == 0)
    assert (moved.mouse_x, moved.mouse_y) != (before.mouse_x, before.mouse_y)


@pytest.mark.parametrize("how", ["close", "vanish"])
def test_what_a_viewer_holds_is_let_go_of_when_it_leaves(memory, connect, how):
    viewer = connect()
    viewer.keep_reading()
    viewer.key("Shift_L", True)
    viewer.scan_code(0x1E, ord("a"), True)
    viewer.pointer(10, 10, buttons=4)
    memory.wait("two keys and a button are down", lambda state: state.keys_down == 2 and state.buttons == 2)
    getattr(viewer, how)()
    memory.wait("all are up", lambda state: state.keys_down == 0 and state.buttons == 0)


def test_one_viewer_has_control_until_another_takes_it(memory, connect):
    first, second = connect(), connect()
    first.keep_reading()
    second.keep_reading()
    total = memory.state().typed_total
    first.key("a", True)
    before = memory.wait("the first one's key down and typed", lambda state: (state.keys_down, state.typed_total) == (1, total + 1))
    for letter in "xyz":
        second.tap(letter)
    second.pointer(5, 5, buttons=1)
    time.sleep(0.5)
    now = memory.state()
    assert (now.typed_total, now.keys_down, now.buttons) == (before.typed_total, 1, 0), "the second one's input came through"
    third = connect("?control=take")
    third.keep_reading()
    memory.wait("what the first one held is let go of", lambda state: state.keys_down == 0)
    total = memory.state().typed_total
    first.tap("b")
    third.tap("c")
    memory.wait("the third one's letter is typed", lambda state: state.typed_total > total)
    time.sleep(0.2)
    assert memory.state().typed[-1:] == b"c" and memory.state().typed_total == total + 1
    # Whoever is left takes what is free with its next key.
    third.close()
    until("the second one types", lambda: (second.tap("d"), time.sleep(0.1), memory.state().typed[-1:] == b"d")[2], 5)


def test_a_webrtc_viewer_in_control_locks_the_bridge_out_and_the_other_way_round(fleet, memory, connect):
    async def scenario(viewer):
        peer = Peer(channel="input")
        async with aiohttp.ClientSession() as session:
            try:
                _, location = await play(session, f"{fleet.url}/api/instances/instance-0/whep", peer)
                assert (await peer.wait_message("hello"))["access"] == "control"
                viewer.key("a", True)
                await asyncio.to_thread(memory.wait, "the bridge's key is down", lambda state: state.keys_down == 1)
                peer.channel.send('{"type":"key","code":"KeyX","action":"tap"}')
                error = await peer.wait_message("error")
                assert error["code"] == "not-in-control"
                peer.channel.send('{"type":"control","action":"take"}')
                await asyncio.to_thread(memory.wait, "the key is let go of", lambda state: state.keys_down == 0)
                total = memory.state().typed_total
                viewer.tap("b")
                viewer.pointer(3, 3, buttons=1)
                await asyncio.sleep(0.3)
                peer.channel.send('{"type":"key","code":"KeyC","action":"tap"}')
                state = await asyncio.to_thread(
                    memory.wait, "the page's letter is typed", lambda state: state.typed_total > total)
                assert state.typed[-1:] == b"c" and state.typed_total == total + 1 and state.buttons == 0
                assert viewer.end is None, "the bridge was closed for input it may not send"
                async with session.delete(location) as answer:
                    assert answer.status == 200
            finally:
                await peer.close()

    viewer = connect()
    viewer.keep_reading()
    run(scenario(viewer))


def test_a_viewer_that_only_watches_cannot_type(memory, connect):
    viewer = connect("?view=1&control=take")
    viewer.picture()
    viewer.keep_reading()
    before = memory.state()
    viewer.tap("q")
    viewer.scan_code(0x1E, ord("a"), True)
    viewer.pointer(9, 9, buttons=1)
    time.sleep(0.5)
    now = memory.state()
    assert (now.presses, now.keys_down, now.clicks) == (before.presses, 0, before.clicks)
    assert viewer.end is None


def test_what_is_not_rfb_ends_the_bridge_with_the_reason(connect):
    viewer = connect()
    viewer.socket.send(bytes([77]))
    end = viewer.read_to_end()
    assert (end.code, end.reason) == (1008, "unknown RFB message type 77")


def test_there_are_four_bridges_and_no_more(fleet, connect):
    viewers = [connect() for _ in range(4)]
    for one in viewers:
        one.keep_reading()
    url = f"ws://127.0.0.1:{fleet.port}/proxy/vnc/instance-0"
    with pytest.raises(Closed) as refused:
        ByteSocket(url).receive()
    assert refused.value.code == 1013 and "4 VNC viewers" in refused.value.reason
    viewers[0].close()

    def admitted():
        one = ByteSocket(url)
        try:
            return one.receive().startswith(b"RFB ")
        finally:
            one.close()

    until("a place is free again", admitted, 5)


def test_an_unknown_guest_is_told(fleet):
    with pytest.raises(Closed) as refused:
        ByteSocket(f"ws://127.0.0.1:{fleet.port}/proxy/vnc/instance-77").receive()
    assert refused.value.code == 4404 and "instance-77" in refused.value.reason


def test_a_viewer_that_does_not_read_disturbs_nobody(memory, connect):
    lazy = connect()
    # Far more than fits into all the buffers on the way.
    for _ in range(60):
        lazy.socket.send(bytes([3, 0, 0, 0, 0, 0]) + (640).to_bytes(2, "big") + (480).to_bytes(2, "big"))
    other = connect()
    start = time.monotonic()
    for _ in range(5):
        other.picture()
    assert time.monotonic() - start < 5
    other.keep_reading()
    before = memory.state()
    other.tap("r")
    memory.wait("the other one plays", lambda state: state.typed_total == before.typed_total + 1)
    frames = memory.state().frames
    memory.wait("the guest runs", lambda state: state.frames > frames + 15)


def test_the_socket_is_private_and_nobody_connects_to_it_by_themselves(fleet):
    path = fleet.run_directory / "instance-0" / "vnc.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    report = run(health(fleet))
    assert report["deepHealth"]["video"]["vnc_available"] is True
    # The kernel's table: one line for the listener, and one more for each connection.
    lines = [line for line in open("/proc/net/unix") if line.rstrip().endswith(str(path))]
    assert len(lines) == 1, lines


async def health(fleet):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{fleet.url}/api/quality/deep-health/instance-0") as answer:
            return await answer.json()


def test_a_handed_over_guest_is_bridged_again(new_fleet):
    """A killed sound server moves the guest to a new QEMU while the old one still runs."""
    fleet = new_fleet(guests=1, arguments=["--supervision-healthy-uptime=1"]).start()
    until("the bridge is there", lambda: fleet.instance("instance-0")["vncUrl"], 10)
    # Long enough for its sound server to be started again at once.
    time.sleep(2)
    viewer = open_viewer(fleet)
    viewer.keep_reading()
    folder = fleet.run_directory / "instance-0"
    services = run(services_of(fleet))
    before = services["qemu"]
    os.kill(services["pulse"], signal.SIGKILL)
    until("another QEMU runs the guest", lambda: run(services_of(fleet)).get("qemu") not in (None, before), 30)
    until("the old bridge ended", lambda: viewer.end is not None, 10)
    assert viewer.end.code == 1011 and "closed the connection" in viewer.end.reason

    def shows():
        with contextlib.closing(open_viewer(fleet)) as another:
            return another.picture()

    until("a new bridge shows the guest", shows, 10)
    until("health sees it listen", lambda: run(health(fleet))["deepHealth"]["video"]["vnc_available"], 10)
    assert stat.S_IMODE((folder / "vnc.sock").stat().st_mode) == 0o600
    assert not (folder / "vnc2.sock").exists()
    until("the guest is healthy", lambda: run(health(fleet))["overallStatus"] == "healthy", 30,
          explain=lambda: run(health(fleet)))


async def services_of(fleet):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{fleet.url}/services") as answer:
            services = (await answer.json())["services"]
    return {one["name"].split("/")[-1]: one["pid"] for one in services if "/" in one["name"]}
