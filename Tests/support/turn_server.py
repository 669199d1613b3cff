"""coturn on one of the test's hosts, with a secret of its own."""

import re
import shutil
import tempfile

from .fleet import ARTIFACTS
from .polling import until
from .program import Program


class TurnServer(Program):
    """Answers at `address` of `host`, by UDP and TCP, and relays from there."""

    port = 3478

    def __init__(self, host, address, secret):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self._home = tempfile.mkdtemp(prefix="loco-turn-")
        # By a file: a command line is for all to read, here too.
        with open(f"{self._home}/turnserver.conf", "w") as file:
            file.write("\n".join([
                "use-auth-secret", f"static-auth-secret={secret}", "realm=loco", f"listening-ip={address}",
                f"relay-ip={address}", f"listening-port={self.port}", "min-port=49160", "max-port=49200", "no-cli",
                "no-tls", "no-dtls", "verbose", "log-file=stdout", f"userdb={self._home}/users",
                f"pidfile={self._home}/pid", ""]))
        super().__init__(
            host.command(["turnserver", "-c", f"{self._home}/turnserver.conf"]), ARTIFACTS / f"{host.name}-turn.log")

    def __enter__(self):
        super().__enter__()
        until("coturn listens", lambda: "TCP listener opened" in self.log(), 10, 0.05, self.log,
              lambda: None if self.process.poll() is None else "it ended")
        return self

    def relayed(self):
        """The users for whom it has opened a relay, by their names without the time."""
        return set(re.findall(r"user <\d+:([^>]+)>.*?ALLOCATE processed, success", self.log()))

    def holding(self, name):
        """How many relays of that user are open."""
        user = rf"username=<\d+:{re.escape(name)}>"
        return len(re.findall(rf": new, .*{user}", self.log())) - len(re.findall(rf": delete: .*{user}", self.log()))

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self._home, ignore_errors=True)
