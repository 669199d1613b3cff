"""A viewer reaches a guest across hosts between which nothing goes by the direct way: by TURN, by TCP, by NAT.

Three hosts, made of network namespaces: the node's and the viewer's know the one in the middle and have no route to
each other. Coturn runs in the middle, which itself forwards nothing.
"""

import base64
import contextlib
import hmac
import json
import re
import shutil
import sys
import time

import pytest

from support import figures
from support.fleet import ARTIFACTS, REPOSITORY, binary
from support.hosted_fleet import HostedFleet
from support.namespaces import MIDDLE, NODE, VIEWER, Network, require_namespaces
from support.polling import until
from support.program import Program, Talker
from support.turn_server import TurnServer

pytestmark = pytest.mark.timeout(60)

SECRET = "of-the-turn-server"
TURN = f"turn:{MIDDLE}:{TurnServer.port}?transport="
# Few, so that the middle can forward them all.
PORTS = (40000, 40007)
# Every case that connects did so in under 2 s; a node gives up after about 7.
CONNECTS = 10
FRAMES = 20


@contextlib.contextmanager
def hosted(host, port, **settings):
    fleet = HostedFleet(host, port, {f"LOCO_ICE_{name.upper()}": value for name, value in settings.items()})
    try:
        yield fleet.start()
        fleet.stop()
    finally:
        fleet.clean()


@pytest.fixture(scope="module")
def network():
    require_namespaces()
    with Network() as made:
        yield made


@pytest.fixture(scope="module")
def turn(network):
    if shutil.which("turnserver") is None:
        pytest.fail("coturn is not installed (scripts/packages/test.txt)")
    with TurnServer(network.middle, MIDDLE, SECRET) as server:
        yield server


@pytest.fixture(scope="module")
def plain(network, turn):
    """Tells viewers of the TURN server and uses none itself."""
    with hosted(network.node, 3000, servers=f"{TURN}udp,{TURN}tcp", turn_secret=SECRET) as fleet:
        yield fleet


@pytest.fixture(scope="module")
def reaching(network, turn):
    """Does all that a node can do to be reached: relays, offers TCP, announces the address in the middle."""
    with hosted(network.node, 3001, node_servers=f"{TURN}udp", turn_secret=SECRET, tcp="true", announced=MIDDLE,
                port_range=f"{PORTS[0]}-{PORTS[1]}") as fleet:
        yield fleet


@pytest.fixture
def no_udp(network):
    """The viewer's host sends no UDP at all."""
    network.viewer.block_udp()
    yield
    network.viewer.allow_udp()


class Session:
    """One viewer, from its offer to what came of it."""

    def __init__(self, talker, fleet, servers):
        self._talker = talker
        self.started = time.monotonic()
        talker.say({"iceServers": servers})
        said = talker.hear(20)
        assert "offer" in said, said
        self.offer = said["offer"]
        self.answer, self.location = fleet.play(self.offer)
        self.candidates = re.findall(r"a=candidate:.*", self.answer)

    def go(self, only=None):
        """Takes the answer; with `only`, no candidates but those that hold it."""
        lines = [line for line in self.answer.splitlines()
                 if only is None or not line.startswith("a=candidate:") or only in line]
        self._talker.say({"answer": "\r\n".join(lines) + "\r\n"})
        return self

    def plays(self, what):
        """Waits for frames and gives the last report."""
        first = None
        deadline = time.monotonic() + CONNECTS
        while time.monotonic() < deadline:
            report = self._talker.hear(5)
            if report["frames"] and first is None:
                first = time.monotonic()
                figures.record(f"ice, {what}: viewer's start to first frames", (first - self.started) * 1000, "ms")
            if report["frames"] >= FRAMES:
                assert report["state"] == "connected", report
                return report
        raise AssertionError(f"{what}: no {FRAMES} frames within {CONNECTS} s; last {report}; {self.candidates}")

    def never_plays(self, seconds=4):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            report = self._talker.hear(5)
            assert report["frames"] == 0 and report["state"] != "connected", report


@pytest.fixture
def watch(network, request):
    """`watch(fleet, kind, servers)`: a viewer on its host, ended after the test."""
    with contextlib.ExitStack() as stack:

        def make(fleet, kind="aiortc", servers=()):
            command = network.viewer.command([sys.executable, "-m", "support.ice_viewer", kind, VIEWER])
            name = re.sub(r"[^\w-]+", "-", request.node.name)
            talker = stack.enter_context(
                Talker(command, ARTIFACTS / f"ice-{name}.log", cwd=REPOSITORY / "Tests"))
            return Session(talker, fleet, list(servers))

        yield make


@contextlib.contextmanager
def forwarding(network, protocol):
    """The middle forwards the node's ports of that protocol, as a NAT box would."""
    command = network.middle.command(
        [sys.executable, "-m", "support.port_forward", protocol, MIDDLE, NODE, *PORTS])
    with Talker(command, ARTIFACTS / f"{network.middle.name}-forward.log", cwd=REPOSITORY / "Tests") as forwarder:
        assert forwarder.hear(10) == "ready"
        yield


def relays_of(fleet, transport="udp"):
    """The hub's own servers and credentials, those of one transport."""
    found = []
    for server in fleet.configuration()["iceServers"]:
        urls = [url for url in server["urls"] if url.endswith(transport)]
        found += [{**server, "urls": urls}] if urls else []
    return found


