"""`bench codecs --target`: a fleet that runs is measured through its hub, and left as it was."""

import csv
import subprocess

import pytest

from support.fleet import binary

pytestmark = pytest.mark.timeout(90)

GUESTS = 1


def measure(url, folder, *words):
    results = folder / "results.csv"
    done = subprocess.run(
        [binary().parent / "bench", "codecs", "--target", url, "--seconds", "2", "--output", results, *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    with open(results, newline="") as file:
        return done, list(csv.DictReader(file))


def test_what_viewers_get_and_nodes_say_is_a_row_for_each_codec(fleet, tmp_path):
    done, rows = measure(fleet.url, tmp_path, "--replicas", "1")
    assert done.returncode == 0, done.stderr
    assert [(row["codec"], row["encoder"]) for row in rows] == [("h264", "x264enc"), ("vp8", "vp8enc")]
    for row in rows:
        assert row["replicas"] == "1" and row["source"] == "fleet" and (row["width"], row["height"]) == ("640", "480")
        for column in ("fps", "bitrate", "cpu_percent_per_guest", "rss_mb_per_guest", "encode_ms_p50", "encode_ms_p95"):
            assert float(row[column]) > 0, (column, row)
        # Nobody can know these from outside.
        assert all(row[column] == "" for column in ("psnr_y_db", "ssim", "glass_ms_p50", "glass_ms_p95"))
    again, same = measure(fleet.url, tmp_path, "--replicas", "1", "--resume")
    assert again.returncode == 0 and same == rows


def test_a_hub_that_is_not_there_is_named(tmp_path):
    done = subprocess.run(
        [binary().parent / "bench", "codecs", "--target", "http://127.0.0.1:9", "--output", tmp_path / "r.csv"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and not (tmp_path / "r.csv").exists()
