"""The VR page in a real browser that draws with software, with what tests ask of it."""

import base64
import json
import os
import pathlib
import urllib.parse
import urllib.request

import pytest

from .fleet import ARTIFACTS
from .polling import until
from .viewer import CHROMIUM_ARGUMENTS, Viewer

SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
FAKE_HEADSET = pathlib.Path(__file__).with_name("fake_headset.js").read_text()

# A small picture of each tile's texture as it is on the graphics card: `textures()` gives pixels by id.
TEXTURES = """
window.textures = () => {
  const { renderer, room } = loco.scene;
  const gl = renderer.getContext();
  const framebuffer = gl.createFramebuffer();
  const before = gl.getParameter(gl.FRAMEBUFFER_BINDING);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  const all = {};
  for (const [id, { picture, player }] of room.wall.tiles) {
    const { __webglTexture: texture } = renderer.properties.get(picture.texture);
    if (!texture) continue;
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const { videoWidth: width, videoHeight: height } = player.video;
    const pixels = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const some = [];
    for (let i = 0; i < pixels.length; i += 4 * 37) some.push(pixels[i], pixels[i + 1], pixels[i + 2]);
    all[id] = some;
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, before);
  gl.deleteFramebuffer(framebuffer);
  return all;
};
"""


class VRViewer(Viewer):
    """One browser page on a fleet's wall."""

    def __init__(self, context, url):
        super().__init__(context, url)
        self.hosts = set()
        context.on("request", self._note)

    def _note(self, request):
        address = urllib.parse.urlsplit(request.url)
        if address.hostname:
            self.hosts.add(address.hostname)

    def with_headset(self):
        """Gives the next page a headset that is not there."""
        self.page.add_init_script(FAKE_HEADSET)
        return self

    def open(self, path="/"):
        self.page.goto(self.url + path)
        until("the scene is there", lambda: self.page.evaluate("Boolean(window.loco?.scene)"), 15, 0.1)
        self.page.evaluate(TEXTURES)
        return self

    def wait_all(self, ids, timeout=40):
        for identifier in ids:
            self.wait_playing(identifier, timeout)
        until("each has a picture in the scene", lambda: all(one["uploads"] > 0 for one in self.tiles()), timeout, 0.1,
              self.tiles)
        return self

    def tiles(self):
        return self.page.evaluate("loco.scene.tiles")

    def on_wall(self, identifier="instance-0"):
        return next(one for one in self.tiles() if one["id"] == identifier)

    def wait_focus(self, *ids, timeout=5):
        """Waits until exactly these are focused, and nothing moves any more."""
        def settled():
            tiles = self.tiles()
            return {one["id"] for one in tiles if one["focused"]} == set(ids) and all(
                one["scale"] == (1.4 if one["focused"] else 1) for one in tiles)
        until(f"focused: {', '.join(ids) or 'nobody'}", settled, timeout, 0.05, self.tiles)

    def controlled(self):
        return self.page.evaluate("loco.room.control.player?.id ?? null")

    def click_tile(self, identifier, x=0.5, y=0.5):
        place = self.page.evaluate("([id, x, y]) => loco.scene.placeOnPage(id, x, y)", [identifier, x, y])
        self.page.mouse.move(place["x"], place["y"])
        self.page.mouse.click(place["x"], place["y"])

    def click_key(self, code):
        """Clicks a key of the keyboard in the scene."""
        place = self.page.evaluate(
            """(code) => {
              const { board } = loco.room.keyboard;
              return loco.scene.cellOnPage(board, board.cells.find((one) => one.code === code));
            }""", code)
        self.page.mouse.click(place["x"], place["y"])

    def keep_headset_picture(self, name):
        """Keeps what both eyes of the headset see beside the screenshots."""
        data = self.page.evaluate("headset.picture()").partition(",")[2]
        (ARTIFACTS / f"{name}.png").write_bytes(base64.b64decode(data))

    def gains(self):
        """What each guest's gain is at this moment."""
        return self.page.evaluate(
            "Object.fromEntries([...loco.room.wall.tiles.keys()].map((id) => [id, loco.room.sound.voice(id).gain.gain.value]))")


@pytest.fixture(scope="module")
def gl_chromium(chromium):
    """A browser that draws WebGL without a graphics card."""
    browser = chromium.browser_type.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=[*CHROMIUM_ARGUMENTS, *SOFTWARE_GL])
    yield browser
    browser.close()


class ActiveSet:
    """The hub's active set, read and set as another client does."""

    def __init__(self, fleet):
        self._fleet = fleet

    @property
    def ids(self):
        return json.loads(self._fleet.get("/api/active"))["active"]

    def set(self, ids):
        request = urllib.request.Request(
            self._fleet.url + "/api/active", json.dumps({"ids": ids}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()


@pytest.fixture
def active(fleet):
    """The hub's active set, empty at first: it outlives pages."""
    one = ActiveSet(fleet)
    one.set([])
    return one


@pytest.fixture
def new_wall(gl_chromium, fleet, active, request):
    """Makes pages on the fleet's wall, closed after the test."""
    viewers = []

    def make(width=1280, height=800, **options):
        context = gl_chromium.new_context(viewport={"width": width, "height": height}, **options)
        viewers.append(VRViewer(context, fleet.vr_url))
        return viewers[-1]

    yield make
    for index, one in enumerate(viewers):
        try:
            one.screenshot(f"{request.node.name}-{index}")
        finally:
            one.close()


@pytest.fixture
def wall(new_wall):
    return new_wall()