def test_without_turn_a_viewer_without_a_way_gets_nothing_and_the_node_says_so(plain, watch):
    before = len(plain.endings())
    session = watch(plain).go()
    assert all(" typ host" in one for one in session.candidates), session.candidates
    session.never_plays()
    until("the node gives the session up", lambda: plain.endings()[before:].count("ice-failed") == 1, 15, 0.2,
          plain.node_log)


def test_a_viewer_comes_by_turn_with_the_credentials_the_hub_gave_it(plain, turn, watch):
    configuration = plain.configuration()
    assert configuration["ttl"] == 3600
    server, = configuration["iceServers"]
    assert server["urls"] == [f"{TURN}udp", f"{TURN}tcp"]
    expiry, name = server["username"].split(":")
    assert name == "viewer" and 3500 < int(expiry) - time.time() < 3700
    session = watch(plain, servers=relays_of(plain)).go()
    assert " typ relay" in session.offer
    session.plays("viewer relayed by UDP")
    assert "viewer" in turn.relayed()


def test_a_browser_whose_network_blocks_udp_comes_by_turn_over_tcp(plain, watch, no_udp):
    session = watch(plain, "chromium", relays_of(plain, "tcp")).go()
    report = session.plays("browser relayed by TCP")
    assert report["path"].startswith("relay/"), report


@pytest.mark.parametrize("wrong", ["expired", "forged"])
def test_wrong_credentials_are_refused_and_the_session_says_that_ice_failed(plain, turn, watch, wrong):
    server, = relays_of(plain)
    if wrong == "expired":
        # Rightly made, but long ago.
        server["username"], server["credential"] = credentials(SECRET, int(time.time()) - 60)
    else:
        server["credential"] = credentials("another-secret", int(time.time()) + 60)[1]
    before, refused = len(plain.endings()), turn.log().count("error 401")
    session = watch(plain, servers=[server]).go()
    assert " typ relay" not in session.offer
    session.never_plays(1)
    assert turn.log().count("error 401") > refused + 1, "the first 401 asks for credentials, the second refuses them"
    until("the node gives the session up", lambda: plain.endings()[before:].count("ice-failed") == 1, 15, 0.2,
          plain.node_log)


def credentials(secret, expiry):
    """As draft-uberti-behave-turn-rest-00 makes them."""
    name = f"{expiry}:viewer"
    return name, base64.b64encode(hmac.new(secret.encode(), name.encode(), "sha1").digest()).decode()


def test_a_node_relays_for_a_viewer_who_knows_no_server(reaching, turn, watch):
    session = watch(reaching).go(only=" typ relay")
    relay, = [one for one in session.candidates if " typ relay" in one]
    assert f" {MIDDLE} " in relay, relay
    session.plays("node relayed")
    assert "instance-0" in turn.relayed()


def test_a_browser_whose_network_blocks_udp_comes_by_ice_tcp(reaching, network, watch, no_udp):
    with forwarding(network, "tcp"):
        session = watch(reaching, "chromium").go()
        kinds = {re.search(r"tcptype (\w+)", one).group(1) for one in session.candidates if " TCP " in one}
        assert "passive" in kinds, session.candidates
        report = session.plays("browser by ICE-TCP")
        assert report["path"].endswith("host/tcp"), report


def test_without_ice_tcp_that_browser_gets_nothing(plain, watch, no_udp):
    session = watch(plain, "chromium").go()
    assert not [one for one in session.candidates if " TCP " in one]
    session.never_plays()


def test_a_viewer_comes_by_the_announced_address_of_a_nat(reaching, network, watch):
    with forwarding(network, "udp"):
        session = watch(reaching).go(only=" typ host")
        hosts = [one.split() for one in session.candidates if " typ host" in one]
        assert {one[4] for one in hosts} == {MIDDLE}, hosts
        assert all(PORTS[0] <= int(one[5]) <= PORTS[1] for one in hosts if "active" not in one), hosts
        session.plays("announced address")


def test_a_hub_says_that_a_turn_server_relays_or_why_it_does_not(plain, network, turn):
    until("the hub knows that the server relays", lambda: plain.log(1000).count("TURN server: it relays") == 2, 5, 0.1,
          plain.log)
    elsewhere = f"turn:{MIDDLE}:9?transport=udp"
    environment = {**plain.environment, "LOCO_ICE_SERVERS": f"{TURN}udp,{TURN}tcp,{elsewhere}",
                   "LOCO_ICE_TURN_SECRET": "not-that-secret", "LOCO_RUN_DIRECTORY": str(plain.home / "hub")}
    command = network.node.command([binary(), "hub", "--port", "3002"])
    with Program(command, ARTIFACTS / f"{network.node.name}-hub.log", env=environment) as hub:
        until("the hub tells of both refusals",
              lambda: hub.log().count("it refuses the credentials (401 Unauthorized): is ice.turnSecret") == 2, 10, 0.1,
              hub.log)
        until("the hub tells of the silent one", lambda: "it cannot be reached" in hub.log(), 5, 0.1, hub.log)
        assert "not-that-secret" not in hub.log()


def test_the_secret_is_in_no_log_and_no_answer(plain, reaching):
    for fleet in (plain, reaching):
        for text in (fleet.log(100_000), fleet.node_log(), json.dumps(fleet.configuration())):
            assert SECRET not in text
