"""The panel with a guest's health: what it shows is what the hub knows, it follows within two seconds, and the keyboard
alone is enough. Faults are done to real processes."""

import json
import os
import re
import signal
import time

import pytest

from support.events import EventLog
from support.guest_processes import pid_of
from support.polling import until

pytestmark = pytest.mark.timeout(100)

IDS = ["instance-0", "instance-1"]
GUESTS = 2
ENVIRONMENT = {"LOCO_SUPERVISION_HEALTHY_UPTIME": "3", "LOCO_SUPERVISION_DELAYS": "1,2,4"}
CHARTS = ["Frames per second", "Bitrate", "Sound level", "Time to encode", "Delay"]

FOCUSED = "document.activeElement.closest('.panel') ? 'panel' : document.activeElement.className"
# Sums up what moves by itself, from now on.
SHIFTS = """window.shift = 0; window.shifting = new PerformanceObserver((list) => list.getEntries().forEach((one) => {
  window.shift += one.value;
})); window.shifting.observe({ type: 'layout-shift' });"""


def healthy(fleet, identifier=IDS[0]):
    def report():
        return json.loads(fleet.get(f"/api/quality/deep-health/{identifier}"))

    until(f"{identifier} is healthy", lambda: report()["overallStatus"] == "healthy", 30)


def ready(viewer, fleet, identifier=IDS[0]):
    healthy(fleet, identifier)
    viewer.open()
    for one in IDS:
        viewer.wait_playing(one)
    return viewer


def panel(viewer):
    return viewer.page.locator("dialog.panel")


def opened(viewer, identifier=IDS[0]):
    viewer.tile(identifier).locator("button.health").click()
    until("the panel is open", lambda: panel(viewer).is_visible(), 3)
    return panel(viewer)


def verdict(viewer):
    return panel(viewer).locator(".verdict-line").inner_text()


def value(viewer, name):
    return panel(viewer).locator(f".values dl div:has(dt:text-is('{name}')) dd").inner_text()


def test_the_keyboard_goes_in_and_comes_back(viewer, fleet):
    ready(viewer, fleet)
    page = viewer.page
    page.keyboard.press("Control+2")
    page.keyboard.press("i")
    until("I opens the panel", lambda: panel(viewer).is_visible(), 3)
    assert page.evaluate(FOCUSED) == "panel"
    assert fleet.instance(IDS[1])["name"] in panel(viewer).locator("h2").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close details"
    page.keyboard.press("Escape")
    until("Escape closes it", lambda: not panel(viewer).is_visible(), 3)
    assert page.evaluate("document.activeElement.closest('.tile').dataset.id") == IDS[1]
    assert page.evaluate(FOCUSED) == "stage"
    viewer.tile(IDS[0]).locator("button.health").focus()
    page.keyboard.press("Enter")
    until("Enter on the dot opens it", lambda: panel(viewer).is_visible(), 3)
    assert fleet.instance(IDS[0])["name"] in panel(viewer).locator("h2").inner_text()
    # The page stays usable beside it, and there is one panel for all guests.
    page.keyboard.press("Control+2")
    page.keyboard.press("i")
    until("it shows the other guest", lambda: fleet.instance(IDS[1])["name"] in panel(viewer).locator("h2").inner_text(), 3)
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    until("the keyboard is back", lambda: page.evaluate(FOCUSED) == "stage", 3)
    assert viewer.errors == []


