"""Notices: what happens to a guest while the page is open is told once, with its class, within two seconds; what was so
before is no news. Faults are done to real processes; what cannot be had without breaking more is told to the page in the
hub's own words."""

import json
import os
import re
import signal
import time

import pytest

from support.events import EventLog
from support.guest_processes import pid_of
from support.polling import until
from test_dashboard import INTERCEPT

pytestmark = pytest.mark.timeout(100)

IDS = ["instance-0", "instance-1"]
GUESTS = 2
ENVIRONMENT = {"LOCO_SUPERVISION_HEALTHY_UPTIME": "3", "LOCO_SUPERVISION_DELAYS": "1,2,4"}

# Tells the page an event as the hub would.
TELL = """([kind, instance, more]) => loco.events.dispatchEvent(new CustomEvent(kind, { detail: {
  id: `made-up-${Math.random()}`, time: new Date().toISOString(), instance, kind, ...more } }))"""
# Everything that has been a notice since the page was opened, by key.
NOTED = """window.noted = {};
document.addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  for (const one of document.querySelectorAll('.toast')) {
    const texts = window.noted[one.dataset.key] ??= [];
    if (texts.at(-1) !== one.textContent) texts.push(one.textContent);
  }
}).observe(document.body, { subtree: true, childList: true, characterData: true }));"""


def healthy(fleet):
    reports = json.loads(fleet.get("/api/quality/deep-health")).values()
    return {one["overallStatus"] for one in reports} == {"healthy"}


def ready(viewer, fleet):
    # For a while: what the test before did to a guest may not have been noticed yet.
    until("all guests are healthy for 2 s", lambda: all((time.sleep(0.25), healthy(fleet))[1] for _ in range(8)), 40)
    viewer.page.add_init_script(NOTED)
    viewer.open()
    for one in IDS:
        viewer.wait_playing(one)
    # Long enough for a part to count as having been well.
    viewer.page.wait_for_timeout(3500)
    return viewer


def tell(viewer, kind, instance, **more):
    viewer.page.evaluate(TELL, [kind, instance, more])


def toasts(viewer):
    return viewer.page.locator(".toast:visible")


def trouble(viewer, identifier=IDS[0]):
    return viewer.page.locator(f".toast[data-key='trouble {identifier}']")


def noted(viewer):
    return viewer.page.evaluate("window.noted")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_failure_is_one_notice_from_its_beginning_to_its_end(viewer, fleet, how):
    ready(viewer, fleet)
    name = fleet.instance(IDS[0])["name"]
    with EventLog(fleet.url) as events:
        start = time.monotonic()
        os.kill(pid_of(fleet, IDS[0], "qemu"), how)
        known = events.wait("the hub knows", lambda data: data["health"]["failureType"] == "qemu", 10, "health", IDS[0],
                            start).at
        until("the notice names the class", lambda: trouble(viewer).locator(".failure-class").inner_text() == "qemu", 5,
              0.02, explain=lambda: noted(viewer))
        assert time.monotonic() - known < 2
        assert name in trouble(viewer).inner_text()
        viewer.screenshot(f"toast-failure-{how.name}")
        until("the attempt is told", lambda: any("Restarting QEMU" in text or "QEMU was restarted" in text
                                                 for text in noted(viewer)[f"trouble {IDS[0]}"]), 20)
        until("its end is told", lambda: trouble(viewer).get_attribute("data-tone") == "good", 30,
              explain=lambda: noted(viewer))
        over = time.monotonic()
        assert "is over: QEMU was restarted" in trouble(viewer).inner_text()
        viewer.screenshot(f"toast-recovered-{how.name}")
        until("good news goes by itself", lambda: trouble(viewer).count() == 0, 12)
        assert 6 < time.monotonic() - over < 11
    if how == signal.SIGKILL:
        assert any("QEMU ended: SIGKILL" in text for text in noted(viewer)[f"trouble {IDS[0]}"])
    assert set(noted(viewer)) == {f"trouble {IDS[0]}"}, "one trouble is one notice"
    # The tile plays by itself, in the session it had or in another.
    viewer.wait_playing(IDS[0])


def test_what_was_before_the_page_is_no_news(viewer, fleet):
    with EventLog(fleet.url) as events:
        time.sleep(3.5)
        start = time.monotonic()
        os.kill(pid_of(fleet, IDS[1], "qemu"), signal.SIGKILL)
        events.wait("its recovery is over", lambda data: data["recovery"].get("outcome") == "recovered", 40, "recovery",
                    IDS[1], start)
    time.sleep(3)
    ready(viewer, fleet)
    assert viewer.page.evaluate("loco.panel !== undefined")
    assert noted(viewer) == {}
    # Nor when the stream of events begins anew.
    viewer.page.evaluate("() => { loco.events.stop(); loco.events.start() }")
    viewer.page.wait_for_timeout(3000)
    assert noted(viewer) == {}
    assert viewer.errors == []


def test_a_killed_node_is_told_as_one(viewer, fleet):
    ready(viewer, fleet)
    os.kill(fleet.node(IDS[1])["pid"], signal.SIGKILL)
    until("the notice tells", lambda: "node" in trouble(viewer, IDS[1]).inner_text().lower(), 6, 0.05,
          explain=lambda: noted(viewer))
    until("its end is told", lambda: trouble(viewer, IDS[1]).get_attribute("data-tone") == "good", 40,
          explain=lambda: noted(viewer))
    viewer.wait_playing(IDS[1], 30)
    fleet.note()


