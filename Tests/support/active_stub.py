"""The hub's active set as agreed, for a hub that does not have it yet."""

import json
import re
import urllib.error
import urllib.request


class ActiveSet:
    """Sets and reads the active set as another client does: at the hub, or at a stand-in for it inside the browser."""

    def __init__(self, fleet):
        self._fleet = fleet
        self._sockets = []
        self._ids = []
        try:
            fleet.get("/api/active")
            self.real = True
        except urllib.error.HTTPError:
            self.real = False

    def attach(self, context):
        if not self.real:
            context.route_web_socket(re.compile("/active$"), self._open)

    @property
    def ids(self):
        return json.loads(self._fleet.get("/api/active"))["active"] if self.real else self._ids

    def set(self, ids):
        if not self.real:
            return self._change(ids)
        request = urllib.request.Request(
            self._fleet.url + "/api/active", json.dumps({"ids": ids}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()

    def _open(self, socket):
        self._sockets.append(socket)
        socket.on_message(lambda text: self._change(json.loads(text)["ids"]))
        socket.send(json.dumps({"active": self._ids}))

    def _change(self, ids):
        self._ids = ids
        for one in self._sockets:
            one.send(json.dumps({"active": ids}))
