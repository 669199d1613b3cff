"""The recordings of one guest over HTTP, and who watches it meanwhile."""

import contextlib
import json
import urllib.error
import urllib.request

import aiohttp

from .peer import Peer, play

ID = "instance-0"


class Recordings:
    """The recordings of one guest, as a client of the hub or of its node sees them."""

    def __init__(self, fleet, base=None):
        self.fleet = fleet
        self.base = base or f"{fleet.url}/api/instances/{ID}/recordings"

    def ask(self, method, path="", body=None, headers=None, timeout=20):
        """Gives status, headers and body."""
        data = None if body is None else json.dumps(body).encode()
        given = {**({"Content-Type": "application/json"} if data else {}), **(headers or {})}
        request = urllib.request.Request(self.base + path, data=data, headers=given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def refused(self, *words, **options):
        status, _, body = self.ask(*words, **options)
        return status, json.loads(body)["error"]

    def start(self, **wish):
        status, headers, body = self.ask("POST", body=wish)
        assert status == 201, body
        recording = json.loads(body)
        assert headers["Location"].endswith(f"/recordings/{recording['id']}")
        return recording

    def get(self, identifier):
        status, _, body = self.ask("GET", f"/{identifier}")
        assert status == 200, body
        return json.loads(body)

    def stop(self, identifier):
        status, _, body = self.ask("POST", f"/{identifier}/stop")
        assert status == 200, body
        return json.loads(body)

    def file(self, identifier, part=1):
        status, _, body = self.ask("GET", f"/{identifier}/file" + (f"?part={part}" if part > 1 else ""))
        assert status == 200, body[:300]
        return body

    def list(self):
        return json.loads(self.ask("GET")[2])["recordings"]


def health(fleet):
    return json.loads(fleet.get(f"/api/instances/{ID}/health"))


@contextlib.asynccontextmanager
async def watching(fleet, codec="H264"):
    peer = Peer(codec=codec)
    async with aiohttp.ClientSession() as session:
        try:
            _, location = await play(session, f"{fleet.url}/api/instances/{ID}/whep", peer)
            await peer.wait_frames(10)
            yield peer
            async with session.delete(location):
                pass
        finally:
            await peer.close()
