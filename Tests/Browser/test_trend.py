"""The page's own trend and the words of one trouble: pure values, in a real browser, on a clock that the test turns."""

import pytest

from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def run(chromium):
    with StaticPages() as pages:
        page = chromium.new_page()
        page.goto(pages.url)
        yield lambda script: page.evaluate(f"async () => {{ {script} }}")
        page.close()


TREND = """const { Trend } = await import('/dashboard/trend.js');
let now = 1000;
const trend = new Trend(['a', 'b'], { clock: () => now });
"""


def test_of_a_span_the_newest_counts_and_one_without_is_a_gap(run):
    assert run(TREND + "return trend.length") == 0
    assert run(TREND + """
      trend.put({ a: 1, b: 1 }); now += 900;
      trend.put({ a: 2 }); now += 6000;
      trend.put({ a: 3, b: 0 }); now += 4000;
      return [trend.column('a'), trend.column('b'), trend.length]""") == [
        [2, None, None, 3, None], [None, None, None, 0, None], 5]


def test_it_goes_on_behind_what_the_hub_kept(run):
    assert run(TREND + """
      trend.load({ a: [1, null, 3], b: [4, 5] }); now += 2000;
      trend.put({ a: 9, b: 9 });
      return [trend.column('a'), trend.column('b')]""") == [[1, None, 3, 9], [None, 4, 5, 9]]


def test_ten_minutes_are_kept(run):
    assert run(TREND + """
      trend.load({ a: Array.from({ length: 300 }, (_, index) => index) });
      for (let count = 0; count < 5; count += 1) { now += 2000; trend.put({ a: -count }); }
      const before = [trend.length, trend.column('a')[0], trend.column('a').at(-1)];
      now += 10_000_000;
      trend.put({ a: 7 });
      return [before, trend.length, trend.column('a').filter((value) => value !== null)]""") == [[300, 5, -4], 300, [7]]


TROUBLE = """const { Trouble } = await import('/dashboard/toast-trouble.js');
const good = { overallStatus: 'healthy', failureType: 'none', errors: [], evidence: [] };
const bad = { overallStatus: 'unhealthy', failureType: 'qemu', errors: ['it hangs'], evidence: [{ reason: 'it hangs' }] };
const weak = { ...bad, overallStatus: 'degraded' };
const starting = { overallStatus: 'degraded', failureType: 'none', errors: ['it starts'], evidence: [] };
const crash = { service: 'qemu', signal: 9, exitCode: null, uptime: 3, class: 'unexpected_exit' };
const attempt = { id: 'x', strategy: 'qemu', attempt: 1, forced: false, outcome: null, detail: null };
const trouble = new Trouble();
const steps = (...reports) => reports.map((report) => trouble.health(report));
"""


@pytest.mark.parametrize("script, expected", [
    # A crash, its failure and its recovery are one matter, and it is over when all of them are.
    ("""return [...steps(good), trouble.crash(crash), ...steps(bad), trouble.recovery(attempt), ...steps(starting, good),
        trouble.recovery({ ...attempt, outcome: 'recovered' })]""",
     [None, "began", "goes-on", "goes-on", "goes-on", "goes-on", "over"]),
    # The outcome may be told before the report that it speaks of.
    ("""return [...steps(good, bad), trouble.recovery(attempt), trouble.recovery({ ...attempt, outcome: 'recovered' }),
        ...steps(good)]""", [None, "began", "goes-on", "goes-on", "over"]),
    # What was so before the page is no news, until it becomes something else; its end is.
    ("return steps(bad, bad, good)", [None, None, "over"]),
    ("return steps(bad, { ...bad, failureType: 'mixed' }, good)", [None, "began", "over"]),
    # What only degrades is told once it stays.
    ("return steps(good, weak, good, weak, weak, good)", [None, None, None, None, "began", "over"]),
    # A guest that starts or is paused has not failed.
    ("return steps(good, starting, starting, good)", [None] * 4),
    # A crash that no report shows is over after some good ones.
    ("return [...steps(good), trouble.crash(crash), ...steps(good, good, good)]",
     [None, "began", "goes-on", "goes-on", "over"]),
    # A failed attempt is told, and stays until the guest is well.
    ("""return [...steps(good, bad), trouble.recovery({ ...attempt, outcome: 'failed', detail: 'no picture' }),
        trouble.describe().lines[2], trouble.describe().tone, ...steps(good)]""",
     [None, "began", "goes-on", "Recovery failed, attempt 1: no picture", "bad", "over"]),
])
def test_one_trouble_from_its_beginning_to_its_end(run, script, expected):
    assert run(TROUBLE + script) == expected
