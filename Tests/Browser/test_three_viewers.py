"""Three people watch one guest; what one of them does is nothing to the others."""

import pytest

from support import figures
from support.polling import until

pytestmark = pytest.mark.timeout(90)

GUESTS = 1


def frames(viewers):
    return [one.metrics()["framesDecoded"] for one in viewers]


def test_one_leaves_and_the_others_go_on(new_viewer, fleet):
    viewers = [new_viewer(fleet.url, 800, 600).open() for _ in range(3)]
    for one in viewers:
        one.wait_playing()
    before = frames(viewers)
    viewers[0].page.wait_for_timeout(3000)
    assert all(now - then >= 60 for then, now in zip(before, frames(viewers), strict=True))

    viewers[0].page.goto("about:blank")
    staying = viewers[1:]
    before = frames(staying)
    staying[0].page.wait_for_timeout(4000)
    after = frames(staying)
    assert all(now - then >= 80 for then, now in zip(before, after, strict=True)), (before, after)
    assert [one.metrics()["attempts"] for one in staying] == [1, 1]
    for one in staying:
        assert one.errors == []


def test_one_that_joins_a_running_stream_sees_a_picture_soon(new_viewer, fleet):
    first = new_viewer(fleet.url, 800, 600).open()
    first.wait_playing()
    first.page.wait_for_timeout(2000)
    second = new_viewer(fleet.url, 800, 600).open()
    metrics = second.wait_playing()
    figures.record("offer to first frame where another already watches", metrics["firstFrameMs"], "ms")
    assert metrics["firstFrameMs"] < 2000
    assert first.metrics()["attempts"] == 1


def test_control_passes_from_one_to_another(new_viewer, fleet):
    first, second = new_viewer(fleet.url, 800, 600).open(), new_viewer(fleet.url, 800, 600).open()
    first.wait_playing()
    second.wait_playing()
    first.control()
    first.page.keyboard.press("Escape")
    until("control is free", lambda: second.metrics()["control"]["holder"] is None, 5)
    second.control()
    assert not first.controls()


def test_control_is_free_again_when_its_holder_leaves(new_viewer, fleet):
    first, second = new_viewer(fleet.url, 800, 600).open(), new_viewer(fleet.url, 800, 600).open()
    first.wait_playing()
    second.wait_playing()
    first.control()
    until("the other sees it", lambda: second.metrics()["control"]["holder"] is not None, 5)
    first.page.goto("about:blank")
    until("control is free", lambda: second.metrics()["control"]["holder"] is None, 10)
