"""An API server on 127.0.0.1 that serves lists, pages and watches of pods made from recorded ones."""

import copy
import http.server
import json
import pathlib
import socket
import threading
import time
import urllib.parse

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "Fixtures" / "kubernetes"


def _items(name):
    return json.loads((FIXTURES / name).read_text())["items"]


class KubernetesAPI:
    """Pods, StatefulSets and Services of one namespace. `stop()` refuses connections, `start()` is back at its port."""

    def __init__(self):
        self.version = 1000
        self.objects = {
            "pods": {}, "services": {one["metadata"]["name"]: one for one in _items("services-list.json")},
            "statefulsets": {"loco-emulator": _items("statefulsets-list.json")[0]}}
        self.log = []
        self.changed = threading.Condition()
        self.port = 0
        self.requests = 0
        self._made = 0
        self._server = None
        self._stopping = False
        self._connections = set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._stopping = False

        class Handler(_Handler):
            api = self

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self._thread.start()

    def stop(self):
        if self._server is None:
            return
        with self.changed:
            self._stopping = True
            self.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        for one in list(self._connections):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def put(self, kind, name, item):
        """Adds or changes an object, and tells it to who watches."""
        with self.changed:
            self.version += 1
            item["metadata"]["resourceVersion"] = str(self.version)
            event = "MODIFIED" if name in self.objects[kind] else "ADDED"
            self.objects[kind][name] = item
            self._note(kind, event, item)

    def remove(self, name):
        with self.changed:
            item = copy.deepcopy(self.objects["pods"].pop(name))
            self.version += 1
            item["metadata"]["resourceVersion"] = str(self.version)
            self._note("pods", "DELETED", item)

    def _note(self, kind, event, item):
        line = json.dumps({"type": event, "object": item}, separators=(",", ":")).encode() + b"\n"
        self.log.append((self.version, kind, line))
        self.changed.notify_all()

    def scale(self, replicas):
        one = copy.deepcopy(self.objects["statefulsets"]["loco-emulator"])
        one["spec"]["replicas"] = replicas
        self.put("statefulsets", "loco-emulator", one)

    def pod(self, number, address=None, phase="Running"):
        """Puts a new pod of that number; one without an address waits for a machine."""
        self._made += 1
        one = copy.deepcopy(_POD)
        name = f"loco-emulator-{number}"
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_800_000_000 + self._made))
        one["metadata"].update(name=name, uid=f"uid-{self._made}", creationTimestamp=stamp)
        one["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = str(number)
        if address is None:
            one["spec"].pop("nodeName", None)
            one["status"] = {"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2 nodes"}]}
        else:
            one["status"].update(phase=phase, podIP=address, podIPs=[{"ip": address}])
        self.put("pods", name, one)
        return one


_POD = _items("pods-list.json")[0]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    api = None

    def setup(self):
        super().setup()
        self.api._connections.add(self.connection)

    def finish(self):
        self.api._connections.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def log_message(self, *_):
        pass

    def do_GET(self):  # noqa: N802 its name is given
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        kind = url.path.rsplit("/", 1)[1]
        self.api.requests += 1
        if self.api._stopping or kind not in self.api.objects:
            self.close_connection = True
            return
        if query.get("watch") == "true":
            self._watch(kind, query)
        else:
            self._list(kind, query)

    def _list(self, kind, query):
        limit, after = int(query.get("limit", "100000")), query.get("continue", "")
        with self.api.changed:
            every = [item for name, item in sorted(self.api.objects[kind].items()) if name > after]
            metadata = {"resourceVersion": str(self.api.version)}
        page = every[:limit]
        if len(page) < len(every):
            metadata["continue"] = page[-1]["metadata"]["name"]
        body = json.dumps({"kind": "List", "metadata": metadata, "items": page}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _watch(self, kind, query):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        version = int(query["resourceVersion"])
        end = time.monotonic() + int(query["timeoutSeconds"])
        try:
            while True:
                with self.api.changed:
                    lines = [line for at, of, line in self.api.log if at > version and of == kind]
                    if not lines and not self.api._stopping and time.monotonic() < end:
                        self.api.changed.wait(end - time.monotonic())
                        continue
                    version = self.api.version
                for line in lines:
                    self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                if self.api._stopping:
                    # Cut, not ended.
                    self.close_connection = True
                    return
                if time.monotonic() >= end:
                    bookmark = json.dumps({"type": "BOOKMARK", "object": {
                        "kind": "Pod", "metadata": {"resourceVersion": str(version)},
                        "spec": {"containers": None}}}).encode() + b"\n"
                    self.wfile.write(f"{len(bookmark):x}\r\n".encode() + bookmark + b"\r\n0\r\n\r\n")
                    return
        except OSError:
            self.close_connection = True
