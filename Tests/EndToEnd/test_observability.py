"""What Grafana and Prometheus are told to show and to watch exists."""

import json
import pathlib
import re
import urllib.request

import pytest

from support.fleet import REPOSITORY
from support.polling import until

pytestmark = pytest.mark.timeout(120)

GUESTS = 1
FILES = REPOSITORY / "helm" / "loco-chart" / "files"
NAME = re.compile(r"\bloco_[a-z0-9_]+\b")
LABELS = re.compile(r"(loco_[a-z0-9_]+)\{([^}]*)\}")


def families(*pages):
    """Name of every family of the pages, from their TYPE lines, with its type."""
    return {line.split()[2]: line.split()[3] for page in pages for line in page.splitlines()
            if line.startswith("# TYPE ")}


def base(name, known):
    for suffix in ("_bucket", "_sum", "_count"):
        if name.endswith(suffix) and known.get(name.removesuffix(suffix)) == "histogram":
            return name.removesuffix(suffix)
    return name


@pytest.fixture(scope="module")
def known(fleet):
    node = urllib.request.urlopen(fleet.node("instance-0")["url"] + "/metrics", timeout=5).read().decode()
    until("the hub has a report", lambda: "loco_report_age_seconds{" in fleet.get("/metrics").decode(), 15)
    return families(node, fleet.get("/metrics").decode())


def expressions():
    dashboard = json.loads((FILES / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"panel '{panel['title']}'", target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable '{variable['name']}'", variable["query"]["query"]
    for line in (FILES / "alerts.yaml").read_text().splitlines():
        if "expr:" in line:
            yield "an alert", line.split("expr:", 1)[1]


def test_every_series_that_is_shown_or_watched_exists(known):
    used = [(where, name) for where, text in expressions() for name in NAME.findall(text)]
    assert len(used) > 20
    missing = sorted({f"{where}: {name}" for where, name in used if base(name, known) not in known})
    assert not missing, f"{missing}; there are {sorted(known)}"


def test_a_histograms_buckets_are_used_as_such_and_counters_as_rates(known):
    for where, text in expressions():
        for name in NAME.findall(text):
            if known.get(base(name, known)) == "counter":
                assert re.search(rf"(rate|increase)\({name}", text), f"{where}: {name} is a counter and shown raw"
            if known.get(base(name, known)) == "histogram":
                assert name.endswith("_bucket") and "histogram_quantile" in text, f"{where}: {name} is a histogram"


def test_what_was_measured_has_a_value_and_what_was_not_has_none(fleet, known):
    def metrics():
        return urllib.request.urlopen(fleet.node("instance-0")["url"] + "/metrics", timeout=5).read().decode()

    until("two seconds of frames are measured", lambda: "\nloco_changed_fps{" in metrics(), 10)
    page = metrics()
    assert re.search(r'^loco_health\{instance="instance-0",status="healthy"\} [01]$', page, re.M)
    assert re.search(r'^loco_changed_fps\{instance="instance-0"\} \d', page, re.M)
    # This guest has no TAP: there is nothing to count errors on.
    assert known["loco_network_errors_total"] == "counter"
    assert not re.search(r"^loco_network_errors_total\{", page, re.M)


def test_the_chart_has_both_files():
    assert {one.name for one in pathlib.Path(FILES).iterdir()} >= {"grafana-dashboard.json", "alerts.yaml"}
