"""The modules that measure in the page: the time from input to picture, and what the node is told of it."""

import pytest

from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)

# A session whose clock, page and frames belong to the test; frames are `show(rtp, at)`.
STAGE = """
window.stage = async () => {
  const { ClickToPixel } = await import('/shared/click-to-pixel.js');
  const page = Object.assign(new EventTarget(), { hidden: false });
  const video = {
    asked: 0,
    waiting: null,
    requestVideoFrameCallback(callback) { this.asked += 1; this.waiting = callback; return this.asked; },
    cancelVideoFrameCallback() { this.waiting = null; },
  };
  const stage = { page, video, now: 1000, sent: [], open: true };
  const refresh = { then(done) { stage.measured = done; } };
  stage.clicks = new ClickToPixel({ video, page, clock: () => stage.now, refresh });
  stage.input = (message, at = null) => stage.clicks.send(message, at, (one) => {
    if (stage.open) stage.sent.push(one);
    return stage.open;
  });
  stage.key = (at = null) => stage.input({ type: 'key', code: 'KeyH', action: 'press' }, at);
  stage.echo = (id, rtp) => stage.clicks.echo({ type: 'echo', id, rtp, taken: 1, changed: 2 });
  stage.show = (rtpTimestamp, at = stage.now, expectedDisplayTime = at, presentationTime = undefined) => {
    const callback = video.waiting;
    video.waiting = null;
    callback?.(at, { rtpTimestamp, expectedDisplayTime, presentationTime });
  };
  stage.hide = (hidden) => { page.hidden = hidden; page.dispatchEvent(new Event('visibilitychange')); };
  return stage;
};
"""


@pytest.fixture
def page(chromium):
    with StaticPages() as pages:
        context = chromium.new_context()
        one = context.new_page()
        one.set_default_timeout(20_000)
        one.goto(pages.url)
        one.evaluate(STAGE)
        yield one
        context.close()


def run(page, script):
    """Runs `script` with a new stage as `s`; gives what it returns."""
    return page.evaluate("async () => { const s = await stage(); " + script + " }")


def test_an_input_ends_with_the_first_frame_that_has_its_echo(page):
    samples = run(page, """
        s.key(990); s.echo(1, 500);
        s.now = 1030; s.show(499);
        s.now = 1063; s.show(501, 1063, 1070);
        return s.clicks.unreported""")
    assert samples == [80]


def test_an_echo_after_its_frame_finds_the_frame_shown_before(page):
    samples = run(page, """
        s.key(); s.now = 1030; s.show(400); s.now = 1050; s.show(500); s.now = 1080; s.show(600);
        s.now = 1100; s.echo(1, 500);
        return s.clicks.unreported""")
    assert samples == [50]


def test_an_expectation_far_from_the_frame_is_not_believed(page):
    # Key at 1000, handed to the compositor at 1040: expected in time, far behind, and before it was handed over.
    samples = run(page, """
        s.measured(16);
        for (const [rtp, expected] of [[1, 1064], [2, 1300], [3, 960]]) {
          s.now = 1000; s.key(); s.echo(rtp, rtp);
          s.now = 1043; s.show(rtp, 1043, expected, 1040);
        }
        return s.clicks.unreported""")
    assert samples == [64, 72, 56]


def test_the_browser_is_believed_until_the_display_was_measured(page):
    samples = run(page, """
        for (const [rtp, expected] of [[1, 1300], [2, 960]]) {
          s.now = 1000; s.key(); s.echo(rtp, rtp);
          s.now = 1043; s.show(rtp, 1043, expected, 1040);
        }
        return s.clicks.unreported""")
    assert samples == [300, 43]


def test_the_refresh_of_the_display_is_measured(page):
    interval = page.evaluate("async () => (await import('/shared/display-interval.js')).displayInterval()")
    assert interval == pytest.approx(1000 / 60, abs=1)


def test_timestamps_that_wrap_are_in_order(page):
    samples = run(page, """
        s.key(); s.echo(1, 2);
        s.now = 1020; s.show(0xfffffff0);
        s.now = 1040; s.show(5);
        return s.clicks.unreported""")
    assert samples == [40]


