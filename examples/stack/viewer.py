"""The page that draws the dashboards: built where Node.js is, done without where it is not."""

import subprocess
from pathlib import Path

from settings import ROOT

SITE = ROOT / "build/viewer"


def build_viewer(setup: Path = ROOT / "setup") -> Path | None:
    """The folder for Prometheus to serve, or None, once it has been said what is missing.

    The dashboards are one of several ways to see what is measured, so the stack starts all the same.
    """
    # Whether Node.js could be installed shows below: a page that was built before needs none.
    subprocess.run([setup / "install", "viewer"], check=False)
    if subprocess.run([setup / "viewer"], check=False).returncode == 0:
        return SITE
    print("examples/stack/up: the stack starts without the page of dashboards", flush=True)
    return None
