"""`bench stress` on real programs: what is well has no verdict, each planted fault is found, and its trace finds it again."""

import json
import subprocess
import xml.etree.ElementTree

import pytest

from support.fleet import binary

pytestmark = pytest.mark.timeout(150)


def stress(folder, *words):
    """Runs it; gives the exit status, and the failures by JUnit's file."""
    bench = binary().parent / "bench"
    assert bench.exists(), f"{bench} is missing: build it (swift build)"
    report = folder / "junit.xml"
    done = subprocess.run(
        [bench, "stress", "--loco", binary(), "--output", folder / "failures", "--junit", report, *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=140)
    assert report.exists(), done.stderr
    suite = xml.etree.ElementTree.parse(report).getroot()
    return done.returncode, [one.get("type") for one in suite.iter("failure")], done.stderr


def test_three_tabs_on_a_guest_that_is_well_have_no_verdict(tmp_path):
    status, failures, log = stress(tmp_path, "--scenario", "tabs", "--seed", "1", "--time-scale", "0.2")
    assert (status, failures) == (0, []), log
    assert not (tmp_path / "failures").exists()


@pytest.mark.parametrize("fault, verdicts", [
    ("swap-guest", {"wrong-guest"}),
    ("stuck-session", {"stuck-session", "leak"}),
    ("leak-peer", {"zombie-peer", "leak"}),
])
def test_a_planted_fault_is_found(tmp_path, fault, verdicts):
    status, failures, log = stress(
        tmp_path, "--scenario", "concurrent", "--seed", "11", "--time-scale", "0.2", "--fault", fault)
    assert status != 0 and set(failures) <= verdicts and failures, log
    (folder,) = (tmp_path / "failures").iterdir()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["seed"] == 11 and summary["verdicts"][0]["kind"] in verdicts
    names = {one.relative_to(folder).as_posix() for one in folder.rglob("*")}
    assert {"trace.jsonl", "before/hub-metrics.txt", "after/instance-1-viewers.json", "after/instance-0-health.json",
            "logs/hub.log", "logs/instance-0.log"} <= names
    assert "broken on purpose" in (folder / "logs" / "hub.log").read_text()
    if fault == "swap-guest":
        status, failures, log = stress(tmp_path, "--replay", str(folder / "trace.jsonl"), "--fault", fault)
        assert status != 0 and failures == ["wrong-guest"], log


def test_a_program_does_not_start_with_a_fault_that_is_not_allowed(tmp_path):
    done = subprocess.run(
        [binary(), "hub", "--port", "0"], env={"LOCO_TEST_FAULT": "leak-peer", "LOCO_RUN_DIRECTORY": str(tmp_path / "run")},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    assert "LOCO_TEST_FAULTS_ALLOWED=1" in done.stderr + done.stdout