def test_several_inputs_share_a_frame_and_each_has_its_own_time(page):
    samples = run(page, """
        s.key(); s.now = 1010; s.key(); s.now = 1020; s.key();
        s.echo(1, 100); s.echo(2, 100); s.echo(3, 200); s.echo(2, 50);
        s.now = 1040; s.show(100); s.now = 1070; s.show(200);
        return s.clicks.unreported""")
    assert samples == [40, 30, 50]


def test_presses_carry_growing_ids_and_releases_none(page):
    sent = run(page, """
        s.key();
        s.input({ type: 'key', code: 'KeyH', action: 'release' });
        s.input({ type: 'button', button: 0, action: 'press' });
        s.input({ type: 'button', button: 0, action: 'release' });
        s.input({ type: 'key', code: 'KeyH', action: 'tap' });
        s.input({ type: 'control', action: 'release' });
        s.input({ type: 'release-all' });
        return s.sent.map(({ id }) => id ?? null)""")
    assert sent == [1, None, 2, None, 3, None, None]


def test_of_motion_four_a_second_are_measured(page):
    measured = run(page, """
        for (let i = 0; i < 100; i += 1) {
          s.now += 10;
          s.input(i % 2 ? { type: 'wheel', dy: 1 } : { type: 'mouse', mode: 'relative', dx: 1, dy: 0 });
        }
        return s.sent.filter(({ id }) => id).length""")
    assert measured == 4


def test_what_did_not_leave_is_not_awaited_and_its_id_is_used_by_the_next(page):
    assert run(page, """
        s.open = false; const refused = s.key(); s.open = true; const took = s.key();
        return [refused, took, s.clicks.waiting, s.sent[0].id]""") == [False, True, 1, 1]


def test_an_input_without_its_frame_expires(page):
    assert run(page, """
        s.key(); s.echo(1, 500);
        s.now = 3001; s.show(500);
        return [s.clicks.unreported, s.clicks.waiting, s.clicks.summary()]""") == [[], 0, None]


def test_a_hidden_page_measures_nothing(page):
    assert run(page, """
        s.key(); s.echo(1, 500); s.hide(true);
        s.key();
        s.hide(false); s.now = 1500; s.show(500);
        return [s.clicks.unreported, s.sent.map(({ id }) => id ?? null)]""") == [[], [1, None]]


def test_frames_are_looked_at_only_while_an_input_waits(page):
    assert run(page, """
        const none = s.video.asked;
        s.key(); s.now = 1030; s.show(10); s.echo(1, 20); s.now = 1060; s.show(20);
        return [none, s.video.asked, s.video.waiting === null]""") == [0, 2, True]


def test_what_waits_is_bounded(page):
    assert run(page, "for (let i = 0; i < 500; i += 1) s.key(); return s.clicks.waiting") == 64


def test_an_event_stamped_by_another_clock_is_not_believed(page):
    assert run(page, """
        s.key(5000); s.echo(1, 1); s.key(-90000); s.echo(2, 1);
        s.now = 1040; s.show(1);
        return s.clicks.unreported""") == [40, 40]


def test_a_browser_without_timestamps_on_frames_measures_nothing(page):
    assert run(page, """
        s.key(); s.show(undefined); s.key();
        return [s.clicks.waiting, s.sent.map(({ id }) => id ?? null), s.video.waiting]""") == [0, [1, None], None]


def test_the_summary_is_of_the_last_200(page):
    summary = run(page, """
        for (let i = 1; i <= 300; i += 1) {
          s.key(); s.echo(i, i); s.now += i; s.show(i);
        }
        return [s.clicks.summary(), s.clicks.unreported.length]""")
    assert summary == [{"p50": 200, "p95": 290, "p99": 298, "count": 200}, 64]


REPORT = """
    const { ViewerReport } = await import('/shared/viewer-report.js');
    const session = {
      times: { offerAt: 100, answerAt: 110, connectedAt: 120, firstFrameAt: null },
      sent: [], open: true,
      send(message) { if (this.open) this.sent.push(message); return this.open; },
    };
    const report = new ViewerReport({ session, video: s.video });
"""


