"""What the tests need on a machine beside Python: Node packages of the emulator, and a browser."""

from __future__ import annotations

from bot.standins.telegram.node import install_packages
from tests.support.browser import find_or_install_chromium


def install_test_tools() -> None:
    """Install what is missing."""
    install_packages()
    find_or_install_chromium()
