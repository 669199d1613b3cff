"""The pages that a hub serves: their addresses, and what goes on in one while it is used."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

# Violations of the page's own policy, however they come about.
POLICY_WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
  window.violations.push(`${violatedDirective}: ${blockedURI} ${sourceFile}:${lineNumber}`));
"""


def page_address(fleet, page):
    """The address of `dashboard` or `vr`; a hub that has no such page skips the test."""
    if page == "dashboard":
        return fleet.url
    try:
        known = json.loads(fleet.get("/api/config/pages"))
    except urllib.error.HTTPError as error:
        pytest.skip(f"this hub tells of no pages (status {error.code})")
    if not known.get(page):
        pytest.skip(f"this hub has no {page} page")
    url = f"http://127.0.0.1:{known[page]['port']}"
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        pytest.skip(f"this hub's {page} page answers with status {error.code}")
    return url


class Traffic:
    """Every request, redirect and WebSocket of a browser page, as addresses."""

    def __init__(self, page):
        self.addresses = []
        page.on("request", lambda one: self.addresses.append(one.url))
        page.on("websocket", lambda one: self.addresses.append(one.url))

    def elsewhere(self, url):
        """Those that went to another place than `url`; what a page carries in itself went nowhere."""
        home = urllib.parse.urlsplit(url).netloc
        return [one for one in self.addresses if not one.startswith(("data:", "blob:"))
                and urllib.parse.urlsplit(one).netloc != home]
