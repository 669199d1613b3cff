"""The pages' files by themselves, for tests of one module: real files in a real browser, and no guest behind them."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from .fleet import REPOSITORY


class _Files(SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/":
            return super().do_GET()
        # A document without a script of its own, for the test to import what it wants.
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b'<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,">')

    def log_message(self, *_):
        pass


class StaticPages:
    """Serves `Sources/Gateway/Web`, and an empty page at `/`, on a free port of 127.0.0.1 while entered."""

    def __enter__(self):
        handler = functools.partial(_Files, directory=REPOSITORY / "Sources" / "Gateway" / "Web")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
