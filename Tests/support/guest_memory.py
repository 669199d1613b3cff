"""What a demo guest itself knows, read from its memory while it runs: keys, pointer, buttons (demo/README.md)."""

import json
import socket

from state import ADDRESS, SIZE, decode

from .polling import until

# A second control socket: the node holds the first, and QEMU serves one client on each.
SPARE_CONTROL = "--guest-arguments=-qmp unix:spare-qmp.sock,server=on,wait=off"


class GuestMemory:
    """The state block of one guest of a fleet that was started with `SPARE_CONTROL`."""

    def __init__(self, fleet, identifier="instance-0"):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(5)
        self._socket.connect(str(fleet.run_directory / identifier / "spare-qmp.sock"))
        self._lines = self._socket.makefile("r")
        self._lines.readline()
        self._execute("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lines.close()
        self._socket.close()

    def _execute(self, command, **arguments):
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while "return" not in (answer := json.loads(self._lines.readline())):
            assert "error" not in answer, answer
        return answer["return"]

    def state(self):
        """The guest's state now."""
        text = self._execute("human-monitor-command", **{"command-line": f"xp /{SIZE // 4}xw {ADDRESS:#x}"})
        words = [int(word, 16) for line in text.splitlines() for word in line.split(":")[1].split()]
        return decode(b"".join(word.to_bytes(4, "little") for word in words))

    def wait(self, what, condition, timeout=5.0):
        """The first state for which `condition(state)` holds."""
        seen = []

        def probe():
            seen[:] = [self.state()]
            return seen[0] if condition(seen[0]) else None

        return until(f"the guest has {what}", probe, timeout, 0.02, lambda: f"the guest's state: {seen}")

    def wait_still(self, what="nothing pressed", timeout=5.0):
        """Waits until no key and no button is down."""
        return self.wait(what, lambda one: one.keys_down == 0 and one.buttons == 0, timeout)