def test_at_most_three_are_seen_and_the_rest_is_a_number(viewer, fleet):
    ready(viewer, fleet)
    for number in range(5):
        tell(viewer, "recording", IDS[0], recording={"id": f"r{number}", "state": "failed", "error": {"code": "x", "message": f"No room {number}."}})
    assert toasts(viewer).count() == 3
    more = viewer.page.locator(".toasts-more")
    assert more.inner_text() == "+2 more", viewer.page.evaluate("window.noted")
    viewer.screenshot("toasts-many")
    more.click()
    assert toasts(viewer).count() == 5 and more.get_attribute("aria-expanded") == "true"
    viewer.screenshot("toasts-unfolded")
    more.click()
    # Told again it is the same notice.
    tell(viewer, "recording", IDS[0], recording={"id": "r4", "state": "failed", "error": {"code": "x", "message": "Still no room."}})
    assert toasts(viewer).count() == 3 and more.inner_text() == "+2 more"
    assert "Still no room." in toasts(viewer).last.inner_text()
    # The keyboard takes them away, one after the other.
    toasts(viewer).last.get_by_role("button", name="Dismiss").focus()
    for left in (4, 3, 2, 1, 0):
        viewer.page.keyboard.press("Enter" if left % 2 else "Escape")
        assert viewer.page.locator(".toast").count() == left
    assert viewer.page.locator(".toasts-list").get_attribute("aria-live") == "polite"
    assert viewer.errors == []


def test_none_goes_while_it_is_read(viewer, fleet):
    ready(viewer, fleet)
    for phase in ("announcing", "gone"):
        tell(viewer, "instance", "instance-7", news={"phase": phase, "progress": 0, "message": "x"})
    until("both are told", lambda: toasts(viewer).count() == 2, 3)
    assert "New guest" in toasts(viewer).first.inner_text() and "went away" in toasts(viewer).last.inner_text()
    toasts(viewer).first.hover()
    viewer.page.wait_for_timeout(9500)
    assert toasts(viewer).count() == 2
    viewer.page.mouse.move(10, 300)
    until("they go afterwards", lambda: toasts(viewer).count() == 0, 10)


def test_many_guests_that_come_are_one_notice(viewer, fleet):
    ready(viewer, fleet)
    for number in range(3, 9):
        tell(viewer, "instance", f"instance-{number}", news={"phase": "announcing", "progress": 0, "message": "it was found"})
    until("they are told", lambda: toasts(viewer).count() == 1, 3)
    assert "6 new guests" in toasts(viewer).inner_text()


def test_a_dismissed_trouble_is_not_told_again_before_it_is_over(viewer, fleet):
    ready(viewer, fleet)
    bad = {"overallStatus": "unhealthy", "failureType": "network", "recoveryNeeded": True, "errors": ["the bridge is down"],
           "evidence": [], "deepHealth": {}, "timestamp": "2026-01-01T00:00:00Z"}
    good = {**bad, "overallStatus": "healthy", "failureType": "none", "errors": []}
    tell(viewer, "health", "instance-7", health=good)
    tell(viewer, "health", "instance-7", health=bad)
    assert "network" in trouble(viewer, "instance-7").inner_text()
    trouble(viewer, "instance-7").get_by_role("button", name="Dismiss").click()
    tell(viewer, "health", "instance-7", health=bad)
    tell(viewer, "health", "instance-7", health=good)
    assert trouble(viewer, "instance-7").count() == 0
    tell(viewer, "health", "instance-7", health=bad)
    assert trouble(viewer, "instance-7").count() == 1
    # What only degrades for a moment is no matter.
    weak = {**bad, "overallStatus": "degraded", "failureType": "qemu"}
    tell(viewer, "health", "instance-8", health=good)
    tell(viewer, "health", "instance-8", health=weak)
    tell(viewer, "health", "instance-8", health=good)
    assert trouble(viewer, "instance-8").count() == 0


def test_details_of_a_notice_open_the_panel(viewer, fleet):
    ready(viewer, fleet)
    tell(viewer, "crash", IDS[0], crash={"service": "pulse", "time": "2026-01-01T00:00:00Z", "pid": 1, "exitCode": 1, "signal": None,
                                         "uptime": 5, "lastLines": [], "class": "nonzero_exit"})
    assert "Sound server ended: exit code 1" in trouble(viewer).inner_text()
    trouble(viewer).get_by_role("button", name="Details").click()
    assert viewer.page.locator("dialog.panel").is_visible()
    # The guest is well all the time, so it is over soon.
    until("its end is told", lambda: trouble(viewer).get_attribute("data-tone") == "good", 8)


def test_a_session_that_does_not_get_there_is_told_with_its_leg(viewer, fleet):
    viewer.page.add_init_script(NOTED + INTERCEPT + f"breakLeg('signaling', '{IDS[0]}')")
    viewer.open()
    start = time.monotonic()
    stuck = viewer.page.locator(f".toast[data-key='stuck {IDS[0]}']")
    until("the notice tells", lambda: stuck.count() == 1, 15, explain=lambda: viewer.metrics(IDS[0]))
    assert 8.5 < time.monotonic() - start < 13.5
    assert re.search(r"No answer from the guest \(signaling\)", stuck.inner_text())
    viewer.screenshot("toast-stuck")
    viewer.page.evaluate("window.fault = null")
    viewer.wait_playing(IDS[0], 30)
    until("it goes", lambda: stuck.count() == 0, 3)
    assert set(noted(viewer)) <= {f"stuck {IDS[0]}", f"connected {IDS[0]}"}


def test_how_it_looks_on_a_phone(new_viewer, fleet):
    viewer = ready(new_viewer(fleet.url, 390, 844, "light", is_mobile=True, has_touch=True, device_scale_factor=2), fleet)
    for number in range(4):
        tell(viewer, "recording", IDS[0], recording={"id": f"r{number}", "state": "failed", "error": {"code": "x", "message": "The disk is full."}})
    viewer.page.wait_for_timeout(400)
    viewer.screenshot("toasts-phone-light")
    assert viewer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
