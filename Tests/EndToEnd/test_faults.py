"""Every fault is done to real processes: it is named by what the media path measures, told apart from the others, and
mended while the viewers stay connected. The times it measures are shown at the end of a run; docs/faults.md keeps those of one."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

import pytest

from support import figures, processes
from support.events import EventLog
from support.fleet import ARTIFACTS, Fleet
from support.frame_watch import FrameWatch
from support.polling import until

pytestmark = pytest.mark.timeout(180)

# As in production, but for the patience: nobody waits 30 s for each fault of a test run.
SETTINGS = {
    "LOCO_SUPERVISION_HEALTHY_UPTIME": "3",
    "LOCO_SUPERVISION_DELAYS": "1,2,4",
}
UPTIME = 3.5
# Seconds after a fault in which what a viewer decodes may be from before it.
SKIPPED = 0.3


class Subject:
    """One instance of a fleet under a fault, with a viewer and everything that is told of it."""

    def __init__(self, fleet, events, watch, identifier="instance-0"):
        self.fleet, self.events, self.watch, self.id = fleet, events, watch, identifier

    def pid(self, name):
        """The process of one service, from /proc: what the API says is under test."""
        words = {"qemu": "qemu-system", "xserver": "Xvfb", "pulse": "pulseaudio"}
        node = self.fleet.node(self.id)["pid"]
        found = [one.pid for one in processes.family(node, f"no-{self.id}") if words[name] in one.command.split(" ")[0]]
        assert len(found) == 1, f"{name} of {self.id}: {found}"
        return found[0]

    def node_log(self):
        """What the node wrote; what it shows is kept beside the other artifacts."""
        with contextlib.suppress(OSError):
            (ARTIFACTS / f"{self.fleet.marker}-{self.id}.jpg").write_bytes(
                self.fleet.get(f"/api/instances/{self.id}/snapshot.jpg"))
        lines = (self.fleet.run_directory / self.id / "node.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-60:])

    def settle(self):
        """Waits until the instance is well and its parts have been up for long enough to count as well."""
        self.events.wait(f"{self.id} is healthy", lambda data: data["health"]["overallStatus"] == "healthy", 30,
                         "health", self.id, time.monotonic())
        time.sleep(UPTIME)
        return time.monotonic()

    def detected(self, kind, since, timeout, part=None):
        """Seconds until a report says so."""
        def says(data):
            report = data["health"]
            return report["failureType"] == kind and (
                part is None or any(one["part"] == part for one in report.get("evidence", [])))

        event = self.events.wait(f"{kind} is reported{f' because of {part}' if part else ''}", says, timeout, "health",
                                 self.id, since)
        return event.at - since

    def told(self, name, what, probe, since, timeout):
        return self.events.wait(what, probe, timeout, name, self.id, since).at - since

    def moves_again(self, since, timeout):
        """Seconds until the viewer sees a moving picture again, on the connection it had. What is still in its buffer
        when the fault is done does not count: see SKIPPED."""
        at = until("the viewer sees it move again", lambda: self.watch.back_at(since), timeout, 0.05,
                   lambda: f"{self.watch.state}; {[round(one - since, 2) for one in self.watch.frames if one > since - 5]}\n"
                           + self.node_log())
        assert self.watch.state == "connected"
        return at - since

    def healthy(self, since, timeout):
        return self.events.wait(f"{self.id} is healthy again", lambda data: data["health"]["overallStatus"] == "healthy",
                                timeout, "health", self.id, since).at - since


def note(fault, detected, back=None):
    figures.record(f"{fault}: detected", detected, "s")
    if back is not None:
        figures.record(f"{fault}: media back", back, "s")


@contextlib.contextmanager
def watched(fleet, identifier="instance-0"):
    with EventLog(fleet.url) as events, FrameWatch(f"{fleet.url}/api/instances/{identifier}/whep") as watch:
        yield Subject(fleet, events, watch, identifier)


@pytest.fixture(scope="module")
def fleet():
    with Fleet(guests=2, environment=SETTINGS, arguments=[
        # A second control socket: the node holds the first.
        "--guest-arguments=-qmp unix:spare-qmp.sock,server=on,wait=off"]) as one:
        yield one


@pytest.fixture
def subject(fleet):
    with watched(fleet) as one:
        yield one


def test_a_killed_qemu_is_told_and_comes_back(subject):
    start = subject.settle()
    os.kill(subject.pid("qemu"), signal.SIGKILL)
    start = time.monotonic()
    crash = subject.told("crash", "the crash", lambda data: data["crash"]["service"] == "qemu", start, 5)
    detected = subject.detected("qemu", start, 5)
    back = subject.moves_again(start + SKIPPED, 15) + SKIPPED
    assert crash <= 3 and detected <= 3
    assert back <= 5
    subject.healthy(start + back, 10)
    record = subject.told("recovery", "the recovery is proven",
                          lambda data: data["recovery"].get("outcome") == "recovered", start, 15)
    assert record < 20
    note("kill -9 QEMU", detected, back)


def test_a_stopped_qemu_is_hung_and_not_static(subject):
    subject.settle()
    os.kill(subject.pid("qemu"), signal.SIGSTOP)
    start = time.monotonic()
    detected = subject.detected("qemu", start, 10, "qemu")
    action = subject.told("recovery", "an attempt begins", lambda data: data["recovery"].get("outcome") is None, start, 15)
    back = subject.moves_again(start + action, 20)
    assert detected <= 6
    assert back <= 8
    subject.healthy(start + action + back, 10)
    note("SIGSTOP QEMU", detected, back)


def test_a_paused_guest_is_left_alone(subject, fleet):
    import json
    import socket

    start = subject.settle()
    path = str(fleet.run_directory / "instance-0" / "spare-qmp.sock")
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(5)
        control.connect(path)
        stream = control.makefile("rw")
        stream.readline()

        def execute(command):
            stream.write(json.dumps({"execute": command}) + "\n")
            stream.flush()
            while "return" not in (answer := json.loads(stream.readline())):
                assert "error" not in answer, answer

        execute("qmp_capabilities")
        execute("stop")
        start = time.monotonic()
        try:
            detected = subject.told("health", "the pause is told", lambda data: any(
                "paused" in one for one in data["health"]["errors"]), start, 6)
            time.sleep(6)
            reports = [one.data["health"] for one in subject.events.events("health", subject.id, start + detected)]
            assert len(reports) >= 4
            assert {(one["failureType"], one["recoveryNeeded"]) for one in reports} == {("none", False)}
            assert not subject.events.events("recovery", subject.id, start)
            assert subject.watch.state == "connected"
        finally:
            execute("cont")
        resumed = time.monotonic()
    back = subject.moves_again(resumed, 5)
    assert detected <= 3
    note("QMP stop", detected, back)


def test_a_killed_x_server_comes_back_with_its_qemu(subject):
    subject.settle()
    os.kill(subject.pid("xserver"), signal.SIGKILL)
    start = time.monotonic()
    detected = subject.detected("qemu", start, 5)
    back = subject.moves_again(start + SKIPPED, 15) + SKIPPED
    assert detected <= 3
    assert back <= 8
    subject.healthy(start + back, 10)
    note("kill -9 Xvfb", detected, back)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_sound_server_comes_back_and_the_picture_never_stops(subject, how):
    begin = subject.settle()
    until("the guest is heard", lambda: subject.watch.sounds_from(begin), 10)
    os.kill(subject.pid("pulse"), how)
    start = time.monotonic()
    detected = subject.told("health", "the sound is told", lambda data: any(
        one["part"] == "sound" for one in data["health"].get("evidence", [])), start, 8)
    action = subject.told("recovery", "an attempt begins", lambda data: data["recovery"]["strategy"] == "sound", start, 15)
    heard = until("the guest is heard again", lambda: subject.watch.sounds_from(start + action), 20, 0.05)
    assert detected <= 6
    assert heard - start - action <= 8
    subject.healthy(heard, 10)
    gap = subject.watch.longest_gap(start, heard)
    assert gap < 1, f"the picture stood for {gap:.2f} s"
    name = "kill -9" if how == signal.SIGKILL else "SIGSTOP"
    note(f"{name} PulseAudio", detected, heard - start - action)
    figures.record(f"{name} PulseAudio: longest pause of the picture", gap, "s")


def test_a_killed_node_is_started_again_and_the_others_go_on(fleet):
    with watched(fleet, "instance-1") as other, EventLog(fleet.url) as events:
        other.settle()
        pid = fleet.node("instance-0")["pid"]
        os.kill(pid, signal.SIGKILL)
        start = time.monotonic()
        detected = events.wait("the node's end is told", lambda data: data["crash"]["service"] == "instance-0", 5,
                               "crash", "instance-0", start).at - start
        until("another node", lambda: fleet.node("instance-0")["pid"] != pid, 20)
        with FrameWatch(f"{fleet.url}/api/instances/instance-0/whep") as watch:
            back = until("its picture", lambda: next(iter(watch.frames), None), 20) - start
        assert detected <= 2
        assert back <= 10
        assert other.watch.state == "connected"
        gap = other.watch.longest_gap(start, start + back)
        assert gap < 1, f"the other guest's picture stood for {gap:.2f} s"
        assert other.watch.rate(start, start + back) > 20
    note("kill -9 a node", detected, back)


def test_a_still_guest_is_healthy(fleet):
    seconds = 60 if os.environ.get("LOCO_LONG_TESTS") else 15
    with watched(fleet, "instance-1") as subject:
        subject.settle()
        _tap(fleet, "instance-1", "ArrowRight", 16)
        _tap(fleet, "instance-1", "ArrowLeft", 8)
        start = time.monotonic()
        try:
            still = subject.told("health", "its frame rate is 0", lambda data:
                                 data["health"]["deepHealth"]["video"]["estimated_frame_rate"] == 0, start, 15)
            time.sleep(seconds)
            reports = [one.data["health"] for one in subject.events.events("health", subject.id, start + still)]
            assert len(reports) >= seconds * 0.8
            assert {(one["overallStatus"], one["failureType"], one["recoveryNeeded"]) for one in reports} == {
                ("healthy", "none", False)}
            assert max(one["deepHealth"]["video"]["estimated_frame_rate"] for one in reports) == 0
        finally:
            _tap(fleet, "instance-1", "ArrowRight", 3)


def _tap(fleet, identifier, code, times):
    import json
    import urllib.request

    for _ in range(times):
        body = json.dumps({"type": "key", "code": code, "action": "tap"}).encode()
        request = urllib.request.Request(f"{fleet.url}/api/instances/{identifier}/input", body,
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()
        time.sleep(0.05)


def test_a_guest_that_dies_at_every_start_ends_in_error_with_its_reason(new_fleet, tmp_path):
    emulator = tmp_path / "broken-qemu"
    emulator.write_text("#!/bin/sh\necho 'qemu: could not open disk: it is broken' >&2\nexit 1\n")
    emulator.chmod(0o755)
    good = tmp_path / "qemu"
    good.symlink_to(subprocess.run(["which", "qemu-system-i386"], capture_output=True, text=True).stdout.strip())
    fleet = new_fleet(guests=1, environment={
        **SETTINGS, "LOCO_SUPERVISION_DELAYS": "0.2,0.4", "LOCO_GUEST_EMULATOR": str(good)}).start()
    with EventLog(fleet.url) as events:
        subject = Subject(fleet, events, None)
        good.unlink()
        good.symlink_to(emulator)
        time.sleep(UPTIME)
        os.kill(subject.pid("qemu"), signal.SIGKILL)
        start = time.monotonic()
        error = events.wait("QEMU is given up", lambda data: data["service"]["name"] == "qemu"
                            and data["service"]["state"] == "error", 30, "service", "instance-0", start)
        crashes = [one.data["crash"] for one in events.events("crash", "instance-0", start)
                   if one.data["crash"]["service"] == "qemu"]
        last = crashes[-1]
        assert last["class"] == "guest_image_error" or last["exitCode"] == 1
        assert any("it is broken" in line for line in last["lastLines"])
        # No spin: nothing is started any more.
        time.sleep(5)
        assert not [one for one in events.events("service", "instance-0", error.at + 2)
                    if one.data["service"]["state"] == "starting" and one.data["service"]["name"] == "qemu"]
        figures.record("QEMU that dies at every start: error", error.at - start, "s")
    fleet.stop()


def test_a_killed_hub_costs_no_stream(tmp_path):
    """The hub and the node are processes of their own here, as on a LAN."""
    from support.fleet import REPOSITORY, binary, free_port

    port, home = free_port(), pathlib.Path(f"/tmp/loco-hub-{os.getpid()}")
    home.mkdir(exist_ok=True)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LOCO_")},
        "XDG_RUNTIME_DIR": str(home), "LOCO_RUN_DIRECTORY": str(home / "loco"), "LOCO_ICE_ADDRESSES": "127.0.0.1",
        "LOCO_VR_PORT": "0", **SETTINGS}

    def start(*words):
        return subprocess.Popen([str(binary()), *words], env=environment, cwd=REPOSITORY, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    node = start("node", "--node-id", "instance-0", "--node-number", "0", "--node-host", "127.0.0.1", "--node-port", "0")
    hub = start("hub", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    try:
        with EventLog(url) as events:
            events.wait("the node is well", lambda data: data["health"]["overallStatus"] == "healthy", 40, "health")
            with FrameWatch(url + "/api/instances/instance-0/whep") as watch:
                hub.kill()
                hub.wait(5)
                start_of_fault = time.monotonic()
                time.sleep(2)
                hub = start("hub", "--port", str(port))
                again = events.wait("the hub tells of the node again", lambda data: True, 10, "health", "instance-0",
                                    start_of_fault + 1.9).at
                until("the stream goes on", lambda: watch.frames[-1] > again + 2, 10)
                gap = watch.longest_gap(start_of_fault, again + 2)
                assert gap < 0.5 and watch.state == "connected"
                figures.record("kill -9 the hub: longest pause of the picture", gap, "s")
                figures.record("kill -9 the hub: told again after its start", again - start_of_fault - 2, "s")
    finally:
        for process in (hub, node):
            process.terminate()
        for process in (hub, node):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        subprocess.run(["rm", "-r", "-f", str(home)], check=False)


def test_healthy_guests_raise_no_false_alarm(new_fleet):
    """Three guests: one moves and sounds, one stands still, one is silent. `make test-faults` watches them for ten minutes."""
    seconds = 600 if os.environ.get("LOCO_LONG_TESTS") else 20
    fleet = new_fleet(guests=3, environment=SETTINGS).start()
    with EventLog(fleet.url) as events, FrameWatch(f"{fleet.url}/api/instances/instance-0/whep"):
        for one in ("instance-0", "instance-1", "instance-2"):
            Subject(fleet, events, None, one).settle()
        _tap(fleet, "instance-1", "ArrowRight", 16)
        _tap(fleet, "instance-1", "ArrowLeft", 8)
        _tap(fleet, "instance-2", "KeyM", 1)
        time.sleep(4)
        start = time.monotonic()
        time.sleep(seconds)
        reports = [one for one in events.events("health", since=start)]
        assert len(reports) >= 3 * seconds * 0.9
        alarms = {(one.instance, one.data["health"]["overallStatus"], *one.data["health"]["errors"]) for one in reports
                  if one.data["health"]["overallStatus"] != "healthy" or one.data["health"]["recoveryNeeded"]}
        assert not alarms
        assert not events.events("recovery", since=start) and not events.events("crash", since=start)
        figures.record("false alarms of three healthy guests", len(alarms), f"in {seconds} s")
    fleet.stop()


if os.environ.get("LOCO_LONG_TESTS"):
    test_healthy_guests_raise_no_false_alarm = pytest.mark.timeout(900)(test_healthy_guests_raise_no_false_alarm)
