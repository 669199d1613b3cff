"""A fleet on a host of the test's own."""

import json
import re
import urllib.parse
import urllib.request

from .fleet import Fleet
from .namespaces import NODE


class HostedFleet(Fleet):
    """A fleet on a host of the test's own: its HTTP is on that host's loopback, out of every viewer's reach."""

    def __init__(self, host, port, settings):
        super().__init__(port=port, environment={"LOCO_ICE_ADDRESSES": NODE, **settings})
        self.host = host
        self.command = host.command(self.command)

    def get(self, path, timeout=5.0):
        return self.host.do(lambda: super(HostedFleet, self).get(path, timeout))

    def play(self, offer):
        """Takes an offer by WHEP; gives the answer and the session's path."""
        request = urllib.request.Request(
            self.url + "/api/instances/instance-0/whep", offer.encode(), {"Content-Type": "application/sdp"})

        def call():
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read().decode(), answer.headers["Location"]

        return self.host.do(call)

    def end(self, location):
        request = urllib.request.Request(urllib.parse.urljoin(self.url, location), method="DELETE")
        self.host.do(lambda: urllib.request.urlopen(request, timeout=10).close())

    def configuration(self):
        return json.loads(self.get("/api/config/webrtc"))

    def node_log(self):
        return (self.run_directory / "instance-0" / "node.log").read_text(errors="replace")

    def endings(self):
        return re.findall(r"reason=([a-z-]+).*session ended", self.node_log())
