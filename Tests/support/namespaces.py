"""Hosts that a test makes itself: network namespaces that reach one in the middle, and not each other."""

import concurrent.futures
import ctypes
import os
import subprocess
import uuid

import pytest

NODE, MIDDLE, VIEWER = "10.77.1.2", "10.77.0.1", "10.77.2.2"
CLONE_NEWNET = 0x40000000


def require_namespaces():
    """Skips where this user or machine may not make network namespaces."""
    name = f"loco-try-{uuid.uuid4().hex[:6]}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no network namespaces here: {made.stderr.strip() or 'ip netns add failed'}")
    subprocess.run(["ip", "netns", "delete", name], check=True)


class Host:
    """One network namespace."""

    def __init__(self, name):
        self.name = name
        _ip("netns", "add", name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        _ip("-n", self.name, *words)

    def without_ipv6(self, device):
        """Before it is up: no address of its own appears on it a second or two later, in the middle of what a browser
        loads. Chromium is known to give up requests then (ERR_NETWORK_CHANGED)."""
        try:
            self.ip("link", "set", device, "addrgenmode", "none")
        except RuntimeError:
            # A kernel without IPv6 gives it none.
            if os.path.exists("/proc/net/if_inet6"):
                raise

    def command(self, words):
        """The command line that runs `words` on this host; it keeps the process id."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def do(self, call):
        """Gives what `call` gives in a thread that is on this host: sockets it opens belong to it."""

        def inside():
            namespace = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")
            finally:
                os.close(namespace)
            return call()

        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(inside).result()

    def block_udp(self):
        """From here on this host sends nothing over UDP."""
        self.ip("rule", "add", "ipproto", "udp", "priority", "1", "prohibit")

    def allow_udp(self):
        self.ip("rule", "delete", "priority", "1")

    def remove(self):
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)


class Network:
    """A node's host and a viewer's, each on a wire to `middle`, which forwards nothing; both know its address."""

    def __init__(self):
        self._mark = uuid.uuid4().hex[:6]
        self._hosts = []

    def __enter__(self):
        try:
            self.node, self.middle, self.viewer = (self._add(role) for role in ("node", "middle", "viewer"))
            self.middle.ip("address", "add", f"{MIDDLE}/32", "dev", "lo")
            for host, address in ((self.node, NODE), (self.viewer, VIEWER)):
                gateway = address.rsplit(".", 1)[0] + ".1"
                wire = f"w{address.split('.')[2]}"
                self.middle.ip("link", "add", wire, "type", "veth", "peer", "name", "wire", "netns", host.name)
                for end, device, own in ((self.middle, wire, gateway), (host, "wire", address)):
                    end.ip("address", "add", f"{own}/24", "dev", device)
                    end.ip("link", "set", device, "up")
                host.ip("route", "add", f"{MIDDLE}/32", "via", gateway)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _add(self, role):
        self._hosts.append(Host(f"loco-{self._mark}-{role}"))
        return self._hosts[-1]

    def __exit__(self, *_):
        for host in self._hosts:
            host.remove()


def _ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
