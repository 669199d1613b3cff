"""Waiting with a deadline, and saying why it was in vain."""

import time


class Waiting(AssertionError):
    """A condition did not come true in time."""


def until(what, probe, timeout=15.0, interval=0.1, explain=None, hopeless=None):
    """Calls `probe` until it gives something true, and gives that.

    what: the condition as words for the failure. timeout, interval: seconds.
    explain: called on failure; its text says how things stood.
    hopeless: called between tries; a text from it ends the waiting at once, for nothing will come any more.
    A probe that raises counts as false; its last exception is part of the message.
    """
    deadline = time.monotonic() + timeout
    last = None
    reason = None
    while True:
        try:
            last = probe()
            if last:
                return last
        except Exception as error:  # noqa: BLE001 the reason is told below
            last = error
        reason = hopeless() if hopeless is not None else None
        if reason or time.monotonic() >= deadline:
            break
        time.sleep(interval)
    message = f"gave up waiting for: {what}; {reason or f'not within {timeout:g} s'}; last seen: {last!r}"
    if explain is not None:
        try:
            message += f"\n{explain()}"
        except Exception as error:  # noqa: BLE001
            message += f"\n(no explanation: {error!r})"
    raise Waiting(message)
