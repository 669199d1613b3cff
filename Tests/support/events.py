"""What a hub or a node tells on `/events`, read as it comes (Server-Sent Events)."""

import http.client
import json
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

from .polling import until


@dataclass
class Event:
    """One event: when it was read (time.monotonic()), its name and its JSON."""

    at: float
    name: str
    data: dict = field(repr=False)

    @property
    def instance(self):
        return self.data.get("instance")


class EventLog:
    """Reads `url` + /events in a thread of its own until it is closed; connects again where it was cut off.

    host: a `namespaces.Host` from which to read. token: what the reader presents.
    """

    LIMIT = 20_000

    def __init__(self, url, host=None, token=None):
        self._address = urllib.parse.urlsplit(url)
        self._host = host
        self._headers = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {token}"} if token else {})}
        self._events = []
        self._closed = threading.Event()
        self.connections = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._closed.set()
        self._thread.join(5)

    def events(self, name=None, instance=None, since=0.0):
        return [one for one in list(self._events)
                if one.at >= since and name in (None, one.name) and instance in (None, one.instance)]

    def wait(self, what, probe, timeout, name=None, instance=None, since=0.0):
        """The first event for which `probe(event.data)` is true."""
        def found():
            return next((one for one in self.events(name, instance, since) if probe(one.data)), None)

        return until(what, found, timeout, 0.02, lambda: "\n".join(
            f"{one.at - since:7.2f} s {one.name} {one.instance} {self._brief(one)}"
            for one in self.events(None, instance, since)[-40:]))

    @staticmethod
    def _brief(event):
        data = event.data
        match event.name:
            case "health":
                report = data["health"]
                return (f"{report['overallStatus']} {report['failureType']} "
                        f"{report['deepHealth']['video']['estimated_frame_rate']} fps {report['errors']}")
            case "service":
                return f"{data['service']['name']} {data['service']['state']}"
            case "crash":
                return f"{data['crash']['service']} {data['crash']['class']}"
            case "recovery":
                record = data["recovery"]
                return f"{record['strategy']} attempt {record['attempt']} {record.get('outcome')} {record.get('detail')}"
            case _:
                return json.dumps(data.get(event.name, data.get("news")))

    def _connect(self):
        def call():
            connection = http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=15)
            connection.request("GET", "/events", headers=self._headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise OSError(f"status {answer.status}")
            return connection, answer

        return self._host.do(call) if self._host else call()

    def _run(self):
        while not self._closed.is_set():
            try:
                connection, answer = self._connect()
            except OSError:
                self._closed.wait(0.2)
                continue
            self.connections += 1
            try:
                self._read(answer)
            except (OSError, http.client.HTTPException, ValueError):
                pass
            finally:
                connection.close()

    def _read(self, answer):
        name, lines = "message", []
        while not self._closed.is_set():
            raw = answer.readline()
            if not raw:
                return
            line = raw.decode().rstrip("\r\n")
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                lines.append(line[5:].removeprefix(" "))
            elif not line and lines:
                self._events.append(Event(time.monotonic(), name, json.loads("\n".join(lines))))
                del self._events[:-self.LIMIT]
                name, lines = "message", []
