"""The dashboard's line about how guests are found: its words for what the hub says of its discovery."""

import pytest

from support.polling import until
from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)

CLUSTER = {"namespace": "loco", "services": [], "discoveryEnabled": True, "lastDiscovery": None,
           "cachedInstancesCount": 3}


def told(source, cluster=CLUSTER, fallback=False, stale=False, error=None):
    """As `GET /api/instances/discovery-info` answers."""
    return {"kubernetesDiscovery": cluster, "usingAutoDiscovery": cluster is not None and not fallback,
            "fallbackToStatic": fallback, "source": source, "stale": stale, "lastError": error}


AWAY = "the Kubernetes API at https://10.0.0.1 cannot be reached: no answer in time"
NONE = {**CLUSTER, "discoveryEnabled": False}


@pytest.fixture
def page(chromium):
    with StaticPages() as pages:
        one = chromium.new_page()
        one.goto(pages.url)
        yield one
        one.close()


@pytest.mark.parametrize(("info", "words", "source", "title"), [
    (told("kubernetes"), "Kubernetes · loco", "kubernetes", ""),
    (told("kubernetes", stale=True, error=AWAY), "Kubernetes · last known, the API is away", "kubernetes", AWAY),
    (told("static", fallback=True, error=AWAY), "from a list · the Kubernetes API is away", "static", AWAY),
    (told("static", NONE), "from a list", "static", ""),
    (told("local", NONE), "this machine", "local", ""),
    (None, "", None, "")],
    ids=["a cluster", "last known", "a list in a cluster's place", "a list", "this machine", "no answer"])
def test_the_line_says_how_guests_are_found(page, info, words, source, title):
    page.route("**/api/instances/discovery-info", lambda route: route.fulfill(json=info)
               if info else route.fulfill(status=500, json={"error": {"code": "broken", "message": "no"}}))
    shown = page.evaluate(
        """async () => {
          const { Discovery } = await import('/dashboard/discovery.js');
          const element = document.body.appendChild(document.createElement('div'));
          const line = window.line = new Discovery({ element, onRefresh: () => {}, onHelp: () => {} });
          const sources = window.sources = [];
          line.addEventListener('source', ({ detail }) => sources.push(detail));
          await line.ask();
          const { textContent, title } = element.querySelector('.source');
          return { words: textContent, title, sources };
        }""")
    assert shown == {"words": words, "title": title, "sources": [source]}


def test_looking_again_tells_that_the_cluster_is_back(page):
    answers = [told("static", fallback=True, error=AWAY), told("kubernetes")]
    page.route("**/api/instances/discovery-info", lambda route: route.fulfill(
        json=answers.pop(0) if len(answers) > 1 else answers[0]))
    page.evaluate(
        """async () => {
          const { Discovery } = await import('/dashboard/discovery.js');
          const element = document.body.appendChild(document.createElement('div'));
          await new Discovery({ element, onRefresh: () => {}, onHelp: () => {} }).ask();
        }""")
    line = page.locator(".source")
    assert "from a list" in line.text_content()
    page.get_by_role("button", name="Look for guests again").click()
    until("the cluster is back", lambda: line.text_content() == "Kubernetes · loco", 5, 0.05)
    assert line.get_attribute("title") == "", "an error that is over is not told"
