"""The page connects with the servers and credentials the hub gives it, and gets new ones before they expire."""

import pytest

pytestmark = pytest.mark.timeout(60)

RECORD = """
window.configurations = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) { super(configuration); window.configurations.push(configuration); }
};
"""


def test_a_session_gets_the_servers_with_credentials(new_fleet, new_viewer):
    # Nothing listens there: on this host the direct way works.
    fleet = new_fleet(environment={
        "LOCO_ICE_SERVERS": "turn:127.0.0.1:9?transport=tcp", "LOCO_ICE_TURN_SECRET": "of-the-turn-server"}).start()
    viewer = new_viewer(fleet.url)
    viewer.page.add_init_script(RECORD)
    viewer.open()
    viewer.wait_playing()
    first = viewer.page.evaluate("configurations[0].iceServers")
    assert [one["urls"] for one in first] == [["turn:127.0.0.1:9?transport=tcp"]]
    assert first[0]["username"].endswith(":viewer") and first[0]["credential"]
    fleet.stop()


ASKING = """
async () => {
  const { IceServers } = await import('/shared/ice-servers.js');
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let asked = 0;
  let answer = { iceServers: [{ urls: ['stun:a'] }], ttl: 0.4 };
  const servers = new IceServers(async () => { asked += 1; await pause(1); if (!answer) throw Error(); return answer; });
  const before = servers.current;
  const [one, other] = await Promise.all([servers.fetch(), servers.fetch()]);
  const fresh = servers.current;
  await pause(250);
  const stale = servers.current;
  answer = null;
  const kept = await servers.fetch();
  const standing = servers.current;
  return { before, one, other, fresh, stale, kept, standing, asked };
}
"""


def test_credentials_are_asked_for_once_and_again_when_half_their_time_is_over(fleet, viewer):
    viewer.open()
    found = viewer.page.evaluate(ASKING)
    servers = [{"urls": ["stun:a"]}]
    assert found["before"] is None and found["stale"] is None
    assert found["one"] == found["other"] == found["fresh"] == servers
    # A hub that gives no answer takes nothing away.
    assert found["kept"] == found["standing"] == servers
    assert found["asked"] == 2