def test_a_report_has_only_what_was_measured(page):
    sent = run(page, REPORT + """
        report.tell({ fps: null, bufferMs: null });
        report.tell({ fps: 29.84, bufferMs: null });
        session.times.firstFrameAt = 171.04;
        report.clicks.unreported.push(61.23, 58);
        report.tell({ fps: 30, bufferMs: 4.12 });
        report.tell({ fps: 0, bufferMs: null });
        report.close();
        return session.sent""")
    assert sent == [
        {"type": "report", "fps": 29.8},
        {"type": "report", "clickToPixel": [61.2, 58], "firstFrame": 71, "jitterBuffer": 4.1, "fps": 30},
        {"type": "report", "fps": 0},
    ]


def test_what_could_not_be_reported_is_told_the_next_time(page):
    sent = run(page, REPORT + """
        session.times.firstFrameAt = 150;
        report.clicks.unreported.push(40);
        session.open = false; report.tell({});
        session.open = true; report.tell({}); report.tell({});
        return session.sent""")
    assert sent == [{"type": "report", "clickToPixel": [40], "firstFrame": 50}]


# Two peers in one page: a canvas that turns white at an input, sent as video, and who finds the frame by its pixels.
LOOP = """
async () => {
  const { ClickToPixel } = await import('/shared/click-to-pixel.js');
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const pen = canvas.getContext('2d');
  let light = 0;
  let ticks = 0;
  const timer = setInterval(() => {
    pen.fillStyle = light ? '#fff' : '#000';
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = '#777';
    pen.fillRect(ticks++ % 300, 0, 9, 9);
  }, 33);
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => candidate && far.addIceCandidate(candidate);
  far.onicecandidate = ({ candidate }) => candidate && near.addIceCandidate(candidate);
  for (const track of canvas.captureStream().getTracks()) near.addTrack(track);
  const arrived = new Promise((done) => { far.ontrack = ({ track }) => done(track); });
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  const video = Object.assign(document.createElement('video'), { muted: true });
  document.body.append(video);
  video.srcObject = new MediaStream([await arrived]);
  const frame = () => new Promise((done) => video.requestVideoFrameCallback((now, one) => done({ now, ...one })));
  const playing = frame();
  await video.play();
  let last = await playing;
  const probe = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  const bright = () => {
    probe.drawImage(video, 160, 120, 1, 1, 0, 0, 1, 1);
    return probe.getImageData(0, 0, 1, 1).data[0] > 127;
  };
  const clicks = new ClickToPixel({ video, refresh: new Promise(() => {}) });
  const result = [];
  for (let id = 1; id <= 12; id += 1) {
    const at = performance.now();
    clicks.send({ type: 'key', code: 'KeyH', action: 'tap' }, at, () => true);
    const early = id % 2 === 0;
    // An early echo names a frame that is still on its way: the next one after the last that was seen.
    if (early) clicks.echo({ id, rtp: (last.rtpTimestamp + 1) % 2 ** 32 });
    const before = bright();
    light = before ? 0 : 1;
    let first = null;
    let changed = null;
    while (!changed) {
      last = await frame();
      first ??= last;
      if (bright() !== before) changed = last;
    }
    for (let more = 0; more < 2; more += 1) last = await frame();
    if (!early) clicks.echo({ id, rtp: changed.rtpTimestamp });
    const { now, presentationTime, expectedDisplayTime } = early ? first : changed;
    const stale = expectedDisplayTime < presentationTime;
    const expected = (stale ? Math.max(now, presentationTime) : expectedDisplayTime) - at;
    result.push({ early, expected, sample: clicks.unreported[id - 1] ?? null });
  }
  clearInterval(timer);
  clicks.close();
  near.close();
  far.close();
  return result;
}
"""


def test_real_frames_are_found_by_their_timestamps(page):
    for one in page.evaluate(LOOP):
        assert one["sample"] == pytest.approx(one["expected"], abs=0.01), one
