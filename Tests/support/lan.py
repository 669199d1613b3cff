"""A LAN that a test makes: hosts with agents, each on a wire of its own to the host of the hub and its viewers."""

import contextlib
import json
import pathlib
import signal
import stat
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from .agents import NODE_TOKEN, Agent, clean_environment, inventory, loco
from .fleet import ARTIFACTS, REPOSITORY, binary, free_port
from .namespaces import Host
from .polling import until


# Seconds: a node that has run for so long and is killed is started again at once, as by default after half a minute.
HEALTHY_UPTIME = 1


class Lan:
    """`names` hosts with an agent each, and a host for the hub, which reaches all of them; they do not reach each other."""

    def __init__(self, names, environment=None):
        self._mark = uuid.uuid4().hex[:6]
        self._stack = contextlib.ExitStack()
        self._environment = environment or {}
        self.names = list(names)
        self.agents = {}
        self.wires = {}

    def __enter__(self):
        try:
            return self._open()
        except BaseException:
            self._stack.close()
            raise

    def _host(self, role):
        host = Host(f"loco-{self._mark}-{role}")
        self._stack.callback(host.remove)
        return host

    def _open(self):
        self.folder = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="loco-", dir="/tmp")))
        self.middle = self._host("hub")
        for number, name in enumerate(self.names, 1):
            host, wire, address = self._host(name), f"w{number}", f"10.78.{number}.2"
            self.middle.ip("link", "add", wire, "type", "veth", "peer", "name", "wire", "netns", host.name)
            for end, device, own in ((self.middle, wire, f"10.78.{number}.1"), (host, "wire", address)):
                end.ip("address", "add", f"{own}/24", "dev", device)
                end.without_ipv6(device)
                end.ip("link", "set", device, "up")
            self.wires[name] = wire
            self.agents[name] = self._stack.enter_context(Agent(
                host, address, port=8081, environment={
                    "LOCO_ICE_ADDRESSES": address, "LOCO_SUPERVISION_HEALTHY_UPTIME": str(HEALTHY_UPTIME),
                    **self._environment}))
        self.inventory = inventory(self.folder / "inventory.yml", self.agents)
        return self

    def __exit__(self, *_):
        self._stack.close()

    def cut(self, name):
        self.middle.ip("link", "set", self.wires[name], "down")

    def heal(self, name):
        self.middle.ip("link", "set", self.wires[name], "up")

    def loco(self, *words, **options):
        """A command on the hub's host."""
        return loco(*words, host=self.middle, environment={"LOCO_TOKEN": NODE_TOKEN}, **options)

    def chromium(self):
        """A program that is Chromium on the hub's host."""
        path = self.folder / "chromium"
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.middle.name} /usr/bin/chromium "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path


class LanHub:
    """`loco hub` over a LAN's inventory, on the loopback of its own host. name: of its folder, which it finds again."""

    def __init__(self, lan, name="hub"):
        self.lan, self.port = lan, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = ARTIFACTS / f"lan-hub-{uuid.uuid4().hex}.log"
        self.environment = {
            **clean_environment(), "LOCO_TOKEN": NODE_TOKEN, "LOCO_HUB_INVENTORY": str(lan.inventory),
            "LOCO_RUN_DIRECTORY": str(lan.folder / name), "LOCO_VR_PORT": "0"}

    def __enter__(self):
        command = self.lan.middle.command([binary(), "hub", "--port", self.port])
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)
        try:
            until("the hub answers", lambda: self.get("/api/instances") is not None, 20, 0.1, self.log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def send(self, path, body=None, timeout=10.0):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {NODE_TOKEN}", **({"Content-Type": "application/json"} if body is not None else {})})

        def call():
            try:
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    return answer.status, json.loads(answer.read())
            except urllib.error.HTTPError as error:
                return error.code, json.loads(error.read())

        return self.lan.middle.do(call)

    def get(self, path):
        status, body = self.send(path)
        return body if status == 200 else None

    def instances(self):
        return {one["id"]: one for one in self.get("/api/instances") or []}

    def ready(self):
        return sorted(name for name, one in self.instances().items() if one["ready"])

    def wait_ready(self, names, timeout=60):
        start = time.monotonic()
        until(f"{names} are ready", lambda: self.ready() == sorted(names), timeout, 0.1, self.explain)
        return time.monotonic() - start

    def health(self, identifier):
        return self.get(f"/api/quality/deep-health/{identifier}")

    def explain(self):
        return json.dumps(self.instances(), indent=1) + "\n" + self.log()

    def log(self):
        try:
            return self.log_path.read_text(errors="replace")[-6000:]
        except OSError:
            return "(no log)"
