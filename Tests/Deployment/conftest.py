"""Fixtures of the tests of chart and images."""

import os
import subprocess

import pytest

from support.fleet import binary


@pytest.fixture
def loco_config(tmp_path):
    """What `loco config` says with exactly these variables; fails with its complaint where it refuses one."""

    def ask(environment, *arguments):
        done = subprocess.run(
            [str(binary()), "config", *arguments], capture_output=True, text=True, timeout=30, check=False, cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment})
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ask
