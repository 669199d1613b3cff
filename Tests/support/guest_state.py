"""The demo guest's state block, read over a second control socket of QEMU's (the node holds the first)."""

import json
import pathlib
import socket
import sys

from .polling import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))

import state as demo  # noqa: E402

SOCKET = "spare-qmp.sock"
# For `loco up`: relative paths begin in the instance's folder.
ARGUMENTS = [f"--guest-arguments=-qmp unix:{SOCKET},server=on,wait=off"]


class GuestState:
    """A reader of one guest's memory; for a fleet that was started with ARGUMENTS."""

    def __init__(self, fleet, identifier="instance-0"):
        self.folder = fleet.run_directory / identifier
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(5)
        self._socket.connect(str(self.folder / SOCKET))
        self._stream = self._socket.makefile("rw")
        self._stream.readline()
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        while "return" not in (answer := json.loads(self._stream.readline())):
            assert "error" not in answer, answer
        return answer["return"]

    def read(self):
        file = self.folder / "state.bin"
        self.execute("pmemsave", val=demo.ADDRESS, size=demo.SIZE, filename=str(file))
        return demo.decode(file.read_bytes())

    def wait_for(self, what, condition, timeout=5.0):
        """The first state of which it is true."""
        until(what, lambda: condition(self.read()), timeout, 0.02, lambda: str(self.read()))
        return self.read()

    def close(self):
        self._stream.close()
        self._socket.close()
