"""Measured figures of a test run: shown at its end and kept as JSON beside the screenshots."""

import json

from .fleet import ARTIFACTS

_figures = {}


def record(name, value, unit=""):
    _figures[name] = {"value": round(value, 2), "unit": unit}


def write(terminal):
    if not _figures:
        return
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    (ARTIFACTS / "figures.json").write_text(json.dumps(_figures, indent=1) + "\n")
    terminal.section("figures")
    for name, figure in _figures.items():
        terminal.write_line(f"{figure['value']:>10} {figure['unit']:<6} {name}")
