"""The browser that journeys drive: the system's Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ChromiumMissing(RuntimeError):
    """There is no Chromium, and it could not be installed here."""


def find_or_install_chromium() -> str:
    """Return the path of Chromium; as root on a Debian system, install it where it is missing."""
    if found := _find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)
        if found := _find():
            return found
    raise ChromiumMissing("Chromium is missing: install it (Debian: apt-get install chromium) and run again.")


def _find() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
