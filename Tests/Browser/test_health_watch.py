"""What the dashboard takes for health of now: real files in a real browser, on a clock that the test turns."""

import pytest

from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def page(chromium):
    with StaticPages() as pages:
        one = chromium.new_page()
        one.clock.install(time=0)
        one.goto(pages.url)
        yield one
        one.close()


def test_a_report_grows_old_and_the_hubs_word_that_there_is_none_holds(page):
    page.evaluate("""async () => {
      const { HealthWatch } = await import('/dashboard/health-watch.js');
      window.events = new EventTarget();
      window.watch = new HealthWatch({ events });
      window.tell = (instance, part) => events.dispatchEvent(new CustomEvent('health', { detail: {
        instance, health: { overallStatus: 'unhealthy', evidence: part ? [{ part, reason: 'x' }] : [] } } }));
      tell('well', null);
      tell('sick', 'qemu');
      tell('gone', 'node');
    }""")
    known = "['well', 'sick', 'gone'].filter((id) => watch.get(id))"
    page.clock.run_for(4000)
    assert page.evaluate(known) == ["well", "sick", "gone"]
    page.clock.run_for(3000)
    assert page.evaluate(known) == ["gone"]
    page.clock.run_for(600_000)
    assert page.evaluate(known) == ["gone"]
    # With the hub itself out of reach it is not known either.
    page.evaluate("events.dispatchEvent(new CustomEvent('closed'))")
    assert page.evaluate(known) == []
