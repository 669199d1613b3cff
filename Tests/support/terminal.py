"""A command of loco on a terminal, as a person sees it."""

import os
import pty
import subprocess
import threading

from .agents import clean_environment
from .fleet import binary

CLEAR = "\x1b[H\x1b[2J"


class Terminal:
    """Runs a command with a terminal as its output, and keeps what it shows."""

    def __init__(self, *words):
        self._words = [str(binary()), *map(str, words)]
        self._text = ""

    def __enter__(self):
        self._own, other = pty.openpty()
        try:
            self.process = subprocess.Popen(
                self._words, env=clean_environment(), cwd="/", stdin=subprocess.DEVNULL, stdout=other, stderr=other,
                start_new_session=True)
        finally:
            os.close(other)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(5)
        self._thread.join(5)
        os.close(self._own)

    def _read(self):
        while True:
            try:
                data = os.read(self._own, 65536)
            except OSError:  # nobody has the other end any more
                return
            if not data:
                return
            self._text += data.decode(errors="replace").replace("\r\n", "\n")

    @property
    def screens(self):
        """Times that it was cleared."""
        return self._text.count(CLEAR)

    @property
    def screen(self):
        """What was shown whole last: what it shows now may be half of it."""
        return (self._text.split(CLEAR)[-2:] or [""])[0]

    def explain(self):
        return self._text[-3000:]
