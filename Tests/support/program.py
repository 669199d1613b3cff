"""Programs that a test starts on a host of its own, ended when their `with` block ends."""

import json
import queue
import subprocess
import threading


class Program:
    """A program whose output goes to a log."""

    def __init__(self, command, log_path, **options):
        self._command = command
        self.log_path = log_path
        self._options = options

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = self._start(log)
        return self

    def _start(self, log):
        return subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **self._options)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def __exit__(self, *_):
        self.process.terminate()
        self._await_end()

    def _await_end(self):
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Talker(Program):
    """A program that is spoken to in JSON, one message a line, and ends with its input; its errors go to the log."""

    def _start(self, log):
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, **self._options)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=[process.stdout], daemon=True).start()
        return process

    def _read(self, output):
        with output:
            for line in output:
                self._lines.put(json.loads(line))
        self._lines.put(None)

    def say(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, timeout):
        """The next message; fails after `timeout` seconds without one."""
        try:
            message = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"nothing said within {timeout:g} s:\n{self.log()}") from None
        assert message is not None, f"the program ended:\n{self.log()}"
        return message

    def __exit__(self, *_):
        self.process.stdin.close()
        self._await_end()