def test_it_shows_what_was_measured(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    until("it is healthy", lambda: "Healthy" in verdict(viewer), 5)
    report = json.loads(fleet.get(f"/api/quality/deep-health/{IDS[0]}"))
    capture = report["capture"]
    assert value(viewer, "Guest’s mode") == f"{capture['width']} × {capture['height']}"
    assert value(viewer, "State") == report["runState"] == "running"
    assert value(viewer, "Sinks and sources") == str(report["deepHealth"]["audio"]["audio_devices"])
    # A guest without a TAP has none, and no made-up word for it.
    assert report["deepHealth"]["network"]["tap_up"] is None and value(viewer, "TAP") == "–"
    qemu = next(one for one in report["services"] if one["name"] == "qemu")
    assert f"pid {qemu['pid']}" in value(viewer, "QEMU")
    until("the frame rate is told", lambda: re.match(r"[\d.]+ fps", value(viewer, "Frames that differ")), 5)


def test_charts_have_as_many_points_as_the_trend(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    charts = panel(viewer).locator(".chart")
    assert charts.locator("figcaption strong").all_inner_texts() == CHARTS

    def points():
        return [int(one.get_attribute("data-points") or 0) for one in charts.locator("canvas").all()]

    def same():
        trend = json.loads(fleet.get(f"/api/quality/trend/{IDS[0]}"))
        return all(abs(one - len(trend["fps"])) <= 1 for one in points()[:4])

    until("each of the hub's charts has the trend's points", same, 10, explain=points)
    # A fleet that just started has a short past.
    first = until("there are some points", lambda: points()[0] if points()[0] >= 3 else None, 15)
    # They go on with what is told, and stay with what the hub keeps.
    viewer.page.wait_for_timeout(4500)
    assert points()[0] >= first + 2
    assert same(), points()
    until("the page's own samples are drawn", lambda: points()[4] >= 2, 6)
    text = charts.nth(0).locator(".chart-figures").inner_text()
    assert re.search(r"changed: min \d+ fps · now \d+ fps · max \d+ fps", text), text
    assert "ms" in charts.nth(4).locator(".chart-figures").inner_text()
    assert "since it was opened" in charts.nth(4).inner_text()
    for one in charts.locator("canvas").all():
        assert "last 10 minutes" in one.get_attribute("aria-label")
    drawn = viewer.page.evaluate("""() => [...document.querySelectorAll('.chart canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, index) => index % 4 === 3 && value > 0);
    })""")
    assert drawn == [True] * 5
    assert viewer.errors == []


def test_without_the_library_there_are_numbers_and_the_package_is_named(viewer, fleet):
    viewer.page.route("**/api/config/pages", lambda route: route.fulfill(json={"charts": False}))
    ready(viewer, fleet)
    opened(viewer)
    until("the package is named", lambda: "libjs-chart.js" in panel(viewer).locator(".panel-charts").inner_text(), 5)
    assert panel(viewer).locator("canvas:visible").count() == 0
    until("numbers stand", lambda: "now" in panel(viewer).locator(".chart-figures").nth(0).inner_text(), 5)
    assert viewer.errors == []


def test_nothing_moves_while_it_follows(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    viewer.page.wait_for_timeout(2500)
    body = panel(viewer).locator(".panel-body")
    body.evaluate("(element) => { element.scrollTop = 500 }")
    summary = panel(viewer).locator("button.tool").first
    summary.focus()
    viewer.page.evaluate(SHIFTS)
    viewer.page.wait_for_timeout(4000)
    assert viewer.page.evaluate("window.shift") < 0.005
    assert body.evaluate("(element) => element.scrollTop") == 500
    assert viewer.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close details"


def test_a_stopped_qemu_is_named_within_two_seconds_and_its_recovery_too(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    time.sleep(3.5)
    with EventLog(fleet.url) as events:
        start = time.monotonic()
        os.kill(pid_of(fleet, IDS[0], "qemu"), signal.SIGSTOP)
        known = events.wait("the hub knows", lambda data: data["health"]["failureType"] == "qemu", 10, "health", IDS[0],
                            start).at
        until("the panel names it", lambda: "qemu" in verdict(viewer) and "Unhealthy" in verdict(viewer), 5, 0.02)
        assert time.monotonic() - known < 2
        evidence = panel(viewer).locator(".evidence li").first
        told = events.events("health", IDS[0], known)[-1].data["health"]["evidence"][0]
        assert told["value"].split()[0].isascii() and told["reason"].split(":")[0] in evidence.inner_text()
        assert "measured" in evidence.inner_text()
        until("the dot names it", lambda: "qemu" in viewer.tile(IDS[0]).locator("button.health").get_attribute("title"), 3)
        viewer.screenshot("panel-failure")
        until("the attempt shows", lambda: "under way" in panel(viewer).locator(".recovery-line").inner_text(), 15, 0.05)
        until("it is healthy again", lambda: "Healthy" in verdict(viewer), 30)
        ended = events.wait("the recovery's end", lambda data: data["recovery"].get("outcome"), 20, "recovery", IDS[0], start)
        assert ended.data["recovery"]["outcome"] == "recovered"
        first = panel(viewer).locator("ol[aria-label=Recoveries] li").first
        until("the history has it", lambda: "Recovered" in first.inner_text(), 5)
        assert "restarted" in first.inner_text()
        assert first.locator("time").get_attribute("title")


def test_a_crash_is_in_the_history_with_its_last_lines(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    time.sleep(3.5)
    before = panel(viewer).locator("ol[aria-label=Crashes] li").count()
    pid = pid_of(fleet, IDS[0], "qemu")
    os.kill(pid, signal.SIGKILL)
    crash = panel(viewer).locator("ol[aria-label=Crashes] li")
    until("the crash is told", lambda: crash.count() > before, 8, 0.05)
    assert re.search(r"QEMU\s+SIGKILL after [\d.]+ (s|min)", crash.first.inner_text())
    until("it is healthy again", lambda: "Healthy" in verdict(viewer), 30)
    # Also for a page that was not there.
    viewer.page.reload()
    viewer.wait_playing(IDS[0])
    opened(viewer)
    until("the crash is known", lambda: crash.count() > before, 5)
    recorded = json.loads(fleet.get(f"/services/{IDS[0]}/qemu/crashes"))["crashes"][0]
    assert crash.first.locator("time").get_attribute("datetime") == recorded["time"]
    if recorded["lastLines"]:
        crash.first.locator("summary").click()
        assert recorded["lastLines"][-1] in crash.first.locator("pre").inner_text()
    assert viewer.errors == []


def test_recover_asks_once_more_and_shows_what_comes_of_it(viewer, fleet):
    ready(viewer, fleet)
    opened(viewer)
    until("it is healthy", lambda: "Healthy" in verdict(viewer), 10)
    button = panel(viewer).locator("button.recover")
    answer = panel(viewer).locator(".recovery-answer")
    button.click()
    step = panel(viewer).locator(".recovery-step")
    assert "may restart the guest" in step.inner_text()
    assert viewer.page.evaluate("document.activeElement.className") == "plain-button force"
    step.get_by_role("button", name="Cancel").click()
    assert not step.is_visible() and viewer.page.evaluate("document.activeElement.className") == "plain-button recover"
    button.click()
    viewer.page.keyboard.press("Enter")
    until("the attempt is told", lambda: "…" in answer.inner_text(), 5, 0.02)
    until("its outcome is told", lambda: answer.inner_text().startswith("Recovered"), 40)
    latest = json.loads(fleet.get(f"/api/quality/recovery-status/{IDS[0]}"))["history"][0]
    assert latest["forced"] and latest["outcome"] == "recovered"
    assert viewer.page.evaluate(FOCUSED) == "panel", "the keyboard was lost"
    assert viewer.errors == []


@pytest.mark.parametrize("status, code, words", [
    (403, "forbidden", "no right"), (409, "recovering", "under way"), (503, "node-unavailable", "start it again on its host")])
def test_a_refused_recovery_is_told_in_words(viewer, fleet, status, code, words):
    message = {"recovering": "an attempt to mend instance-0 is under way",
               "node-unavailable": "the node does not answer: start it again on its host"}.get(code, "scope admin is needed")
    viewer.page.route("**/api/quality/recover/**", lambda route: route.fulfill(
        status=status, json={"error": {"code": code, "message": message}}))
    ready(viewer, fleet)
    opened(viewer)
    until("it is healthy", lambda: "Healthy" in verdict(viewer), 10)
    panel(viewer).locator("button.recover").click()
    panel(viewer).locator("button.force").click()
    answer = panel(viewer).locator(".recovery-answer")
    until("the refusal is told", lambda: words in answer.inner_text(), 5)
    until("it can be asked again", lambda: panel(viewer).locator("button.recover").is_enabled(), 3)


def test_a_spent_budget_needs_a_second_step(viewer, fleet):
    spent = {"attempts": 3, "maxAttempts": 3, "canRecover": False, "isRecovering": False, "nextAttemptAt": None, "history": []}
    asked = []

    def recover(route):
        asked.append(route.request.post_data_json)
        route.fulfill(status=202, json={"recovery": {
            "id": "made-up", "instance": IDS[0], "failure": "qemu", "reasons": [], "strategy": "qemu", "attempt": 4, "forced": True,
            "startedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "endedAt": None, "outcome": None, "detail": None}})

    viewer.page.route("**/api/quality/recovery-status/**", lambda route: route.fulfill(json=spent))
    viewer.page.route("**/api/quality/recover/**", recover)
    ready(viewer, fleet)
    opened(viewer)
    until("the budget is told", lambda: "All 3 attempts are used" in panel(viewer).locator(".recovery-line").inner_text(), 5)
    panel(viewer).locator("button.recover").click()
    assert asked == []
    panel(viewer).locator("button.force").click()
    until("it is asked with force", lambda: asked == [{"forceRecovery": True}], 3)


def test_what_keeps_the_hub_from_recovering_is_told(viewer, fleet):
    blocked = {"attempts": 0, "maxAttempts": 3, "canRecover": False, "obstacle": "the permission to delete pods is missing",
               "isRecovering": False, "nextAttemptAt": None, "history": []}
    viewer.page.route("**/api/quality/recovery-status/**", lambda route: route.fulfill(json=blocked))
    ready(viewer, fleet)
    opened(viewer)
    head = panel(viewer).locator(".recovery-head")
    until("it is told", lambda: "The permission to delete pods is missing." in head.inner_text(), 5)
    assert "attempts are used" not in head.inner_text()


@pytest.mark.parametrize("width, height, scheme", [(1600, 900, "dark"), (1600, 900, "light"), (390, 844, "dark"), (390, 844, "light")])
def test_how_it_looks(new_viewer, fleet, width, height, scheme):
    phone = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if width < 500 else {}
    viewer = ready(new_viewer(fleet.url, width, height, scheme, **phone), fleet)
    opened(viewer)
    page = viewer.page
    until("the charts are drawn", lambda: panel(viewer).locator("canvas").first.get_attribute("data-points"), 10)
    page.wait_for_timeout(3000)
    assert page.evaluate("document.querySelector('dialog.panel').matches(':modal')") is (width < 500)
    for part in range(3):
        viewer.screenshot(f"panel-{width}x{height}-{scheme}-{part}")
        panel(viewer).locator(".panel-body").evaluate("(element) => { element.scrollTop += element.clientHeight * 0.9 }")
        page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert panel(viewer).locator(".panel-body").evaluate("(element) => element.scrollWidth <= element.clientWidth")
    if width < 500:
        page.keyboard.press("Escape")
        until("Escape closes it", lambda: not panel(viewer).is_visible(), 3)
        assert "health" in page.evaluate("document.activeElement.className")
    assert viewer.errors == []
